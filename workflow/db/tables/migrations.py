"""Migrations of running cases to another version, and the cases that each was to move."""

import sqlalchemy as sa

from workflow.db.tables.base import metadata
from workflow.db.types import Id, Instant, JsonText, Key

_WAITING = sa.text("status = 'pending'")

migrations = sa.Table(
    "migrations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", Key, nullable=False),
    sa.Column("from_version", Id, sa.ForeignKey("definition_versions.id"), nullable=False),
    sa.Column("to_version", Id, sa.ForeignKey("definition_versions.id"), nullable=False),
    sa.Column("mapping", JsonText, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("started_by", Id, nullable=False),
    sa.Column("by", JsonText, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("cancelled_at", Instant),
    sa.Index("ix_migrations_key_started_at", "key", "started_at"),
)

migration_items = sa.Table(
    "migration_items",
    metadata,
    sa.Column("migration_id", Id, sa.ForeignKey("migrations.id"), primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("province", Key, nullable=False),
    sa.Column("status", Key, nullable=False),
    sa.Column("template", sa.Text),
    sa.Column("params", JsonText, nullable=False),
    sa.Column("first", sa.Integer),
    sa.Column("head", sa.Integer),
    sa.Column("undo", JsonText),
    sa.Column("done_at", Instant),
    sa.Index(
        "uq_migration_items_waiting_case", "case_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING
    ),
    sa.Index("ix_migration_items_status", "migration_id", "status"),
    comment="A case waits in one migration at a time: the partial unique index sees to it.",
)
