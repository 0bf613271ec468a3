"""The due times that a process waits for, how each is counted, and where a pause of the process takes them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workflow.engine import events as e
from workflow.engine.evaluation import Stuck, evaluate
from workflow.engine.instants import Counted, begins_with, counted, instant
from workflow.engine.pauses import shifted
from workflow.engine.program import Program, WorkingTime
from workflow.engine.run import Run, seen_by
from workflow.engine.state import Activity, Pause, ProcessState, Timer, age
from workflow.engine.waits import begun
from workflow.errors import N_, InvalidInput
from workflow.model.elements import UserTask, definition_of
from workflow.model.events import TimerDefinition, parts_of
from workflow.model.expressions import Value

_NOT_MOVED = N_("The due time %(due_at)s cannot be moved by the working time of the pause: %(reason)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One due time. `holder_id`: the user task's activity, or the timer. `began_at`: from when it counts.

    `counted` is None where its expression has no value any more: `fault` then says why. `text`: as the definition has it.
    """

    kind: Literal["due", "reminder", "timer"]
    holder_id: str
    node_id: str
    due_at: datetime
    began_at: datetime | None
    counted: Counted | None
    text: str
    fault: Stuck | None = None


def clocks(program: Program, state: ProcessState, now: datetime) -> tuple[Clock, ...]:
    """Every due time of the process: of each task the last moment and the reminder, then the timers, the longest waiting first."""
    return tuple(_clocks(Run(program, state, now)))


def moved(clock: Clock, pause: Pause, calendar: WorkingTime | None) -> datetime:
    """Where the due time lies after the pause: what is counted in working time has moved. Raises `Stuck`."""
    if clock.counted != "working" or calendar is None:
        return clock.due_at
    try:
        return shifted(calendar, pause, clock.began_at, clock.due_at)
    except (InvalidInput, OverflowError) as error:
        raise Stuck("timer", _NOT_MOVED, due_at=clock.due_at.isoformat(), reason=str(error)) from error


def move_all(run: Run, pause: Pause) -> None:
    """Move what the pause moves. What cannot be worked out keeps its time and gets an incident, as when deadlines change."""
    tasks: dict[str, dict[str, datetime]] = {}
    timers: list[Timer] = []
    for clock in list(_clocks(run)):
        try:
            if clock.fault is not None:
                raise clock.fault
            due_at = moved(clock, pause, run.program.working_time)
        except Stuck as stuck:
            _report(run, clock, stuck)
            continue
        if due_at == clock.due_at:
            continue
        if clock.kind == "timer":
            timers.append(replace(run.draft.timers[clock.holder_id], due_at=due_at))
        else:
            tasks.setdefault(clock.holder_id, {})[_FIELDS[clock.kind]] = due_at
    for activity_id, changed in tasks.items():
        activity = run.draft.activities[activity_id]
        times = {"due_at": activity.due_at, "follow_up_at": activity.follow_up_at, **changed}
        run.emit(e.UserTaskRescheduled(activity_id=activity_id, **times))
    for timer in timers:
        run.emit(begun(timer))


_FIELDS = {"due": "due_at", "reminder": "follow_up_at"}


def _report(run: Run, clock: Clock, stuck: Stuck) -> None:
    timer = run.draft.timers.get(clock.holder_id)
    shown = run.shown_at(timer.activity_id if timer else clock.holder_id)
    if shown is not None and not run.draft.incidents_of(shown.id):
        run.open_incident(shown, stuck, "wait")


def _clocks(run: Run) -> Iterator[Clock]:
    for activity_id in sorted(run.draft.activities, key=age):
        activity = run.draft.activities[activity_id]
        node = run.node(activity)
        if activity.waits_for == "user" and isinstance(node, UserTask):
            yield from _of_task(run, node, activity)
    for timer_id in sorted(run.draft.timers, key=age):
        yield from _of_timer(run, run.draft.timers[timer_id])


def _of_task(run: Run, node: UserTask, activity: Activity) -> Iterator[Clock]:
    for kind, due_at, value in (
        ("due", activity.due_at, node.spec.due_date),
        ("reminder", activity.follow_up_at, node.spec.follow_up_date),
    ):
        if due_at is None or value is None:
            continue
        found = Clock(
            kind="due" if kind == "due" else "reminder",
            holder_id=activity.id,
            node_id=activity.node_id,
            due_at=due_at,
            began_at=activity.created_at,
            counted=None,
            text=value.text,
        )
        try:
            yield replace(found, counted=counted(evaluate(value, seen_by(run, node, activity), "timer")))
        except Stuck as stuck:
            yield replace(found, fault=stuck)


def _of_timer(run: Run, timer: Timer) -> Iterator[Clock]:
    holder = run.draft.activities.get(timer.activity_id)
    scope_id = holder.scope_id if holder is not None else timer.activity_id
    definition = parts_of(definition_of(run.definition(scope_id).all_nodes[timer.node_id]))[timer.part]
    if not isinstance(definition, TimerDefinition):
        return
    found = Clock(
        kind="timer",
        holder_id=timer.id,
        node_id=timer.node_id,
        due_at=timer.due_at,
        began_at=timer.started_at,
        counted=None,
        text=definition.value.text,
    )
    try:
        yield replace(found, counted=_of_cycle(run, timer) if timer.cycle else _now(run, scope_id, definition.value))
    except Stuck as stuck:
        yield replace(found, fault=stuck)


def _now(run: Run, scope_id: str, value: Value) -> Counted:
    return counted(evaluate(value, run.view(scope_id), "timer"))


def _of_cycle(run: Run, timer: Timer) -> Counted:
    """The day on which a cycle begins is fixed; the times after it are counted."""
    text = str(timer.cycle)
    start = begins_with(text)
    first = instant(start, timer.due_at, run.working_time) if start else None
    return "fixed" if first == timer.due_at and counted(start) == "fixed" else counted(text)
