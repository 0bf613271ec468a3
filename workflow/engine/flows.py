"""Which outgoing flows a token takes, and the record of why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workflow.engine import events as e
from workflow.engine.evaluation import Stuck, judge
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, JoinKey
from workflow.errors import N_
from workflow.model.elements import (
    Activity as ActivityElement,
    ComplexGateway,
    FlowNode,
    InclusiveGateway,
    SequenceFlow,
)

_NO_FLOW = N_("No condition of “%(node)s” is true and it has no default flow.")


def outgoing(run: Run, activity: Activity) -> tuple[SequenceFlow, ...]:
    return run.definition(activity.scope_id).outgoing[activity.node_id]


def take_first(run: Run, node: FlowNode, activity: Activity) -> tuple[str, ...]:
    """Exclusive: the first flow whose condition is true, else the default."""
    flows = outgoing(run, activity)
    if len(flows) <= 1 and all(flow.condition is None for flow in flows):
        return tuple(flow.id for flow in flows)
    default = _default(node)
    view = run.view(activity.scope_id)
    judged: list[e.ConditionEvaluated] = []
    for flow in flows:
        if flow.id == default:
            continue
        if flow.condition is not None:
            judged.append(judge(flow, flow.condition, view))
        if flow.condition is None or judged[-1].result:
            return _decided(run, node, activity, (flow.id,), judged, default_taken=False)
    return _take_default(run, node, activity, judged)


def take_all_true(
    run: Run, node: FlowNode, activity: Activity, more: Mapping[str, Any] | None = None
) -> tuple[str, ...]:
    """Inclusive, and the implicit split after any other node: every flow whose condition is true or missing, else the default.

    After an activity the default stands against the conditions only: a flow without a condition is taken beside it
    (BPMN 2.0.2, 8.4.13); an inclusive or complex gateway knows no such flows and counts one as true. `more`: what the
    conditions see beside the variables.
    """
    flows = outgoing(run, activity)
    default = _default(node)
    if all(flow.condition is None and flow.id != default for flow in flows):
        return tuple(flow.id for flow in flows)
    view = run.view(activity.scope_id).plus(more or {})
    judged: list[e.ConditionEvaluated] = []
    taken: list[str] = []
    for flow in flows:
        if flow.id == default:
            continue
        if flow.condition is not None:
            judged.append(judge(flow, flow.condition, view))
        if flow.condition is None or judged[-1].result:
            taken.append(flow.id)
    if taken and (
        isinstance(node, InclusiveGateway | ComplexGateway) or default is None or any(each.result for each in judged)
    ):
        return _decided(run, node, activity, tuple(taken), judged, default_taken=False)
    return _take_default(run, node, activity, judged, tuple(taken))


def take_true(
    run: Run, node: FlowNode, activity: Activity, flows: Sequence[SequenceFlow], more: Mapping[str, Any]
) -> tuple[str, ...]:
    """Those of these conditional flows whose condition is true; it may be none. `more` as for `take_all_true`."""
    view = run.view(activity.scope_id).plus(more)
    judged = [judge(flow, flow.condition, view) for flow in flows if flow.condition is not None]
    taken = tuple(found.flow_id for found in judged if found.result)
    return _decided(run, node, activity, taken, judged, default_taken=False)


def choose(run: Run, activity: Activity, flow_id: str) -> None:
    """Record that something else than conditions has chosen the flow: an event that has happened, or an operator."""
    run.emit(
        e.GatewayDecided(
            activity_id=activity.id, node_id=activity.node_id, taken=(flow_id,), default_taken=False, conditions=()
        )
    )


def _take_default(
    run: Run, node: FlowNode, activity: Activity, judged: list[e.ConditionEvaluated], beside: tuple[str, ...] = ()
) -> tuple[str, ...]:
    default = _default(node)
    if default is None:
        raise Stuck("no-flow", _NO_FLOW, node=node.name or node.id)
    return _decided(run, node, activity, (*beside, default), judged, default_taken=True)


def _default(node: FlowNode) -> str | None:
    default: str | None = getattr(node, "default_flow", None)
    return default


def _decided(
    run: Run,
    node: FlowNode,
    activity: Activity,
    taken: tuple[str, ...],
    judged: list[e.ConditionEvaluated],
    *,
    default_taken: bool,
) -> tuple[str, ...]:
    run.emit(
        e.GatewayDecided(
            activity_id=activity.id,
            node_id=node.id,
            taken=taken,
            default_taken=default_taken,
            conditions=tuple(judged),
        )
    )
    return taken


# Token quantities: how many tokens an activity needs to start, and how many leave it (BPMN 2.0.2, 13.3.2)

_TOO_FEW = N_("“%(node)s” lets %(count)s tokens go on; it should be at least one.")


def starts(run: Run, node: FlowNode, token: Token) -> bool:
    """Whether the activity starts with this token: at once, or with those that have waited for it, by whatever flow.

    A token that came by no flow counts as one too, under an empty flow id.
    """
    needed = node.start_quantity if isinstance(node, ActivityElement) else 1
    if needed <= 1:
        return True
    key = (token.scope_id, node.id)
    run.emit(e.TokenArrived(scope_id=token.scope_id, node_id=node.id, flow_id=token.flow_id or ""))
    if sum(run.draft.arrivals[key].values()) < needed:
        return False
    run.emit(e.JoinCompleted(scope_id=token.scope_id, node_id=node.id, flow_ids=tuple(waiting(run, key))))
    return True


def waiting(run: Run, key: JoinKey) -> Iterator[str]:
    """The flow of each token that waits for others to start an activity, in the order of the file."""
    scope_id, node_id = key
    arrived = run.draft.arrivals[key]
    for flow_id in ("", *(flow.id for flow in run.definition(scope_id).incoming[node_id])):
        yield from [flow_id] * arrived.get(flow_id, 0)


def copies(node: FlowNode) -> int:
    """How many tokens leave by each flow that is taken. Raises `Stuck` where that would lose the token."""
    count = node.completion_quantity if isinstance(node, ActivityElement) else 1
    if count < 1:
        raise Stuck("no-flow", _TOO_FEW, node=node.name or node.id, count=count)
    return count
