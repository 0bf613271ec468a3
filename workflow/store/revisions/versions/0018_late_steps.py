"""Late steps are found in the order of their due days without a look at all others."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MAY_BE_LATE = sa.text("ended_at IS NULL OR ended_at > due_at")


def upgrade() -> None:
    op.create_index(
        "ix_user_tasks_late",
        "user_tasks",
        ["due_at", "id"],
        sqlite_where=_MAY_BE_LATE,
        postgresql_where=_MAY_BE_LATE,
    )


def downgrade() -> None:
    op.drop_index("ix_user_tasks_late", table_name="user_tasks")
