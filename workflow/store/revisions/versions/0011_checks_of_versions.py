"""What the last check of a version found is kept with it: pages read it, and publishing asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "definition_checks",
        sa.Column("version_id", sa.String(36), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("surroundings", sa.String(64), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="pk_definition_checks"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["definition_versions.id"], name="fk_definition_checks_version_id_definition_versions"
        ),
    )


def downgrade() -> None:
    op.drop_table("definition_checks")
