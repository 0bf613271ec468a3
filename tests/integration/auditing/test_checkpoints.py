"""Checkpoints follow each other, thin out, and change hands from key to key without losing what they cover."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.clock import FixedClock
from tests.support.secrets import no_mark
from tests.support.world import ground
from workflow.audit.checkpoint import Checkpoint, CheckpointKind
from workflow.audit.facts.accounts import SignedOut
from workflow.audit.keys import SigningKey
from workflow.cli.audit import report_text
from workflow.errors import ConfigurationError, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor, Assignment
from workflow.outside.files import FileBlobStore
from workflow.outside.keys import AuditKeyFiles
from workflow.runtime.recorder import Provenance, record
from workflow.services.auditing.checkpoints import JOB, CheckpointService, RequestCheckpoint, RotateAuditKey
from workflow.services.auditing.verification import VerificationService
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitsOfWork


@pytest.fixture
def keys(tmp_path: Path) -> AuditKeyFiles:
    return AuditKeyFiles(tmp_path / "keys")


@pytest.fixture
def service(units: UnitsOfWork, clock: FixedClock, keys: AuditKeyFiles) -> CheckpointService:
    return CheckpointService(ground(units, clock), keys)


@pytest.fixture
def verification(units: UnitsOfWork, clock: FixedClock, tmp_path: Path, keys: AuditKeyFiles) -> VerificationService:
    return VerificationService(ground(units, clock), FileBlobStore(tmp_path / "evidence"), keys, no_mark(tmp_path))


def scheduled(units: UnitsOfWork, service: CheckpointService, kind: CheckpointKind) -> Checkpoint:
    """One that nobody asked for."""
    with units() as uow:
        made = service.cover(uow, kind, new_id())
        uow.commit()
    return made


def happen(units: UnitsOfWork, clock: FixedClock) -> None:
    with units() as uow:
        record(uow, "accounts", [SignedOut(user="somebody")], Provenance(actor="somebody", at=clock.now()))
        uow.commit()


def person(clock: FixedClock, role: str) -> Actor:
    held = Assignment(id="a", user_id="u", role=role, organisation_id="thanh-hoa", valid_from=clock.now().date())
    return Actor(user_id="u", name="U", assignments=(held,))


def test_hourly_ones_lose_their_leaves_after_a_week_and_all_still_verifies(
    units: UnitsOfWork, clock: FixedClock, service: CheckpointService, verification: VerificationService
) -> None:
    made = []
    for kind in (CheckpointKind.HOURLY, CheckpointKind.DAILY, CheckpointKind.HOURLY):
        happen(units, clock)
        made.append(scheduled(units, service, kind))
        clock.advance(timedelta(hours=1))
    clock.advance(timedelta(days=7))
    made.append(scheduled(units, service, CheckpointKind.HOURLY))

    with units.reading() as uow:
        kept = [uow.checkpoints.leaves(one.id) is not None for one in made]
    assert kept == [False, True, False, True]
    assert verification.verify().breaches == ()


def test_who_may_ask_for_one_and_that_it_is_recorded(
    units: UnitsOfWork, clock: FixedClock, service: CheckpointService
) -> None:
    service.make(person(clock, "auditor"), RequestCheckpoint())
    service.make(person(clock, "administrator"), RequestCheckpoint())
    with pytest.raises(PermissionDenied):
        service.make(person(clock, "unit-officer"), RequestCheckpoint())

    with units.reading() as uow:
        recorded = [(event.type, event.role) for event in uow.events.of_stream("audit")]
    assert recorded == [("CheckpointRequested", "auditor"), ("CheckpointRequested", "administrator")]


def test_a_clock_that_goes_back_does_not_break_their_order(
    units: UnitsOfWork, clock: FixedClock, service: CheckpointService, verification: VerificationService
) -> None:
    service.make(None, RequestCheckpoint())
    clock.advance(timedelta(hours=-1))
    service.make(None, RequestCheckpoint())

    assert verification.verify().breaches == ()


def test_what_an_old_key_signed_stays_valid_after_its_rotation(
    service: CheckpointService, verification: VerificationService, keys: AuditKeyFiles
) -> None:
    old = service.make(None, RequestCheckpoint()).key_id
    new = service.rotate_key(None, RotateAuditKey()).key_id

    assert service.make(None, RequestCheckpoint()).key_id == new != old
    assert set(keys.ring()) == {old, new}
    assert verification.verify().breaches == ()


def test_a_checkpoint_by_a_key_outside_the_ring_is_a_breach(
    service: CheckpointService, verification: VerificationService, tmp_path: Path
) -> None:
    key_id = service.make(None, RequestCheckpoint()).key_id
    (tmp_path / "keys" / "audit-public" / f"{key_id}.pem").unlink()

    assert [breach.actual for breach in verification.verify().breaches] == [key_id]


def test_only_the_owner_may_read_the_key(keys: AuditKeyFiles, tmp_path: Path) -> None:
    place = tmp_path / "keys" / "audit.pem"
    for make in (keys.signing, keys.rotate):
        key = make()
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert SigningKey.from_pem(place.read_bytes()).public == key.public
    assert keys.signing().public == key.public


def test_a_key_that_cannot_be_read_is_not_replaced(keys: AuditKeyFiles, tmp_path: Path) -> None:
    keys.signing()
    (tmp_path / "keys" / "audit.pem").write_text("nonsense")

    with pytest.raises(ConfigurationError):
        keys.signing()


def test_one_job_an_hour_and_one_a_day_however_many_processes_start(
    units: UnitsOfWork, clock: FixedClock, service: CheckpointService
) -> None:
    service.ensure_scheduled()
    service.ensure_scheduled()
    clock.advance(timedelta(days=1))

    first = due(units, clock)
    assert sorted(job.payload["kind"] for job in first) == ["daily", "hourly"]
    for job in first:
        with units() as uow:
            service.run_job(uow, job, Provenance(actor="system", at=clock.now()))
            uow.jobs.take(job)
            uow.commit()
    service.ensure_scheduled()

    with units.reading() as uow:
        assert sorted(one.kind for one in uow.checkpoints.all()) == ["daily", "hourly"]
    clock.advance(timedelta(hours=1))
    assert [job.payload["kind"] for job in due(units, clock)] == ["hourly"]


def due(units: UnitsOfWork, clock: FixedClock) -> list[JobRecord]:
    with units() as uow:
        found = list(uow.jobs.claim(clock.now(), clock.now() + timedelta(minutes=1), 10))
        uow.commit()
    assert all(job.kind == JOB for job in found)
    return found


def test_old_events_without_any_checkpoint_are_a_warning(
    units: UnitsOfWork, clock: FixedClock, service: CheckpointService, verification: VerificationService
) -> None:
    happen(units, clock)
    assert verification.verify().warnings == ()

    clock.advance(timedelta(days=1, minutes=1))
    report = verification.verify()
    assert report.ok
    assert len(report.warnings) == 1
    assert report.warnings[0] in report_text(report)

    scheduled(units, service, CheckpointKind.HOURLY)
    assert verification.verify().warnings == ()


@pytest.mark.parametrize("kind", ["hourly", "daily"])
def test_signing_is_itself_an_event_that_the_checkpoint_covers(
    units: UnitsOfWork, clock: FixedClock, service: CheckpointService, verification: VerificationService, kind: str
) -> None:
    job = JobRecord(id="j", kind=JOB, payload={"kind": kind}, run_at=clock.now(), created_at=clock.now())
    with units() as uow:
        service.run_job(uow, job, Provenance(actor="system", at=clock.now()))
        uow.commit()

    with units.reading() as uow:
        (event,) = uow.events.of_stream("checkpoints")
        (checkpoint,) = uow.checkpoints.all()
        covered = uow.checkpoints.leaves(checkpoint.id) or ()
    assert event.type == "CheckpointSigned"
    assert (event.payload["checkpoint_id"], event.payload["kind"]) == (checkpoint.id, kind)
    assert ("checkpoints", 1) in [(leaf.stream, leaf.seq) for leaf in covered]
    assert verification.verify().breaches == ()
