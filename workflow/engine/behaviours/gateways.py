"""Gateways: how tokens join at them, how they split, and joins for which no token can come any more."""

import re

from workflow.engine import events as e
from workflow.engine.behaviours.compensation import has_gone_on
from workflow.engine.evaluation import Stuck, is_true
from workflow.engine.flows import outgoing, take_all_true, take_first, take_true, waiting
from workflow.engine.run import Begin, Behaviour, Run, Token
from workflow.engine.state import Activity, Incident, JoinKey, age
from workflow.engine.waits import attach, waits_needed
from workflow.errors import N_
from workflow.model.elements import (
    Activity as ActivityElement,
    ComplexGateway,
    EventBasedGateway,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    ParallelGateway,
    SequenceFlow,
)

_DEADLOCK = N_(
    "“%(node)s” waits for tokens on %(missing)s, but none can come any more. Trying again lets it go on with what has come."
)
_TOO_FEW = N_(
    "“%(node)s” needs %(needed)s tokens to start, but has %(count)s and none can come any more. "
    "Trying again lets it start with what has come."
)
_NOT_ACTIVATED = N_(
    "The activation condition of “%(node)s” is not true, and no token can come any more. "
    "Trying again lets it go on with what has come."
)
DEADLOCKS = frozenset({_DEADLOCK, _TOO_FEW, _NOT_ACTIVATED})
"""The templates of the incidents at joins that wait for ever."""


class Exclusive(Behaviour[ExclusiveGateway]):
    """Every token passes on its own, by one flow."""

    def enter(self, run: Run, node: ExclusiveGateway, activity: Activity) -> None:
        run.complete(activity, take_first(run, node, activity))


class Parallel(Behaviour[ParallelGateway]):
    """Waits for one token on each incoming flow, then sends one out on each outgoing flow."""

    def arrive(self, run: Run, node: ParallelGateway, token: Token) -> bool:
        incoming = run.definition(token.scope_id).incoming[node.id]
        if token.flow_id is None or len(incoming) <= 1:
            return True
        arrived(run, token, token.flow_id)
        if len(run.draft.arrivals[token.scope_id, node.id]) < len(incoming):
            return False
        flow_ids = tuple(flow.id for flow in incoming)
        run.emit(e.JoinCompleted(scope_id=token.scope_id, node_id=node.id, flow_ids=flow_ids))
        return True

    def enter(self, run: Run, node: ParallelGateway, activity: Activity) -> None:
        run.complete(activity, tuple(flow.id for flow in outgoing(run, activity)))


class Inclusive(Behaviour[InclusiveGateway]):
    """Waits until no further token can come; `release` finds out when that is."""

    def arrive(self, run: Run, node: InclusiveGateway, token: Token) -> bool:
        if token.flow_id is None or len(run.definition(token.scope_id).incoming[node.id]) <= 1:
            return True
        arrived(run, token, token.flow_id)
        return False

    def enter(self, run: Run, node: InclusiveGateway, activity: Activity) -> None:
        run.complete(activity, take_all_true(run, node, activity))


def arrived(run: Run, token: Token, flow_id: str) -> None:
    run.emit(e.TokenArrived(scope_id=token.scope_id, node_id=token.node_id, flow_id=flow_id))


class EventBased(Behaviour[EventBasedGateway]):
    """Waits for the events behind it; `workflow.engine.behaviours.catch_events` takes the flow of the one that happens."""

    def enter(self, run: Run, node: EventBasedGateway, activity: Activity) -> None:
        definition = run.definition(activity.scope_id)
        view = run.view(activity.scope_id)
        nodes = [definition.all_nodes[flow.target] for flow in definition.outgoing[node.id]]
        waits = [wait for each in nodes for wait in waits_needed(run, each, view)]
        for wait in waits:
            attach(run, activity.id, wait)
        run.emit(e.EventsAwaited(activity_id=activity.id))


# Joins that wait: inclusive ones that may go on now, and joins for which no token can come any more


def release(run: Run) -> bool:
    """Let all inclusive joins go on that may. Return whether there was one.

    Called when no token is on its way, so that every token stands in an activity or at a join. A join that goes on
    moves its token from before the gateway into it, so it takes nothing from what the others were judged by.
    """
    places: dict[str, set[str]] = {}
    released = False
    for key in _by_age(run):
        scope_id, node_id = key
        node = run.definition(scope_id).all_nodes[node_id]
        if not isinstance(node, InclusiveGateway):
            continue
        if scope_id not in places:
            places[scope_id] = _places_in(run, scope_id)
        arrived = set(run.draft.arrivals[key])
        if _none_can_come(run, key, places[scope_id], arrived):
            _enter_join(run, key)
            released = True
    return released


def free_one(run: Run) -> bool:
    """Open an incident at a join of a scope in which nothing else is left. Return whether there was one."""
    for key in _by_age(run):
        scope_id, node_id = key
        if run.draft.in_scope[scope_id]:
            continue
        stuck = _deadlock(run, key, run.definition(scope_id).all_nodes[node_id])
        run.open_incident(_enter_join(run, key, begin=False), stuck, "enter")
        return True
    return False


def _by_age(run: Run) -> list[JoinKey]:
    """The joins at which tokens wait, those of the oldest scope first."""
    return sorted(run.draft.arrivals, key=order)


def order(key: JoinKey) -> tuple[int, str]:
    return age(key[0]), key[1]


def _places_in(run: Run, scope_id: str) -> set[str]:
    """The nodes of the scope in which a token stands or waits."""
    activities = [run.draft.activities[activity_id] for activity_id in run.draft.in_scope[scope_id]]
    places = {activity.node_id for activity in activities if not has_gone_on(run, activity)}
    places.update(node_id for _, node_id in run.draft.joins_in[scope_id])
    return places


def _none_can_come(run: Run, key: JoinKey, places: set[str], arrived: set[str]) -> bool:
    """BPMN 2.0.2, 13.4.3: no token elsewhere can reach an empty incoming flow unless it can also reach one that has a token.

    The gateway itself is never among the nodes that reach it, so a token in it or at it does not matter.
    """
    scope_id, node_id = key
    if places <= {node_id}:
        return True  # without working out the paths, which a long row of gateways makes dear
    reach = run.definition(scope_id).paths.into(node_id)
    fewer = reach if len(reach) < len(places) else places
    return not any(place in reach and place in places and reach[place].isdisjoint(arrived) for place in fewer)


def _enter_join(run: Run, key: JoinKey, *, begin: bool = True) -> Activity:
    """Consume what waits at the join and enter it."""
    scope_id, node_id = key
    definition = run.definition(scope_id)
    node = definition.all_nodes[node_id]
    arrived = run.draft.arrivals.get(key, {})
    if isinstance(node, ActivityElement):
        flow_ids = tuple(waiting(run, key))
    else:
        flow_ids = tuple(flow.id for flow in definition.incoming[node_id] if flow.id in arrived)
    run.emit(
        e.JoinCompleted(
            scope_id=scope_id,
            node_id=node_id,
            flow_ids=flow_ids,
            waits_for_reset=isinstance(node, ComplexGateway),
        )
    )
    activity = run.enter(scope_id, node_id, None)
    if begin:
        run.queue.append(Begin(scope_id, activity.id))
    return activity


def _deadlock(run: Run, key: JoinKey, node: FlowNode) -> Stuck:
    arrived = run.draft.arrivals[key]
    name = node.name or node.id
    if isinstance(node, ActivityElement):
        return Stuck("no-flow", _TOO_FEW, node=name, needed=node.start_quantity, count=sum(arrived.values()))
    if isinstance(node, ComplexGateway):
        return Stuck("no-flow", _NOT_ACTIVATED, node=name)
    missing = ", ".join(flow.id for flow in run.definition(key[0]).incoming[key[1]] if flow.id not in arrived)
    return Stuck("no-flow", _DEADLOCK, node=name, missing=missing)


# Complex gateways (BPMN 2.0.2, 13.4.5): they go on when their condition holds, and then wait for the rest of their tokens.
#
# `ProcessState.resetting` holds the gateways that wait for the rest, with the flows whose tokens they have consumed since they
# went on. While an activity stands in the gateway (it is stuck), tokens wait before it and nothing else happens to it.

STATE = "waitingForStart"
"""What the conditions of outgoing flows see: true when the gateway goes on, false when it starts anew."""

_MENTION = re.compile(rf"\b{STATE}\b")
_Gateway = tuple[JoinKey, ComplexGateway]


class Complex(Behaviour[ComplexGateway]):
    """Goes on with one token from each flow that has one; without an activation condition with the first token."""

    def arrive(self, run: Run, node: ComplexGateway, token: Token) -> bool:
        key = (token.scope_id, node.id)
        if token.flow_id is None:
            if key not in run.draft.resetting:
                run.emit(e.JoinCompleted(scope_id=key[0], node_id=key[1], flow_ids=(), waits_for_reset=True))
            return True
        if node.activation_condition is None and len(_incoming(run, key)) == 1 and not _on_reset(run, key):
            return True
        run.emit(e.TokenArrived(scope_id=key[0], node_id=key[1], flow_id=token.flow_id))
        if not _stands(run, key):
            _settle(run, (key, node), at_rest=False)
        return False

    def enter(self, run: Run, node: ComplexGateway, activity: Activity) -> None:
        key = (activity.scope_id, node.id)
        flows = _on_reset(run, key)
        if key not in run.draft.resetting and flows:
            run.complete(activity, take_true(run, node, activity, flows, {STATE: False}))
            return
        run.complete(activity, take_all_true(run, node, activity, {STATE: True}))
        if key in run.draft.resetting and not _missing(run, key):
            _reset(run, key)

    def again(self, run: Run, node: ComplexGateway, activity: Activity, incident: Incident) -> None:
        """The activation condition had no value: the tokens still wait, and the activity only held the incident."""
        key = (activity.scope_id, node.id)
        is_activated = _is_activated(run, (key, node))
        run.emit(e.ActivityCancelled(activity_id=activity.id, node_id=node.id, reason="condition"))
        if is_activated:
            _enter_join(run, key)


def settle_one(run: Run) -> bool:
    """Let the first complex gateway change its state that may, now that every token rests. Return whether there was one."""
    keys = {
        key for key in run.draft.arrivals if isinstance(_node(run, key), ComplexGateway)
    } | run.draft.resetting.keys()
    for key in sorted(keys, key=order):
        node = _node(run, key)
        if isinstance(node, ComplexGateway) and not _stands(run, key) and _settle(run, (key, node), at_rest=True):
            return True
    return False


def reset_in(run: Run, scope_id: str) -> bool:
    """A scope is about to close: first let a gateway in it start anew, which may let tokens go on. Return whether one did."""
    keys = sorted(key for key in run.draft.resetting if key[0] == scope_id)
    if keys:
        _reset(run, keys[0])
    return bool(keys)


def _settle(run: Run, gateway: _Gateway, *, at_rest: bool) -> bool:
    """Go on, take in what has come, or start anew. Return whether anything happened."""
    key, _ = gateway
    if key not in run.draft.resetting:
        return _activate(run, gateway)
    had = run.draft.resetting[key]
    come = tuple(flow_id for flow_id in _incoming(run, key) if flow_id in _waiting(run, key) and flow_id not in had)
    if come:
        run.emit(e.JoinCompleted(scope_id=key[0], node_id=key[1], flow_ids=come))
    if not _missing(run, key) or (at_rest and _expects_nothing(run, key)):
        _reset(run, key)
        return True
    return bool(come)


def _activate(run: Run, gateway: _Gateway) -> bool:
    key, node = gateway
    try:
        is_activated = _is_activated(run, gateway)
    except Stuck as stuck:
        run.open_incident(run.enter(key[0], node.id, None), stuck, "wait")
        return True
    if is_activated:
        _enter_join(run, key)
    return is_activated


def _is_activated(run: Run, gateway: _Gateway) -> bool:
    key, node = gateway
    count = sum(_waiting(run, key).values())
    if count == 0 or node.activation_condition is None:
        return count > 0
    return is_true(node.activation_condition, run.view(key[0]).plus({"activationCount": count}))


def _expects_nothing(run: Run, key: JoinKey) -> bool:
    """Whether no token can come any more on a flow that has given none, by the rule of inclusive joins."""
    arrived = {*run.draft.resetting[key], *_waiting(run, key)}
    return _none_can_come(run, key, _places_in(run, key[0]), arrived)


def _reset(run: Run, key: JoinKey) -> None:
    """Start anew; flows whose conditions ask for it may get a token now."""
    scope_id, node_id = key
    run.emit(e.JoinReset(scope_id=scope_id, node_id=node_id))
    if _on_reset(run, key):
        run.queue.append(Begin(scope_id, run.enter(scope_id, node_id, None).id))


def _on_reset(run: Run, key: JoinKey) -> tuple[SequenceFlow, ...]:
    """The outgoing flows that are looked at when the gateway starts anew: those whose condition names its state."""
    flows = run.definition(key[0]).outgoing[key[1]]
    return tuple(flow for flow in flows if flow.condition is not None and _MENTION.search(flow.condition.text))


def _missing(run: Run, key: JoinKey) -> bool:
    """Whether there is a flow that has given no token since the gateway went on."""
    had = run.draft.resetting[key]
    return any(flow_id not in had for flow_id in _incoming(run, key))


def _stands(run: Run, key: JoinKey) -> bool:
    """Whether an activity stands in the gateway."""
    return any(run.draft.activities[activity_id].node_id == key[1] for activity_id in run.draft.in_scope[key[0]])


def _node(run: Run, key: JoinKey) -> object:
    return run.definition(key[0]).all_nodes[key[1]]


def _incoming(run: Run, key: JoinKey) -> tuple[str, ...]:
    return tuple(flow.id for flow in run.definition(key[0]).incoming[key[1]])


def _waiting(run: Run, key: JoinKey) -> dict[str, int]:
    return run.draft.arrivals.get(key, {})
