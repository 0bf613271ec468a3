"""Gateways: how tokens join at them and how they split."""

from workflow.engine import events as e
from workflow.engine.behaviour import Behaviour
from workflow.engine.flows import outgoing, take_all_true, take_first
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity
from workflow.model.elements import ExclusiveGateway, InclusiveGateway, ParallelGateway


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
        waiting = run.draft.arrivals[(token.scope_id, node.id)]
        if len(waiting) < len(incoming):
            return False
        flow_ids = tuple(flow.id for flow in incoming)
        run.emit(e.JoinCompleted(scope_id=token.scope_id, node_id=node.id, flow_ids=flow_ids))
        return True

    def enter(self, run: Run, node: ParallelGateway, activity: Activity) -> None:
        run.complete(activity, tuple(flow.id for flow in outgoing(run, activity)))


class Inclusive(Behaviour[InclusiveGateway]):
    """Waits until no further token can come; `workflow.engine.joins` finds out when that is."""

    def arrive(self, run: Run, node: InclusiveGateway, token: Token) -> bool:
        if token.flow_id is None or len(run.definition(token.scope_id).incoming[node.id]) <= 1:
            return True
        arrived(run, token, token.flow_id)
        return False

    def enter(self, run: Run, node: InclusiveGateway, activity: Activity) -> None:
        run.complete(activity, take_all_true(run, node, activity))


def arrived(run: Run, token: Token, flow_id: str) -> None:
    run.emit(e.TokenArrived(scope_id=token.scope_id, node_id=token.node_id, flow_id=flow_id))
