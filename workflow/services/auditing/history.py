"""A case as it stood at an instant, and the way it had come by then: told by its events alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import (
    CriterionAssessed,
    EvidenceAdded,
    EvidenceWithdrawn,
    TaskClaimed,
    TaskCompleted,
    TaskDelegated,
    TaskMoved,
    TaskReassigned,
)
from workflow.audit.facts.notifications import TaskTold
from workflow.engine import events as ev
from workflow.engine.state import ProcessState
from workflow.feel.values import to_json
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.recognition.criteria import Criterion
from workflow.services.auditing.names import EventNames
from workflow.services.casework.fold import UNREADABLE, CaseFold
from workflow.services.casework.rounds.veil import NOTHING, Veil
from workflow.services.ground.labels import node_label, outcome_label, result_label
from workflow.services.ground.payloads import text_of
from workflow.services.ground.words import ValueWords, local_text
from workflow.store.casework import UnitCase
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTaken:
    """For the diagram: how often nodes were entered and flows taken, where the case stands, where it is stuck."""

    visited: Mapping[str, int]
    flows: Mapping[str, int]
    active: tuple[str, ...]
    incidents: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The same for a page's script."""
        return {
            "visited": dict(self.visited),
            "flows": dict(self.flows),
            "active": list(self.active),
            "incidents": list(self.incidents),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeAt:
    """A running process or part of it, with its variables as texts."""

    id: str
    node: Label
    variables: tuple[tuple[str, str], ...]
    values: tuple[tuple[Label, Label], ...] = ()
    """The same in the words of the forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTaskAt:
    """A user task that waited for a person. `assignee` is a name, or None while nobody had taken it."""

    activity_id: str
    node_id: str
    node: Label
    task_id: str | None
    assignee: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultAt:
    """One criterion's result; `figures` are decimal texts by figure id."""

    result: str | None
    figures: Mapping[str, str]
    statement: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentAt:
    """One task's results by criterion; `submitted_at` None while the task was open."""

    task_id: str
    node_id: str
    node: Label
    by: str
    submitted_at: datetime | None
    outcome: Label | None
    results: Mapping[str, ResultAt]
    criteria: Mapping[str, Criterion | None]
    """What the results are about, in the set's order, then those that no set of the version has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAt:
    """A file that was in the case and not withdrawn."""

    evidence_id: str
    sha256: str
    filename: str
    criterion_id: str | None
    paper_id: str | None
    added_by: str
    added_at: datetime
    paper: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAt:
    """The case at `at`; `events` had happened by then. `status` is None before the case was opened."""

    case: UnitCase
    at: datetime
    events: int
    status: str | None
    outcome: Label | None
    decision_number: str | None
    decided_on: str | None
    scopes: tuple[ScopeAt, ...]
    open_tasks: tuple[OpenTaskAt, ...]
    assessments: tuple[AssessmentAt, ...]
    evidence: tuple[EvidenceAt, ...]
    path: PathTaken
    version_id: str
    """The version that the case ran on then: its diagram is the one to show."""


@dataclass(slots=True)
class _Sheet:
    """What the events say of one task."""

    node_id: str = ""
    assignee: str | None = None
    by: str = ""
    submitted_at: datetime | None = None
    outcome: str | None = None
    results: dict[str, ResultAt] = field(default_factory=dict)


class History:
    """Reads a case's events up to an instant, without what the veil withholds from the reader now.

    What cannot be read is passed over: verification is what names it.
    """

    def __init__(self, events: Iterable[AuditEvent], veil: Veil = NOTHING) -> None:
        self._veil = veil
        self._fold = CaseFold()
        self._sheets: dict[str, _Sheet] = {}
        self._evidence: dict[str, EvidenceAt] = {}
        self._read: list[AuditEvent] = []
        self.count = 0
        for event in events:
            self.count += 1
            try:
                self._feed(event)
            except UNREADABLE:
                continue
        self._state = self._fold.state

    def path(self) -> PathTaken:
        """The way so far."""
        state, fold = self._state, self._fold
        active: list[str] = []
        if state is not None and not state.ended:
            active = [one.node_id for one in state.activities.values() if one.loop_counter is None]
            active += [node_id for _, node_id in state.arrivals]
        return PathTaken(
            visited=dict(fold.visited),
            flows=dict(fold.flows),
            active=tuple(dict.fromkeys(active)),
            incidents=tuple(dict.fromkeys(one.node_id for one in state.incidents.values())) if state else (),
        )

    def at(self, uow: UnitOfWork, names: EventNames, case: UnitCase, instant: datetime) -> CaseAt:
        """Everything as it stood."""
        names.prepare(self._read)
        then = names.on(case, self._fold.versions[-1] if self._fold.versions else None)
        package, fold, state = names.package(then), self._fold, self._state
        return CaseAt(
            case=case.shown,
            at=instant,
            events=self.count,
            status=fold.status if fold.opened else None,
            outcome=result_label(package, fold.outcome),
            decision_number=fold.decision_number,
            decided_on=local_text(fold.decided_on) if fold.decided_on else None,
            scopes=_scopes(_readable(state, self._veil), package, names, names.words(then)) if state else (),
            open_tasks=self._open_tasks(uow, names, case, package) if state and not state.ended else (),
            assessments=tuple(
                _assessment(task_id, sheet, names, package) for task_id, sheet in self._sheets.items() if sheet.results
            ),
            evidence=tuple(
                replace(one, added_by=names.person(one.added_by), paper=names.words(then).paper(one.paper_id))
                for one in self._evidence.values()
            ),
            path=self.path(),
            version_id=then.version_id,
        )

    def _feed(self, event: AuditEvent) -> None:
        found = self._fold.feed(event)
        if event.id in self._veil.events:
            return
        match found:
            case EvidenceAdded():
                self._evidence[found.evidence_id] = _evidence(event, found)
            case EvidenceWithdrawn():
                self._evidence.pop(found.evidence_id, None)
            case CriterionAssessed():
                sheet = self._sheet(found.task_id)
                sheet.by = event.actor
                sheet.results[found.criterion_id] = _result(found.to)
            case TaskCompleted():
                sheet = self._sheet(found.task_id, found.node_id)
                sheet.by, sheet.submitted_at, sheet.outcome = event.actor, event.at, found.outcome
                sheet.results = {key: _result(one) for key, one in (found.results or {}).items()}
            case TaskMoved():
                self._sheet(found.task_id, found.node_id).assignee = found.assignee
            case TaskTold():
                self._sheet(found.task_id, found.node_id)
        if isinstance(found, _PEOPLE):
            self._read.append(event)

    def _sheet(self, task_id: str, node_id: str = "") -> _Sheet:
        sheet = self._sheets.setdefault(task_id, _Sheet())
        sheet.node_id = node_id or sheet.node_id
        return sheet

    def _open_tasks(
        self, uow: UnitOfWork, names: EventNames, case: UnitCase, package: ProcedurePackage | None
    ) -> tuple[OpenTaskAt, ...]:
        found = []
        for activity in self._state.activities.values() if self._state else ():
            if activity.waits_for != "user":
                continue
            task = uow.tasks.of_activity(case.id, activity.id)
            sheet = self._sheets.get(task.id) if task else None
            found.append(
                OpenTaskAt(
                    activity_id=activity.id,
                    node_id=activity.node_id,
                    node=node_label(package, activity.node_id),
                    task_id=task.id if task else None,
                    assignee=names.person(sheet.assignee) if sheet and sheet.assignee else None,
                    due_at=activity.due_at,
                )
            )
        return tuple(found)


def _readable(state: ProcessState, veil: Veil) -> ProcessState:
    """The state without the variables of the instances of rounds that have not closed."""
    scopes = {
        key: replace(scope, variables={}, snapshot={}) if scope.activity_id in veil.rounds else scope
        for key, scope in state.scopes.items()
    }
    return replace(state, scopes=scopes)


_PEOPLE = (CriterionAssessed, TaskCompleted, TaskClaimed, TaskDelegated, TaskReassigned, EvidenceAdded, ev.VariablesSet)
"""Events whose people a page of the past names."""


def _scopes(
    state: ProcessState, package: ProcedurePackage | None, names: EventNames, words: ValueWords
) -> tuple[ScopeAt, ...]:
    return tuple(
        ScopeAt(
            id=scope.id,
            node=node_label(package, scope.container_id),
            variables=tuple(
                (name, text_of(to_json(value), names.people)) for name, value in sorted(scope.variables.items())
            ),
            values=tuple(
                (words.key(name), words.value(to_json(value), name)) for name, value in sorted(scope.variables.items())
            ),
        )
        for scope in state.scopes.values()
    )


def _assessment(task_id: str, sheet: _Sheet, names: EventNames, package: ProcedurePackage | None) -> AssessmentAt:
    return AssessmentAt(
        task_id=task_id,
        node_id=sheet.node_id,
        node=node_label(package, sheet.node_id),
        by=names.person(sheet.by),
        submitted_at=sheet.submitted_at,
        outcome=outcome_label(package, sheet.node_id, sheet.outcome) if sheet.outcome else None,
        results=sheet.results,
        criteria=_criteria(package, sheet.results),
    )


def _criteria(package: ProcedurePackage | None, results: Mapping[str, ResultAt]) -> Mapping[str, Criterion | None]:
    sets = package.criteria_sets.values() if package else ()
    fitting = max(sets, key=lambda one: len(one.criteria.keys() & results.keys()), default=None)
    known: dict[str, Criterion | None] = {}
    if fitting is not None:
        known = {key: criterion for key, criterion in fitting.criteria.items() if key in results}
    return known | {key: None for key in results if key not in known}


def _result(content: Mapping[str, Any]) -> ResultAt:
    return ResultAt(
        result=content.get("result"),
        figures=content.get("figures") or {},
        statement=content.get("statement") or "",
        reason=content.get("reason") or "",
    )


def _evidence(event: AuditEvent, fact: EvidenceAdded) -> EvidenceAt:
    return EvidenceAt(
        evidence_id=fact.evidence_id,
        sha256=fact.evidence_sha256,
        filename=fact.filename,
        criterion_id=fact.criterion_id,
        paper_id=fact.paper_id,
        added_by=event.actor,
        added_at=event.at,
    )
