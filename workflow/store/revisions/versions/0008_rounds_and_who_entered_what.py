"""A round is known by its tasks, and who had or wrote into a task stands in a table: both are filled from the events."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RESEALS = ("user_tasks", "task_people")

_HELD = ("TaskClaimed", "TaskDelegated", "TaskReassigned")
_ENTERED = ("DraftSaved", "CriterionAssessed", "EvidenceAdded", "EvidenceWithdrawn")
_ENGINE = ("ScopeOpened", "UserTaskCreated")

_EVENTS = sa.text(
    "SELECT case_id, type, actor, on_behalf_of, payload FROM events"
    " WHERE case_id IS NOT NULL AND type IN :types ORDER BY stream, seq"
).bindparams(sa.bindparam("types", expanding=True))


def upgrade() -> None:
    op.add_column("user_tasks", sa.Column("round_id", sa.String(length=120), nullable=True))
    op.create_table(
        "task_people",
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("part", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["user_tasks.id"], name=op.f("fk_task_people_task_id")),
        sa.PrimaryKeyConstraint("task_id", "user_id", "part", name=op.f("pk_task_people")),
        comment="Who entered something in a task, and who was ever given one of a round; folded from the case's events.",
    )
    op.create_index("ix_task_people_case_user", "task_people", ["case_id", "user_id"], unique=False)
    op.create_index(
        "ix_user_tasks_round",
        "user_tasks",
        ["case_id", "round_id"],
        unique=False,
        sqlite_where=sa.text("round_id IS NOT NULL"),
        postgresql_where=sa.text("round_id IS NOT NULL"),
    )
    connection = op.get_bind()
    rounds = _rounds(connection)
    if rounds:
        statement = sa.text("UPDATE user_tasks SET round_id = :round_id WHERE id = :id")
        connection.execute(statement, [{"id": key, "round_id": value} for key, value in rounds.items()])
    people = sorted(_people(connection, rounds))
    if people:
        statement = sa.text(
            "INSERT INTO task_people (task_id, user_id, part, case_id) VALUES (:task_id, :user_id, :part, :case_id)"
        )
        named = ("task_id", "user_id", "part", "case_id")
        connection.execute(statement, [dict(zip(named, one, strict=True)) for one in people])


def downgrade() -> None:
    op.drop_index("ix_user_tasks_round", table_name="user_tasks")
    op.drop_index("ix_task_people_case_user", table_name="task_people")
    op.drop_table("task_people")
    op.drop_column("user_tasks", "round_id")


def _rounds(connection: sa.Connection) -> dict[str, str]:
    """Task → the activity of the whole, for the tasks of which there are several at once or one after another."""
    opened: dict[tuple[str, str], str] = {}
    scopes: dict[tuple[str, str], str] = {}
    for case_id, type, _, _, payload in _told(connection, _ENGINE):
        if type == "ScopeOpened" and payload.get("loop_counter") is not None and payload.get("activity_id"):
            opened[case_id, payload["scope_id"]] = payload["activity_id"]
        elif type == "UserTaskCreated" and payload.get("loop_counter") is not None:
            scopes[case_id, payload["activity_id"]] = payload.get("scope_id", "")
    tasks = connection.execute(
        sa.text("SELECT id, case_id, activity_id FROM user_tasks WHERE loop_counter IS NOT NULL")
    )
    found = {id_: opened.get((case_id, scopes.get((case_id, activity), ""))) for id_, case_id, activity in tasks}
    return {id_: round_id for id_, round_id in found.items() if round_id}


def _people(connection: sa.Connection, rounds: dict[str, str]) -> set[tuple[str, str, str, str]]:
    """(task, user, part, case) as the services write it from now on."""
    tasks = {
        id_: (case_id, activity)
        for id_, case_id, activity in connection.execute(sa.text("SELECT id, case_id, activity_id FROM user_tasks"))
    }
    by_activity = {place: id_ for id_, place in tasks.items()}
    found: set[tuple[str, str, str, str]] = set()

    def add(task_id: Any, part: str, *people: Any) -> None:
        if task_id in tasks:
            found.update((task_id, one, part, tasks[task_id][0]) for one in people if isinstance(one, str) and one)

    for case_id, type, actor, on_behalf_of, payload in _told(connection, (*_ENTERED, *_HELD, "UserTaskCreated")):
        if type in _ENTERED:
            add(payload.get("by_task") or payload.get("task_id"), "entered", actor, on_behalf_of)
        elif type == "UserTaskCreated":
            task_id = by_activity.get((case_id, payload.get("activity_id", "")))
            if task_id in rounds:
                add(task_id, "held", payload.get("assignee"))
        elif payload.get("task_id") in rounds:
            to = payload.get("to")
            assignee = to.get("assignee") if isinstance(to, dict) else None
            add(payload["task_id"], "held", assignee, on_behalf_of if assignee == actor else None)
    return found


def _told(connection: sa.Connection, types: tuple[str, ...]) -> Iterator[tuple[str, str, str, str | None, Any]]:
    """Events of these types; a damaged payload is passed over, for verification is what names it."""
    for case_id, type, actor, on_behalf_of, text in connection.execute(_EVENTS, {"types": list(types)}):
        try:
            payload = json.loads(text)
        except (TypeError, ValueError):
            continue
        if isinstance(payload, dict):
            yield case_id, type, actor, on_behalf_of, payload
