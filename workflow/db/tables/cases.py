"""Cases, their tasks, jobs and incidents: projections of the case's events, plus the compact state."""

import sqlalchemy as sa

from workflow.db.tables.base import KEPT, metadata
from workflow.db.types import Id, Instant, JsonText, Key, Name

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("business_key", sa.String(60), nullable=False, unique=True, info=KEPT),
    sa.Column("province", Key, nullable=False, info=KEPT),
    sa.Column("unit_id", Key, sa.ForeignKey("organisations.id"), nullable=False, index=True, info=KEPT),
    sa.Column("campaign_id", Id, sa.ForeignKey("campaigns.id"), nullable=False, info=KEPT),
    sa.Column("version_id", Id, sa.ForeignKey("definition_versions.id"), nullable=False, index=True),
    sa.Column("process_id", sa.String(200), info=KEPT),
    sa.Column("former_versions", JsonText, nullable=False, server_default="[]"),
    sa.Column("status", Key, nullable=False),
    sa.Column("stage", Key, nullable=False, server_default=""),
    sa.Column("outcome", Key),
    sa.Column("decision_number", sa.String(120)),
    sa.Column("decided_on", sa.Date),
    sa.Column("state", JsonText),
    sa.Column("as_of_on", sa.Date, nullable=False),
    sa.Column("open_incidents", sa.Integer, nullable=False, server_default="0"),
    sa.Column("demonstration", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("started_by", Id, nullable=False, info=KEPT),
    sa.Column("started_at", Instant, nullable=False, info=KEPT),
    sa.Column("ended_at", Instant),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.Index("ix_cases_campaign_id_unit_id", "campaign_id", "unit_id"),
    sa.Index("ix_cases_started_at", "started_at", "id"),
)

_OPEN = sa.text("state IN ('ready', 'reserved', 'in_progress')")

user_tasks = sa.Table(
    "user_tasks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, info=KEPT),
    sa.Column("province", Key, nullable=False, info=KEPT),
    sa.Column("activity_id", Key, nullable=False, info=KEPT),
    sa.Column("node_id", Key, nullable=False, info=KEPT),
    sa.Column("stage", Key, nullable=False, server_default=""),
    sa.Column("name_vi", Name, nullable=False),
    sa.Column("name_en", Name, nullable=False, server_default=""),
    sa.Column("organisation_id", Key),
    sa.Column("groups", JsonText, nullable=False),
    sa.Column("state", Key, nullable=False),
    sa.Column("state_before", Key),
    sa.Column("assignee_id", Id),
    sa.Column("assigned_role", Key),
    sa.Column("on_behalf_of", Id),
    sa.Column("due_at", Instant),
    sa.Column("due_sort", Instant, nullable=False),
    sa.Column("follow_up_at", Instant),
    sa.Column("escalated_at", Instant),
    sa.Column("escalated_to", sa.String(240)),
    sa.Column("priority", sa.Integer, nullable=False, server_default="50"),
    sa.Column("criteria_set", Key),
    sa.Column("loop_counter", sa.Integer),
    sa.Column("outcome", Key),
    sa.Column("reason", sa.Text),
    sa.Column("completed_by", Id),
    sa.Column("created_at", Instant, nullable=False, info=KEPT),
    sa.Column("ended_at", Instant),
    sa.Column("draft", JsonText),
    sa.Column("revision", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("case_id", "activity_id"),
    sa.Index(
        "ix_user_tasks_assignee_open", "assignee_id", "due_sort", "id", sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
    sa.Index("ix_user_tasks_case_open", "case_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_user_tasks_case_node", "case_id", "node_id", "ended_at"),
    sa.Index(
        "ix_user_tasks_doer",
        "case_id",
        "node_id",
        "completed_by",
        sqlite_where=sa.text("completed_by IS NOT NULL"),
        postgresql_where=sa.text("completed_by IS NOT NULL"),
    ),
    sa.Index(
        "ix_user_tasks_done_for",
        "case_id",
        "node_id",
        "on_behalf_of",
        sqlite_where=sa.text("on_behalf_of IS NOT NULL"),
        postgresql_where=sa.text("on_behalf_of IS NOT NULL"),
    ),
)

task_candidates = sa.Table(
    "task_candidates",
    metadata,
    sa.Column("group_key", sa.String(240), primary_key=True),
    sa.Column("task_id", Id, sa.ForeignKey("user_tasks.id"), primary_key=True),
    sa.Column("due_sort", Instant, nullable=False),
    sa.Index("ix_task_candidates_group_due", "group_key", "due_sort", "task_id"),
    sa.Index("ix_task_candidates_task_id", "task_id"),
    comment="Only tasks that wait to be claimed, and open ones under watch: the group inbox reads nothing else.",
)

incidents = sa.Table(
    "incidents",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("incident_id", Key, primary_key=True),
    sa.Column("province", Key, nullable=False),
    sa.Column("activity_id", Key, nullable=False),
    sa.Column("node_id", Key, nullable=False),
    sa.Column("kind", Key, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("params", JsonText, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("resolved_at", Instant),
    sa.Column("how", Key),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", Key, nullable=False),
    sa.Column("province", Key),
    sa.Column("case_id", Id),
    sa.Column("ref", sa.String(160)),
    sa.Column("payload", JsonText, nullable=False),
    sa.Column("run_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", Instant),
    sa.Column("failed_at", Instant),
    sa.Column("last_error", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index(
        "ix_jobs_due",
        "run_at",
        "id",
        sqlite_where=sa.text("failed_at IS NULL"),
        postgresql_where=sa.text("failed_at IS NULL"),
    ),
    sa.Index("ix_jobs_case_ref", "case_id", "ref"),
)

commands = sa.Table(
    "commands",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", Key, nullable=False),
    sa.Column("actor_id", Id, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("result", JsonText, nullable=False),
)

notifications = sa.Table(
    "notifications",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("case_id", Id),
    sa.Column("task_id", Id),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("params", JsonText, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("read_at", Instant),
    sa.Index("ix_notifications_user_id_at", "user_id", "at"),
)
