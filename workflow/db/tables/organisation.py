"""Organisations, their successions, and the calendar they work by."""

import sqlalchemy as sa

from workflow.db.tables.base import metadata
from workflow.db.types import Key, Name

organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("code", Key, nullable=False),
    sa.Column("kind", Key, nullable=False),
    sa.Column("type", Key),
    sa.Column("level", Key),
    sa.Column("name_vi", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False),
    sa.Column("territory_id", Key),
    sa.Column("managing_level", Key),
    sa.Column("managing_id", Key),
    sa.Column("delegation_paper", Name),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("source", Name, nullable=False, server_default=""),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Index("ix_organisations_code", "code", "valid_from"),
    sa.Index("ix_organisations_territory_id", "territory_id"),
)

organisation_successions = sa.Table(
    "organisation_successions",
    metadata,
    sa.Column("predecessor_id", Key, sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("successor_id", Key, sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("kind", Key, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("paper", Name, nullable=False, server_default=""),
)

calendar_days = sa.Table(
    "calendar_days",
    metadata,
    sa.Column("on", sa.Date, primary_key=True),
    sa.Column("kind", Key, nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("source", Name, nullable=False, server_default=""),
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", Key, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
