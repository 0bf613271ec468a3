"""Machine work, claimed so that no two workers do the same job."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from workflow.db.rows import build, build_all, values
from workflow.db.tables.cases import jobs
from workflow.services.ports.cases import JobRecord, Page

_WAITING = sa.text("failed_at IS NULL")
_ADD = sa.insert(jobs)
_CANCEL = sa.delete(jobs).where(
    jobs.c.case_id == sa.bindparam("of_case"), jobs.c.ref.in_(sa.bindparam("refs", expanding=True))
)


class SqlJobs:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[JobRecord]) -> None:
        if new:
            self._connection.execute(_ADD, [values(job) for job in new])

    def cancel(self, case_id: str, refs: Collection[str]) -> None:
        if refs:
            self._connection.execute(_CANCEL, {"of_case": case_id, "refs": list(refs)})

    def claim(self, now: datetime, lease: datetime, limit: int) -> Sequence[JobRecord]:
        due = (
            sa.select(jobs.c.id)
            .where(jobs.c.run_at <= now, _WAITING)
            .where(sa.or_(jobs.c.locked_until.is_(None), jobs.c.locked_until < now))
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

    def get(self, job_id: str) -> JobRecord | None:
        row = self._connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().first()
        return build(JobRecord, row) if row else None

    def of_case(self, case_id: str) -> Sequence[JobRecord]:
        query = sa.select(jobs).where(jobs.c.case_id == case_id).order_by(jobs.c.run_at, jobs.c.id)
        return build_all(JobRecord, self._connection.execute(query).mappings())

    def take(self, job: JobRecord) -> bool:
        gone = sa.delete(jobs).where(jobs.c.id == job.id, jobs.c.attempts == job.attempts)
        return self._connection.execute(gone).rowcount == 1

    def retry(self, job_id: str, run_at: datetime, error: str) -> None:
        self._connection.execute(
            sa.update(jobs)
            .where(jobs.c.id == job_id)
            .values(run_at=run_at, locked_until=None, failed_at=None, last_error=error[:4000])
        )

    def postpone(self, job_id: str, run_at: datetime) -> None:
        self._connection.execute(
            sa.update(jobs)
            .where(jobs.c.id == job_id)
            .values(run_at=run_at, locked_until=None, attempts=jobs.c.attempts - 1)
        )

    def fail(self, job_id: str, at: datetime, error: str) -> None:
        self._connection.execute(
            sa.update(jobs).where(jobs.c.id == job_id).values(failed_at=at, locked_until=None, last_error=error[:4000])
        )

    def failed(self, page: Page) -> Sequence[JobRecord]:
        query = sa.select(jobs).where(jobs.c.failed_at.is_not(None)).order_by(jobs.c.failed_at.desc())
        return build_all(JobRecord, self._connection.execute(query.limit(page.limit).offset(page.offset)).mappings())

    def next_due(self) -> datetime | None:
        """When the earliest waiting job is due: for tests and simulations on a virtual clock."""
        return self._connection.scalar(sa.select(jobs.c.run_at).where(_WAITING).order_by(jobs.c.run_at).limit(1))
