"""The system's own users: accounts, roles by organisation, deputies, sessions, failed sign-ins."""

import sqlalchemy as sa

from workflow.db.tables.base import metadata
from workflow.db.types import Hash, Id, Instant, Key, Name

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("login", sa.String(80), nullable=False, unique=True),
    sa.Column("name", Name, nullable=False),
    sa.Column("email", sa.String(254)),
    sa.Column("locale", sa.String(5), nullable=False, server_default="vi"),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("totp_secret", sa.String(255)),
    sa.Column("totp_last_step", sa.Integer),
    sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("demonstration", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
)

role_assignments = sa.Table(
    "role_assignments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("role", Key, nullable=False),
    sa.Column("organisation_id", Key, sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("paper", Name, nullable=False, server_default=""),
    sa.Index("ix_role_assignments_group", "organisation_id", "role"),
)

deputyships = sa.Table(
    "deputyships",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("assignment_id", Id, sa.ForeignKey("role_assignments.id"), nullable=False, index=True),
    sa.Column("deputy_user_id", Id, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date, nullable=False),
    sa.Column("paper", Name, nullable=False, server_default=""),
)

sign_in_sessions = sa.Table(
    "sign_in_sessions",
    metadata,
    sa.Column("token_hash", Hash, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.String(160), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_sign_in_failures_key_at", "key", "at"),
)
