"""Running cases can move to another version."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WAITING = sa.text("status = 'pending'")


def upgrade() -> None:
    op.add_column("cases", sa.Column("former_versions", sa.Text(), server_default="[]", nullable=False))
    op.create_table(
        "migrations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("from_version", sa.String(length=36), nullable=False),
        sa.Column("to_version", sa.String(length=36), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_by", sa.String(length=36), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_version"], ["definition_versions.id"], name=op.f("fk_migrations_from_version")),
        sa.ForeignKeyConstraint(["to_version"], ["definition_versions.id"], name=op.f("fk_migrations_to_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migrations")),
    )
    op.create_index("ix_migrations_key_started_at", "migrations", ["key", "started_at"], unique=False)
    op.create_table(
        "migration_items",
        sa.Column("migration_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("province", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=120), nullable=False),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("head", sa.Integer(), nullable=True),
        sa.Column("undo", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["migration_id"], ["migrations.id"], name=op.f("fk_migration_items_migration_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_migration_items_case_id")),
        sa.PrimaryKeyConstraint("migration_id", "case_id", name=op.f("pk_migration_items")),
        comment="A case waits in one migration at a time: the partial unique index sees to it.",
    )
    op.create_index(
        "uq_migration_items_waiting_case",
        "migration_items",
        ["case_id"],
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("ix_migration_items_status", "migration_items", ["migration_id", "status"], unique=False)


def downgrade() -> None:
    raise RuntimeError("What was recorded of migrations is not thrown away: restore a backup instead.")
