"""Joins that wait: inclusive ones that may go on now, and joins for which no token can come any more."""

from workflow.engine import events as e
from workflow.engine.run import Begin, Run
from workflow.engine.state import Activity, JoinKey, age
from workflow.engine.stuck import Stuck
from workflow.errors import N_
from workflow.model.elements import InclusiveGateway

_DEADLOCK = N_(
    "“%(node)s” waits for tokens on %(missing)s, but none can come any more. Trying again lets it go on with what has come."
)


def release_one(run: Run) -> bool:
    """Let the first inclusive join go on that may. Return whether there was one.

    Called when no token is on its way, so that every token stands in an activity or at a join.
    """
    for key in _by_age(run):
        scope_id, node_id = key
        node = run.definition(scope_id).all_nodes[node_id]
        if isinstance(node, InclusiveGateway) and _may_go_on(run, key):
            _consume(run, key)
            return True
    return False


def free_one(run: Run) -> bool:
    """Open an incident at a join of a scope in which nothing else is left. Return whether there was one."""
    for key in _by_age(run):
        scope_id, node_id = key
        if run.draft.in_scope[scope_id]:
            continue
        definition = run.definition(scope_id)
        arrived = run.draft.arrivals[key]
        missing = ", ".join(flow.id for flow in definition.incoming[node_id] if flow.id not in arrived)
        node = definition.all_nodes[node_id]
        activity = _consume(run, key, begin=False)
        run.open_incident(activity, Stuck("no-flow", _DEADLOCK, node=node.name or node.id, missing=missing), "enter")
        return True
    return False


def _by_age(run: Run) -> list[JoinKey]:
    return sorted(run.draft.arrivals, key=lambda key: (age(key[0]), key[1]))


def _may_go_on(run: Run, key: JoinKey) -> bool:
    """BPMN 2.0.2, 13.4.3: no token elsewhere can reach an empty incoming flow unless it can also reach one that has a token."""
    scope_id, node_id = key
    reach = run.definition(scope_id).paths.into(node_id)
    arrived = run.draft.arrivals[key].keys()
    for place in _places(run, key):
        flows = reach.get(place)
        if flows and flows.isdisjoint(arrived):
            return False
    return True


def _places(run: Run, key: JoinKey) -> set[str]:
    scope_id, _ = key
    places = {run.draft.activities[activity_id].node_id for activity_id in run.draft.in_scope[scope_id]}
    places.update(node_id for _, node_id in run.draft.joins_in[scope_id] - {key})
    return places


def _consume(run: Run, key: JoinKey, *, begin: bool = True) -> Activity:
    scope_id, node_id = key
    arrived = run.draft.arrivals[key]
    flow_ids = tuple(flow.id for flow in run.definition(scope_id).incoming[node_id] if flow.id in arrived)
    run.emit(e.JoinCompleted(scope_id=scope_id, node_id=node_id, flow_ids=flow_ids))
    activity = run.enter(scope_id, node_id, None)
    if begin:
        run.queue.append(Begin(scope_id, activity.id))
    return activity
