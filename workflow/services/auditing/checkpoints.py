"""Signed checkpoints over the heads of all streams: every hour, every day, and when somebody asks for one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from workflow.audit.checkpoint import Checkpoint, CheckpointKind, checkpoint_hash, sign_checkpoint
from workflow.audit.facts.auditing import AuditKeyRotated, CheckpointRequested, CheckpointSigned
from workflow.audit.facts.fact import Fact
from workflow.audit.keys import PublicKey
from workflow.audit.merkle import ordered
from workflow.calendar.zone import ZONE
from workflow.errors import N_, PermissionDenied
from workflow.ids import new_id
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import permissions_of
from workflow.ports import AuditKeys
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.services.ground.access import provenance
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.store.jobs import JobRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

STREAM = "audit"
SIGNINGS = "checkpoints"
"""The stream in which each signing of a checkpoint stands."""
JOB = "checkpoint"
"""The kind of the jobs that `CheckpointService.run_job` carries out."""
LEAVES_KEPT = timedelta(days=7)
"""How long an hourly checkpoint keeps the heads it covers; daily ones and those on demand keep them for ever."""
_SOON = timedelta(hours=2)
OVERDUE = N_(
    "The newest checkpoint was signed more than two hours ago: what has been recorded since could be cut off without being noticed. "
    "Is the worker running?"
)
_LOCK = "audit.revision"
_LOOK_BACK = 30
_WHO = N_("Only an auditor or an administrator may do that.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCheckpoint(Command):
    """Cover all streams now."""

    A_MINUTE: ClassVar[int] = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateAuditKey(Command):
    """Sign with a new key from now on."""


class CheckpointService:
    """An actor of None is the system."""

    def __init__(self, ground: Ground, keys: AuditKeys) -> None:
        self._ground = ground
        self._keys = keys

    def make(self, actor: Actor | None, command: RequestCheckpoint) -> Checkpoint:
        """Cover all streams, and record who asked. Raises `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by, checkpoint_id = self._by(actor, command), new_id()
            note(uow, by, CheckpointRequested(checkpoint_id=checkpoint_id))
            self.cover(uow, CheckpointKind.ON_DEMAND, checkpoint_id)
            return {"id": checkpoint_id}

        made = self._ground.carry_out(actor, command, work, lock=_LOCK)
        with self._ground.units.reading() as uow:
            return uow.checkpoints.get(made["id"])

    def cover(self, uow: UnitOfWork, kind: CheckpointKind, checkpoint_id: str) -> Checkpoint:
        """Cover all streams as the caller's transaction sees them, and thin what is old.

        Signing is itself an event, which the checkpoint covers: it cannot go without a trace.
        """
        lock(uow)
        now = self._ground.clock.now()
        signed = CheckpointSigned(checkpoint_id=checkpoint_id, kind=str(kind), seals=_books(uow))
        record(uow, SIGNINGS, [signed], Provenance(actor=SYSTEM, at=now, command_id=checkpoint_id))
        previous = uow.checkpoints.latest()
        leaves = ordered(uow.events.heads().values())
        if previous is not None and now <= previous.at:  # the clock of another machine may be ahead
            now = previous.at + timedelta(microseconds=1)
        checkpoint = sign_checkpoint(
            leaves, self._keys.signing(), id=checkpoint_id, at=now, kind=kind, previous=previous
        )
        uow.checkpoints.add(checkpoint, leaves)
        uow.checkpoints.thin_hourly_before(now - LEAVES_KEPT)
        return checkpoint

    def newest(self, actor: Actor, page: Page) -> tuple[Sequence[Checkpoint], int]:
        """Checkpoints, newest first, and the number of all. Raises `PermissionDenied`."""
        entitled(actor)
        with self._ground.units.reading() as uow:
            return uow.checkpoints.page(page)

    def warnings(self, actor: Actor) -> list[str]:
        """What to say to who looks after the installation, as message templates. Raises `PermissionDenied`."""
        entitled(actor)
        with self._ground.units.reading() as uow:
            newest = uow.checkpoints.latest()
        return [OVERDUE] if newest is not None and is_overdue(newest.at, self._ground.clock.now()) else []

    def rotate_key(self, actor: Actor | None, command: RotateAuditKey) -> PublicKey:
        """Put a new key in the place of the present one, and begin with a checkpoint at once. Raises `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._by(actor, command)
            old, new = self._keys.signing().public, self._keys.rotate().public
            checkpoint_id = new_id()
            note(uow, by, AuditKeyRotated(old=old.key_id, new=new.key_id, checkpoint_id=checkpoint_id))
            self.cover(uow, CheckpointKind.ON_DEMAND, checkpoint_id)
            return {"key_id": new.key_id}

        # Only behind the lock is the key put aside: no second attempt follows one that has done so.
        done = self._ground.carry_out(actor, command, work, lock=_LOCK)
        return self._keys.ring()[done["key_id"]]

    def published_keys(self) -> tuple[str, list[str]]:
        """The id of the present key, and those of all keys that ever signed: what an organisation publishes."""
        present = self._keys.signing().public.key_id
        return present, sorted(self._keys.ring())

    def ensure_scheduled(self) -> None:
        """See to it that the next hourly and the next daily checkpoint wait among the jobs; to be called at start."""
        with self._ground.units() as uow:
            for kind in (CheckpointKind.HOURLY, CheckpointKind.DAILY):
                _schedule(uow, kind, self._ground.clock.now())
            uow.commit()

    def run_job(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Make the checkpoint of a job of kind `JOB` and schedule the next of its kind, in the job's transaction."""
        kind = CheckpointKind(job.payload["kind"])
        self.cover(uow, kind, new_id())
        _schedule(uow, kind, by.at)

    def _by(self, actor: Actor | None, command: Command) -> Provenance:
        now = self._ground.clock.now()
        if actor is None:
            return Provenance(actor=SYSTEM, at=now, command_id=command.command_id)
        return provenance(actor, entitled(actor), now, command.command_id)


def _books(uow: UnitOfWork) -> dict[str, Any]:
    """The last page of each book that was written in lately: what earlier signings have noted stays noted.

    A transaction may commit after others that came later. So the look goes back past many signings, not to the last one.
    """
    earlier = [
        event.payload.get("seals") for event in uow.events.of_type(SIGNINGS, CheckpointSigned.__name__, _LOOK_BACK)
    ]
    stamps = [one["stamp"] for one in earlier if isinstance(one, dict) and isinstance(one.get("stamp"), int)]
    since = min(stamps) if len(stamps) == _LOOK_BACK else 0
    books = {writer: [number, mac] for writer, (number, mac) in uow.seals.last_pages(since).items()}
    return {"stamp": uow.seals.newest_stamp(), "books": books}


def is_overdue(newest: datetime, now: datetime) -> bool:
    """Whether the next checkpoint should have been signed long ago."""
    return now - newest > _SOON


def head_hash(checkpoint: Checkpoint) -> str:
    """The hash that is worth noting where the operator cannot reach it; `verify` takes it as an anchor."""
    return checkpoint_hash(checkpoint)


def lock(uow: UnitOfWork) -> None:
    """Let one writer at a time onto the `audit` stream and the chain of checkpoints."""
    uow.settings.raise_number(_LOCK)


def note(uow: UnitOfWork, by: Provenance, *happened: Fact) -> None:
    """Record what concerns the audit itself."""
    lock(uow)
    record(uow, STREAM, happened, by)


def entitled(actor: Actor) -> Assignment:
    """The role by which somebody looks after the audit as a whole. Raises `PermissionDenied`."""
    for assignment in actor.assignments:
        if {"audit", "administer_accounts"} & permissions_of(assignment.role):
            return assignment
    raise PermissionDenied(_WHO)


def _schedule(uow: UnitOfWork, kind: CheckpointKind, now: datetime) -> None:
    """The job's id says its hour or day, so that however many processes start, there is one."""
    local = now.astimezone(ZONE)
    if kind is CheckpointKind.HOURLY:
        next_at = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    else:
        next_at = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    job_id = f"{JOB}-{kind}-{next_at:%Y%m%d%H}"
    if uow.jobs.get(job_id) is None:
        job = JobRecord(
            id=job_id, kind=JOB, payload={"kind": str(kind)}, run_at=next_at, created_at=now, ref=f"{JOB}:{kind}"
        )
        uow.jobs.add([job])
