"""Cases wait for messages and signals, and a message may start a case on another process of the file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("process_id", sa.String(length=200), nullable=True))
    op.create_table(
        "waits",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("subscription_id", sa.String(length=20), nullable=False),
        sa.Column("province", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=True),
        sa.Column("node_id", sa.String(length=120), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_waits_case_id")),
        sa.PrimaryKeyConstraint("case_id", "subscription_id", name=op.f("pk_waits")),
    )
    op.create_index("ix_waits_name", "waits", ["kind", "name", "province", "since_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_waits_name", table_name="waits")
    op.drop_table("waits")
    op.drop_column("cases", "process_id")
