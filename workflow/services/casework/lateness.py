"""How late a step was done, or is by now: in working days, and which of them a suspension of its case excuses."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workflow.audit.facts.casework import CaseResumed, CaseSuspended, DueDateMoved
from workflow.audit.facts.fact import part
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import local_date
from workflow.runtime.steps import case_stream
from workflow.store.auditing import EventFilter
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

_PAUSES = (CaseSuspended.__name__, CaseResumed.__name__, DueDateMoved.__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """`until`: None while it lasts."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(slots=True)
class Pauses:
    """When a case stood still, and which due days moved by it: task → (from, to)."""

    suspensions: list[Suspension] = field(default_factory=list)
    moved: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Working days. `excused`: those of `late` on which the case was suspended."""

    late: int
    excused: int

    @property
    def counted(self) -> int:
        return self.late - self.excused


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    """A step that was done after its due day or is open past it. `suspensions`: those that fell into its time; `moved`: its due day, from where to where."""

    due_at: datetime
    days: Lateness
    suspensions: Sequence[Suspension]
    moved: tuple[datetime, datetime] | None


def is_late(task: TaskRecord, now: datetime) -> bool:
    """Whether it ended after it was due, or is open past it."""
    return task.due_at is not None and (task.ended_at or now) > task.due_at


def late_step(calendar: WorkingCalendar, task: TaskRecord, pauses: Pauses, now: datetime) -> LateStep:
    """How late a step is. One without a due day is not."""
    due_at, end = task.due_at or now, task.ended_at or now
    return LateStep(
        due_at=due_at,
        days=lateness(calendar, due_at, end, pauses.suspensions),
        suspensions=[one for one in pauses.suspensions if one.since < end and (one.until or end) > task.created_at],
        moved=pauses.moved.get(task.id),
    )


def lateness(calendar: WorkingCalendar, due_at: datetime, end: datetime, suspensions: Sequence[Suspension]) -> Lateness:
    """How late something is that was due then and ended at `end`."""
    late = calendar.working_days_between(local_date(due_at), local_date(end))
    excused = 0
    for one in suspensions:
        first, last = max(due_at, one.since), min(end, one.until or end)
        if first < last:
            excused += calendar.working_days_between(local_date(first), local_date(last))
    return Lateness(late=late, excused=min(late, excused))


def pauses_of(uow: UnitOfWork, case_ids: Collection[str]) -> Mapping[str, Pauses]:
    """Case → its pauses, of a bounded number of cases; empty where it had none."""
    found: dict[str, Pauses] = defaultdict(Pauses)
    begun: dict[str, tuple[datetime, str]] = {}
    where = EventFilter(streams=[case_stream(one) for one in sorted(case_ids)], types=_PAUSES)
    for event in uow.events.each(where):
        case_id = event.case_id or ""
        if event.type == CaseSuspended.__name__:
            begun[case_id] = event.at, part(event.payload, "reason") or ""
        elif event.type == CaseResumed.__name__ and case_id in begun:
            since, reason = begun.pop(case_id)
            found[case_id].suspensions.append(Suspension(since=since, until=event.at, reason=reason))
        elif event.type == DueDateMoved.__name__:
            _move(found[case_id].moved, event.payload)
    for case_id, (since, reason) in begun.items():
        found[case_id].suspensions.append(Suspension(since=since, until=None, reason=reason))
    return found


def _move(moved: dict[str, tuple[datetime, datetime]], payload: object) -> None:
    """Of several moves of one due day, from the first to the last."""
    task, since, to = (part(payload, key) for key in ("task_id", "from", "to"))
    if task and since and to:
        first = moved[task][0] if task in moved else datetime.fromisoformat(since)
        moved[task] = (first, datetime.fromisoformat(to))
