"""What an event waits for: worked out first, so that a fault leaves nothing half done, and attached then.

A wait hangs on a holder: the activity that waits, or the scope whose event subprocess the event starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.engine import events as e
from workflow.engine.evaluation import Stuck, View, evaluate
from workflow.engine.instants import first_of_cycle, instant, next_of_cycle
from workflow.engine.run import Run
from workflow.engine.state import Activity, Scope, Timer
from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity as ActivityElement,
    CallActivity,
    Event,
    EventSubProcess,
    FlowNode,
    ReceiveTask,
    StartEvent,
)
from workflow.model.events import (
    ConditionalDefinition,
    EventDefinition,
    MessageDefinition,
    SignalDefinition,
    SingleDefinition,
    TimerDefinition,
    parts_of,
)

_NOTHING = N_("“%(node)s” waits for nothing that could happen.")


@dataclass(frozen=True, slots=True)
class TimerPlan:
    node_id: str
    part: int
    due_at: datetime
    remaining: int | None = None
    cycle: str | None = None


@dataclass(frozen=True, slots=True)
class MessagePlan:
    node_id: str
    part: int
    name: str
    key: Any


@dataclass(frozen=True, slots=True)
class SignalPlan:
    node_id: str
    part: int
    name: str


@dataclass(frozen=True, slots=True)
class ConditionPlan:
    node_id: str
    part: int
    condition: str


Plan = TimerPlan | MessagePlan | SignalPlan | ConditionPlan


def plans_of(run: Run, node: FlowNode, view: View) -> list[Plan]:
    """Work out what the event or receive task waits for; nothing for errors, escalations and the like. Raises `Stuck`."""
    return [
        found
        for part, definition in enumerate(parts_of(definition_of(node)))
        if (found := plan_part(run, node, part, definition, view)) is not None
    ]


def plans_of_waiting(run: Run, node: FlowNode, view: View) -> list[Plan]:
    """As `plans_of`, for an event that only goes on when something happens. Raises `Stuck` where nothing can."""
    found = plans_of(run, node, view)
    if not found:
        raise Stuck("error", _NOTHING, node=node.name or node.id)
    return found


def plans_of_boundary(run: Run, node: FlowNode, activity: Activity) -> list[Plan]:
    """Work out what the boundary events of an activity wait for. Raises `Stuck`."""
    if not isinstance(node, ActivityElement) or activity.loop_counter is not None:
        return []
    attached = run.definition(activity.scope_id).boundary_events.get(node.id, ())
    if not attached:
        return []
    view = run.view(activity.scope_id)
    return [found for event in attached for found in plans_of(run, event, view)]


def plan_part(run: Run, node: FlowNode, part: int, definition: SingleDefinition, view: View) -> Plan | None:
    """Work out one of an event's definitions. Raises `Stuck`."""
    planner = _PLANNERS.get(type(definition))
    return planner(run, node.id, part, definition, view) if planner else None


def attach(run: Run, holder_id: str, found: Plan) -> None:
    """Make the holder wait for what was worked out."""
    run.emit(_EVENTS[type(found)](run, holder_id, found))


def next_in_cycle(run: Run, timer: Timer) -> Plan | None:
    """Work out when a repeating timer fires next, if it does. Raises `Stuck`."""
    if timer.cycle is None or not timer.remaining:
        return None
    due_at = next_of_cycle(timer.cycle, timer.due_at, run.now, run.program.working_time)
    return TimerPlan(timer.node_id, timer.part, due_at, max(timer.remaining - 1, -1), timer.cycle)


def due_again(run: Run, node: FlowNode, timer: Timer, scope_id: str) -> datetime:
    """Work out a waiting timer's due time again, from when it began to wait. A cycle keeps its own. Raises `Stuck`."""
    definition = parts_of(definition_of(node))[timer.part]
    if not isinstance(definition, TimerDefinition) or definition.kind == "cycle":
        return timer.due_at
    value = evaluate(definition.value, run.view(scope_id), "timer")
    return instant(value, timer.started_at or run.now, run.program.working_time)


def definition_of(node: FlowNode) -> EventDefinition | None:
    if isinstance(node, ReceiveTask):
        return node.message
    return node.definition if isinstance(node, Event) else None


def _plan_timer(run: Run, node_id: str, part: int, definition: TimerDefinition, view: View) -> Plan:
    value = evaluate(definition.value, view, "timer")
    if definition.kind == "cycle":
        due_at, remaining = first_of_cycle(value, run.now, run.program.working_time)
        return TimerPlan(node_id, part, due_at, remaining, str(value))
    return TimerPlan(node_id, part, instant(value, run.now, run.program.working_time))


def _plan_message(run: Run, node_id: str, part: int, definition: MessageDefinition, view: View) -> Plan:
    return MessagePlan(node_id, part, definition.name, correlation_key(definition, view))


def correlation_key(definition: MessageDefinition, view: View) -> Any:
    """The key by which a message finds its receiver; None for any. Raises `Stuck`."""
    return evaluate(definition.correlation_key, view) if definition.correlation_key else None


def _plan_signal(run: Run, node_id: str, part: int, definition: SignalDefinition, view: View) -> Plan:
    return SignalPlan(node_id, part, definition.name)


def _plan_condition(run: Run, node_id: str, part: int, definition: ConditionalDefinition, view: View) -> Plan:
    return ConditionPlan(node_id, part, definition.condition.text)


_PLANNERS: dict[type, Callable[[Run, str, int, Any, View], Plan]] = {
    TimerDefinition: _plan_timer,
    MessageDefinition: _plan_message,
    SignalDefinition: _plan_signal,
    ConditionalDefinition: _plan_condition,
}


def _timer(run: Run, holder_id: str, found: TimerPlan) -> e.Event:
    return e.TimerScheduled(
        timer_id=run.new_id("t"),
        activity_id=holder_id,
        node_id=found.node_id,
        due_at=found.due_at,
        remaining=found.remaining,
        started_at=run.now,
        cycle=found.cycle,
        part=found.part,
    )


def _message(run: Run, holder_id: str, found: MessagePlan) -> e.Event:
    return e.MessageSubscribed(
        subscription_id=run.new_id("m"),
        activity_id=holder_id,
        node_id=found.node_id,
        name=found.name,
        key=found.key,
        part=found.part,
    )


def _signal(run: Run, holder_id: str, found: SignalPlan) -> e.Event:
    return e.SignalSubscribed(
        subscription_id=run.new_id("g"),
        activity_id=holder_id,
        node_id=found.node_id,
        name=found.name,
        part=found.part,
    )


def _condition(run: Run, holder_id: str, found: ConditionPlan) -> e.Event:
    return e.ConditionAwaited(
        subscription_id=run.new_id("c"),
        activity_id=holder_id,
        node_id=found.node_id,
        condition=found.condition,
        part=found.part,
    )


_EVENTS: dict[type, Callable[[Run, str, Any], e.Event]] = {
    TimerPlan: _timer,
    MessagePlan: _message,
    SignalPlan: _signal,
    ConditionPlan: _condition,
}


# Event subprocesses: what they wait for, and to which scopes they belong.


def plans_of_event_subprocesses(run: Run, definition: ProcessDefinition, container_id: str, view: View) -> list[Plan]:
    """Work out what the event subprocesses of a container wait for when it opens. Raises `Stuck`."""
    return [
        found
        for node in definition.event_subprocesses.get(container_id, ())
        for start in definition.start_events(node.id)
        for found in plans_of(run, start, view)
    ]


def starts_in(run: Run, scope: Scope) -> list[StartEvent]:
    """The start events of the event subprocesses that belong to the scope, in the order of the file."""
    definition = run.program.processes[scope.process_id]
    nodes = definition.event_subprocesses.get(scope.container_id, ())
    if not nodes or not _is_container(run, scope):
        return []
    return [start for node in nodes for start in definition.start_events(node.id)]


def is_event_subprocess(run: Run, scope: Scope) -> bool:
    """Whether the scope is the inside of an event subprocess."""
    node = run.program.processes[scope.process_id].all_nodes.get(scope.container_id)
    return isinstance(node, EventSubProcess)


def _is_container(run: Run, scope: Scope) -> bool:
    """Whether the scope is a process or subprocess itself, not one instance of a loop or the scope of a handler."""
    if scope.loop_counter is not None or scope.kept:
        return False
    opener = run.draft.activities.get(scope.activity_id or "")
    if opener is None:
        return scope.parent_id is None
    return opener.node_id == scope.container_id or isinstance(run.node(opener), CallActivity)
