"""Timers and message subscriptions: worked out first, so that a fault leaves nothing half done, and attached then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.engine import events as e
from workflow.engine.evaluation import View, evaluate
from workflow.engine.instants import first_of_cycle, instant, next_of_cycle
from workflow.engine.run import Run
from workflow.engine.state import Activity, Timer
from workflow.engine.stuck import Stuck
from workflow.errors import N_
from workflow.model.elements import Activity as ActivityElement, Event, FlowNode, ReceiveTask
from workflow.model.events import ErrorDefinition, EventDefinition, MessageDefinition, TimerDefinition

_NOTHING = N_("“%(node)s” waits for nothing that could happen.")


@dataclass(frozen=True, slots=True)
class TimerPlan:
    node_id: str
    due_at: datetime
    remaining: int | None = None
    cycle: str | None = None


@dataclass(frozen=True, slots=True)
class MessagePlan:
    node_id: str
    name: str
    key: Any


Plan = TimerPlan | MessagePlan


def plan(run: Run, node: FlowNode, scope_id: str) -> Plan | None:
    """Work out what the event or receive task waits for; None for an error boundary event. Raises `Stuck`."""
    definition = definition_of(node)
    planner = _PLANNERS.get(type(definition))
    if planner is None:
        raise Stuck("error", _NOTHING, node=node.name or node.id)
    return planner(run, node, definition, run.view(scope_id))


def plans_of_boundary(run: Run, node: FlowNode, activity: Activity) -> list[Plan]:
    """Work out what the boundary events of an activity wait for. Raises `Stuck`."""
    if not isinstance(node, ActivityElement) or activity.loop_counter is not None:
        return []
    attached = run.definition(activity.scope_id).boundary_events.get(node.id, ())
    return [found for event in attached if (found := plan(run, event, activity.scope_id)) is not None]


def attach(run: Run, activity: Activity, found: Plan) -> None:
    """Make the activity wait for what was worked out."""
    if isinstance(found, TimerPlan):
        run.emit(
            e.TimerScheduled(
                timer_id=run.new_id("t"),
                activity_id=activity.id,
                node_id=found.node_id,
                due_at=found.due_at,
                remaining=found.remaining,
                started_at=run.now,
                cycle=found.cycle,
            )
        )
    else:
        run.emit(
            e.MessageSubscribed(
                subscription_id=run.new_id("m"),
                activity_id=activity.id,
                node_id=found.node_id,
                name=found.name,
                key=found.key,
            )
        )


def next_in_cycle(run: Run, timer: Timer) -> Plan | None:
    """Work out when a repeating boundary timer fires next, if it does. Raises `Stuck`."""
    if timer.cycle is None or not timer.remaining:
        return None
    due_at = next_of_cycle(timer.cycle, timer.due_at, run.now, run.program.working_time)
    return TimerPlan(timer.node_id, due_at, max(timer.remaining - 1, -1), timer.cycle)


def due_again(run: Run, node: FlowNode, timer: Timer, scope_id: str) -> datetime:
    """Work out a waiting timer's due time again, from when it began to wait. A cycle keeps its own. Raises `Stuck`."""
    definition = definition_of(node)
    if not isinstance(definition, TimerDefinition) or definition.kind == "cycle":
        return timer.due_at
    value = evaluate(definition.value, run.view(scope_id), "timer")
    return instant(value, timer.started_at or run.now, run.program.working_time)


def definition_of(node: FlowNode) -> EventDefinition | None:
    if isinstance(node, ReceiveTask):
        return node.message
    return node.definition if isinstance(node, Event) else None


def _plan_timer(run: Run, node: FlowNode, definition: TimerDefinition, view: View) -> Plan:
    value = evaluate(definition.value, view, "timer")
    if definition.kind == "cycle":
        due_at, remaining = first_of_cycle(value, run.now, run.program.working_time)
        return TimerPlan(node.id, due_at, remaining, str(value))
    return TimerPlan(node.id, instant(value, run.now, run.program.working_time))


def _plan_message(run: Run, node: FlowNode, definition: MessageDefinition, view: View) -> Plan:
    key = evaluate(definition.correlation_key, view) if definition.correlation_key else None
    return MessagePlan(node.id, definition.name, key)


def _plan_nothing(run: Run, node: FlowNode, definition: ErrorDefinition, view: View) -> None:
    return None


_PLANNERS: dict[type, Callable[[Run, FlowNode, Any, View], Plan | None]] = {
    TimerDefinition: _plan_timer,
    MessageDefinition: _plan_message,
    ErrorDefinition: _plan_nothing,
}
