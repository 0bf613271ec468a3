"""A round that ended with its result is told apart from one that was broken off: when it closed, filled from the events."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

RESEALS = ("user_tasks",)

_ENDED = sa.text(
    "SELECT case_id, payload, at FROM events WHERE type = 'ActivityCompleted' AND case_id IN"
    " (SELECT case_id FROM user_tasks WHERE round_id IS NOT NULL)"
)


def upgrade() -> None:
    op.add_column("user_tasks", sa.Column("round_closed_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    rounds = {
        (case_id, round_id)
        for case_id, round_id in connection.execute(
            sa.text("SELECT DISTINCT case_id, round_id FROM user_tasks WHERE round_id IS NOT NULL")
        )
    }
    closed = [
        {"of_case": case_id, "of_round": activity_id, "at": at}
        for case_id, text, at in connection.execute(_ENDED)
        if (case_id, activity_id := _activity(text)) in rounds
    ]
    if closed:
        statement = sa.text(
            "UPDATE user_tasks SET round_closed_at = :at WHERE case_id = :of_case AND round_id = :of_round"
        )
        connection.execute(statement, closed)


def downgrade() -> None:
    op.drop_column("user_tasks", "round_closed_at")


def _activity(text: str) -> str:
    """The activity of the event; a damaged payload names none, for verification is what finds it."""
    try:
        payload = json.loads(text)
    except (TypeError, ValueError):
        return ""
    return str(payload.get("activity_id", "")) if isinstance(payload, dict) else ""
