"""Whether the rows of a case still say what its events say: its state and result, its tasks and remarks, its evidence, its assessments."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import (
    CommentAdded,
    CriterionAssessed,
    DraftSaved,
    EvidenceAdded,
    EvidenceWithdrawn,
    TaskCompleted,
    TaskMoved,
)
from workflow.audit.facts.criteria import CriteriaAgreed, CriteriaReopened, CriterionKept, InquiryMade
from workflow.audit.facts.fact import ABSENT, Fact
from workflow.audit.payload import payload_text
from workflow.engine import events as ev
from workflow.engine.codec import state_from_json, state_to_json
from workflow.engine.migration import events as me
from workflow.errors import NotFound
from workflow.lifecycle.user_task import TAKEN, TaskState
from workflow.services.casework.fold import UNREADABLE, CaseFold
from workflow.store.casework import CaseFilter, EvidenceRecord, UnitCase
from workflow.store.rows import Page
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

_LONGEST = 120
Piece = Callable[[str], AbstractContextManager[None]]
"""Inside, what cannot be read becomes a fault of the place that is named, and nothing is raised."""


class CaseCheck:
    """Takes the events of one case in stored order and compares at the end."""

    def __init__(self, uow: UnitOfWork, case_id: str, piece: Piece) -> None:
        self._uow = uow
        self._case_id = case_id
        self._piece = piece
        self._fold = CaseFold()
        self._tasks = TaskFold()
        self._unreadable: int | None = None
        self._evidence: dict[str, AuditEvent] = {}
        self._withdrawn: dict[str, AuditEvent] = {}
        self._assessed: dict[str, AuditEvent] = {}

    def feed(self, event: AuditEvent) -> None:
        """Take one more event in; one that cannot be read ends the comparison with a breach of its own."""
        if self._unreadable is not None:
            return
        try:
            found = self._fold.feed(event)
            self._tasks.feed(event, found)
            match found:
                case EvidenceAdded():
                    self._evidence[found.evidence_id] = event
                case EvidenceWithdrawn():
                    self._withdrawn[found.evidence_id] = event
                case TaskCompleted() if found.results is not ABSENT:
                    self._assessed[found.task_id] = event
        except UNREADABLE:
            self._unreadable = event.seq

    def finish(self) -> list[Breach]:
        """Every difference."""
        if self._unreadable is not None:
            return [self._breach(f"an event {self._unreadable} that can be read", "–")]
        found: list[Breach] = []
        for name, compare in (
            ("", self._compare_case),
            (" tasks", self._compare_tasks),
            (" evidence", self._compare_evidence),
            (" assessments", self._compare_assessments),
        ):
            with self._piece(f"case:{self._case_id}{name}"):
                for breach in compare():
                    found.append(breach)  # what was found stays found where the next row cannot be read
        return found

    def _compare_case(self) -> Iterator[Breach]:
        case, fold = self._uow.unit_cases.get(self._case_id), self._fold
        state = fold.state
        expected: dict[str, Any] = {
            "status": fold.status,
            "outcome": fold.outcome,
            "decision_number": fold.decision_number,
            "decided_on": fold.decided_on,
            **{name: getattr(fold.opened, name, None) for name in ("business_key", "unit_id", "campaign_id")},
            "version_id": fold.versions[-1] if fold.versions else None,
            "former_versions": fold.versions[:-1],
            **_state(state_to_json(state) if state else None),
        }
        held = state_from_json(case.state) if case.state is not None else None
        actual = _row(case) | _state(state_to_json(held) if held else None)
        for name in sorted(expected.keys() | actual.keys()):
            yield from self._differ(name, expected.get(name), actual.get(name))

    def _compare_tasks(self) -> Iterator[Breach]:
        for name, expected, actual in self._tasks.differences(self._uow, self._case_id):
            yield from self._differ(name, expected, actual)

    def _compare_evidence(self) -> Iterator[Breach]:
        for evidence_id, event in self._evidence.items():
            row = self._stored(evidence_id)
            if row is None:
                yield self._breach(f"evidence {evidence_id}", "no evidence")
                continue
            for name in ("task_id", "criterion_id", "paper_id", "filename", "media_type", "size"):
                yield from self._differ(f"evidence {name}", event.payload[name], getattr(row, name))
            yield from self._differ("evidence sha256", event.payload["evidence_sha256"], row.sha256)
            withdrawn = self._withdrawn.get(evidence_id)
            said = {"uploaded_by": event.actor, "uploaded_at": event.at, "withdrawn_at": withdrawn and withdrawn.at}
            for name, value in said.items():
                yield from self._differ(f"evidence {name}", value, getattr(row, name))
        for other in self._uow.evidence.of_case(self._case_id):
            if other.id not in self._evidence:
                yield self._breach("no evidence", f"evidence {other.id}")

    def _stored(self, evidence_id: str) -> EvidenceRecord | None:
        try:
            return self._uow.evidence.get(evidence_id)
        except NotFound:
            return None

    def _compare_assessments(self) -> Iterator[Breach]:
        for task_id, event in self._assessed.items():
            sheet = self._uow.assessments.of_task(task_id)
            rows = self._uow.assessments.results(sheet.id) if sheet else {}
            for criterion_id in sorted(event.payload["results"].keys() | rows.keys()):
                said, row = event.payload["results"].get(criterion_id, {}), rows.get(criterion_id)
                for name in ("result", "figures", "statement", "reason"):
                    yield from self._differ(
                        f"{criterion_id} {name}", said.get(name), getattr(row, name) if row else None
                    )

    def _differ(self, name: str, expected: Any, actual: Any) -> Iterator[Breach]:
        if expected != actual:
            yield self._breach(f"{name}: {_short(expected)}", f"{name}: {_short(actual)}")

    def _breach(self, expected: str, actual: str) -> Breach:
        stream = f"case:{self._case_id}"
        return Breach(kind=BreachKind.PROJECTION, stream=stream, expected=expected, actual=actual)


def check_unrecorded(uow: UnitOfWork, recorded: Collection[str]) -> list[Breach]:
    """Cases in the database that no event speaks of."""
    return [
        Breach(kind=BreachKind.PROJECTION, stream=f"case:{case_id}", expected="no case", actual=case_id)
        for case_id in uow.unit_cases.ids(CaseFilter())
        if case_id not in recorded
    ]


def _row(case: UnitCase) -> dict[str, Any]:
    return {
        "status": case.status,
        "outcome": case.outcome,
        "decision_number": case.decision_number,
        "decided_on": case.decided_on.isoformat() if case.decided_on else None,
        "business_key": case.business_key,
        "unit_id": case.unit_id,
        "campaign_id": case.campaign_id,
        "version_id": case.version_id,
        "former_versions": case.former_versions,
    }


def _state(state: dict[str, Any] | None) -> dict[str, str]:
    """The parts of a state as canonical texts, so that a difference names the part."""
    return {f"state.{name}": payload_text(part) for name, part in (state or {}).items()}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else "–" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


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
        self._bodies: dict[str, str | None] = {}
        self._closed: dict[str, datetime] = {}
        """Activities that ended with their result, and when."""
        self._people: set[tuple[str, str, str]] = set()

    def feed(self, event: AuditEvent, moved: ev.Event | Fact | None) -> None:
        """Take one more event in; `moved` is what it holds. Raises one of `UNREADABLE`."""
        self._people |= set(parts_in(event, moved))
        match moved:
            case ev.ScopeOpened() if moved.loop_counter is not None:
                self._bodies[moved.scope_id] = moved.activity_id
            case ev.UserTaskCreated():
                self._created[moved.activity_id] = moved
                self._due[moved.activity_id] = moved.due_at
            case ev.UserTaskRescheduled():
                self._due[moved.activity_id] = moved.due_at
            case ev.ActivityCompleted():
                self._closed[moved.activity_id] = event.at
            case ev.ActivityCancelled():
                self._cancelled.add(moved.activity_id)
            case ev.ProcessResumed():
                self._moves = {task: (_resumed(state, who), who) for task, (state, who) in self._moves.items()}
            case TaskCompleted():
                self._done[moved.task_id] = event
            case CommentAdded():
                self._comments[moved.comment_id] = event
            case TaskMoved():
                self._moves[moved.task_id] = (moved.to["state"], moved.to["assignee"])
        self._migration(moved)

    def _migration(self, moved: ev.Event | Fact | None) -> None:
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
        people = {one for one in self._people if one[2] == "entered"}
        for row in _tasks(uow, case_id):
            missing -= {row.id}
            if row.round_id is not None:
                people |= {one for one in self._people if one[0] == row.id}
                created = self._created.get(row.activity_id)
                people |= {(row.id, created.assignee, "held")} if created and created.assignee else set()
            yield from self._of_task(row)
        for task_id in sorted(missing):
            yield "task", task_id, None
        for one in sorted(people ^ uow.task_people.of_case(case_id)):
            said = f"{one[2]} {one[1]}"
            yield f"task {one[0]} people", said if one in people else None, None if one in people else said
        yield from self._of_comments(uow, case_id)

    def _of_task(self, row: TaskRecord) -> Iterator[Difference]:
        created = self._created.get(row.activity_id)
        if created is None:
            yield "task", None, row.id
            return
        expected: dict[str, Any] = {
            name: getattr(created, name) for name in ("node_id", "criteria_set", "loop_counter", "priority")
        }
        expected["round_id"] = self._bodies.get(created.scope_id) if created.loop_counter is not None else None
        expected["round_closed_at"] = self._closed.get(expected["round_id"] or "")
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
                "for_unit": event.payload.get("for_unit", True),
            }
            for name, value in expected.items():
                yield f"comment {name}", value, getattr(row, name)


_ENTRIES = (
    DraftSaved,
    CriterionAssessed,
    CriteriaAgreed,
    CriteriaReopened,
    CriterionKept,
    InquiryMade,
    EvidenceAdded,
    EvidenceWithdrawn,
)


def parts_in(event: AuditEvent, found: ev.Event | Fact | None) -> Iterator[tuple[str, str, str]]:
    """(task, user, part) of whoever the event says had the task or entered something in it, in their own name or for another."""
    if isinstance(found, _ENTRIES):
        task_id = getattr(found, "by_task", ABSENT) or found.task_id
        if task_id:
            yield from ((task_id, who, "entered") for who in (event.actor, event.on_behalf_of) if who)
    elif isinstance(found, TaskMoved):
        assignee = found.to.get("assignee")
        principal = found.to.get("on_behalf_of") or (event.on_behalf_of if assignee == event.actor else None)
        yield from ((found.task_id, who, "held") for who in (assignee, principal if assignee else None) if who)


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
