"""Token quantities: how many tokens an activity needs to start, and how many leave it (BPMN 2.0.2, 13.3.2)."""

from collections.abc import Iterator

from workflow.engine import events as e
from workflow.engine.run import Run, Token
from workflow.engine.state import JoinKey
from workflow.engine.stuck import Stuck
from workflow.errors import N_
from workflow.model.elements import Activity, FlowNode

_TOO_FEW = N_("“%(node)s” lets %(count)s tokens go on; it should be at least one.")


def starts(run: Run, node: FlowNode, token: Token) -> bool:
    """Whether the activity starts with this token: at once, or with those that have waited for it, by whatever flow.

    A token that came by no flow counts as one too, under an empty flow id.
    """
    needed = node.start_quantity if isinstance(node, Activity) else 1
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
    count = node.completion_quantity if isinstance(node, Activity) else 1
    if count < 1:
        raise Stuck("no-flow", _TOO_FEW, node=node.name or node.id, count=count)
    return count
