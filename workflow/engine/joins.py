"""Joins that wait: inclusive ones that may go on now, and joins for which no token can come any more."""

from workflow.engine import events as e
from workflow.engine.compensation import has_gone_on
from workflow.engine.quantities import waiting
from workflow.engine.run import Begin, Run
from workflow.engine.state import Activity, JoinKey, age
from workflow.engine.stuck import Stuck
from workflow.errors import N_
from workflow.model.elements import Activity as ActivityElement, ComplexGateway, FlowNode, InclusiveGateway

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


def release(run: Run) -> bool:
    """Let all inclusive joins go on that may. Return whether there was one.

    Called when no token is on its way, so that every token stands in an activity or at a join. A join that goes on
    moves its token from before the gateway into it, so it takes nothing from what the others were judged by.
    """
    places: dict[str, set[str]] = {}
    released = False
    for key in by_age(run):
        scope_id, node_id = key
        node = run.definition(scope_id).all_nodes[node_id]
        if not isinstance(node, InclusiveGateway):
            continue
        if scope_id not in places:
            places[scope_id] = places_in(run, scope_id)
        arrived = set(run.draft.arrivals[key])
        if none_can_come(run, key, places[scope_id], arrived):
            enter_join(run, key)
            released = True
    return released


def free_one(run: Run) -> bool:
    """Open an incident at a join of a scope in which nothing else is left. Return whether there was one."""
    for key in by_age(run):
        scope_id, node_id = key
        if run.draft.in_scope[scope_id]:
            continue
        stuck = _deadlock(run, key, run.definition(scope_id).all_nodes[node_id])
        run.open_incident(enter_join(run, key, begin=False), stuck, "enter")
        return True
    return False


def by_age(run: Run) -> list[JoinKey]:
    """The joins at which tokens wait, those of the oldest scope first."""
    return sorted(run.draft.arrivals, key=order)


def order(key: JoinKey) -> tuple[int, str]:
    return age(key[0]), key[1]


def places_in(run: Run, scope_id: str) -> set[str]:
    """The nodes of the scope in which a token stands or waits."""
    activities = [run.draft.activities[activity_id] for activity_id in run.draft.in_scope[scope_id]]
    places = {activity.node_id for activity in activities if not has_gone_on(run, activity)}
    places.update(node_id for _, node_id in run.draft.joins_in[scope_id])
    return places


def none_can_come(run: Run, key: JoinKey, places: set[str], arrived: set[str]) -> bool:
    """BPMN 2.0.2, 13.4.3: no token elsewhere can reach an empty incoming flow unless it can also reach one that has a token.

    The gateway itself is never among the nodes that reach it, so a token in it or at it does not matter.
    """
    scope_id, node_id = key
    if places <= {node_id}:
        return True  # without working out the paths, which a long row of gateways makes dear
    reach = run.definition(scope_id).paths.into(node_id)
    fewer = reach if len(reach) < len(places) else places
    return not any(place in reach and place in places and reach[place].isdisjoint(arrived) for place in fewer)


def enter_join(run: Run, key: JoinKey, *, begin: bool = True) -> Activity:
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
