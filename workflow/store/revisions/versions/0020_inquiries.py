"""What the unit was asked about single criteria is kept by itself, and why it sends a row again as it was; what returns asked, say the events."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

RESEALS = ("criterion_rows", "criterion_inquiries")

_COMPLETED = sa.text(
    "SELECT e.payload, e.actor, e.at, t.id, t.case_id, t.organisation_id FROM events e JOIN user_tasks t"
    " ON t.case_id = e.case_id AND t.completed_by = e.actor AND t.ended_at = e.at"
    " WHERE e.type = 'TaskCompleted' AND e.payload LIKE '%criterion_reasons%' ORDER BY e.stream, e.seq"
)
_IS_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.add_column("criterion_rows", sa.Column("unchanged", sa.Text(), nullable=True))
    op.create_table(
        "criterion_inquiries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("criterion_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.String(length=120), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=36), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_criterion_inquiries_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_tasks.id"], name=op.f("fk_criterion_inquiries_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_inquiries")),
    )
    op.create_index("ix_criterion_inquiries_case_id", "criterion_inquiries", ["case_id", "asked_at"])
    op.create_index(
        "ix_criterion_inquiries_open",
        "criterion_inquiries",
        ["case_id"],
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    )
    connection = op.get_bind()
    asked = list(_asked(connection))
    if asked:
        statement = sa.text(
            "INSERT INTO criterion_inquiries"
            " (id, case_id, task_id, criterion_id, state, text, organisation_id, asked_at, asked_by, answer, files, revision)"
            " VALUES (:id, :case_id, :task_id, :criterion_id, 'returned', :text, :organisation_id, :at, :actor, '', '[]', 1)"
        )
        connection.execute(statement, asked)


def downgrade() -> None:
    op.drop_table("criterion_inquiries")
    op.drop_column("criterion_rows", "unchanged")


def _asked(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """What each return asked; a damaged payload says nothing, for verification is what finds it."""
    for text, actor, at, task_id, case_id, organisation_id in connection.execute(_COMPLETED):
        try:
            payload = json.loads(text)
            reasons = payload["result"]["criterion_reasons"].items() if payload["task_id"] == task_id else ()
        except (TypeError, ValueError, KeyError, AttributeError):
            continue
        told = {"task_id": task_id, "case_id": case_id, "organisation_id": organisation_id, "at": at, "actor": actor}
        for criterion_id, reason in reasons:
            key = uuid5(NAMESPACE_URL, f"{task_id} {criterion_id}")
            yield {**told, "id": str(key), "criterion_id": str(criterion_id), "text": str(reason)}
