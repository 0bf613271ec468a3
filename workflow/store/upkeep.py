"""Which workers live: each says so every few seconds. Nothing is decided by it but whether somebody is alarmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from workflow.store.columns import Id, Instant, cache, metadata
from workflow.store.rows import build_all, put, values

_REBUILT_BY = "WorkerLife.beat"
"""Every worker writes its row anew within seconds."""
workers = sa.Table(
    "workers",
    metadata,
    cache("worker_key", Id, rebuilt_by=_REBUILT_BY, primary_key=True),
    cache("host_name", sa.String(255), rebuilt_by=_REBUILT_BY, nullable=False),
    cache("alive_since", Instant, rebuilt_by=_REBUILT_BY, nullable=False),
    cache("alive_at", Instant, rebuilt_by=_REBUILT_BY, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRecord:
    worker_key: str
    host_name: str
    alive_since: datetime
    alive_at: datetime


class Workers:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def beat(self, worker: WorkerRecord) -> None:
        """The worker lives."""
        put(self._connection, workers, [values(worker)])

    def gone(self, worker_id: str) -> None:
        """The worker has ended, as it was told to."""
        self._connection.execute(sa.delete(workers).where(workers.c.worker_key == worker_id))

    def seen(self, since: datetime) -> Sequence[WorkerRecord]:
        """Those that were seen since then, the latest first."""
        query = (
            sa.select(workers)
            .where(workers.c.alive_at >= since)
            .order_by(workers.c.alive_at.desc(), workers.c.worker_key)
        )
        return build_all(WorkerRecord, self._connection.execute(query.limit(100)).mappings())

    def drop_before(self, at: datetime) -> None:
        """Forget those that were last seen before."""
        self._connection.execute(sa.delete(workers).where(workers.c.alive_at < at))
