"""Whose a role is: one of the register, which every procedure may name, or a procedure's own."""

from dataclasses import replace

import pytest

from tests.support.world import World, shipped_package
from workflow.errors import DefinitionRejected, Unconfirmed
from workflow.ids import new_id
from workflow.services.ground.roles import KnownRole, known_roles
from workflow.services.procedures.drafts import CreateDraft
from workflow.services.procedures.publication import PublishVersion, SubmitVersion

OWN = {"inspector": "reviewer", "committee-chair": "head"}
"""Roles of the shipped procedure → ids that no register knows."""


def with_own_roles(key: str, label: str = "") -> dict[str, bytes]:
    """The shipped package under another key, some of its roles with ids that are no role of the register."""
    files = shipped_package()
    for path in ("procedure.toml", "dien-hinh.bpmn"):
        text = files[path].decode()
        for old, new in OWN.items():
            for place in (f'id = "{old}"', f'candidateGroups="{old}"', f'role="{old}"'):
                text = text.replace(place, place.replace(old, new))
        files[path] = text.encode()
    manifest = files["procedure.toml"].decode().replace('key = "dien-hinh"', f'key = "{key}"')
    if label:
        manifest = manifest.replace("Thành viên đoàn kiểm tra", label)
    return {
        **{path: content for path, content in files.items() if "/" not in path or not path.startswith("tests/")},
        "procedure.toml": manifest.encode(),
    }


def published(world: World, files: dict[str, bytes]) -> str:
    return world.publishing.install(files, world.setup())


def known(world: World) -> dict[str, KnownRole]:
    with world.units.reading() as uow:
        return known_roles(uow, world.library.roles)


def test_two_procedures_that_use_one_id_have_nothing_in_common(world: World) -> None:
    first = published(world, with_own_roles("mot"))
    second = published(world, with_own_roles("hai", "Người khác hẳn"))

    roles = known(world)

    assert roles["mot:reviewer"].label.vi == "Thành viên đoàn kiểm tra"
    assert roles["hai:reviewer"].label.vi == "Người khác hẳn"
    assert list(roles["mot:reviewer"].procedures) == ["mot"]
    with world.units.reading() as uow:
        packages = [world.programs.get(uow, version_id).package for version_id in (first, second)]
    assert [package.held_as("reviewer") for package in packages] == ["mot:reviewer", "hai:reviewer"]
    assert [package.held_as("board-member") for package in packages] == ["board-member", "board-member"]


def test_a_role_that_no_manifest_lists_is_nobody_elses(world: World) -> None:
    version_id = published(world, with_own_roles("mot"))
    with world.units.reading() as uow:
        package = world.programs.get(uow, version_id).package
    for written in ("committee-chair", "hai:reviewer"):
        assert package.held_as(written) == f"mot:{written}"


def test_a_role_of_the_register_belongs_to_every_procedure_that_names_it(world: World) -> None:
    published(world, shipped_package())
    published(world, with_own_roles("mot"))

    role = known(world)["board-member"]

    assert (role.registered, list(role.procedures), role.bodies) == (
        True,
        ["dien-hinh", "mot"],
        ("steering-committee",),
    )


def test_a_new_version_goes_on_with_the_names_of_the_one_before(world: World) -> None:
    """What was published before roles had an owner calls them by their ids, and so do the assignments of that time."""
    version_id = published(world, with_own_roles("mot"))
    with world.units() as uow:
        version = uow.definitions.get(version_id)
        uow.definitions.save(replace(version, roles=None))
        uow.commit()

    later = published(world, with_own_roles("mot", "Người kiểm tra"))

    with world.units.reading() as uow:
        assert (uow.definitions.get(later).roles or {})["reviewer"] == "reviewer"
    assert "reviewer" in known(world)
    published(world, with_own_roles("hai"))
    assert known(world)["reviewer"].procedures.keys() == {"mot"}


@pytest.mark.parametrize("held", ["manager", "auditor", "administrator", "definition-reviewer"])
def test_the_installations_own_roles_are_known_too(world: World, held: str) -> None:
    assert known(world)[held].procedures == {}


def under_key(key: str, **changed: str) -> dict[str, bytes]:
    """The shipped package under another key, with these texts of its manifest replaced."""
    files = {path: content for path, content in shipped_package().items() if not path.startswith("tests/")}
    manifest = files["procedure.toml"].decode().replace('key = "dien-hinh"', f'key = "{key}"')
    for old, new in changed.items():
        manifest = manifest.replace(LABELS[old], new)
    return {**files, "procedure.toml": manifest.encode()}


LABELS = {"chair": "Trưởng Ban Chỉ đạo", "inspector": "Thành viên đoàn kiểm tra"}


def in_review(world: World, files: dict[str, bytes]) -> str:
    admin = world.person(f"soan-{new_id()[-6:]}", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=files))
    world.check(version_id)
    world.publishing.submit(admin, SubmitVersion(version_id=version_id, revision=1))
    return version_id


def test_a_package_that_calls_a_shared_role_otherwise_is_not_published(world: World) -> None:
    published(world, shipped_package())
    with pytest.raises(DefinitionRejected) as refused:
        in_review(world, under_key("hai", chair="Chủ tịch Hội đồng"))
    assert [one.rule for one in refused.value.findings if one.severity == "error"] == ["role-called-otherwise"]
    assert known(world)["committee-chair"].label.vi == LABELS["chair"]


def test_whoever_publishes_confirms_what_holders_of_shared_roles_gain(world: World) -> None:
    published(world, shipped_package())
    world.person("truong.ban", "committee-chair", "bcd138-thanh-hoa")
    reviewer = world.person("tham-dinh", "definition-reviewer", "thanh-hoa")
    version_id = in_review(world, under_key("hai"))

    with pytest.raises(Unconfirmed) as asked:
        world.publishing.publish(reviewer, PublishVersion(version_id=version_id, revision=2))

    gains = [one for one in world.library.gains(reviewer, None, version_id) if one.asked]
    assert [(one.role, one.holders) for one in gains] == [("committee-chair", 1)]
    assert "decision.recognise" in gains[0].gained
    assert [doubt.key for doubt in asked.value.doubts] == [gains[0].key]
    confirmed = (gains[0].key,)
    world.publishing.publish(reviewer, PublishVersion(version_id=version_id, revision=2, confirmed=confirmed))
    told = world.events("procedure:hai")[-1].payload["confirmed"]
    assert [(one["role"], one["holders"]) for one in told] == [("committee-chair", 1)]


def test_what_was_confirmed_for_another_gain_counts_for_nothing(world: World) -> None:
    world.person("truong.ban", "committee-chair", "bcd138-thanh-hoa")
    reviewer = world.person("tham-dinh", "definition-reviewer", "thanh-hoa")
    version_id = in_review(world, under_key("hai"))
    wrong = ("committee-chair:0000000000000000",)
    with pytest.raises(Unconfirmed):
        world.publishing.publish(reviewer, PublishVersion(version_id=version_id, revision=2, confirmed=wrong))


def test_a_procedures_own_role_asks_nobody(world: World) -> None:
    published(world, with_own_roles("mot"))
    world.person("nguoi-giu", "mot:head", "bcd138-thanh-hoa")
    reviewer = world.person("tham-dinh", "definition-reviewer", "thanh-hoa")
    version_id = in_review(world, with_own_roles("hai"))
    assert [one for one in world.library.gains(reviewer, None, version_id) if one.asked] == []
    world.publishing.publish(reviewer, PublishVersion(version_id=version_id, revision=2))


def test_a_package_may_take_another_procedures_role_and_then_it_is_asked(world: World) -> None:
    published(world, with_own_roles("mot"))
    world.person("nguoi-giu", "mot:head", "bcd138-thanh-hoa")
    reviewer = world.person("tham-dinh", "definition-reviewer", "thanh-hoa")
    files = with_own_roles("hai")
    files["procedure.toml"] = files["procedure.toml"].replace(b'id = "head"', b'id = "head"\nof = "mot"')
    version_id = in_review(world, files)

    gains = [one for one in world.library.gains(reviewer, None, version_id) if one.asked]
    assert [(one.role, [title.vi for title in one.procedures] != []) for one in gains] == [("mot:head", True)]
    with pytest.raises(Unconfirmed):
        world.publishing.publish(reviewer, PublishVersion(version_id=version_id, revision=2))


@pytest.mark.parametrize("owner", ["khong-co", "hai"])
def test_a_role_of_a_procedure_that_does_not_have_it_is_a_finding(world: World, owner: str) -> None:
    files = with_own_roles("hai")
    taken = f'id = "head"\nof = "{owner}"'.encode()
    files["procedure.toml"] = files["procedure.toml"].replace(b'id = "head"', taken)
    with pytest.raises(DefinitionRejected) as refused:
        in_review(world, files)
    assert "unknown-role-owner" in {one.rule for one in refused.value.findings}


def test_a_new_version_that_gives_a_shared_role_nothing_new_is_published_as_before(world: World) -> None:
    published(world, shipped_package())
    world.person("truong.ban", "committee-chair", "bcd138-thanh-hoa")
    reviewer = world.person("tham-dinh", "definition-reviewer", "thanh-hoa")
    version_id = in_review(world, under_key("dien-hinh"))

    world.publishing.publish(reviewer, PublishVersion(version_id=version_id, revision=2))

    with world.units.reading() as uow:
        assert uow.definitions.get(version_id).status == "published"
