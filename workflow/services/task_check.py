"""Whether the tasks and remarks of a case still say what its events say: who had them, who decided what, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.engine import events as ev, migration_events as me
from workflow.lifecycle.user_task import TAKEN, TaskState
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

Difference = tuple[str, Any, Any]
"""What it is about, what the events give, what the row says."""
_PAGE = 500


class TaskFold:
    """Takes the events of one case in stored order, the engine's among them, and compares at the end."""

    def __init__(self) -> None:
        self._created: dict[str, ev.UserTaskCreated] = {}
        self._due: dict[str, datetime | None] = {}
        self._moves: dict[str, tuple[str, str | None]] = {}
        self._done: dict[str, AuditEvent] = {}
        self._cancelled: set[str] = set()
        self._before: tuple[dict[str, ev.UserTaskCreated], dict[str, datetime | None], set[str]] = ({}, {}, set())
        """As they were before the last migration."""
        self._comments: dict[str, AuditEvent] = {}

    def feed(self, event: AuditEvent, moved: ev.Event | None) -> None:
        """Take one more event in. Raises one of `UNREADABLE`."""
        payload = event.payload
        match moved:
            case ev.UserTaskCreated():
                self._created[moved.activity_id] = moved
                self._due[moved.activity_id] = moved.due_at
            case ev.UserTaskRescheduled():
                self._due[moved.activity_id] = moved.due_at
            case ev.ActivityCancelled():
                self._cancelled.add(moved.activity_id)
            case ev.ProcessResumed():
                self._moves = {task: (_resumed(state, who), who) for task, (state, who) in self._moves.items()}
        self._migration(moved)
        if event.type == "TaskCompleted":
            self._done[payload["task_id"]] = event
        elif event.type == "CommentAdded":
            self._comments[payload["comment_id"]] = event
        elif event.type.startswith("Task") and isinstance(payload.get("to"), dict) and "task_id" in payload:
            self._moves[payload["task_id"]] = (payload["to"]["state"], payload["to"]["assignee"])

    def _migration(self, moved: ev.Event | None) -> None:
        """What a migration changes in tasks; where it is taken back, what was cancelled by it is open again."""
        match moved:
            case me.ProcessMigrated():
                self._before = dict(self._created), dict(self._due), set(self._cancelled)
                names = dict(moved.renamed)
                self._created = {
                    key: replace(one, node_id=names.get(one.node_id, one.node_id)) for key, one in self._created.items()
                }
            case me.ActivityMigrated() if moved.activity_id in self._created:
                created = self._created[moved.activity_id]
                self._created[moved.activity_id] = replace(created, node_id=moved.to_node)
            case me.UserTaskMigrated():
                created = self._created[moved.activity_id]
                self._created[moved.activity_id] = replace(
                    created, priority=moved.priority, criteria_set=moved.criteria_set
                )
            case me.ProcessRestored():
                created_before, due_before, cancelled_before = self._before
                self._cancelled = cancelled_before | (self._created.keys() - created_before.keys())
                self._created = self._created | created_before
                self._due = self._due | due_before

    def differences(self, uow: UnitOfWork, case_id: str) -> Iterator[Difference]:
        """Every difference between the case's rows and its events."""
        missing = self._done.keys() | self._moves.keys()
        for row in _tasks(uow, case_id):
            missing -= {row.id}
            yield from self._of_task(row)
        for task_id in sorted(missing):
            yield "task", task_id, None
        yield from self._of_comments(uow, case_id)

    def _of_task(self, row: TaskRecord) -> Iterator[Difference]:
        created = self._created.get(row.activity_id)
        if created is None:
            yield "task", None, row.id
            return
        expected: dict[str, Any] = {
            name: getattr(created, name) for name in ("node_id", "criteria_set", "loop_counter", "priority")
        }
        expected |= {"due_at": self._due[row.activity_id]} | self._fate(row, created)
        for name, value in expected.items():
            yield f"task {row.node_id} {name}", value, _actual(row, name)

    def _fate(self, row: TaskRecord, created: ev.UserTaskCreated) -> dict[str, Any]:
        first = TaskState.RESERVED if created.assignee else TaskState.READY
        state, assignee = self._moves.get(row.id, (first.value, created.assignee))
        done = self._done.get(row.id)
        if done is None:
            state = TaskState.CANCELLED.value if row.activity_id in self._cancelled else state
            return {"state": state, "assignee_id": assignee, "outcome": None, "reason": "", "completed_by": None}
        return {
            "state": TaskState.COMPLETED.value,
            "assignee_id": assignee,
            "outcome": done.payload["outcome"],
            "reason": done.payload["reason"],
            "completed_by": done.actor,
            "assigned_role": done.role,
            "on_behalf_of": done.on_behalf_of,
            "ended_at": done.at,
        }

    def _of_comments(self, uow: UnitOfWork, case_id: str) -> Iterator[Difference]:
        rows = {row.id: row for row in uow.comments.of_case(case_id)}
        for comment_id in sorted(rows.keys() | self._comments.keys()):
            row, event = rows.get(comment_id), self._comments.get(comment_id)
            if row is None or event is None:
                yield "comment", comment_id if event else None, comment_id if row else None
                continue
            expected = {
                **{name: event.payload[name] for name in ("text", "task_id", "criterion_id")},
                "author_id": event.actor,
                "organisation_id": event.organisation,
                "at": event.at,
            }
            for name, value in expected.items():
                yield f"comment {name}", value, getattr(row, name)


def _resumed(state: str, assignee: str | None) -> str:
    """A suspended task comes back to whoever had it, or to its groups."""
    if state not in (TaskState.READY, *TAKEN):
        return state
    return TaskState.RESERVED.value if assignee else TaskState.READY.value


def _actual(row: TaskRecord, name: str) -> Any:
    if name == "state" and row.state == TaskState.SUSPENDED:
        return row.state_before
    if name == "reason":
        return row.reason or ""
    return getattr(row, name)


def _tasks(uow: UnitOfWork, case_id: str) -> Iterator[TaskRecord]:
    offset = 0
    while True:
        rows = uow.tasks.of_case(case_id, Page(limit=_PAGE, offset=offset))
        yield from rows
        offset += _PAGE
        if len(rows) < _PAGE:
            return
