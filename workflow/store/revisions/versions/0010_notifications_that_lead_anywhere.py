"""Notifications lead to other things than cases, mail comes as its reader chose, and remarks may be for those alone who handle a case.

Remarks so far were read by the unit too, and stay so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_IS_UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.add_column("notifications", sa.Column("about", sa.String(120)))
    op.add_column("notifications", sa.Column("about_id", sa.String(120)))
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["user_id", "at"],
        sqlite_where=_IS_UNREAD,
        postgresql_where=_IS_UNREAD,
    )
    op.create_table(
        "mail_choices",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("mail", sa.String(120), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mail_choices_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mail_choices")),
    )
    op.add_column("comments", sa.Column("for_unit", sa.Boolean, nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("comments", "for_unit")
    op.drop_table("mail_choices")
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.drop_column("notifications", "about_id")
    op.drop_column("notifications", "about")
