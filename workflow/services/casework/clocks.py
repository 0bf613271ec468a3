"""The open dates of a case: which of them stand still while it is suspended, which go on, and why; and how late its steps were."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from workflow.audit.facts.casework import CaseFact, CaseResumed, CaseSuspended, ClockMoved, DueDateMoved
from workflow.audit.facts.fact import part
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import local_date
from workflow.engine.clocks import Clock, clocks, moved
from workflow.engine.codec import state_from_json
from workflow.engine.evaluation import Stuck
from workflow.engine.program import Program
from workflow.engine.state import Pause
from workflow.feel.values import coerce, to_json
from workflow.model.user_task import Label
from workflow.packages.tasks import deadline_in
from workflow.runtime.steps import case_stream
from workflow.services.casework.criteria.asked import after_pause, running
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.labels import node_label
from workflow.store.auditing import EventFilter
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

Why = Literal["working", "campaign", "fixed", "running", "over", "unknown"]
"""Counted in working time; the campaign's deadline; a day that is fixed; counted day and night; over before; nobody can tell."""


def deadline_variables(deadlines: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The deadlines as conditions and due dates read them: `last_day` a date, `due_at` and `remind_at` instants or None."""
    return {
        deadline_id: {
            "last_day": date.fromisoformat(deadline["last_day"]),
            "due_at": datetime.fromisoformat(deadline["due_at"]),
            "remind_at": datetime.fromisoformat(deadline["remind_at"]) if deadline["remind_at"] else None,
        }
        for deadline_id, deadline in deadlines.items()
    }


def moved_deadlines(uow: UnitOfWork, case: UnitCase) -> dict[str, Any]:
    """The variables by which a case learns of deadlines that its campaign has by now and it has not; none where it has them."""
    held = state_from_json(case.state).variables if case.state is not None else {}
    now = deadline_variables(uow.campaigns.get(case.campaign_id).deadlines)
    if "deadlines" not in held or to_json(coerce(held["deadlines"])) == to_json(coerce(now)):
        return {}
    return {"deadlines": now}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDate:
    """`label`: the task or event. `after`: where the date lies if the case goes on now. `deadline`: the campaign's, where it is one."""

    kind: Literal["due", "reminder", "timer", "answer"]
    label: Label
    at: datetime
    after: datetime
    why: Why
    deadline: Label | None

    @property
    def moves(self) -> bool:
        """Whether it stands still while the case is suspended."""
        return self.why == "working"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """`since`: when the case was suspended, None while it runs. `days` and `rest`: the working time since then."""

    since: datetime | None
    days: int
    rest: timedelta
    dates: Sequence[OpenDate]
    resting: frozenset[str]
    """The activities whose due date stands still now."""


def suspended_since(uow: UnitOfWork, case: UnitCase) -> datetime | None:
    """When the case was suspended; None where it is not."""
    if case.status != "suspended":
        return None
    (newest,) = uow.events.of_type(case_stream(case.id), CaseSuspended.__name__, limit=1) or (None,)
    return newest.at if newest else None


def standstill(ground: CaseGround, uow: UnitOfWork, case: UnitCase, now: datetime) -> Standstill:
    """What a suspension does to the case's open dates, or has done until now. A date that many share is there once."""
    since, calendar = suspended_since(uow, case), ground.register.calendar(uow)
    pause = _pause(since, now)
    days, rest = _in_days(calendar, pause)
    found = _clocks(ground, uow, case, now)
    moving = {one.holder_id for one in found if one.kind == "due" and _why(one, since or now) == "working"}
    return Standstill(
        since=since,
        days=days,
        rest=rest,
        dates=list(
            dict.fromkeys(
                [
                    *_dates(ground, uow, case, found, since or now, pause),
                    *_answers(ground, uow, case, since or now, pause),
                ]
            )
        ),
        resting=frozenset(moving) if since else frozenset(),
    )


def counted_until(ground: CaseGround, uow: UnitOfWork, case: UnitCase, activity_id: str, now: datetime) -> datetime:
    """Until when the time that a task has left is counted: now, or where its due date stands still, since when it does."""
    if case.status != "suspended":
        return now
    rest = standstill(ground, uow, case, now)
    return rest.since if rest.since is not None and activity_id in rest.resting else now


def moves(ground: CaseGround, uow: UnitOfWork, case: UnitCase, since: datetime | None, now: datetime) -> list[CaseFact]:
    """What is to be told when the case goes on now: of each date that moves, from where to where."""
    pause, program = _pause(since, now), ground.steps.program(uow, case)
    found: list[CaseFact] = []
    for clock in _clocks(ground, uow, case, now) if pause else ():
        after = _after(program, clock, pause)
        if after == clock.due_at:
            continue
        at, to = _text(clock.due_at), _text(after)
        if clock.kind == "due":
            task = uow.tasks.of_activity(case.id, clock.holder_id)
            found.append(DueDateMoved(task_id=task.id if task else None, node_id=clock.node_id, from_=at, to=to))
        else:
            found.append(ClockMoved(kind=clock.kind, node_id=clock.node_id, from_=at, to=to))
    return found


def _pause(since: datetime | None, now: datetime) -> Pause | None:
    return Pause(began_at=since, ended_at=now) if since is not None and since < now else None


def _in_days(calendar: WorkingCalendar, pause: Pause | None) -> tuple[int, timedelta]:
    worked = calendar.between(pause.began_at, pause.ended_at) if pause else timedelta(0)
    return divmod(worked, calendar.day_length)


def _clocks(ground: CaseGround, uow: UnitOfWork, case: UnitCase, now: datetime) -> Sequence[Clock]:
    if case.state is None or case.ended_at is not None:
        return ()
    return clocks(ground.steps.program(uow, case), state_from_json(case.state), now)


def _dates(
    ground: CaseGround, uow: UnitOfWork, case: UnitCase, found: Sequence[Clock], at: datetime, pause: Pause | None
) -> Iterator[OpenDate]:
    program, package = ground.steps.program(uow, case), ground.version(uow, case).package
    deadlines = uow.campaigns.get(case.campaign_id).deadlines
    for clock in found:
        named = deadlines.get(deadline_in(clock.text) or "")
        yield OpenDate(
            kind=clock.kind,
            label=node_label(package, clock.node_id),
            at=clock.due_at,
            after=_after(program, clock, pause),
            why=_why(clock, at),
            deadline=Label(vi=named["label_vi"], en=named["label_en"]) if named else None,
        )


def _answers(
    ground: CaseGround, uow: UnitOfWork, case: UnitCase, at: datetime, pause: Pause | None
) -> Iterator[OpenDate]:
    """Until when the unit may explain what the case's tasks ask."""
    calendar, package = ground.register.calendar(uow), ground.version(uow, case).package
    for one, task in running(uow, case):
        if one.due_at is not None:
            yield OpenDate(
                kind="answer",
                label=node_label(package, task.node_id),
                at=one.due_at,
                after=after_pause(calendar, one, pause) if pause else one.due_at,
                why="working" if one.due_at > at else "over",
                deadline=None,
            )


def _why(clock: Clock, at: datetime) -> Why:
    """`at`: when the case was suspended, or would be."""
    if clock.counted is None:
        return "unknown"
    if clock.counted == "working":
        return "working" if clock.due_at > at else "over"
    if clock.counted == "fixed" and deadline_in(clock.text):
        return "campaign"
    return clock.counted


def _after(program: Program, clock: Clock, pause: Pause | None) -> datetime:
    try:
        return moved(clock, pause, program.working_time) if pause else clock.due_at
    except Stuck:
        return clock.due_at


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# How late a step was done, or is by now: in working days, and which of them a suspension of its case excuses.

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
