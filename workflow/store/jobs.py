"""Machine work, claimed so that no two workers do the same job; and the commands already carried out, so that a repeated click gives the first result."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import Conflict
from workflow.store.columns import Id, Instant, JsonText, Key, bound, metadata
from workflow.store.rows import Page, build, build_all, columns, new_row, read
from workflow.store.sealing.seals import note_gone, wrote

jobs = sa.Table(
    "jobs",
    metadata,
    bound("id", Id, primary_key=True),
    bound("kind", Key, nullable=False),
    bound("province", Key),
    bound("case_id", Id),
    bound("ref", sa.String(160)),
    bound("payload", JsonText, nullable=False),
    bound("run_at", Instant, nullable=False),
    bound("attempts", sa.Integer, nullable=False, server_default="0"),
    bound("locked_until", Instant),
    bound("failed_at", Instant),
    bound("last_error", sa.Text),
    bound("created_at", Instant, nullable=False),
    sa.Index(
        "ix_jobs_due",
        "run_at",
        "id",
        sqlite_where=sa.text("failed_at IS NULL"),
        postgresql_where=sa.text("failed_at IS NULL"),
    ),
    sa.Index("ix_jobs_case_ref", "case_id", "ref"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """Machine work that waits for its time. `ref` ties it to what would cancel it (`timer:t3`, `task:<id>`)."""

    id: str
    kind: str
    payload: dict[str, Any]
    run_at: datetime
    created_at: datetime
    province: str | None = None
    case_id: str | None = None
    ref: str | None = None
    attempts: int = 0
    locked_until: datetime | None = None
    failed_at: datetime | None = None
    last_error: str | None = None


_WAITING = sa.text("failed_at IS NULL")
_ADD = sa.insert(jobs)

_CANCEL = (
    sa.delete(jobs)
    .where(jobs.c.case_id == sa.bindparam("of_case"), jobs.c.ref.in_(sa.bindparam("refs", expanding=True)))
    .returning(jobs.c.id)
)


class Jobs:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[JobRecord]) -> None:
        if new:
            self._connection.execute(_ADD, [new_row(jobs, job) for job in new])

    def cancel(self, case_id: str, refs: Collection[str]) -> None:
        if refs:
            given = {"of_case": case_id, "refs": list(refs)}
            gone = self._connection.scalars(_CANCEL, given, execution_options=wrote())
            note_gone(self._connection, jobs, gone.all())

    def claim(
        self,
        now: datetime,
        lease: datetime,
        limit: int,
        *,
        only: Collection[str] | None = None,
        without: Collection[str] = (),
    ) -> Sequence[JobRecord]:
        """Lock up to `limit` due jobs until `lease`: `only` of these kinds, `without` those; what another worker holds is skipped."""
        due = (
            sa.select(jobs.c.id)
            .where(jobs.c.run_at <= now, _WAITING)
            .where(sa.or_(jobs.c.locked_until.is_(None), jobs.c.locked_until < now))
            .where(jobs.c.kind.not_in(without), sa.true() if only is None else jobs.c.kind.in_(only))
            .order_by(jobs.c.run_at, jobs.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLite has no row locks and needs none: its writers take turns
        )
        ids = self._connection.scalars(due).all()
        if not ids:
            return []
        self._connection.execute(
            sa.update(jobs).where(jobs.c.id.in_(ids)).values(locked_until=lease, attempts=jobs.c.attempts + 1)
        )
        rows = self._connection.execute(sa.select(jobs).where(jobs.c.id.in_(ids)).order_by(jobs.c.run_at, jobs.c.id))
        return build_all(JobRecord, rows.mappings())

    def renew(self, claimed: Collection[JobRecord], lease: datetime) -> None:
        """Keep claimed jobs until `lease`; one that is being done is held by its own transaction, and is not waited for."""
        mine = sa.or_(*[sa.and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts) for job in claimed])
        held = sa.select(jobs.c.id).where(mine, jobs.c.locked_until.is_not(None)).with_for_update(skip_locked=True)
        ids = self._connection.scalars(held).all()
        if ids:
            self._connection.execute(sa.update(jobs).where(jobs.c.id.in_(ids)).values(locked_until=lease))

    def release(self, job: JobRecord) -> None:
        """Give a claimed job back undone and uncounted, as it was when it was claimed."""
        self._connection.execute(_as_before(job))

    def get(self, job_id: str) -> JobRecord | None:
        row = self._connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().first()
        return build(JobRecord, row) if row else None

    def of_case(self, case_id: str) -> Sequence[JobRecord]:
        query = sa.select(jobs).where(jobs.c.case_id == case_id).order_by(jobs.c.run_at, jobs.c.id)
        return build_all(JobRecord, self._connection.execute(query).mappings())

    def of_kind(self, kind: str) -> Sequence[JobRecord]:
        """Every job of the kind that is waiting or at work."""
        query = sa.select(jobs).where(jobs.c.kind == kind, _WAITING).order_by(jobs.c.run_at, jobs.c.id)
        return build_all(JobRecord, self._connection.execute(query).mappings())

    def take(self, job: JobRecord) -> bool:
        """Delete a claimed job, in the transaction of its effect.

        False when it has been cancelled or, its lease over, claimed again: then nothing may be done for it.
        """
        gone = sa.delete(jobs).where(jobs.c.id == job.id, jobs.c.attempts == job.attempts)
        return self._connection.execute(gone).rowcount == 1

    def retry(self, job_id: str, run_at: datetime, error: str) -> None:
        self._connection.execute(
            sa.update(jobs)
            .where(jobs.c.id == job_id)
            .values(run_at=run_at, locked_until=None, failed_at=None, last_error=error[:4000])
        )

    def note(self, job: JobRecord, what: str) -> None:
        """Write down what is being done with a claimed job, for whoever claims it should this worker end."""
        mine = sa.and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts)
        self._connection.execute(sa.update(jobs).where(mine).values(last_error=what))

    def postpone(self, job: JobRecord, run_at: datetime) -> None:
        """Put a claimed job off without counting the attempt, else as it was when it was claimed."""
        self._connection.execute(_as_before(job).values(run_at=run_at))

    def fail(self, job_id: str, at: datetime, error: str) -> None:
        self._connection.execute(
            sa.update(jobs).where(jobs.c.id == job_id).values(failed_at=at, locked_until=None, last_error=error[:4000])
        )

    def waits(self, ref: str, after: datetime) -> bool:
        """Whether a job of the installation, of no case, waits under that reference for a later time than that."""
        mine = sa.and_(jobs.c.case_id.is_(None), jobs.c.ref == ref, jobs.c.run_at > after, _WAITING)
        return self._connection.scalar(sa.select(sa.exists().where(mine))) or False

    def in_trouble(self, kinds: Collection[str]) -> int:
        """How many jobs of these kinds have failed, for good or at their last attempt."""
        failing = sa.or_(jobs.c.failed_at.is_not(None), jobs.c.last_error.is_not(None))
        return self._connection.scalar(sa.select(sa.func.count()).where(jobs.c.kind.in_(kinds), failing)) or 0

    def failed(self, page: Page) -> Sequence[JobRecord]:
        query = sa.select(jobs).where(jobs.c.failed_at.is_not(None)).order_by(jobs.c.failed_at.desc(), jobs.c.id)
        return build_all(JobRecord, self._connection.execute(query.limit(page.limit).offset(page.offset)).mappings())

    def failed_number(self, kind: str) -> tuple[int, int]:
        """How many jobs of that kind have failed for good, and how many of the others."""
        failed = sa.select(jobs.c.kind, sa.func.count()).where(jobs.c.failed_at.is_not(None)).group_by(jobs.c.kind)
        counted = {str(row[0]): int(row[1]) for row in self._connection.execute(failed)}
        return counted.pop(kind, 0), sum(counted.values())

    def next_due(self) -> datetime | None:
        """When the earliest waiting job is due: for tests and simulations on a virtual clock."""
        return self._connection.scalar(sa.select(jobs.c.run_at).where(_WAITING).order_by(jobs.c.run_at).limit(1))


def _as_before(job: JobRecord) -> sa.Update:
    """Undo the claim, and what was noted since, unless another worker has claimed it."""
    mine = sa.and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts)
    return sa.update(jobs).where(mine).values(locked_until=None, attempts=job.attempts - 1, last_error=job.last_error)


commands = sa.Table(
    "commands",
    metadata,
    bound("id", sa.String(64), primary_key=True),
    bound("kind", Key, nullable=False),
    bound("actor_id", Id, nullable=False),
    bound("at", Instant, nullable=False),
    bound("result", JsonText, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """A command that has been carried out, so that a repeated click gives the first result."""

    id: str
    kind: str
    actor_id: str
    at: datetime
    result: dict[str, Any] = field(default_factory=dict)


_FIND_COMMAND = sa.select(*columns(commands, CommandRecord)).where(commands.c.id == sa.bindparam("command_id"))
_ADD_COMMAND = sa.insert(commands)


class Commands:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, command_id: str) -> CommandRecord | None:
        row = self._connection.execute(_FIND_COMMAND, {"command_id": command_id}).first()
        return read(CommandRecord, row) if row else None

    def add(self, command: CommandRecord) -> None:
        """Raise `Conflict` when the id is already there."""
        try:
            self._connection.execute(_ADD_COMMAND, new_row(commands, command))
        except sa.exc.IntegrityError as error:
            raise Conflict() from error
