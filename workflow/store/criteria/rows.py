"""How each criterion's row on the sheet of a task stands: seen or not, decided or not, and which of its files were opened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.errors import Conflict
from workflow.lifecycle.criterion_row import UNSEEN
from workflow.store.columns import Id, Instant, JsonText, Key, bound, metadata
from workflow.store.rows import Among, columns, read_all, values
from workflow.store.sealing.seals import wrote

criterion_rows = sa.Table(
    "criterion_rows",
    metadata,
    bound("task_id", Id, sa.ForeignKey("user_tasks.id"), primary_key=True),
    bound("criterion_id", Key, primary_key=True),
    bound("state", Key, nullable=False),
    bound("opened", JsonText, nullable=False),
    bound("seen_at", Instant),
    bound("seen_by", Id),
    bound("decided_at", Instant),
    bound("decided_by", Id),
    bound("batch", Id),
    bound("unchanged", sa.Text),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRecord:
    """`opened`: the ids of the files that were opened here. `batch`: the act by which several rows were agreed to together.

    `unchanged`: why the unit sends a row that it was asked about again as it was. `revision` 0: nothing has been kept of it yet.
    """

    task_id: str
    criterion_id: str
    state: str = UNSEEN
    opened: Sequence[str] = ()
    seen_at: datetime | None = None
    seen_by: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    batch: str | None = None
    unchanged: str | None = None
    revision: int = 0


_REPLACE = sa.update(criterion_rows).where(
    criterion_rows.c.task_id == sa.bindparam("in_task"),
    criterion_rows.c.criterion_id == sa.bindparam("of_criterion"),
    criterion_rows.c.revision == sa.bindparam("before"),
)
_OF_TASKS = Among(
    "task", lambda ids: sa.select(*columns(criterion_rows, RowRecord)).where(criterion_rows.c.task_id.in_(ids))
)


class CriterionRows:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of_tasks(self, task_ids: Collection[str]) -> dict[str, dict[str, RowRecord]]:
        """Task → criterion → its row, of every row that has been kept."""
        found: dict[str, dict[str, RowRecord]] = {task_id: {} for task_id in task_ids}
        for row in read_all(RowRecord, self._connection.execute(*_OF_TASKS(task_ids))) if task_ids else ():
            found[row.task_id][row.criterion_id] = row
        return found

    def save(self, rows: Sequence[RowRecord]) -> list[RowRecord]:
        """Keep the rows, each over the revision that it was read with, new ones at once. Raises `Conflict` where another was kept meanwhile."""
        kept = [replace(row, revision=row.revision + 1) for row in rows]
        new = [_held(row) for row in kept if row.revision == 1]
        if new:
            try:
                self._connection.execute(sa.insert(criterion_rows), new)
            except sa.exc.IntegrityError as error:
                raise Conflict() from error
        for row in kept:
            if row.revision > 1:
                self._replace(row)
        return kept

    def _replace(self, row: RowRecord) -> None:
        held = _held(row)
        given = {**held, "in_task": row.task_id, "of_criterion": row.criterion_id, "before": row.revision - 1}
        changed = self._connection.execute(_REPLACE, given, execution_options=wrote(held))
        if changed.rowcount != 1:
            raise Conflict()


def _held(row: RowRecord) -> dict[str, Any]:
    return values(row) | {"opened": list(row.opened)}
