"""An inspection team's role says which cases it reaches; no other role has a scope."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("role_assignments", sa.Column("scope", sa.Text))


def downgrade() -> None:
    op.drop_column("role_assignments", "scope")
