"""Complex gateways (BPMN 2.0.2, 13.4.5): they go on when their condition holds, and then wait for the rest of their tokens.

`ProcessState.resetting` holds the gateways that wait for the rest, with the flows whose tokens they have consumed since they
went on. While an activity stands in the gateway (it is stuck), tokens wait before it and nothing else happens to it.
"""

import re

from workflow.engine import events as e
from workflow.engine.behaviour import Behaviour
from workflow.engine.evaluation import is_true
from workflow.engine.flows import take_all_true, take_true
from workflow.engine.joins import enter_join, none_can_come, order, places_in
from workflow.engine.run import Begin, Run, Token
from workflow.engine.state import Activity, Incident, JoinKey
from workflow.engine.stuck import Stuck
from workflow.model.elements import ComplexGateway, SequenceFlow

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
            enter_join(run, key)


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
        enter_join(run, key)
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
    return none_can_come(run, key, places_in(run, key[0]), arrived)


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
