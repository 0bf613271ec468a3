"""Which workers live, each by its own word."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("worker_key", sa.String(36), nullable=False),
        sa.Column("host_name", sa.String(255), nullable=False),
        sa.Column("alive_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker_key", name="pk_workers"),
    )


def downgrade() -> None:
    op.drop_table("workers")
