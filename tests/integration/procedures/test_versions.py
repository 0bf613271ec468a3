"""Versions of a procedure: written by one person, published by a second, unchanged from then on."""

import pytest

from tests.support.world import World, shipped_package, uncovered
from workflow.errors import Conflict, DefinitionRejected, InvalidInput, PermissionDenied, TransitionRefused
from workflow.organisation.authority import Actor
from workflow.packages.archive import write_zip
from workflow.services.procedures.drafts import (
    ChangeVersionFile,
    CopyVersion,
    CreateDraft,
    RemoveVersionFile,
    UploadDraft,
)
from workflow.services.procedures.publication import PublishVersion, RetireVersion, ReturnVersion, SubmitVersion
from workflow.store.procedures import VersionRecord

PROCESS = "dien-hinh.bpmn"


def revision(world: World, actor: Actor, version_id: str) -> int:
    return world.library.detail(actor, version_id).version.revision


def draft(world: World, admin: Actor) -> str:
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))
    world.check(version_id)
    return version_id


def in_review(world: World, admin: Actor) -> str:
    version_id = draft(world, admin)
    world.publishing.submit(admin, SubmitVersion(version_id=version_id, revision=1))
    return version_id


def test_an_uploaded_package_is_kept_byte_for_byte(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    files = shipped_package()

    version_id = world.drafts.upload(admin, UploadDraft(archive=write_zip(files)))

    found = world.library.detail(admin, version_id)
    assert (found.version.key, found.version.version, found.version.status) == ("dien-hinh", 1, "draft")
    assert {path: world.library.file(admin, version_id, path) for path in found.paths} == files
    assert world.library.archive(admin, version_id) == write_zip(files)


def test_a_second_person_publishes(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    reviewer = world.person("tham-dinh", "definition-reviewer", "thanh-hoa")
    version_id = in_review(world, admin)

    world.publishing.publish(reviewer, PublishVersion(version_id=version_id, revision=2))

    found = world.library.detail(reviewer, version_id).version
    assert (found.status, found.submitted_by, found.published_by) == ("published", admin.user_id, reviewer.user_id)
    events = world.events("procedure:dien-hinh")
    assert [event.type for event in events] == [
        "VersionCreated",
        "VersionChecked",
        "VersionSubmitted",
        "VersionPublished",
    ]
    assert (events[-1].payload["old"], events[-1].payload["new"]) == ("in_review", "published")
    assert events[-1].payload["sha256"] == found.sha256


def test_whoever_had_a_part_in_it_does_not_publish(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    other = world.person("khac", "administrator", "thanh-hoa")
    version_id = draft(world, admin)
    content = world.library.file(admin, version_id, "procedure.toml") + b"\n# a note\n"
    world.drafts.change_file(
        admin, ChangeVersionFile(version_id=version_id, path="procedure.toml", content=content, revision=1)
    )
    world.drafts.change_file(
        other, ChangeVersionFile(version_id=version_id, path="README.md", content=b"# Ghi\n", revision=2)
    )
    world.check(version_id)
    world.publishing.submit(other, SubmitVersion(version_id=version_id, revision=3))

    for person in (admin, other):
        both = Actor(
            user_id=person.user_id,
            name=person.name,
            assignments=world.person(f"td-{person.user_id[-4:]}", "definition-reviewer", "thanh-hoa").assignments,
        )
        with pytest.raises(TransitionRefused) as refused:
            world.publishing.publish(both, PublishVersion(version_id=version_id, revision=4))
        assert refused.value.guard == "is_second_person"


def test_a_reviewer_who_is_an_editor_elsewhere_is_told_who_can_publish(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    world.person("tham-dinh", "definition-reviewer", "thanh-hoa")
    version_id = in_review(world, admin)

    with pytest.raises(TransitionRefused) as refused:
        world.publishing.publish(admin, PublishVersion(version_id=version_id, revision=2))

    assert refused.value.who_can_act == ("Người thử tham-dinh",)


def test_a_faulty_draft_is_kept_but_not_handed_in(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = draft(world, admin)
    process = world.library.file(admin, version_id, PROCESS)
    broken = process.replace(b'camunda:candidateGroups="board-member"', b'camunda:candidateGroups="nobody-at-all"')
    assert broken != process

    world.drafts.change_file(admin, ChangeVersionFile(version_id=version_id, path=PROCESS, content=broken, revision=1))
    world.check(version_id)

    errors = [found for found in world.library.check(admin, version_id) if found.severity == "error"]
    assert errors
    assert errors[0].element_id
    with pytest.raises(DefinitionRejected):
        world.publishing.submit(admin, SubmitVersion(version_id=version_id, revision=2))
    assert world.library.detail(admin, version_id).version.status == "draft"
    assert [
        found for found in world.library.check(admin, version_id, {PROCESS: process}) if found.severity == "error"
    ] == []


@pytest.mark.parametrize(
    "attack",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b"<a>" * 200 + b"</a>" * 200,
        b"no xml at all",
    ],
    ids=["entity", "nest", "not xml"],
)
def test_unsafe_xml_is_not_even_stored(world: World, attack: bytes) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = draft(world, admin)

    with pytest.raises(DefinitionRejected):
        world.drafts.change_file(
            admin, ChangeVersionFile(version_id=version_id, path=PROCESS, content=attack, revision=1)
        )
    with pytest.raises(DefinitionRejected):
        world.drafts.create(admin, CreateDraft(files={**shipped_package(), "rules/x.dmn": attack}))

    assert revision(world, admin, version_id) == 1
    assert len(world.library.list(admin)) == 1


def test_a_file_is_changed_only_on_the_revision_that_was_seen(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = draft(world, admin)

    saved = world.drafts.change_file(
        admin, ChangeVersionFile(version_id=version_id, path="README.md", content=b"# mot\n", revision=1)
    )

    assert isinstance(saved, VersionRecord)
    assert saved.revision == 2
    with pytest.raises(Conflict):
        world.drafts.change_file(
            admin, ChangeVersionFile(version_id=version_id, path="README.md", content=b"# hai\n", revision=1)
        )
    assert world.library.file(admin, version_id, "README.md") == b"# mot\n"
    removed = world.drafts.remove_file(admin, RemoveVersionFile(version_id=version_id, path="README.md", revision=2))
    assert removed.sha256 == world.library.list(admin)[0].version.sha256
    with pytest.raises(InvalidInput):
        world.drafts.remove_file(admin, RemoveVersionFile(version_id=version_id, path="procedure.toml", revision=3))


def test_a_draft_keeps_its_procedure(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = draft(world, admin)
    manifest = world.library.file(admin, version_id, "procedure.toml")

    with pytest.raises(InvalidInput):
        world.drafts.change_file(
            admin,
            ChangeVersionFile(
                version_id=version_id,
                path="procedure.toml",
                content=manifest.replace(b'key = "dien-hinh"', b'key = "khac"'),
                revision=1,
            ),
        )


def test_only_a_draft_is_changed(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = in_review(world, admin)

    with pytest.raises(TransitionRefused):
        world.drafts.change_file(
            admin, ChangeVersionFile(version_id=version_id, path="README.md", content=b"x", revision=2)
        )


def test_a_returned_version_is_a_draft_again_with_the_reason_on_the_record(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    reviewer = world.person("tham-dinh", "definition-reviewer", "thanh-hoa")
    version_id = in_review(world, admin)
    with pytest.raises(TransitionRefused):
        world.publishing.return_to_draft(reviewer, ReturnVersion(version_id=version_id, reason=" ", revision=2))

    world.publishing.return_to_draft(reviewer, ReturnVersion(version_id=version_id, reason="Thiếu hạn", revision=2))

    assert world.library.detail(admin, version_id).version.status == "draft"
    event = world.events("procedure:dien-hinh")[-1]
    assert (event.type, event.role, event.payload["reason"]) == ("VersionReturned", "definition-reviewer", "Thiếu hạn")


def test_a_copy_is_the_next_version_and_the_comparison_says_what_changed(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    first = world.publishing.install(shipped_package(), world.setup())
    second = world.drafts.copy(admin, CopyVersion(version_id=first))
    world.check(second)
    assert world.library.compare(admin, first, second) == []
    manifest = world.library.file(admin, second, "procedure.toml")
    world.drafts.change_file(
        admin,
        ChangeVersionFile(
            version_id=second,
            path="procedure.toml",
            content=manifest.replace(b'rule = "02-15"', b'rule = "02-20"'),
            revision=1,
        ),
    )
    world.check(second)

    changes = world.library.compare(admin, first, second)

    assert [(change.subject, change.id, change.old, change.new) for change in changes] == [
        ("deadline", "district_list", "02-15", "02-20")
    ]
    assert [view.version.version for view in world.library.list(admin, "dien-hinh")] == [2, 1]


def test_what_is_shipped_is_installed_once(world: World) -> None:
    first = world.publishing.install(shipped_package(), world.setup())
    again = world.publishing.install(shipped_package(), world.setup())
    newer = world.publishing.install(shipped_package("2025"), world.setup())

    assert first == again
    assert newer != first
    with world.units.reading() as uow:
        assert {version.status for version in uow.definitions.all("dien-hinh")} == {"published"}


@pytest.mark.parametrize("label", ["2023", "2025"])
def test_what_was_installed_before_it_said_what_it_covers_stays_the_same_version(world: World, label: str) -> None:
    files = shipped_package(label)
    before = world.publishing.install(uncovered(files), world.setup())

    again = world.publishing.install(files, world.setup())
    another = world.publishing.install(noted(files), world.setup())

    assert again == before
    assert another != before
    with world.units.reading() as uow:
        assert uow.definitions.files(before) == uncovered(files)
        assert uow.definitions.files(another) == noted(files)


def noted(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, "procedure.toml": files["procedure.toml"] + b"# another\n"}


def test_a_retired_version_still_runs_its_cases(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.publishing.install(shipped_package(), world.setup())

    world.publishing.retire(admin, RetireVersion(version_id=version_id, reason="Có bản mới", revision=2))

    with world.units.reading() as uow:
        assert uow.definitions.get(version_id).retired_at == world.clock.now()
        assert world.programs.get(uow, version_id).package.key == "dien-hinh"


def test_procedures_are_not_for_everybody(world: World) -> None:
    officer = world.person("can-bo", "unit-officer", "dai-hoc-hong-duc")
    manager = world.person("quan-ly", "manager", "thanh-hoa")
    version_id = world.publishing.install(shipped_package(), world.setup())

    with pytest.raises(PermissionDenied):
        world.library.list(officer)
    assert world.library.detail(manager, version_id).may_edit is False
    with pytest.raises(PermissionDenied):
        world.drafts.copy(manager, CopyVersion(version_id=version_id))
