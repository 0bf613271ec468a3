"""Versions of procedure packages, kept byte for byte, and the campaigns that run them."""

import sqlalchemy as sa

from workflow.db.tables.base import KEPT, metadata
from workflow.db.types import Hash, Id, Instant, JsonText, Key, Name

definition_versions = sa.Table(
    "definition_versions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", Key, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("label", Name, nullable=False, server_default=""),
    sa.Column("title_vi", Name, nullable=False),
    sa.Column("title_en", Name, nullable=False),
    sa.Column("status", Key, nullable=False),
    sa.Column("sha256", Hash, nullable=False),
    sa.Column("effective_from", sa.Date, nullable=False),
    sa.Column("effective_to", sa.Date),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("changed_by", Id, nullable=False),
    sa.Column("submitted_by", Id),
    sa.Column("submitted_at", Instant),
    sa.Column("published_by", Id),
    sa.Column("published_at", Instant),
    sa.Column("retired_at", Instant),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("key", "version"),
)

definition_files = sa.Table(
    "definition_files",
    metadata,
    sa.Column("version_id", Id, sa.ForeignKey("definition_versions.id"), primary_key=True),
    sa.Column("path", Name, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

campaigns = sa.Table(
    "campaigns",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", Key, nullable=False),
    sa.Column("version_id", Id, sa.ForeignKey("definition_versions.id"), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("province", Key, nullable=False),
    sa.Column("name_vi", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False),
    sa.Column("status", Key, nullable=False),
    sa.Column("deadlines", JsonText, nullable=False),
    sa.Column("demonstration", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("last_number", sa.Integer, nullable=False, server_default="0", info=KEPT),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("key", "year", "province"),
)

campaign_units = sa.Table(
    "campaign_units",
    metadata,
    sa.Column("campaign_id", Id, sa.ForeignKey("campaigns.id"), primary_key=True),
    sa.Column("unit_id", Key, sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("status", Key, nullable=False),
    sa.Column("case_id", Id),
    sa.Column("template", sa.Text),
    sa.Column("params", JsonText),
    sa.Column("variables", JsonText, nullable=False),
)
