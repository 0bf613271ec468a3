"""What was sent last in a case is found in its order, however often the case was returned; no query looks up sheets by their step."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_assessments_case_node", table_name="assessments")
    op.create_index("ix_assessments_submitted", "assessments", ["case_id", "submitted_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_assessments_submitted", table_name="assessments")
    op.create_index("ix_assessments_case_node", "assessments", ["case_id", "node_id", "submitted_at"])
