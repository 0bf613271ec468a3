"""A migration is stopped and taken back: exactly, and only while nothing has happened since."""

from collections.abc import Callable

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, ENTERPRISE_UNIT, House
from tests.support.versions import ADMINISTRATOR, REASON, Files, To, hurried, relabelled, renamed, split
from workflow.engine.codec import state_from_json
from workflow.errors import TransitionRefused
from workflow.runtime.jobs import NEWS
from workflow.services.casework.comments import AddComment
from workflow.services.casework.tasks import ClaimTask
from workflow.services.moving.moves import RevertCase, RevertMigration

UNIT = CASTS[COMMUNE_UNIT].unit


def back(house: House, migration_id: str, unit: str = COMMUNE_UNIT) -> None:
    house.container.migrations.revert_case(
        house.actor(ADMINISTRATOR), RevertCase(migration_id=migration_id, case_id=house.case(unit).id, reason=REASON)
    )


def snapshot(house: House) -> dict[str, object]:
    """Everything of the case that people and the worker see, but the numbers that only ever rise."""
    case = house.case()
    with house.container.units.reading() as uow:
        waiting = [
            job for job in uow.jobs.of_case(case.id) if job.kind not in NEWS
        ]  # who is told of the move is no part of the case
        jobs = sorted((job.kind, job.ref, job.run_at, str(job.payload)) for job in waiting)
        incidents = [(one.incident_id, one.node_id, one.resolved_at) for one in uow.incidents.of_case(case.id)]
    state = {key: value for key, value in (case.state or {}).items() if key != "counter"}
    tasks = [
        (one.id, one.node_id, one.name_vi, one.stage, one.state, one.assignee_id, one.groups, one.due_at, one.draft)
        for one in house.open_tasks()
    ]
    return {
        "case": (case.version_id, case.stage, case.status),
        "state": state,
        "tasks": tasks,
        "jobs": jobs,
        "incidents": incidents,
    }


@pytest.mark.parametrize(
    ("change", "mapping"),
    [(relabelled, {}), (renamed, {"registration": "sign_up"}), (hurried, {}), (split, {"registration": "both"})],
)
def test_taken_back_the_case_stands_exactly_as_before(
    house: House, to: To, change: Callable[[Files], Files], mapping: dict[str, str | None]
) -> None:
    house.take(UNIT, "registration")
    before = snapshot(house)
    migration_id = to(change).make(COMMUNE_UNIT, **mapping)
    assert snapshot(house) != before
    house.verify()
    back(house, migration_id)
    assert snapshot(house) == before
    house.verify()
    view = house.container.case_views.view(house.actor(UNIT), house.case().id)
    assert [line.task.node_id for line in view.open_tasks] == ["registration"]
    house.do(COMMUNE_UNIT, UNIT, "registration", "submit", fields=FIELDS)
    house.verify()


FIELDS = {"safety_recognised": "true", "previous_class": "kha", "pilot": "district"}


@pytest.mark.stage("to assess")
def test_a_timer_is_taken_back_too(house: House, to: To) -> None:
    before = snapshot(house)
    migration_id = to(hurried).make(COMMUNE_UNIT)
    back(house, migration_id)
    assert snapshot(house) == before
    house.verify()


def test_not_after_somebody_has_done_something(house: House, to: To) -> None:
    migration_id = to(renamed).make(COMMUNE_UNIT, registration="sign_up")
    house.container.tasks.claim(house.actor(UNIT), ClaimTask(task_id=house.task("sign_up").id))
    with pytest.raises(TransitionRefused, match="Something has happened"):
        back(house, migration_id)
    assert house.task("sign_up").assignee_id == house.users[UNIT]
    house.verify()


def test_a_remark_is_no_obstacle(house: House, to: To) -> None:
    migration_id = to(renamed).make(COMMUNE_UNIT, registration="sign_up")
    house.container.comments.add(house.actor(UNIT), AddComment(case_id=house.case().id, text="Minh họa"))
    back(house, migration_id)
    house.verify()


def test_not_twice(house: House, to: To) -> None:
    migration_id = to(renamed).make(COMMUNE_UNIT, registration="sign_up")
    back(house, migration_id)
    with pytest.raises(TransitionRefused, match="taken back already"):
        back(house, migration_id)


def test_a_case_that_was_taken_back_can_move_again_and_back_again(house: House, to: To) -> None:
    move = to(split)
    before = snapshot(house)
    for _ in range(2):
        migration_id = move.make(COMMUNE_UNIT, registration="both")
        assert [one.node_id for one in house.open_tasks()] == ["first_half"]
        back(house, migration_id)
        assert snapshot(house) == before
    house.verify()


def test_the_whole_is_taken_back_by_the_worker_but_for_what_has_gone_on(house: House, to: To) -> None:
    move = to(renamed)
    migration_id = move.make(registration="sign_up")
    total = move.counts(migration_id)["done"]
    house.container.tasks.claim(house.actor(UNIT), ClaimTask(task_id=house.task("sign_up").id))
    asked = house.container.migrations.revert(
        house.actor(ADMINISTRATOR), RevertMigration(migration_id=migration_id, reason=REASON)
    )
    assert asked == total
    house.settle()
    assert move.counts(migration_id) == {"done": 1, "reverted": total - 1}
    (left,), number = house.container.migrations.items(house.actor(ADMINISTRATOR), migration_id, "done")
    assert (left.case_id, number) == (house.case().id, 1)
    assert left.refusal is not None
    assert "Something has happened" in left.refusal.template
    assert house.case(ENTERPRISE_UNIT).version_id == move.old
    house.verify()


def test_the_state_after_is_one_that_loads(house: House, to: To) -> None:
    migration_id = to(split).make(COMMUNE_UNIT, registration="both")
    highest = state_from_json(house.case().state or {}).counter
    back(house, migration_id)
    assert state_from_json(house.case().state or {}).counter >= highest
