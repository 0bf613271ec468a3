"""The worker moves case by case: whatever breaks in between, every case is moved once or not at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.support.at_once import at_once, raised
from tests.support.house import CASTS, COMMUNE_UNIT, ENTERPRISE_UNIT, House
from tests.support.versions import ADMINISTRATOR, REASON, Move, To, relabelled, renamed
from workflow.errors import InvalidInput, NotFound, PermissionDenied, TransitionRefused
from workflow.ids import new_id
from workflow.runtime.jobs import ATTEMPTS, LEASE
from workflow.services.casework.cases import CaseCommand
from workflow.services.moving import cases, jobs as migration_jobs
from workflow.services.moving.moves import CancelMigration, RevertCase, RevertMigration, StartMigration

UNIT = CASTS[COMMUNE_UNIT].unit


def test_a_worker_that_crashed_in_the_middle_loses_nothing(house: House, to: To) -> None:
    move = to(relabelled)
    migration_id = move.ask()
    house.container.jobs.run_due(limit=2)
    now = house.clock.now()
    with house.container.units() as uow:  # the next two are claimed by a worker that dies
        uow.jobs.claim(now, now + LEASE, 2)
        uow.commit()
    house.settle()
    counts = move.counts(migration_id)
    assert counts["pending"] == 2
    house.clock.move_to(now + LEASE + timedelta(seconds=1))
    house.settle()
    assert move.counts(migration_id) == {"done": sum(counts.values())}
    assert len(house.events(COMMUNE_UNIT, "ProcessMigrated")) == 1
    house.verify()


def test_a_fault_leaves_its_case_untouched_and_the_others_go_on(
    house: House, to: To, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = to(relabelled)
    broken, real = house.case().id, cases.move

    def failing(uow: Any, ground: Any, record: Any, item: Any, by: Any) -> Any:
        done = real(uow, ground, record, item, by)
        if item.case_id == broken:
            raise RuntimeError("after everything was written")
        return done

    monkeypatch.setattr(migration_jobs, "move", failing)
    migration_id = move.make()
    counts = move.counts(migration_id)
    assert counts["pending"] == 1
    assert house.case().version_id == move.old
    assert house.events(COMMUNE_UNIT, "ProcessMigrated") == []
    for _ in range(ATTEMPTS):
        house.clock.move_to(house.clock.now() + timedelta(hours=1))
        house.settle()
    assert move.counts(migration_id) == {"done": counts["done"], "failed": 1}
    (failed,), _ = house.container.migrations.items(house.actor(ADMINISTRATOR), migration_id, "failed")
    assert failed.refusal is not None
    assert failed.refusal.params == {"fault": "RuntimeError"}
    house.verify()


def test_a_case_that_went_on_in_the_meantime_is_judged_as_it_stands_then(house: House, to: To) -> None:
    move = to(renamed)
    migration_id = move.ask(registration="sign_up")
    manager = house.person("quan-ly", ("manager", "cong-an-thanh-hoa"))
    command = CaseCommand(case_id=house.case(ENTERPRISE_UNIT).id, trigger="cancel", reason="Minh họa")
    house.container.cases.move(manager, command)
    house.settle()
    counts = move.counts(migration_id)
    assert counts["failed"] == 1
    (failed,), _ = house.container.migrations.items(house.actor(ADMINISTRATOR), migration_id, "failed")
    assert failed.refusal is not None
    assert "ended" in failed.refusal.template
    house.verify()


def test_asking_twice_is_asking_once(house: House, to: To) -> None:
    move, command_id = to(relabelled), new_id()
    first = move.ask(command_id=command_id)
    assert move.ask(command_id=command_id) == first
    with pytest.raises(TransitionRefused, match="already wait in another migration"):
        move.ask()
    house.settle()
    with pytest.raises(TransitionRefused, match="no running case"):
        move.ask()


def test_two_who_start_at_one_moment_move_each_case_once(house: House, to: To) -> None:
    move = to(relabelled)
    results = at_once(move.ask, move.ask)
    assert len(raised(results)) == 1
    house.settle()
    assert len(house.events(COMMUNE_UNIT, "ProcessMigrated")) == 1
    house.verify()


def test_what_still_waits_can_be_left_out(house: House, to: To) -> None:
    move = to(relabelled)
    migration_id = move.ask()
    house.container.jobs.run_due(limit=2)
    left = house.container.migrations.cancel(house.actor(ADMINISTRATOR), CancelMigration(migration_id=migration_id))
    house.settle()
    counts = move.counts(migration_id)
    assert counts == {"done": counts["done"], "cancelled": left}
    assert left > 0
    found = house.container.migrations.get(house.actor(ADMINISTRATOR), migration_id)
    assert found.status == "cancelled"
    house.verify()


@pytest.mark.parametrize(("role", "seat"), [("definition-reviewer", "thanh-hoa"), ("manager", "cong-an-thanh-hoa")])
def test_only_administrators_may(house: House, to: To, role: str, seat: str) -> None:
    move = to(relabelled)
    migration_id = move.make(COMMUNE_UNIT)
    actor, service = house.person("nguoi-khac", (role, seat)), house.container.migrations
    attempts: list[Callable[[], Any]] = [
        lambda: service.versions(actor),
        lambda: service.preview(actor, move.wish()),
        lambda: service.ready_cases(actor, move.wish()),
        lambda: service.dry_run(actor, move.wish()),
        lambda: service.start(actor, StartMigration(wish=move.wish(), reason=REASON)),
        lambda: service.list(actor),
        lambda: service.get(actor, migration_id),
        lambda: service.items(actor, migration_id),
        lambda: service.cancel(actor, CancelMigration(migration_id=migration_id)),
        lambda: service.revert(actor, RevertMigration(migration_id=migration_id, reason=REASON)),
        lambda: service.revert_case(
            actor, RevertCase(migration_id=migration_id, case_id=house.case().id, reason=REASON)
        ),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()


def test_an_administrator_reaches_the_cases_of_their_own_jurisdiction_only(house: House, to: To) -> None:
    move = to(relabelled)
    migration_id = move.make(ENTERPRISE_UNIT)
    elsewhere = house.person("noi-khac", ("administrator", COMMUNE_UNIT))
    service = house.container.migrations
    preview = service.preview(elsewhere, move.wish())
    assert preview.cases <= 1
    with pytest.raises(NotFound):
        service.preview(elsewhere, move.wish(ENTERPRISE_UNIT))
    with pytest.raises(NotFound):
        service.get(elsewhere, migration_id)
    with pytest.raises(NotFound):
        service.revert_case(
            elsewhere,
            RevertCase(migration_id=migration_id, case_id=house.case(ENTERPRISE_UNIT).id, reason=REASON),
        )


def test_a_reason_is_needed_and_another_version(house: House, to: To) -> None:
    move, administrator = to(relabelled), house.actor(ADMINISTRATOR)
    with pytest.raises(InvalidInput):
        house.container.migrations.start(administrator, StartMigration(wish=move.wish(), reason=" "))
    same = Move(house=house, old=move.old, new=move.old)
    with pytest.raises(InvalidInput):
        house.container.migrations.preview(administrator, same.wish())
