"""Each criterion's row on a task's sheet says whether it was seen and decided; what had been saved in open tasks was, say the events."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

RESEALS = ("criterion_rows",)

_SAVED = sa.text(
    "SELECT payload, actor, at FROM events WHERE type = 'CriterionAssessed' AND case_id IN"
    " (SELECT case_id FROM user_tasks WHERE ended_at IS NULL) ORDER BY stream, seq"
)


def upgrade() -> None:
    op.create_table(
        "criterion_rows",
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("criterion_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=120), nullable=False),
        sa.Column("opened", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("batch", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["user_tasks.id"], name=op.f("fk_criterion_rows_task_id")),
        sa.PrimaryKeyConstraint("task_id", "criterion_id", name=op.f("pk_criterion_rows")),
    )
    connection = op.get_bind()
    open_tasks = set(connection.scalars(sa.text("SELECT id FROM user_tasks WHERE ended_at IS NULL")))
    rows = {(row["task_id"], row["criterion_id"]): row for row in _saved(connection) if row["task_id"] in open_tasks}
    if rows:
        statement = sa.text(
            "INSERT INTO criterion_rows (task_id, criterion_id, state, opened, seen_at, seen_by, decided_at, decided_by, revision)"
            " VALUES (:task_id, :criterion_id, :state, '[]', :at, :actor, :decided_at, :decided_by, 1)"
        )
        connection.execute(statement, list(rows.values()))


def downgrade() -> None:
    op.drop_table("criterion_rows")


def _saved(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """What each event makes of its row; a damaged payload says nothing, for verification is what finds it."""
    for text, actor, at in connection.execute(_SAVED):
        try:
            payload = json.loads(text)
            named = {"task_id": str(payload["task_id"]), "criterion_id": str(payload["criterion_id"])}
            decided = payload["to"]["result"] is not None
        except (TypeError, ValueError, KeyError):
            continue
        by = {"decided_at": at, "decided_by": actor} if decided else {"decided_at": None, "decided_by": None}
        yield named | by | {"state": "agreed" if decided else "seen", "at": at, "actor": actor}
