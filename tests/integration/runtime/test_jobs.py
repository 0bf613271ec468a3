"""Machine work: done once, tried again, given up as an incident."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.support.at_once import at_once, raised
from tests.support.house import CASTS, COMMUNE_UNIT, House, Model, open_house
from tests.support.running import eventually
from workflow.demo.player import Deed
from workflow.errors import Busy, Conflict, Unavailable, WorkflowError
from workflow.ids import new_id
from workflow.outside.mail import NoMailer
from workflow.ports import Mail
from workflow.runtime.handlers import Answer, BpmnError, Call
from workflow.runtime.jobs import ATTEMPTS, LEASE
from workflow.services.casework.operations import OperateCase
from workflow.store.jobs import JobRecord
from workflow.store.rows import Page
from workflow.worker import Worker


def closed(house: House) -> None:
    """The unit is not eligible: its case has only machine work before it."""
    house.register(previous_class="yeu")
    deed = Deed(login="thuongtruc.thuongxuan", node_id="eligibility_review", outcome="close", reason="Minh họa")
    house.player.do(house.case().id, deed)


def claim(house: House) -> list[JobRecord]:
    """What a worker does first; this one then crashes."""
    now = house.clock.now()
    with house.container.units() as uow:
        claimed = list(uow.jobs.claim(now, now + LEASE, 20))
        uow.commit()
    return claimed


def is_gone(house: House, job_id: str) -> bool:
    with house.container.units.reading() as uow:
        return uow.jobs.get(job_id) is None


def fail_service_jobs(house: House, times: int) -> None:
    for _ in range(times):
        house.container.jobs.run_due()
        jobs = house.jobs("service")
        if jobs:
            house.clock.move_to(jobs[0].run_at)


def test_a_job_whose_worker_crashed_is_done_once_after_its_lease(house: House) -> None:
    closed(house)
    (lost,) = [job for job in claim(house) if job.kind == "service"]
    house.settle()
    assert house.case().outcome is None

    house.clock.move_to(house.clock.now() + LEASE + timedelta(seconds=1))
    house.settle()
    assert house.case().outcome == "not_eligible"

    house.container.jobs._run(lost)  # the worker was only slow, and comes back
    assert len(house.events("xa-minh-hoa", "ResultRecorded")) == 1
    assert len(house.events("xa-minh-hoa", "PeopleNotified")) == 1
    house.verify()


def test_two_workers_at_once_do_each_job_once(house: House, place: tuple[Model, object, str]) -> None:
    for unit in ("tho-thanh", "rung-thong", "dien-bien", COMMUNE_UNIT):
        house.register(unit, previous_class="yeu")
        standing = CASTS[unit].standing
        deed = Deed(login=standing, node_id="eligibility_review", outcome="close", reason="Minh họa")
        house.player.do(house.case(unit).id, deed)
    second = open_house(*place)  # type: ignore[arg-type] # a model, a path, an address
    second.clock.move_to(house.clock.now())

    def work(one: House) -> None:
        while one.container.jobs.run_due(limit=1):
            pass

    results = at_once(lambda: work(house), lambda: work(second), lambda: work(house))
    second.container.close()
    house.clock.move_to(house.clock.now() + timedelta(minutes=1))
    house.settle()

    assert not raised(results)
    for unit in ("tho-thanh", "rung-thong", "dien-bien", COMMUNE_UNIT):
        assert house.case(unit).outcome == "not_eligible"
        assert len(house.events(unit, "ResultRecorded")) == 1
        assert len(house.events(unit, "PeopleNotified")) == 1
    house.verify()


def test_a_service_that_keeps_failing_becomes_an_incident_and_can_be_retried(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_call: Call) -> Answer:
        raise RuntimeError("password=hunter2")

    closed(house)
    monkeypatch.setitem(house.container.jobs.handlers, "record-result", broken)
    fail_service_jobs(house, ATTEMPTS)
    assert house.jobs("service") == []
    (incident,) = house.container.operations.incidents(house.actor("quanly.tinh"), Page())[0]
    assert incident.node_id == "record_not_eligible"
    assert house.case().open_incidents == 1
    assert not any("hunter2" in str(event.payload) for event in house.events())

    monkeypatch.undo()
    house.container.operations.operate(
        house.actor("quanly.tinh"),
        OperateCase(case_id=house.case().id, reason="Minh họa", incident_id=incident.incident_id),
    )
    house.settle()
    assert (house.case().status, house.case().outcome) == ("completed", "not_eligible")
    house.verify()


class WorkerEnded(BaseException):
    """Stands for what no program survives: memory that ends, a fault in a library."""


def test_a_job_at_which_workers_end_is_given_up_and_those_claimed_beside_it_are_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fatal, done = house.case().id, house.container.jobs.handlers["record-result"]

    def ends_its_worker(call: Call) -> Answer:
        if call.case.id == fatal:
            raise WorkerEnded
        return done(call)

    monkeypatch.setitem(house.container.jobs.handlers, "record-result", ends_its_worker)
    for unit in (COMMUNE_UNIT, "tho-thanh"):
        house.register(unit, previous_class="yeu")
    for unit in (COMMUNE_UNIT, "tho-thanh"):
        deed = Deed(login=CASTS[unit].standing, node_id="eligibility_review", outcome="close", reason="Minh họa")
        house.player.do(house.case(unit).id, deed)
    ended = 0
    for _ in range(3 * ATTEMPTS):
        house.clock.move_to(house.clock.now() + LEASE + timedelta(seconds=1))
        try:
            house.settle()
        except WorkerEnded:
            ended += 1

    assert ended == ATTEMPTS + 1
    assert house.case("tho-thanh").outcome == "not_eligible"
    assert (house.case().status, house.case().open_incidents) == ("active", 1)
    monkeypatch.undo()
    (incident,) = house.container.operations.incidents(house.actor("quanly.tinh"), Page())[0]
    house.container.operations.operate(
        house.actor("quanly.tinh"), OperateCase(case_id=fatal, reason="Minh họa", incident_id=incident.incident_id)
    )
    house.settle()
    assert house.case().outcome == "not_eligible"
    house.verify()


@pytest.mark.parametrize("hindrance", [Busy(seconds=1), Unavailable(), Conflict()], ids=lambda one: type(one).__name__)
def test_a_job_that_never_came_to_its_turn_is_not_given_up(
    house: House, monkeypatch: pytest.MonkeyPatch, hindrance: WorkflowError
) -> None:
    def hindered(_call: Call) -> Answer:
        raise hindrance

    closed(house)
    for _ in range(ATTEMPTS):  # workers ended with it in their hands, at something else
        claim(house)
        house.clock.move_to(house.clock.now() + LEASE + timedelta(seconds=1))
    monkeypatch.setitem(house.container.jobs.handlers, "record-result", hindered)
    for _ in range(2 * ATTEMPTS):
        with suppress(Busy, Unavailable):
            house.settle()
        house.clock.move_to(house.clock.now() + timedelta(seconds=2))
    assert house.case().open_incidents == 0
    assert [job.kind for job in house.jobs("service")] == ["service"]

    monkeypatch.undo()
    house.settle()
    assert house.case().outcome == "not_eligible"
    house.verify()


def test_what_a_busy_database_kept_from_being_done_goes_on_without_waiting_for_a_lease(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hindered(_call: Call) -> Answer:
        raise Busy(seconds=1)

    closed(house)
    monkeypatch.setitem(house.container.jobs.handlers, "record-result", hindered)
    with pytest.raises(Busy):
        house.settle()
    monkeypatch.undo()

    house.settle()
    assert house.case().outcome == "not_eligible"


def test_a_fault_that_the_process_does_not_catch_becomes_an_incident(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(_call: Call) -> Answer:
        raise BpmnError("NO_SUCH_BOOK")

    closed(house)
    monkeypatch.setitem(house.container.jobs.handlers, "record-result", faulty)
    house.settle()

    (incident,) = house.container.operations.incidents(house.actor("quanly.tinh"), Page())[0]
    assert "NO_SUCH_BOOK" in str(incident.params)
    house.verify()


def test_the_pauses_between_attempts_grow(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_call: Call) -> Answer:
        raise RuntimeError

    closed(house)
    monkeypatch.setitem(house.container.jobs.handlers, "record-result", broken)
    pauses = []
    for _ in range(ATTEMPTS - 1):
        house.container.jobs.run_due()
        (job,) = house.jobs("service")
        pauses.append(job.run_at - house.clock.now())
        house.clock.move_to(job.run_at)
    assert pauses == sorted(pauses)
    assert pauses[-1] > 3 * pauses[0]


def test_a_cancelled_job_is_not_done(house: House) -> None:
    closed(house)
    (job,) = [one for one in claim(house) if one.kind == "service"]
    with house.container.units() as uow:
        uow.jobs.cancel(str(job.case_id), [str(job.ref)])
        uow.commit()
    house.container.jobs._run(job)
    assert house.case().outcome is None


def test_no_other_job_waits_behind_an_errand_that_takes_long(place: tuple[Model, object, str]) -> None:
    sending, answered = threading.Event(), threading.Event()
    beaten: list[bool] = []

    class Slow(NoMailer):
        def send(self, mail: Mail) -> None:
            sending.set()
            assert answered.wait(120), mail.to

    house = open_house(*place, mailer=Slow())  # type: ignore[arg-type] # a model, a path, an address
    house.person("thu.mail", ("unit-officer", COMMUNE_UNIT), email="thu@example.org")
    closed(house)
    worker = Worker(house.container.jobs, beats=[lambda: beaten.append(sending.is_set())])
    running = threading.Thread(target=worker.run, daemon=True)
    running.start()
    try:
        assert sending.wait(60)
        job = JobRecord(
            id=new_id(),
            kind="checkpoint",
            payload={"kind": "hourly"},
            run_at=house.clock.now(),
            created_at=house.clock.now(),
        )
        with house.container.units() as uow:
            uow.jobs.add([job])
            uow.commit()

        assert eventually(lambda: is_gone(house, job.id))
        assert eventually(lambda: True in beaten)
        assert len(house.jobs("mail")) == 1
    finally:
        answered.set()
        worker.stop()
        running.join(timeout=60)
    assert not running.is_alive()
    house.container.close()


def test_a_mail_is_sent_outside_any_transaction_and_once(place: tuple[Model, object, str]) -> None:
    sent: list[Mail] = []

    class Watching(NoMailer):
        def send(self, mail: Mail) -> None:
            with house.container.units() as uow:  # would wait for ever if the sender held the database
                uow.settings.put("seen-while-sending", "yes")
                uow.commit()
            sent.append(mail)

    house = open_house(*place, mailer=Watching())  # type: ignore[arg-type] # a model, a path, an address
    house.person("thu.mail", ("unit-officer", COMMUNE_UNIT), email="thu@example.org")
    closed(house)
    worker = threading.Thread(target=house.settle, daemon=True)
    worker.start()
    worker.join(timeout=60)
    assert not worker.is_alive()
    assert [mail.to for mail in sent] == ["thu@example.org"]
    house.container.close()


def test_a_mail_that_fails_is_kept_for_the_operator_and_stops_no_case(place: tuple[Model, object, str]) -> None:
    class Down(NoMailer):
        def send(self, mail: Mail) -> None:
            raise OSError(f"connection refused while sending to {mail.to}")

    house = open_house(*place, mailer=Down())  # type: ignore[arg-type] # a model, a path, an address
    house.person("thu.mail", ("unit-officer", COMMUNE_UNIT), email="thu@example.org")
    closed(house)
    house.settle()
    for _ in range(ATTEMPTS):
        for job in house.jobs("mail"):
            house.clock.move_to(job.run_at)
        house.settle()

    assert house.case().status == "completed"
    (failed,) = house.container.failed_jobs.list(house.actor("quantri.tinh"))
    assert (failed.kind, failed.attempts, failed.last_error) == ("mail", ATTEMPTS, "OSError")
    house.container.close()


def test_a_job_is_claimed_by_one_of_many_who_ask_at_once(house: House) -> None:
    closed(house)
    claims = at_once(*[lambda: claim(house)] * 4)

    assert not raised(claims)
    ids = [job.id for found in claims for job in found]
    assert len(ids) == len(set(ids))
    with house.container.units.reading() as uow:
        locked = uow._connection.scalar(sa.text("SELECT count(*) FROM jobs WHERE locked_until IS NOT NULL"))
    assert locked == len(ids)
