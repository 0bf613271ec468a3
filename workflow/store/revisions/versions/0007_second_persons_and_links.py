"""What waits for a second person; one-time links in the place of temporary passwords; confirmed addresses.

A temporary password was seen by somebody else, so one that was not changed yet counts no longer: its user gets a link.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RESEALS = ("users",)


def upgrade() -> None:
    op.create_table(
        "account_requests",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("act", sa.String(120), nullable=False),
        sa.Column("about_user_id", sa.String(36)),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked_by", sa.String(36), nullable=False),
        sa.Column("asked_for", sa.String(36)),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(36)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("prints_for", sa.String(36)),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["about_user_id"], ["users.id"], name="fk_account_requests_about_user_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_account_requests_asked_by"),
        sa.ForeignKeyConstraint(["prints_for"], ["users.id"], name="fk_account_requests_prints_for"),
        sa.PrimaryKeyConstraint("id", name="pk_account_requests"),
    )
    op.create_index("ix_account_requests_about_user_id", "account_requests", ["about_user_id"])
    op.create_index("ix_account_requests_state", "account_requests", ["state", "asked_at", "id"])
    op.create_table(
        "account_links",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("hands", sa.String(36)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_account_links_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_links"),
        sa.UniqueConstraint("token_hash", name="uq_account_links_token_hash"),
    )
    op.create_index("ix_account_links_user_id", "account_links", ["user_id"])
    op.add_column("users", sa.Column("email_confirmed_at", sa.DateTime(timezone=True)))
    op.add_column("users", sa.Column("way_in_by", sa.String(36)))
    op.execute("UPDATE users SET password_hash = '-', revision = revision + 1 WHERE must_change_password")
    op.drop_column("users", "must_change_password")


def downgrade() -> None:
    raise RuntimeError("Who confirmed what would be forgotten: restore a backup instead.")
