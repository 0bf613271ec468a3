"""Tokens go on until each of them waits, is stuck or is gone."""

from collections.abc import Callable
from typing import Any

from workflow.engine import events as e
from workflow.engine.elements import behaviour_of
from workflow.engine.flows import take_all_true
from workflow.engine.joins import free_one, release_one
from workflow.engine.loops import begin as begin_loop, instance_done, is_body, multi_instance_of
from workflow.engine.run import Begin, Leave, Run, Token
from workflow.engine.state import Activity
from workflow.engine.stuck import Stuck
from workflow.engine.waiting import attach, plans_of_boundary
from workflow.errors import N_

SCOPES = 10
"""How many times its loop limit a node may be entered by one command in all scopes together."""

_LOOP = N_("“%(node)s” was entered %(count)s times without anybody or anything to wait for.")


def go_on(run: Run) -> None:
    """Move tokens until none is on its way and no join may go on."""
    while run.draft.status == "active":
        if run.queue:
            item = run.queue.popleft()
            if item.scope_id in run.draft.scopes:
                _STEPS[type(item)](run, item)
        elif run.draft.emptied:
            _close_if_empty(run, next(reversed(run.draft.emptied)))
        elif not release_one(run) and not free_one(run):
            return


def _arrive(run: Run, token: Token) -> None:
    node = run.definition(token.scope_id).all_nodes[token.node_id]
    if behaviour_of(node).arrive(run, node, token):
        _begin_in(run, run.enter(token.scope_id, node.id, token.flow_id))


def _begin(run: Run, item: Begin) -> None:
    activity = run.draft.activities.get(item.activity_id)
    if activity is not None:
        _begin_in(run, activity)


def _begin_in(run: Run, activity: Activity) -> None:
    node = run.node(activity)
    try:
        _guard_against_loops(run, activity)
        plans = plans_of_boundary(run, node, activity)
        loop = multi_instance_of(node)
        if loop is not None and is_body(node, activity):
            begin_loop(run, node, activity, loop)
        else:
            behaviour_of(node).enter(run, node, activity)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "enter")
        return
    if activity.id in run.draft.activities:
        for found in plans:
            attach(run, activity, found)


def _guard_against_loops(run: Run, activity: Activity) -> None:
    process_id = run.scope(activity.scope_id).process_id
    limit = run.program.loop_limit
    bounds = (
        ((activity.scope_id, activity.node_id), limit),
        ((process_id, activity.node_id), SCOPES * limit),
    )
    for key, bound in bounds:
        run.entries[key] += 1
        if run.entries[key] > bound:
            node = run.node(activity)
            raise Stuck("loop", _LOOP, node=node.name or node.id, count=bound)


def _leave(run: Run, item: Leave) -> None:
    activity = item.activity
    definition = run.definition(activity.scope_id)
    node = definition.all_nodes[activity.node_id]
    loop = multi_instance_of(node)
    try:
        if loop is not None and activity.loop_counter is not None:
            instance_done(run, node, activity, loop)
            return
        flow_ids = item.flow_ids if item.flow_ids is not None else take_all_true(run, node, activity)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "leave")
        return
    for flow_id in flow_ids:
        run.queue.append(Token(activity.scope_id, definition.all_flows[flow_id].target, flow_id))


def _close_if_empty(run: Run, scope_id: str) -> None:
    del run.draft.emptied[scope_id]
    if not run.draft.is_empty(scope_id):
        return
    if scope_id == run.draft.root_id:
        run.emit(e.ProcessCompleted(end_nodes=run.draft.end_nodes))
        return
    scope = run.scope(scope_id)
    opener = run.draft.activities.get(scope.activity_id or "")
    if opener is None or scope.loop_counter is not None:
        return  # the scope of an instance is closed by the instance itself
    try:
        node = run.node(opener)
        behaviour_of(node).closed(run, node, opener, scope_id)
    except Stuck as stuck:
        run.open_incident(opener, stuck, "wait")


_STEPS: dict[type, Callable[[Run, Any], None]] = {Token: _arrive, Begin: _begin, Leave: _leave}
