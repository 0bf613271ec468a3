"""Catch events: what waits for them, and what happens when they happen."""

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.evaluation import Stuck, has_become_true
from workflow.engine.flows import choose
from workflow.engine.run import Behaviour, Happened, Leave, Run, Token, values_of
from workflow.engine.scopes import cancel, start_event_subprocess
from workflow.engine.state import Activity, Subscription, SubscriptionKind, Timer, Wait, age
from workflow.engine.waits import attach, next_in_cycle, over, wait_for, waits_needed
from workflow.model.elements import BoundaryEvent, Event, EventBasedGateway, FlowNode, StartEvent, definition_of
from workflow.model.events import (
    ConditionalDefinition,
    LinkDefinition,
    MultipleDefinition,
    SingleDefinition,
    TimerDefinition,
    parts_of,
)


class Catch(Behaviour[FlowNode]):
    """Waits for its timer, message, signal or condition, or for several; receive tasks too."""

    def enter(self, run: Run, node: FlowNode, activity: Activity) -> None:
        if isinstance(node, Event) and isinstance(node.definition, LinkDefinition):
            run.complete(activity)
            return
        for found in waits_needed(run, node, run.view(activity.scope_id)):
            attach(run, activity.id, found)

    def complete(self, run: Run, node: FlowNode, activity: Activity, variables: Mapping[str, Any]) -> None:
        received(run, node, activity.scope_id, variables)
        run.complete(activity)


def scope_of_holder(run: Run, holder_id: str) -> str:
    """The scope in which a holder's waits are evaluated: the activity's, or the holder itself where it is a scope."""
    activity = run.draft.activities.get(holder_id)
    return activity.scope_id if activity is not None else holder_id


def node_of_wait(run: Run, wait: Wait) -> FlowNode:
    """The event, or receive task, that waits."""
    return run.definition(scope_of_holder(run, wait.activity_id)).all_nodes[wait.node_id]


def _is_repeated(run: Run, wait: Wait) -> bool:
    """Whether the event stays armed after it has happened: a non-interrupting boundary event or event subprocess."""
    node = node_of_wait(run, wait)
    return isinstance(node, BoundaryEvent | StartEvent) and not node.interrupting


def awaited_message(run: Run, name: str, key: Any) -> list[Subscription]:
    """What waits for a message of this name with this key, or with any, the longest waiting first."""
    return [wait for wait in _subscriptions(run, "message", name) if wait.key in (None, key)]


def awaited_signal(run: Run, name: str) -> Iterator[Subscription]:
    """What waits now for the signal, the longest waiting first, but for what is gone when its turn comes."""
    return (wait for wait in _subscriptions(run, "signal", name) if wait.id in run.draft.subscriptions)


def come(run: Run, wait: Wait, variables: Mapping[str, Any]) -> None:
    """What was waited for has come: the wait is over, its event happens and, if it repeats, waits for the same again.

    Raises `Stuck` for received data that cannot be mapped; the wait is over all the same.
    """
    run.emit(over(wait))
    if isinstance(wait, Timer) and _goes_round(run, wait):
        return
    happen(run, wait, variables)
    _rearm(run, wait)


def happen(run: Run, wait: Wait, variables: Mapping[str, Any]) -> None:
    """Let the event of a wait happen, unless it still needs others. Raises `Stuck` as `come`; nothing has been emitted then."""
    node = node_of_wait(run, wait)
    if is_parallel(node) and _still_waits(run, wait):
        received(run, node, scope_of_holder(run, wait.activity_id), variables)
        return
    activity = run.draft.activities.get(wait.activity_id)
    if activity is None:
        if isinstance(node, StartEvent):
            start_event_subprocess(run, wait.activity_id, node, variables)
    elif activity.node_id == wait.node_id:
        received(run, node, activity.scope_id, variables)
        run.complete(activity)
    elif isinstance(run.node(activity), EventBasedGateway):
        _choose(run, activity, wait.node_id, variables)
    else:
        _happen_at_boundary(run, activity, node, variables)


def _subscriptions(run: Run, kind: SubscriptionKind, name: str) -> list[Subscription]:
    found = [wait for wait in run.draft.subscriptions.values() if wait.kind == kind and wait.name == name]
    return sorted(found, key=lambda wait: age(wait.id))


def _goes_round(run: Run, timer: Timer) -> bool:
    """Let a cycle that is not through fire again. Return whether that is all there is to do now. Raises `Stuck`.

    Each repetition of a catch event lets a token go; the event itself is done with the last one.
    """
    following = next_in_cycle(run, timer)
    if following is None:
        return False
    activity = run.draft.activities.get(timer.activity_id)
    catches = activity is not None and activity.node_id == timer.node_id
    if not is_parallel(node_of_wait(run, timer)) and (catches or _is_repeated(run, timer)):
        attach(run, timer.activity_id, following)
    if activity is not None and catches:
        run.queue.append(Leave(activity.scope_id, activity))
    return catches


def _rearm(run: Run, wait: Wait) -> None:
    """Wait for the same again, if the holder is still there and the event repeats. Raises `Stuck`.

    Timers repeat by their cycle only and conditions go on waiting. A parallel event waits for all of its parts anew; one that needs a
    date or a duration has had it, and does not happen again.
    """
    if not _exists(run, wait.activity_id) or not _is_repeated(run, wait):
        return
    node = node_of_wait(run, wait)
    definitions = parts_of(definition_of(node))
    if is_parallel(node):
        parts = list(enumerate(definitions))
        if _still_waits(run, wait) or any(_only_once(each) for each in definitions):
            parts = []
    else:
        parts = [(wait.part, definitions[wait.part])]
        parts = [each for each in parts if not isinstance(each[1], TimerDefinition | ConditionalDefinition)]
    view = run.view(scope_of_holder(run, wait.activity_id))
    for index, definition in parts:
        found = wait_for(run, node, index, definition, view)
        if found is not None:
            attach(run, wait.activity_id, found)


def received(run: Run, node: FlowNode, scope_id: str, variables: Mapping[str, Any]) -> None:
    """Keep what an event has brought: what its output mappings say, or without any all of it. Raises `Stuck`."""
    outputs = node.outputs if isinstance(node, Event) else getattr(node, "outputs", ())
    if outputs:
        seen = run.view(scope_id).plus(variables)
        run.assign(scope_id, values_of(outputs, seen))
    else:
        run.set_variables(scope_id, variables)


def _only_once(definition: SingleDefinition) -> bool:
    return isinstance(definition, TimerDefinition) and definition.kind != "cycle"


def _exists(run: Run, holder_id: str) -> bool:
    return holder_id in run.draft.activities or holder_id in run.draft.scopes


def is_parallel(node: FlowNode) -> bool:
    """Whether the event happens only when all of its definitions have happened."""
    definition = definition_of(node)
    return isinstance(definition, MultipleDefinition) and definition.parallel


def _still_waits(run: Run, wait: Wait) -> bool:
    return any(other.node_id == wait.node_id for other in run.draft.waits_of(wait.activity_id))


def _choose(run: Run, gateway: Activity, node_id: str, variables: Mapping[str, Any]) -> None:
    """The gateway has its answer; one that awaits all of its events goes on waiting for the others."""
    node = run.node(gateway)
    definition = run.definition(gateway.scope_id)
    flow_id = next(flow.id for flow in definition.outgoing[node.id] if flow.target == node_id)
    choose(run, gateway, flow_id)
    run.queue.append(Happened(gateway.scope_id, node_id, flow_id, variables))
    if not (isinstance(node, EventBasedGateway) and node.parallel and run.draft.attached[gateway.id]):
        run.complete(gateway, ())


def _happen_at_boundary(run: Run, host: Activity, node: FlowNode, variables: Mapping[str, Any]) -> None:
    received(run, node, host.scope_id, variables)
    if isinstance(node, BoundaryEvent) and node.interrupting:
        cancel(run, host, "boundary")
    run.queue.append(Token(host.scope_id, node.id))


# Awaited conditions: looked at whenever variables may have changed, and happening when they become true


def look_at_conditions(run: Run) -> None:
    """Let every awaited condition that has become true happen, the longest waiting one first."""
    for subscription_id in sorted(run.draft.conditional, key=age):
        subscription = run.draft.subscriptions.get(subscription_id)
        if subscription is None:
            continue
        holder = run.shown_at(subscription.activity_id)
        try:
            holds = _holds(run, subscription)
            if holds != subscription.holds:
                run.emit(e.ConditionChanged(subscription_id=subscription.id, holds=holds))
                if holds:
                    _happen(run, subscription)
        except Stuck as stuck:
            if holder is not None and not run.draft.incidents_of(holder.id):
                run.open_incident(holder, stuck, "wait")


def _happen(run: Run, subscription: Subscription) -> None:
    if _is_one_of_all(run, subscription):
        run.give_up(subscription)
    happen(run, subscription, {})


def _is_one_of_all(run: Run, subscription: Subscription) -> bool:
    """Whether its event, or the gateway before it, goes on waiting for others: this condition counts once."""
    holder = run.draft.activities.get(subscription.activity_id)
    gateway = run.node(holder) if holder is not None else None
    if isinstance(gateway, EventBasedGateway):
        return gateway.parallel
    return is_parallel(node_of_wait(run, subscription))


def _holds(run: Run, subscription: Subscription) -> bool:
    node = node_of_wait(run, subscription)
    definition = parts_of(definition_of(node))[subscription.part]
    if not isinstance(definition, ConditionalDefinition):
        return False
    return has_become_true(definition.condition, run.view(scope_of_holder(run, subscription.activity_id)))
