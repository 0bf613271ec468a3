"""What cases wait for: a projection of their message and signal subscriptions."""

import sqlalchemy as sa

from workflow.db.tables.base import metadata
from workflow.db.types import Id, Instant, Key

waits = sa.Table(
    "waits",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("subscription_id", sa.String(20), primary_key=True),
    sa.Column("province", Key, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("key", sa.String(400)),
    sa.Column("node_id", Key, nullable=False),
    sa.Column("since_at", Instant, nullable=False),
    sa.Index("ix_waits_name", "kind", "name", "province", "since_at"),
)
