"""What an event waits for: worked out first, so that a fault leaves nothing half done, and attached then.

A wait hangs on a holder: the activity that waits, or the scope whose event subprocess the event starts. Worked out, it is the very
record that the state will hold, a `Timer` or a `Subscription`; id and holder are still empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.engine import events as e
from workflow.engine.evaluation import Stuck, View, evaluate
from workflow.engine.instants import first_of_cycle, instant, next_of_cycle
from workflow.engine.run import Run
from workflow.engine.state import Activity, Subscription, Timer, Wait
from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import Activity as ActivityElement, FlowNode, definition_of
from workflow.model.events import (
    ConditionalDefinition,
    MessageDefinition,
    SignalDefinition,
    SingleDefinition,
    TimerDefinition,
    parts_of,
)

_NOTHING = N_("“%(node)s” waits for nothing that could happen.")
_LETTERS: Mapping[str, str] = {"message": "m", "signal": "g", "condition": "c"}
"""With which letter the ids of subscriptions begin."""
_FREE: Mapping[str, Any] = {"id": "", "activity_id": ""}
"""What a wait has before it hangs on its holder."""


def waits_of(run: Run, node: FlowNode, view: View) -> list[Wait]:
    """Work out what the event or receive task waits for; nothing for errors, escalations and the like. Raises `Stuck`."""
    return [
        found
        for part, definition in enumerate(parts_of(definition_of(node)))
        if (found := wait_for(run, node, part, definition, view)) is not None
    ]


def waits_needed(run: Run, node: FlowNode, view: View) -> list[Wait]:
    """As `waits_of`, for an event that only goes on when something happens. Raises `Stuck` where nothing can."""
    found = waits_of(run, node, view)
    if not found:
        raise Stuck("error", _NOTHING, node=node.name or node.id)
    return found


def waits_of_boundary(run: Run, node: FlowNode, activity: Activity) -> list[Wait]:
    """Work out what the boundary events of an activity wait for. Raises `Stuck`."""
    if not isinstance(node, ActivityElement) or activity.loop_counter is not None:
        return []
    attached = run.definition(activity.scope_id).boundary_events.get(node.id, ())
    if not attached:
        return []
    view = run.view(activity.scope_id)
    return [found for event in attached for found in waits_of(run, event, view)]


def waits_of_event_subprocesses(run: Run, definition: ProcessDefinition, container_id: str, view: View) -> list[Wait]:
    """Work out what the event subprocesses of a container wait for when it opens. Raises `Stuck`."""
    return [
        found
        for node in definition.event_subprocesses.get(container_id, ())
        for start in definition.start_events(node.id)
        for found in waits_of(run, start, view)
    ]


def wait_for(run: Run, node: FlowNode, part: int, definition: SingleDefinition, view: View) -> Wait | None:
    """Work out one of an event's definitions. Raises `Stuck`."""
    planner = _PLANNERS.get(type(definition))
    return planner(run, node.id, part, definition, view) if planner else None


def attach(run: Run, holder_id: str, wait: Wait) -> None:
    """Make the holder wait for what was worked out."""
    letter = "t" if isinstance(wait, Timer) else _LETTERS[wait.kind]
    run.emit(begun(replace(wait, id=run.new_id(letter), activity_id=holder_id)))


def begun(wait: Wait) -> e.Event:
    """The event that says that this is waited for, or that a wait that is known by this id is another one now."""
    if isinstance(wait, Timer):
        return e.TimerScheduled(
            timer_id=wait.id,
            activity_id=wait.activity_id,
            node_id=wait.node_id,
            due_at=wait.due_at,
            remaining=wait.remaining,
            started_at=wait.started_at,
            cycle=wait.cycle,
            part=wait.part,
        )
    where: dict[str, Any] = {
        "subscription_id": wait.id,
        "activity_id": wait.activity_id,
        "node_id": wait.node_id,
        "part": wait.part,
    }
    if wait.kind == "message":
        return e.MessageSubscribed(**where, name=wait.name, key=wait.key)
    if wait.kind == "signal":
        return e.SignalSubscribed(**where, name=wait.name)
    return e.ConditionAwaited(**where, condition=wait.name)


def over(wait: Wait) -> e.Event:
    """The event that says that what was waited for has come. A condition is never over: it may become true again."""
    if isinstance(wait, Timer):
        return e.TimerFired(timer_id=wait.id)
    if wait.kind == "message":
        return e.MessageCorrelated(subscription_id=wait.id, name=wait.name)
    return e.SignalCaught(subscription_id=wait.id, name=wait.name)


def next_in_cycle(run: Run, timer: Timer) -> Timer | None:
    """Work out when a repeating timer fires next, if it does. Raises `Stuck`."""
    if timer.cycle is None or not timer.remaining:
        return None
    due_at = next_of_cycle(timer.cycle, timer.due_at, run.now, run.working_time)
    return replace(timer, due_at=due_at, remaining=max(timer.remaining - 1, -1), started_at=run.now)


def due_again(run: Run, node: FlowNode, timer: Timer, scope_id: str) -> datetime:
    """Work out a waiting timer's due time again, from when it began to wait. A cycle keeps its own. Raises `Stuck`."""
    definition = parts_of(definition_of(node))[timer.part]
    if not isinstance(definition, TimerDefinition) or definition.kind == "cycle":
        return timer.due_at
    value = evaluate(definition.value, run.view(scope_id), "timer")
    return instant(value, timer.started_at or run.now, run.working_time)


def correlation_key(definition: MessageDefinition, view: View) -> Any:
    """The key by which a message finds its receiver; None for any. Raises `Stuck`."""
    return evaluate(definition.correlation_key, view) if definition.correlation_key else None


def timer_from(run: Run, node_id: str, part: int, definition: TimerDefinition, view: View, base: datetime) -> Timer:
    """Work out a timer that counts from `base`. Raises `Stuck`."""
    value = evaluate(definition.value, view, "timer")
    calendar = run.working_time
    if definition.kind != "cycle":
        return Timer(**_FREE, node_id=node_id, part=part, due_at=instant(value, base, calendar), started_at=base)
    due_at, remaining = first_of_cycle(value, base, calendar)
    return Timer(
        **_FREE, node_id=node_id, part=part, due_at=due_at, remaining=remaining, cycle=str(value), started_at=base
    )


def _timer(run: Run, node_id: str, part: int, definition: TimerDefinition, view: View) -> Wait:
    return timer_from(run, node_id, part, definition, view, run.now)


def _message(run: Run, node_id: str, part: int, definition: MessageDefinition, view: View) -> Wait:
    key = correlation_key(definition, view)
    return Subscription(**_FREE, kind="message", node_id=node_id, part=part, name=definition.name, key=key)


def _signal(run: Run, node_id: str, part: int, definition: SignalDefinition, view: View) -> Wait:
    return Subscription(**_FREE, kind="signal", node_id=node_id, part=part, name=definition.name)


def _condition(run: Run, node_id: str, part: int, definition: ConditionalDefinition, view: View) -> Wait:
    return Subscription(**_FREE, kind="condition", node_id=node_id, part=part, name=definition.condition.text)


_PLANNERS: dict[type, Callable[[Run, str, int, Any, View], Wait]] = {
    TimerDefinition: _timer,
    MessageDefinition: _message,
    SignalDefinition: _signal,
    ConditionalDefinition: _condition,
}
