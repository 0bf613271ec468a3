"""The audit trail: events chained a stream, the head of each stream, signed checkpoints over all heads."""

import sqlalchemy as sa

from workflow.db.tables.base import metadata
from workflow.db.types import Hash, Id, Instant, JsonText, Key

events = sa.Table(
    "events",
    metadata,
    sa.Column("stream", sa.String(160), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("type", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", Id, nullable=False),
    sa.Column("role", Key),
    sa.Column("organisation", Key),
    sa.Column("on_behalf_of", Id),
    sa.Column("command_id", sa.String(64), nullable=False),
    sa.Column("case_id", Id),
    sa.Column("province", Key),
    sa.Column("criterion", Key),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("prev_hash", Hash, nullable=False),
    sa.Column("hash", Hash, nullable=False),
    sa.Index("ix_events_at", "at", "id"),
    sa.Index("ix_events_actor_at", "actor", "at"),
    sa.Index("ix_events_type_at", "type", "at"),
    sa.Index("ix_events_organisation_at", "organisation", "at"),
    sa.Index("ix_events_criterion_at", "criterion", "at"),
)

stream_heads = sa.Table(
    "stream_heads",
    metadata,
    sa.Column("stream", sa.String(160), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", Hash, nullable=False),
)

checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", Key, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("body", JsonText, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("leaves", sa.LargeBinary, nullable=False),
)
