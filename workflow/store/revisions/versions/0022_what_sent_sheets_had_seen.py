"""A sent row counts in the next turn only where it had been seen: rows are kept with every sent sheet, filled here from the events of sending.

An event that says nothing of how its rows stood is from before anybody took it down: what had a result there was decided. In a later event a row
that stands decided, but of which nothing was kept, had been taken over from the turn before: that counts where it was seen in one.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

RESEALS = ("criterion_rows",)

_SENT = sa.text("SELECT payload, actor, at FROM events WHERE type = 'TaskCompleted' ORDER BY stream, seq")
_TASKS = sa.text(
    "SELECT id, case_id, node_id, loop_counter, completed_by FROM user_tasks"
    " WHERE criteria_set IS NOT NULL AND ended_at IS NOT NULL"
)
_KEEP = sa.text(
    "INSERT INTO criterion_rows (task_id, criterion_id, state, opened, seen_at, seen_by, decided_at, decided_by, revision)"
    " VALUES (:task_id, :criterion_id, :state, '[]', :at, :actor, :at, :actor, 1)"
)


def upgrade() -> None:
    connection = op.get_bind()
    desks = {
        task_id: (case_id, node_id, completed_by if loop_counter is not None else None)
        for task_id, case_id, node_id, loop_counter, completed_by in connection.execute(_TASKS)
    }
    kept = {tuple(row) for row in connection.execute(sa.text("SELECT task_id, criterion_id FROM criterion_rows"))}
    seen: set[tuple[Any, ...]] = set()
    rows = []
    for task_id, results, actor, at in _sheets(connection):
        for criterion_id, state in _decided(results):
            place = (desks.get(task_id), criterion_id)
            never_seen = state is not None and place not in seen and (task_id, criterion_id) not in kept
            if task_id not in desks or never_seen:
                continue
            seen.add(place)
            if (task_id, criterion_id) not in kept:
                named = {"task_id": task_id, "criterion_id": criterion_id, "state": state or "agreed"}
                rows.append(named | {"actor": actor, "at": at})
    if rows:
        connection.execute(_KEEP, rows)


def downgrade() -> None:
    """What was filled in stays: the revision before reads it as it reads what was kept there."""


def _sheets(connection: sa.Connection) -> Iterator[tuple[str, Mapping[str, Any], str, Any]]:
    """The sheets as they were sent, oldest first in each case; a damaged payload tells of none, for verification is what finds it."""
    for text, actor, at in connection.execute(_SENT):
        try:
            payload = json.loads(text)
        except (TypeError, ValueError):
            continue
        if isinstance(payload, dict) and isinstance(payload.get("results"), dict):
            yield str(payload.get("task_id")), payload["results"], actor, at


def _decided(results: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """(criterion, its state) of the rows with a result that count; the state is None where nobody took it down."""
    for criterion_id, row in results.items():
        if isinstance(row, dict) and row.get("result") is not None and row.get("state") in (None, "agreed", "differs"):
            yield criterion_id, row.get("state")
