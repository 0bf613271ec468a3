"""What units and reviewers enter in a case: assessments, evidence, comments."""

import sqlalchemy as sa

from workflow.db.tables.base import metadata
from workflow.db.types import Hash, Id, Instant, JsonText, Key, Name

assessments = sa.Table(
    "assessments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("task_id", Id, sa.ForeignKey("user_tasks.id"), nullable=False, unique=True),
    sa.Column("node_id", Key, nullable=False),
    sa.Column("organisation_id", Key),
    sa.Column("criteria_set", Key, nullable=False),
    sa.Column("submitted_at", Instant),
    sa.Column("submitted_by", Id),
    sa.Index("ix_assessments_case_node", "case_id", "node_id", "submitted_at"),
)

assessment_results = sa.Table(
    "assessment_results",
    metadata,
    sa.Column("assessment_id", Id, sa.ForeignKey("assessments.id"), primary_key=True),
    sa.Column("criterion_id", Key, primary_key=True),
    sa.Column("result", Key),
    sa.Column("figures", JsonText, nullable=False),
    sa.Column("statement", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("changed_by", Id, nullable=False),
)

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("task_id", Id, sa.ForeignKey("user_tasks.id"), nullable=False),
    sa.Column("criterion_id", Key),
    sa.Column("paper_id", Key),
    sa.Column("sha256", Hash, nullable=False),
    sa.Column("filename", Name, nullable=False),
    sa.Column("media_type", Key, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("organisation_id", Key),
    sa.Column("uploaded_by", Id, nullable=False),
    sa.Column("uploaded_at", Instant, nullable=False),
    sa.Column("withdrawn_at", Instant),
)

comments = sa.Table(
    "comments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("task_id", Id),
    sa.Column("criterion_id", Key),
    sa.Column("organisation_id", Key),
    sa.Column("author_id", Id, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
