"""What assignments call the roles of a published version; versions published before call every role by its id."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("definition_versions", sa.Column("roles", sa.Text))


def downgrade() -> None:
    op.drop_column("definition_versions", "roles")
