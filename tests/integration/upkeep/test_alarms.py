"""Alarms: raised once, told to who is named, silent until they are over, taken note of by a person."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.at_once import at_once, raised
from tests.support.house import House
from workflow.audit.facts.accounts import RoleAssigned
from workflow.audit.facts.auditing import VerificationReported
from workflow.errors import InvalidInput, NotFound, PermissionDenied, SignInRefused, TooManyAttempts
from workflow.ids import new_id
from workflow.runtime.recorder import Provenance, record
from workflow.services.upkeep.alarms import AlarmService, NameAlarmRecipients, SeeAlarm
from workflow.services.upkeep.health import WorkerLife
from workflow.store.jobs import JobRecord
from workflow.store.rows import Page
from workflow.store.upkeep import WorkerRecord

ADMIN = "quantri.tinh"


class Room:
    """How much is left on the disk."""

    def __init__(self) -> None:
        self.left = 10**12

    def __call__(self, _path: object) -> int:
        return self.left


def watched(house: House, room: Room) -> AlarmService:
    """The alarms of the house, whose worker lives."""
    WorkerLife(house.container.ground, house.clock).beat()
    return AlarmService(house.container.ground, house.clock, house.container.data, room)


def standing(house: House, alarms: AlarmService) -> list[str]:
    return [one.alarm for one in alarms.standing(house.actor(ADMIN))]


def told(house: House, login: str) -> list[str]:
    with house.container.units.reading() as uow:
        return [one.template for one in uow.notifications.of_user(house.users[login], Page())]


def fail_a_job(house: House, kind: str) -> str:
    at, job_id = house.clock.now(), new_id()
    with house.container.units() as uow:
        uow.jobs.add([JobRecord(id=job_id, kind=kind, payload={}, run_at=at, created_at=at)])
        uow.jobs.fail(job_id, at, "OSError")
        uow.commit()
    return job_id


def test_nothing_is_raised_where_nothing_is_wrong(house: House) -> None:
    alarms = watched(house, Room())
    assert alarms.look() == 0
    assert standing(house, alarms) == []


def test_a_state_is_said_once_and_is_over_by_itself(house: House) -> None:
    room = Room()
    alarms = watched(house, room)
    room.left = 5 * 1024 * 1024
    assert [alarms.look() for _ in range(3)] == [1, 0, 0]
    assert standing(house, alarms) == ["disk"]
    assert len(told(house, ADMIN)) == 1

    room.left = 10**12
    alarms.look()
    assert standing(house, alarms) == []
    room.left = 1
    assert alarms.look() == 1
    house.verify()


def test_a_worker_that_stands_still_mails_that_fail_and_old_checkpoints_are_states(house: House) -> None:
    alarms = watched(house, Room())
    job = fail_a_job(house, "mail")
    fail_a_job(house, "campaign-start")
    alarms.look()
    assert set(standing(house, alarms)) == {"mail", "jobs"}
    with house.container.units() as uow:
        uow.jobs.retry(job, house.clock.now(), "")
        uow.commit()
    house.clock.move_to(house.clock.now() + timedelta(hours=4))
    alarms.look()
    assert set(standing(house, alarms)) >= {"jobs", "worker"}
    assert "mail" not in standing(house, alarms)


def test_a_role_with_power_is_said_until_somebody_has_seen_it(house: House) -> None:
    alarms = watched(house, Room())
    given = RoleAssigned(
        user=house.users["donvi.minhhoa"],
        new={"role": "auditor", "organisation_id": "thanh-hoa", "valid_from": "2023-01-01"},
    )
    by = Provenance(actor=house.users[ADMIN], at=house.clock.now())
    with house.container.units() as uow:
        record(uow, "accounts", [given], by)
        uow.commit()
    assert alarms.look() == 1
    (one,) = alarms.standing(house.actor(ADMIN))
    assert (one.alarm, one.values["role"]) == ("roles", "auditor")
    assert alarms.look() == 0

    alarms.see(house.actor(ADMIN), SeeAlarm(alarm=one.alarm, subject=one.subject))

    (seen,) = alarms.standing(house.actor(ADMIN))
    assert seen.seen_by == house.users[ADMIN]
    assert alarms.look() == 0
    assert standing(house, alarms) == []
    with pytest.raises(NotFound):
        alarms.see(house.actor(ADMIN), SeeAlarm(alarm=one.alarm, subject=one.subject))


def test_a_verification_that_found_faults_is_said_and_one_that_found_none_is_not(house: House) -> None:
    alarms = watched(house, Room())
    by = Provenance(actor=house.users[ADMIN], at=house.clock.now())
    reports = [
        VerificationReported(
            verification_id=new_id(),
            verified=not faults,
            events=9,
            breaches=faults,
            head="0" * 64,
            report_sha256="0" * 64,
        )
        for faults in (0, 2)
    ]
    for report in reports:
        with house.container.units() as uow:
            record(uow, "auditing", [report], by)
            uow.commit()
    assert alarms.look() == 1
    assert standing(house, alarms) == ["verification"]


def test_guessing_is_told_to_the_administrators_and_to_whose_account_it_is(house: House) -> None:
    alarms = watched(house, Room())
    people = (ADMIN, "donvi.minhhoa", "danhgia.minhhoa")
    before = [len(told(house, login)) for login in people]
    for number in range(60):
        with pytest.raises((SignInRefused, TooManyAttempts)):
            house.container.sign_in.sign_in("donvi.minhhoa", "wrong wrong", address=f"198.51.100.{number}")
        house.clock.move_to(house.clock.now() + timedelta(seconds=20))
    WorkerLife(house.container.ground, house.clock).beat()
    assert alarms.look() == 1
    after = [len(told(house, login)) for login in people]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 0]


def test_only_who_is_named_is_told(house: House) -> None:
    room = Room()
    alarms = watched(house, room)
    other = house.person("quantri.hai", ("administrator", "thanh-hoa"), email="hai@minhhoa.vn")
    alarms.name(house.actor(ADMIN), NameAlarmRecipients(user_ids=[other.user_id]))
    room.left = 1
    alarms.look()
    assert told(house, ADMIN) == []
    assert len(told(house, "quantri.hai")) == 1
    with house.container.units.reading() as uow:
        mails = uow._connection.exec_driver_sql("SELECT payload FROM jobs WHERE kind = 'mail'").scalars().all()
    assert any("hai@minhhoa.vn" in str(mail) for mail in mails)
    with pytest.raises(InvalidInput):
        alarms.name(house.actor(ADMIN), NameAlarmRecipients(user_ids=[house.users["donvi.minhhoa"]]))


def test_alarms_are_for_administrators(house: House) -> None:
    alarms = watched(house, Room())
    for login in ("donvi.minhhoa", "kiemsoat.tinh"):
        with pytest.raises(PermissionDenied):
            alarms.standing(house.actor(login))
        with pytest.raises(PermissionDenied):
            alarms.name(house.actor(login), NameAlarmRecipients(user_ids=[]))
        with pytest.raises(PermissionDenied):
            alarms.see(house.actor(login), SeeAlarm(alarm="disk", subject="disk"))


def test_two_who_look_at_once_raise_it_once(house: House) -> None:
    room = Room()
    alarms = watched(house, room)
    room.left = 1
    looked = at_once(*[alarms.look] * 4)
    assert raised(looked) == []
    assert sum(looked) == 1


def test_whether_it_is_ready_says_what_is_missing(house: House) -> None:
    health = house.container.health
    assert (health.ready().database, health.ready().revision, health.ready().worker) == (True, True, False)
    now = datetime.now(UTC)
    with house.container.units() as uow:
        uow.workers.beat(WorkerRecord(worker_key=new_id(), host_name="x", alive_since=now, alive_at=now))
        uow.commit()
    health._known = None
    assert health.ready().ready
    with house.container.units() as uow:
        uow._connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        uow.commit()
    health._known = None
    assert not health.ready().revision


def test_every_part_is_told_and_what_stands_still_comes_first(house: House) -> None:
    room = Room()
    alarms = watched(house, room)
    assert [one.part for one in alarms.parts(house.actor(ADMIN)) if not one.works] == []

    fail_a_job(house, "mail")
    room.left = 10**6
    parts = alarms.parts(house.actor(ADMIN))

    assert [one.part for one in parts[:2]] == ["mail", "disk"]
    assert [one.works for one in parts] == [False, False, True, True, True, True]
    assert parts[0].number == 1
    with pytest.raises(PermissionDenied):
        alarms.parts(house.actor("quanly.tinh"))
