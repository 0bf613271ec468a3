"""What of a case may not be told yet, and to whom: every reader of a case's contents asks here.

Until a round closes with its result, everybody gets that somebody has done their part, not how; only who did it sees their own. One that
is broken off never closes: the case was moved, withdrawn, cancelled or brought to an end elsewhere, and what had been entered
stays sealed. A team's sheets stay closed to the unit until the task that concludes from them is completed. What is withheld is
told in full when that is over; meanwhile its hash is shown, so that the chain can be verified all the same.

A sheet that has not been sent is nobody's word yet: only whoever has its task reads it, where nobody has it, whoever could take it, the unit's
own the people of the unit, and auditors, who read every entry in the events too. Everybody else gets that it is being worked on.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.auditing import FileRead
from workflow.audit.facts.casework import CriterionAssessed, DraftSaved, EvidenceAdded, EvidenceWithdrawn, TaskCompleted
from workflow.audit.facts.criteria import (
    CriteriaAgreed,
    CriteriaReopened,
    InquiryAnswered,
    InquiryLapsed,
    InquiryMade,
    InquiryRecalled,
)
from workflow.engine import events as ev
from workflow.engine.migration import events as me
from workflow.packages.package import ProcedurePackage
from workflow.services.casework.rounds.lookup import running_rounds
from workflow.services.ground.access import Access
from workflow.store.auditing import EventFilter
from workflow.store.cases import IncidentRecord
from workflow.store.casework import EvidenceRecord, UnitCase
from workflow.store.criteria.inquiries import InquiryRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

_FACTS = tuple(
    kind.__name__
    for kind in (
        TaskCompleted,
        CriterionAssessed,
        CriteriaAgreed,
        CriteriaReopened,
        DraftSaved,
        EvidenceAdded,
        EvidenceWithdrawn,
        FileRead,
    )
)
_ASKED = tuple(kind.__name__ for kind in (InquiryMade, InquiryAnswered, InquiryLapsed, InquiryRecalled))
"""What was asked of the unit: it reads it even where the sheet is closed to it."""
_WHOLE = (me.ProcessRestored.__name__, ev.CompensableRecorded.__name__)
"""Events of the engine that hold whole states or scopes: withheld where they may hold something of a sealed round."""
_OVER = (ev.ActivityCompleted.__name__, ev.ActivityCancelled.__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Veil:
    """What one reader does not get of one case for now. The empty one hides nothing."""

    tasks: frozenset[str] = frozenset()
    """Tasks whose contents are withheld: what was entered, the outcome, the reason, the files."""
    rounds: Mapping[str, str] = field(default_factory=dict)
    """The rounds that have not closed, running or broken off: the activity that stands for the whole → its node."""
    events: frozenset[str] = frozenset()
    """The ids of the events whose payload is withheld."""
    drafts: frozenset[str] = frozenset()
    """Open tasks of whose sheets the reader gets nothing before they are sent."""
    unit: str | None = None
    """The unit, where the reader acts for it: whatever was asked of it is told to it, and the files are its own with which it answered."""

    def bare(self, task: TaskRecord) -> TaskRecord:
        """The task without what is withheld of it."""
        if task.id in self.drafts:
            return replace(task, draft=None)
        return replace(task, outcome=None, reason=None, draft=None) if task.id in self.tasks else task

    def files(self, evidence: Collection[EvidenceRecord]) -> list[EvidenceRecord]:
        """Those that are not withheld."""
        return [item for item in evidence if item.task_id not in self.tasks and not self._unsent(item)]

    def _unsent(self, item: EvidenceRecord) -> bool:
        return item.task_id in self.drafts and item.organisation_id != self.unit

    def inquiries(self, every: Iterable[InquiryRecord]) -> list[InquiryRecord]:
        """Those that are not withheld."""
        return [one for one in every if self.unit is not None or one.task_id not in self.tasks]

    def incident(self, one: IncidentRecord) -> IncidentRecord:
        """What got stuck in such a round may quote what was entered there."""
        if one.node_id not in self.rounds.values():
            return one
        return replace(one, params={name: "…" if name != "node" else text for name, text in one.params.items()})


NOTHING = Veil()


def veil_over(
    uow: UnitOfWork,
    package: ProcedurePackage | None,
    case: UnitCase,
    access: Access | None,
    *,
    with_events: bool = False,
) -> Veil:
    """What is withheld of the case from this reader (None: from anybody outside, so that nobody's own part shows).

    `package` None: its version cannot be read any more; rounds that have not closed are sealed all the same.
    `with_events` also finds the events, for which the stream is read.
    """
    every = uow.tasks.closed_to_some(case.id)
    parts = [task for task in every if task.round_id is not None]
    sealed = {str(task.round_id): task.node_id for task in parts if task.round_closed_at is None}
    rounds = sealed | (running_rounds(package, case) if package is not None else {})
    outside = access is not None and _is_subject(access, case)
    nodes = _closed_to_the_unit(package) if outside and package is not None else {}
    drafts = {task.id for task in every if task.criteria_set is not None and task.ended_at is None}
    if access is None or access.assignment("audit", case) is not None:
        drafts = set()
    elif drafts:
        drafts -= {task.id for task in every if _reads_unsent(access, case, task)}
    if not rounds and not nodes and not drafts:
        return NOTHING
    hidden, since = set(), []
    for task in parts:
        open_yet = task.round_id in rounds
        if open_yet:
            since.append(task.created_at)
        mine = access is not None and access.actor.user_id in _own(task)
        if (open_yet or _not_concluded(uow, nodes, task)) and not mine:
            hidden.add(task.id)
    tasks = frozenset(hidden)
    unit = case.unit_id if access is not None and access.is_of_unit(case) else None
    veil = Veil(tasks=tasks, rounds=rounds, drafts=frozenset(drafts - tasks), unit=unit)
    if not with_events or not (tasks or rounds or drafts):
        return veil
    began = min(since) if since and not nodes and not drafts else None
    events = uow.events.each(EventFilter(case_id=case.id, since=began))
    kinds = _FACTS if unit is not None else (*_FACTS, *_ASKED)
    return replace(veil, events=_withheld(events, tasks | drafts, rounds, kinds))


def withheld_events(uow: UnitOfWork, package: ProcedurePackage, case: UnitCase) -> frozenset[str]:
    """The ids of the case's events whose payload may leave the house to nobody yet."""
    return veil_over(uow, package, case, None, with_events=True).events


def _own(task: TaskRecord) -> tuple[str | None, ...]:
    if task.completed_by is not None:
        return task.completed_by, task.on_behalf_of
    return (task.assignee_id,)


def _reads_unsent(access: Access, case: UnitCase, task: TaskRecord) -> bool:
    """Whether what has not been sent yet is the reader's own, or that of the unit for which they act."""
    if task.organisation_id == case.unit_id and access.is_of_unit(case):
        return True
    seats = access.actor.seats(task.groups)
    if task.assignee_id is None:
        return bool(seats)
    return task.assignee_id in (access.actor.user_id, *(one.via_deputy_of for one in seats))


def _is_subject(access: Access, case: UnitCase) -> bool:
    """Whether the reader sees the case only as somebody of the unit that it is about."""
    return not any(
        one.organisation_id != case.unit_id and access.reaches(one, case) for one in access.actor.assignments
    )


def _closed_to_the_unit(package: ProcedurePackage) -> dict[str, tuple[str, ...]]:
    """Node of a round → the tasks of which one must be completed before the unit reads what the round has found.

    `closedUntil` of the task says so; without it, those that judge beside the round's sheets (`compareWith`).
    """
    found: dict[str, tuple[str, ...]] = {}
    tasks = {
        node_id: task
        for one in (*reversed(package.former), package)
        for process in one.bpmn.processes.values()
        for node_id, task in process.user_tasks.items()
    }
    for node_id, task in tasks.items():
        if task.multi_instance is None:
            continue
        derived = tuple(other for other, one in tasks.items() if node_id in one.spec.compare_with)
        found[node_id] = task.spec.closed_until or derived
    return {node_id: until for node_id, until in found.items() if until}


def _not_concluded(uow: UnitOfWork, nodes: Mapping[str, tuple[str, ...]], task: TaskRecord) -> bool:
    if task.node_id not in nodes:
        return False
    concluded = uow.tasks.last_completed(task.case_id, nodes[task.node_id])
    return concluded is None or concluded < task.created_at


def _withheld(events: Any, tasks: frozenset[str], rounds: Mapping[str, str], kinds: Collection[str]) -> frozenset[str]:
    """The events that tell what was entered in the tasks, and those by which the engine took it in."""
    told: list[AuditEvent] = []
    scopes: set[str] = set()
    instances: set[str] = set()
    commands: set[str] = set()
    found: set[str] = set()
    begun: set[str] = set()
    running: set[str] = set()
    for event in events:
        payload = event.payload if isinstance(event.payload, dict) else {}
        if event.type == ev.ScopeOpened.__name__ and payload.get("activity_id") in rounds:
            scopes.add(str(payload.get("scope_id")))
            begun.add(str(payload["activity_id"]))
            running.add(str(payload["activity_id"]))
        elif event.type == ev.ActivityEntered.__name__ and payload.get("scope_id") in scopes:
            instances.add(str(payload.get("activity_id")))
        elif event.type in _OVER:
            running.discard(str(payload.get("activity_id")))
        elif event.type in _WHOLE and (running or (begun and event.type == me.ProcessRestored.__name__)):
            found.add(event.id)  # a state that is restored may be from before the round was broken off
        if event.type in kinds and payload.get("task_id") in tasks:
            found.add(event.id)
            if event.type == TaskCompleted.__name__ and event.command_id:
                commands.add(event.command_id)
        told.append(event)
    return frozenset(found | {event.id for event in told if _carries(event, commands, scopes, instances, rounds)})


def _carries(
    event: AuditEvent,
    commands: Collection[str],
    scopes: Collection[str],
    instances: Collection[str],
    rounds: Mapping[str, str],
) -> bool:
    """Whether the engine's event holds something of an instance: its result, its variables, why it got stuck."""
    payload = event.payload if isinstance(event.payload, dict) else {}
    if event.command_id in commands:
        return True
    if event.type == ev.InstanceCompleted.__name__:
        return payload.get("activity_id") in rounds
    if event.type == ev.VariablesSet.__name__:
        return payload.get("scope_id") in scopes
    stuck = event.type == ev.IncidentOpened.__name__
    return stuck and (payload.get("activity_id") in instances or payload.get("activity_id") in rounds)
