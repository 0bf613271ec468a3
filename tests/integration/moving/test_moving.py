"""Running cases go on with another version: tasks, timers, drafts, separation of duties and the record go with them."""

import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, House
from tests.support.versions import ADMINISTRATOR, REASON, Files, To, hurried, listening, relabelled, renamed
from workflow.errors import InvalidInput, TransitionRefused
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.tasks import SaveDraft
from workflow.services.moving.moves import RevertCase
from workflow.store.rows import Page

UNIT = CASTS[COMMUNE_UNIT].unit


def test_every_running_case_moves_and_its_tasks_are_called_as_the_new_version_calls_them(house: House, to: To) -> None:
    move = to(relabelled)
    preview = house.container.migrations.preview(house.actor(ADMINISTRATOR), move.wish())
    assert len(preview.situations) == 1
    assert preview.ready == preview.cases > 1
    migration_id = move.make()
    assert move.counts(migration_id) == {"done": preview.cases}
    assert house.case().version_id == move.new
    assert house.task("registration").name_vi == "Đăng ký tham gia"
    house.verify()


def test_a_case_goes_on_after_its_step_was_renamed(house: House, to: To) -> None:
    move = to(renamed)
    before = house.task("registration")
    move.make(registration="sign_up")
    task = house.task("sign_up")
    assert (task.id, task.due_at, task.groups) == (before.id, before.due_at, before.groups)
    house.do(COMMUNE_UNIT, UNIT, "sign_up", "submit", fields=registration_fields())
    assert [one.node_id for one in house.open_tasks()] == ["pilot_list"]
    house.verify()


def registration_fields() -> dict[str, str]:
    return {"safety_recognised": "true", "previous_class": "kha", "pilot": "district"}


def test_what_was_entered_so_far_stays_with_whoever_has_the_task(house: House, to: To) -> None:
    task = house.take(UNIT, "registration")
    draft = SaveDraft(task_id=task.id, outcome="submit", fields={"pilot": "district"})
    house.container.tasks.save_draft(house.actor(UNIT), draft)
    before = house.task("registration")
    to(renamed).make(registration="sign_up")
    after = house.task("sign_up")
    assert (after.draft, after.state, after.assignee_id) == (before.draft, before.state, before.assignee_id)
    house.verify()


def test_separation_of_duties_holds_over_a_rename(house: House, to: To) -> None:
    house.register()
    standing = CASTS[COMMUNE_UNIT].standing
    with house.container.units.reading() as uow:
        (done,) = [one for one in uow.tasks.of_case(house.case().id, Page()) if one.node_id == "registration"]
    to(renamed).make(registration="sign_up")
    with house.container.units.reading() as uow:
        assert uow.task_people.doers(house.case().id, ["sign_up"]) == {"sign_up": {done.completed_by}}
    house.do(COMMUNE_UNIT, standing, "pilot_list", "accept")
    assert [one.node_id for one in house.open_tasks()] == ["self_assessment"]
    house.verify()


def test_a_changed_time_is_worked_out_again_and_another_kept(house: House, to: To) -> None:
    created = house.task("registration").created_at
    to(hurried).make()
    assert house.task("registration").due_at == created + timedelta(days=2)
    house.verify()


@pytest.mark.stage("to assess")
def test_a_timer_runs_by_the_new_version(house: House, to: To) -> None:
    began = house.clock.now()
    to(hurried).make()
    (timer,) = house.jobs("timer")
    assert timer.run_at < began + timedelta(days=2, minutes=1)
    house.clock.move_to(began + timedelta(days=3))
    house.settle()
    assert house.case().outcome is not None
    house.verify()


def test_a_step_that_is_gone_needs_a_mapping(house: House, to: To) -> None:
    move = to(renamed)
    preview = house.container.migrations.preview(house.actor(ADMINISTRATOR), move.wish())
    (place,) = preview.needing
    assert (place.node_id, place.fate, place.suggested) == ("registration", "needs_mapping", "sign_up")
    assert place.targets[0][0] == "sign_up"
    with pytest.raises(TransitionRefused, match="cannot be moved yet"):
        move.ask()
    assert house.case().version_id == move.old


@pytest.mark.parametrize("target", ["routing_rule", "list_gateway", "end_recognised", "nowhere"])
def test_a_persons_task_becomes_no_node_of_another_kind(house: House, to: To, target: str) -> None:
    move = to(renamed)
    with pytest.raises(TransitionRefused):
        move.ask(registration=target)
    preview = house.container.migrations.preview(house.actor(ADMINISTRATOR), move.wish(registration=target))
    assert {one.readiness for one in preview.situations} == {"impossible"}


def test_a_mapping_of_nothing_is_refused(to: To) -> None:
    with pytest.raises(InvalidInput, match="no step"):
        to(renamed).ask(nothing="sign_up")


def test_the_dry_run_says_what_would_happen_and_changes_nothing(house: House, to: To) -> None:
    move = to(renamed)
    before = house.case(), house.events()
    administrator = house.actor(ADMINISTRATOR)
    stays = house.container.migrations.dry_run(administrator, move.wish(COMMUNE_UNIT))
    moves = house.container.migrations.dry_run(administrator, move.wish(COMMUNE_UNIT, registration="sign_up"))
    assert [one.moved for one in (*stays, *moves)] == [False, True]
    assert "not in the new version" in (stays[0].refusal.template if stays[0].refusal else "")
    assert [step.en for step in moves[0].steps] == ["Register as a model-unit candidate"]
    assert (house.case(), house.events()) == before


def test_a_suspended_case_moves_and_goes_on_there(house: House, to: To) -> None:
    manager = house.actor("quanly.tinh") if "quanly.tinh" in house.users else None
    manager = manager or house.person("quan-ly", ("manager", "cong-an-thanh-hoa"))
    case = house.case()
    house.container.cases.move(manager, CaseCommand(case_id=case.id, trigger="suspend", reason="Minh họa"))
    move = to(renamed)
    migration_id = move.make(COMMUNE_UNIT, registration="sign_up")
    assert move.counts(migration_id) == {"done": 1}
    house.container.cases.move(manager, CaseCommand(case_id=case.id, trigger="resume", reason="Minh họa"))
    house.do(COMMUNE_UNIT, UNIT, "sign_up", "submit", fields=registration_fields())
    house.verify()


def test_the_record_tells_each_event_with_the_version_of_its_time(house: House, to: To) -> None:
    auditor = house.person("kiem-tra", ("auditor", "thanh-hoa"))
    house.register()
    moved_at = house.clock.now() + timedelta(hours=1)
    house.clock.move_to(moved_at)
    move = to(renamed)
    move.make(COMMUNE_UNIT, registration="sign_up")
    timeline = house.container.audit.timeline(auditor, house.case().id, Page(limit=200))
    told = {entry.seq: entry for entry in timeline.entries}
    first = next(entry for entry in told.values() if entry.type == "UserTaskCreated")
    migrated = next(entry for entry in told.values() if entry.type == "ProcessMigrated")
    versions = [told[number].version for number in (1, migrated.seq)]
    assert [one.id if one else None for one in versions] == [move.old, move.new]
    assert "registration" not in first.said.vi
    then = house.container.audit.case_at(auditor, house.case().id, moved_at - timedelta(minutes=1))
    assert [task.node_id for task in then.open_tasks] == ["pilot_list"]
    assert then.version_id == move.old
    house.container.case_views.record(house.person("xem", ("manager", "cong-an-thanh-hoa")), house.case().id)


def test_a_message_is_awaited_by_the_same_wait_under_another_id(house: House, to: To) -> None:
    to(listening("told_one")).make(COMMUNE_UNIT)
    with house.container.units.reading() as uow:
        (before,) = uow.waits.of_case(house.case().id)
    house.clock.move_to(house.clock.now() + timedelta(hours=1))
    move = to(listening("told_two"))
    migration_id = move.make(COMMUNE_UNIT, told_one="told_two")
    assert move.counts(migration_id) == {"done": 1}
    with house.container.units.reading() as uow:
        (after,) = uow.waits.of_case(house.case().id)
    assert after == replace(before, node_id="told_two")
    house.container.migrations.revert_case(
        house.actor(ADMINISTRATOR), RevertCase(migration_id=migration_id, case_id=house.case().id, reason=REASON)
    )
    with house.container.units.reading() as uow:
        assert [one.node_id for one in uow.waits.of_case(house.case().id)] == ["told_one"]
    house.verify()


def test_a_bundle_of_a_moved_case_names_the_files_of_both_versions(house: House, to: To, tmp_path: Path) -> None:
    to(renamed).make(COMMUNE_UNIT, registration="sign_up")
    target = tmp_path / "bundle.zip"
    with target.open("w+b") as file:
        house.container.bundles.write(house.case().id, file)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path / "bundle")
        names = set(archive.namelist())
    assert {"definition/dien-hinh.bpmn", "definition/version-1/dien-hinh.bpmn"} <= names
    key_id = house.container.checkpoints.published_keys()[0]
    checked = subprocess.run(  # the verifier that a bundle brings along
        [sys.executable, str(tmp_path / "bundle" / "verify.py"), str(target), "--key-id", key_id],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.stage("to assess")
def test_a_task_whose_criteria_the_new_version_lacks_stays(house: House, to: To) -> None:
    criteria = house.task("self_assessment").criteria_set

    def without(files: Files) -> Files:
        rules = {
            path: text.replace(str(criteria).encode(), f"{criteria}-2".encode())
            for path, text in files.items()
            if not path.endswith(".bpmn")
        }
        moved = {path.replace(str(criteria), f"{criteria}-2"): text for path, text in rules.items()}
        return {**moved, **{path: text for path, text in files.items() if path.endswith(".bpmn")}}

    move = to(without)
    migration_id = move.make(COMMUNE_UNIT)
    assert move.counts(migration_id) == {"failed": 1}
    assert house.case().version_id == move.old
    house.verify()
