"""Filters of the list of tasks are saved, one's own and a body's; what somebody has sent lately is found in its order."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_DONE = sa.text("completed_by IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_user_tasks_sent",
        "user_tasks",
        ["completed_by", "ended_at", "id"],
        sqlite_where=_DONE,
        postgresql_where=_DONE,
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(400), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("organisation_id", sa.String(120), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_saved_filters_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filters"),
    )
    op.create_index("ix_saved_filters_owner_id", "saved_filters", ["owner_id"])


def downgrade() -> None:
    op.drop_table("saved_filters")
    op.drop_index("ix_user_tasks_sent", table_name="user_tasks")
