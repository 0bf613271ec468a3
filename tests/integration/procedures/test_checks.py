"""What the check of a version found is kept with it: carried out by the worker, shown as it stands, asked for by publishing."""

from datetime import date

import pytest

from tests.support.world import World, shipped_package
from workflow.budget import CHECK, Allowance
from workflow.errors import PermissionDenied, TransitionRefused
from workflow.organisation.authority import Actor
from workflow.packages.examination import UNCHECKED, Examination, Files, Surroundings
from workflow.packages.package import examine
from workflow.services.places.calendar import SetCalendarDay
from workflow.services.procedures.checks import JOB, VersionChecks, check_job
from workflow.services.procedures.drafts import ChangeVersionFile, CheckVersionAgain, CreateDraft
from workflow.services.procedures.publication import SubmitVersion


def test_a_draft_is_checked_by_the_worker_and_not_by_the_page(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))

    before = world.library.detail(admin, version_id)
    with pytest.raises(TransitionRefused) as refused:
        world.publishing.submit(admin, SubmitVersion(version_id=version_id, revision=1))
    with world.units.reading() as uow:
        asked = uow.jobs.of_kind(JOB)
    world.check(version_id)
    after = world.library.detail(admin, version_id)

    assert (before.checking, before.findings, before.checked_at) == (True, (), None)
    assert refused.value.guard == "is_checked"
    assert [job.payload["version_id"] for job in asked] == [version_id]
    assert (after.checking, after.stale, after.findings) == (False, False, ())
    assert all(test.passed for test in after.tests)
    assert after.tests
    world.publishing.submit(admin, SubmitVersion(version_id=version_id, revision=1))


def test_what_was_found_before_a_change_is_shown_as_such_and_publishes_nothing(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))
    world.check(version_id)
    world.drafts.change_file(
        admin, ChangeVersionFile(version_id=version_id, path="tests/x.json", content=b"{}", revision=1)
    )

    detail = world.library.detail(admin, version_id)
    assert (detail.checking, detail.stale, detail.findings) == (True, True, ())
    with pytest.raises(TransitionRefused):
        world.publishing.submit(admin, SubmitVersion(version_id=version_id, revision=2))

    world.check(version_id)
    assert [one.file for one in world.library.detail(admin, version_id).findings] == ["tests/x.json"]


def test_another_calendar_makes_the_check_old_and_the_worker_asks_for_a_new_one(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))
    world.check(version_id)
    world.checks.ensure_checked()
    with world.units.reading() as uow:
        jobs = len(uow.jobs.of_kind(JOB))
    _another_day_off(world, admin)

    detail = world.library.detail(admin, version_id)
    world.checks.ensure_checked()
    world.checks.ensure_checked()

    assert (detail.checking, detail.stale) == (True, False)
    with world.units.reading() as uow:
        assert len(uow.jobs.of_kind(JOB)) == max(jobs, 1)
    world.check(version_id)
    assert not world.library.detail(admin, version_id).checking


def _another_day_off(world: World, admin: Actor) -> None:
    world.calendar.set_day(admin, SetCalendarDay(on=date(2024, 3, 4), kind="holiday", name="Nghỉ"))


def test_an_examiner_that_fails_leaves_a_finding_and_the_draft_can_be_mended(world: World) -> None:
    class Broken:
        def examine(self, files: Files, surroundings: Surroundings, allowance: Allowance = CHECK) -> Examination:
            raise OSError("no process can be started")

    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))
    VersionChecks(world.ground, Broken()).run(check_job(version_id, world.clock.now()))

    detail = world.library.detail(admin, version_id)
    assert [one.rule for one in detail.findings] == [UNCHECKED]
    assert detail.may_check_again
    world.drafts.check_again(admin, CheckVersionAgain(version_id=version_id))
    world.checks.run(check_job(version_id, world.clock.now(), again=True))
    assert world.library.detail(admin, version_id).findings == ()


def test_what_changed_while_it_was_checked_is_left_to_the_next_check(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))

    class Slow:
        def examine(self, files: Files, surroundings: Surroundings, allowance: Allowance = CHECK) -> Examination:
            world.drafts.change_file(
                admin, ChangeVersionFile(version_id=version_id, path="README.md", content=b"# x", revision=1)
            )
            return examine(files, surroundings)

    VersionChecks(world.ground, Slow()).run(check_job(version_id, world.clock.now()))

    assert world.library.detail(admin, version_id).checked_at is None


def test_each_check_is_told_in_the_trail(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))
    world.check(version_id)
    world.check(version_id)

    told = [event for event in world.events("procedure:dien-hinh") if event.type == "VersionChecked"]
    assert [(event.actor, event.payload["errors"], event.payload["version_id"]) for event in told] == [
        ("system", 0, version_id)
    ]
    assert told[0].payload["sha256"] == world.library.detail(admin, version_id).version.sha256


@pytest.mark.parametrize("role", ["definition-reviewer", "auditor"])
def test_only_who_may_change_a_draft_asks_for_work(world: World, role: str) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    version_id = world.drafts.create(admin, CreateDraft(files=shipped_package()))
    reader = world.person("doc", role, "thanh-hoa")
    with pytest.raises(PermissionDenied):
        world.library.check(reader, version_id)
    with pytest.raises(PermissionDenied):
        world.drafts.check_again(reader, CheckVersionAgain(version_id=version_id))
