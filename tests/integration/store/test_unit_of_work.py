"""One transaction: rolled back unless committed, one moment for readers, a race for writers that one of them loses."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.support.at_once import at_once, raised
from tests.support.clock import FixedClock
from workflow.errors import Conflict
from workflow.ids import new_id
from workflow.store.jobs import CommandRecord, JobRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitsOfWork


def command(clock: FixedClock, name: str) -> CommandRecord:
    return CommandRecord(id=name, kind="Test", actor_id="somebody", at=clock.now())


def job(clock: FixedClock, minutes: int = 0, **more: object) -> JobRecord:
    values = {"kind": "test", "payload": {"số": ["một", 2]}, "created_at": clock.now(), "case_id": "c", "ref": "r"}
    return JobRecord(id=new_id(), run_at=clock.now() + timedelta(minutes=minutes), **{**values, **more})  # type: ignore[arg-type] # by name


def test_what_is_not_committed_never_was(units: UnitsOfWork, clock: FixedClock) -> None:
    with units() as uow:
        uow.commands.add(command(clock, "a"))
    with units() as uow:
        uow.commands.add(command(clock, "b"))
        with pytest.raises(Conflict):
            uow.commands.add(command(clock, "b"))
    with units.reading() as uow:
        assert uow.commands.find("a") is None
        assert uow.commands.find("b") is None


def test_a_second_writer_of_one_command_gets_a_conflict(units: UnitsOfWork, clock: FixedClock) -> None:
    def write() -> None:
        with units() as uow:
            uow.commands.add(command(clock, "a"))
            uow.commit()

    results = at_once(write, write, write)
    assert [type(error) for error in raised(results)] == [Conflict, Conflict]


def test_a_reader_sees_one_moment_and_waits_for_nobody(units: UnitsOfWork, clock: FixedClock) -> None:
    with units.reading() as reader:
        assert reader.jobs.next_due() is None
        writing = threading.Thread(target=add, args=(units, job(clock)))
        writing.start()
        writing.join(timeout=10)
        assert not writing.is_alive()
        assert reader.jobs.next_due() is None
    with units.reading() as reader:
        assert reader.jobs.next_due() == clock.now()


def test_a_deadlock_is_a_conflict_and_no_fault(units: UnitsOfWork, engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite's writers take turns: there is nothing to wait for in a circle")
    for name in ("a", "b"):
        with units() as uow:
            uow.settings.put(name, "0")
            uow.commit()
    met = threading.Barrier(2)

    def change(first: str, second: str) -> None:
        with units() as uow:
            uow.settings.put(first, "1")
            met.wait(timeout=10)
            uow.settings.put(second, "1")
            uow.commit()

    results = at_once(lambda: change("a", "b"), lambda: change("b", "a"))
    assert [type(error) for error in raised(results)] == [Conflict]


def add(units: UnitsOfWork, *jobs: JobRecord) -> None:
    with units() as uow:
        uow.jobs.add(jobs)
        uow.commit()


def test_jobs_are_claimed_in_the_order_in_which_they_fell_due(units: UnitsOfWork, clock: FixedClock) -> None:
    late, early, future = job(clock, -1), job(clock, -2), job(clock, 5)
    add(units, late, early, future)
    with units() as uow:
        claimed = uow.jobs.claim(clock.now(), clock.now() + timedelta(minutes=1), 10)
        uow.commit()
    assert [one.id for one in claimed] == [early.id, late.id]
    assert claimed[0].payload == {"số": ["một", 2]}
    assert [one.attempts for one in claimed] == [1, 1]


def test_a_claimed_job_is_nobody_elses_until_its_lease_is_over(units: UnitsOfWork, clock: FixedClock) -> None:
    add(units, job(clock))

    def claim() -> list[JobRecord]:
        with units() as uow:
            found = list(uow.jobs.claim(clock.now(), clock.now() + timedelta(minutes=1), 10))
            uow.commit()
        return found

    (first,) = claim()
    assert claim() == []
    clock.advance(timedelta(minutes=2))
    (second,) = claim()
    with units() as uow:
        assert not uow.jobs.take(first)
        assert uow.jobs.take(second)
        uow.commit()


def test_cancelling_goes_by_case_and_reference(units: UnitsOfWork, clock: FixedClock) -> None:
    mine, other_case, other_ref = job(clock), job(clock, case_id="d"), job(clock, ref="s")
    add(units, mine, other_case, other_ref)
    with units() as uow:
        uow.jobs.cancel("c", ["r", "t"])
        uow.commit()
    with units.reading() as uow:
        assert uow.jobs.get(mine.id) is None
        assert uow.jobs.get(other_case.id) == other_case
        assert uow.jobs.get(other_ref.id) == other_ref


def test_a_failed_job_is_shown_and_not_claimed(units: UnitsOfWork, clock: FixedClock) -> None:
    one = job(clock)
    add(units, one)
    with units() as uow:
        uow.jobs.fail(one.id, clock.now(), "x" * 9000)
        assert uow.jobs.claim(clock.now(), clock.now(), 10) == []
        uow.commit()
    with units.reading() as uow:
        (failed,) = uow.jobs.failed(Page())
    assert (failed.id, len(failed.last_error or "")) == (one.id, 4000)
