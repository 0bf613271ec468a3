"""What people typed into forms that were not carried out is kept for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_forms",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("form_key", sa.String(64), nullable=False),
        sa.Column("why", sa.String(120), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_kept_forms_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kept_forms"),
        sa.UniqueConstraint("user_id", "form_key", name="uq_kept_forms_user_id_form_key"),
    )


def downgrade() -> None:
    op.drop_table("kept_forms")
