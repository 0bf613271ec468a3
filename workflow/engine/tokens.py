"""Tokens go on until each of them waits, is stuck or is gone."""

from collections.abc import Callable
from typing import Any

from workflow.engine import events as e
from workflow.engine.behaviours.catch_events import look_at_conditions, received
from workflow.engine.behaviours.containers import look_at_completion
from workflow.engine.behaviours.elements import behaviour_of
from workflow.engine.behaviours.gateways import free_one, release, reset_in, settle_one
from workflow.engine.behaviours.loops import begin as begin_loop, instance_done, is_body, place_of, repeats
from workflow.engine.evaluation import Stuck
from workflow.engine.flows import copies, starts, take_all_true
from workflow.engine.run import Begin, Happened, Leave, Run, Token
from workflow.engine.scopes import is_completing
from workflow.engine.state import Activity
from workflow.engine.waits import attach, waits_of_boundary
from workflow.errors import N_

SCOPES = 10
"""How many times its loop limit a node may be entered by one command in all scopes together."""

_LOOP = N_("“%(node)s” was entered %(count)s times without anybody or anything to wait for.")


def go_on(run: Run) -> None:
    """Move tokens until none is on its way and no join may go on."""
    while run.draft.status == "active":
        if run.changed:
            run.changed = False
            look_at_conditions(run)
        elif run.queue:
            item = run.queue.popleft()
            if run.draft.is_open(item.scope_id):
                _STEPS[type(item)](run, item)
        elif run.thinned:
            _disarm_if_completing(run, run.thinned.popitem()[0])
        elif run.draft.emptied:
            _close_if_empty(run, next(reversed(run.draft.emptied)))
        elif not (release(run) or settle_one(run) or free_one(run)):
            return


def _arrive(run: Run, token: Token) -> None:
    node = run.definition(token.scope_id).all_nodes[token.node_id]
    behaviour = behaviour_of(node)
    if starts(run, node, token) and behaviour.arrive(run, node, token):
        activity = run.enter(token.scope_id, node.id, token.flow_id)
        if run.queue and behaviour.comes_last(node):
            run.queue.append(Begin(token.scope_id, activity.id))
        else:
            _begin_in(run, activity)


def _pass(run: Run, item: Happened) -> None:
    """Enter the event and leave it at once."""
    activity = run.enter(item.scope_id, item.node_id, item.flow_id)
    try:
        received(run, run.node(activity), item.scope_id, item.variables)
    except Stuck as stuck:
        run.set_variables(item.scope_id, item.variables)
        run.open_incident(activity, stuck, "wait")
        return
    run.complete(activity)


def _begin(run: Run, item: Begin) -> None:
    activity = run.draft.activities.get(item.activity_id)
    if activity is not None:
        _begin_in(run, activity)


def _begin_in(run: Run, activity: Activity) -> None:
    node = run.node(activity)
    try:
        _guard_against_loops(run, activity)
        waits = waits_of_boundary(run, node, activity)
        if is_body(node, activity):
            begin_loop(run, node, activity)
        else:
            behaviour_of(node).enter(run, node, activity)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "enter")
        return
    if activity.id in run.draft.activities:
        for wait in waits:
            attach(run, activity.id, wait)


def _guard_against_loops(run: Run, activity: Activity) -> None:
    process_id = run.scope(activity.scope_id).process_id
    limit = run.program.loop_limit
    node = run.node(activity)
    bounds = (
        ((place_of(run, node, activity), activity.node_id), limit),
        ((process_id, activity.node_id), SCOPES * limit),
    )
    for key, bound in bounds:
        run.entries[key] += 1
        if run.entries[key] > bound:
            raise Stuck("loop", _LOOP, node=node.name or node.id, count=bound)


def _leave(run: Run, item: Leave) -> None:
    activity = item.activity
    definition = run.definition(activity.scope_id)
    node = definition.all_nodes[activity.node_id]
    try:
        if repeats(node) and activity.loop_counter is not None:
            instance_done(run, node, activity)
            return
        number = copies(node)
        flow_ids = item.flow_ids if item.flow_ids is not None else take_all_true(run, node, activity)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "leave")
        return
    for flow_id in flow_ids:
        token = Token(activity.scope_id, definition.all_flows[flow_id].target, flow_id)
        run.queue.extend([token] * number)
    look_at_completion(run, node, activity.scope_id)
    if activity.scope_id in run.draft.attached:
        run.thinned[activity.scope_id] = None


def _disarm_if_completing(run: Run, scope_id: str) -> None:
    if is_completing(run, scope_id):
        run.detach(scope_id)


def _close_if_empty(run: Run, scope_id: str) -> None:
    del run.draft.emptied[scope_id]
    if not run.draft.is_empty(scope_id) or reset_in(run, scope_id):
        return
    if scope_id == run.draft.root_id:
        run.detach(scope_id)
        run.emit(e.ProcessCompleted(end_nodes=run.draft.end_nodes))
        return
    scope = run.scope(scope_id)
    opener = run.draft.activities.get(scope.activity_id or "")
    if opener is None or scope.loop_counter is not None:
        return  # a kept scope stays; the scope of an instance is closed by the instance itself
    try:
        node = run.node(opener)
        behaviour_of(node).closed(run, node, opener, scope_id)
    except Stuck as stuck:
        run.open_incident(opener, stuck, "wait")


_STEPS: dict[type, Callable[[Run, Any], None]] = {Token: _arrive, Happened: _pass, Begin: _begin, Leave: _leave}
