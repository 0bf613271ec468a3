"""Scopes: how a process or subprocess begins, what ends in it, and what stays of a completed one."""

from collections.abc import Callable, Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.commands import StartProcess
from workflow.engine.evaluation import Stuck, View, data_of, stored, typed
from workflow.engine.flows import choose
from workflow.engine.reasons import Reason
from workflow.engine.run import Begin, Happened, Run, Token, values_of
from workflow.engine.state import Activity, Scope, age
from workflow.engine.waits import attach, waits_needed, waits_of_event_subprocesses
from workflow.errors import N_, NotFound, TransitionRefused
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity as ActivityElement,
    AdHocSubProcess,
    BoundaryEvent,
    CallActivity,
    EventBasedGateway,
    EventSubProcess,
    FlowNode,
    IntermediateCatchEvent,
    ReceiveTask,
    StartEvent,
)
from workflow.model.events import LinkDefinition

_NO_START = N_("“%(container)s” has no node at which it could start.")


def _entry_nodes(definition: ProcessDefinition, container_id: str) -> tuple[str, ...]:
    """Where a container starts: its first none start event; without any start event, every node that no flow leads to.

    Raises `Stuck` where there is no such node: a process that only an event starts.
    """
    events = definition.start_events(container_id)
    starts = [event.id for event in events if event.definition is None]
    if starts:
        return (starts[0],)
    children = definition.children(container_id)
    found = () if events else tuple(node.id for node in children if starts_by_itself(definition, node))
    if children and not found:
        raise Stuck("call", _NO_START, container=container_id)
    return found


def starts_by_itself(definition: ProcessDefinition, node: FlowNode) -> bool:
    """Whether a node without incoming flows gets a token when its container starts."""
    if definition.incoming[node.id] or isinstance(node, BoundaryEvent | EventSubProcess):
        return False
    if isinstance(node, ActivityElement):
        return not (node.for_compensation or (isinstance(node, ReceiveTask) and node.instantiate))
    if isinstance(node, EventBasedGateway):
        return not node.instantiate
    return not (isinstance(node, IntermediateCatchEvent) and isinstance(node.definition, LinkDefinition))


def open_scope(
    run: Run,
    activity: Activity,
    process_id: str,
    container_id: str,
    variables: Mapping[str, Any],
    *,
    starts: tuple[str, ...] | None = None,
) -> None:
    """Open the scope, arm its event subprocesses and put a token at each of its starts (or at these).

    The data that the container declares are null at first. Raises `Stuck` before anything is emitted.
    """
    definition = run.program.processes[process_id]
    starts = _entry_nodes(definition, container_id) if starts is None else starts
    items = data_of(definition, container_id)
    variables = {**{item.variable: None for item in items}, **typed(items, variables)}
    seen = View(variables, run.now) if container_id == process_id else run.view(activity.scope_id).plus(variables)
    waits = waits_of_event_subprocesses(run, definition, container_id, seen)
    scope_id = run.new_id("s")
    run.emit(
        e.ScopeOpened(
            scope_id=scope_id,
            parent_id=activity.scope_id,
            activity_id=activity.id,
            container_id=container_id,
            process_id=process_id,
            variables=stored(variables),
        )
    )
    run.draft.emptied[scope_id] = None
    for wait in waits:
        attach(run, scope_id, wait)
    run.queue.extend(Token(scope_id, node_id) for node_id in starts)


def leave_scope(run: Run, scope_id: str, opener: Activity) -> None:
    """The scope that the activity has opened is completed: close it, or keep it for compensation.

    A handler on the activity's boundary stands for all that was done inside. A compensation event subprocess inside is
    recorded; the scope that is kept for it holds the data of now. Otherwise the scope is kept where it holds something that can be undone.
    """
    if opener.node_id in run.definition(opener.scope_id).compensation_handlers:
        run.close_scope(scope_id)
        return
    scope = run.scope(scope_id)
    subprocesses = run.definition(scope_id).compensation_subprocesses
    if scope.loop_counter is not None or scope.container_id not in subprocesses:
        _keep_or_close(run, scope_id, opener)
        return
    run.detach(scope_id)
    run.emit(e.ScopeKept(scope_id=scope_id, node_id=opener.node_id))
    run.emit(
        e.CompensableRecorded(
            compensable_id=run.new_id("u"),
            scope_id=opener.scope_id,
            activity_id=opener.id,
            node_id=opener.node_id,
            variables={},
            kept_scope_id=scope_id,
        )
    )


def _keep_or_close(run: Run, scope_id: str, opener: Activity) -> None:
    """Keep the scope if something that was done in it can be undone; close it otherwise."""
    if run.draft.undoable_in[scope_id] or run.draft.kept_in[scope_id]:
        run.detach(scope_id)
        run.emit(e.ScopeKept(scope_id=scope_id, node_id=opener.node_id))
    else:
        run.close_scope(scope_id)


# Ending activities that do not complete, with everything that is in them


def cancel(run: Run, activity: Activity, reason: Reason, *, keep: bool = False) -> None:
    """Cancel an activity, what hangs on it and, innermost first, all that runs in the scopes it has opened.

    With `keep`, scopes in which something can be undone are kept for compensation; otherwise nothing in them can be.
    """
    _close_below(run, _opened(run, activity), reason, keep)
    if not keep and activity.loop is not None:
        _close_kept(run, activity)
    _end(run, activity, reason)


def cancel_scope(run: Run, scope_id: str, reason: Reason, *, keep: bool = False) -> None:
    """Cancel all that runs in the scope and close it (or keep it, as `cancel` does)."""
    _close_below(run, [scope_id], reason, keep)


def cancel_in_scope(run: Run, scope_id: str, reason: Reason, *, but: str | None = None, keep: bool = False) -> None:
    """Cancel the activities of the scope (except one) and leave the scope open."""
    for activity_id in sorted(run.draft.in_scope[scope_id] - {but}, key=age):
        cancel(run, run.draft.activities[activity_id], reason, keep=keep)


def clear_scope(run: Run, scope_id: str, reason: Reason, *, but: str | None = None, keep: bool = False) -> None:
    """End everything in the scope but one activity, tokens on their way and armed events included; the scope itself stays."""
    cancel_in_scope(run, scope_id, reason, but=but, keep=keep)
    run.drop_queued(scope_id)
    run.detach(scope_id)
    if run.draft.has_joins(scope_id):
        run.emit(e.TokensDiscarded(scope_id=scope_id))


def _close_below(run: Run, scope_ids: list[str], reason: Reason, keep: bool) -> None:
    found: list[str] = []
    waiting = list(scope_ids)
    while waiting:
        scope_id = waiting.pop()
        found.append(scope_id)
        for activity_id in sorted(run.draft.in_scope[scope_id], key=age):
            waiting.extend(_opened(run, run.draft.activities[activity_id]))
    for scope_id in reversed(found):
        for activity_id in sorted(run.draft.in_scope[scope_id], key=age):
            _end(run, run.draft.activities[activity_id], reason)
        opener = run.draft.activities.get(run.scope(scope_id).activity_id or "")
        if keep and opener is not None and run.scope(scope_id).handler_id is None:
            _keep_or_close(run, scope_id, opener)
        else:
            run.close_scope(scope_id)


def _close_kept(run: Run, loop: Activity) -> None:
    """The loop has not completed, so what its completed instances did counts no more."""
    for scope_id in sorted(run.draft.kept_in[loop.scope_id], key=age):
        if run.scope(scope_id).activity_id == loop.id:
            run.close_scope(scope_id)


def _opened(run: Run, activity: Activity) -> list[str]:
    return sorted(run.draft.opened_by[activity.id], key=age)


def _end(run: Run, activity: Activity, reason: Reason) -> None:
    run.detach(activity.id, how="moved" if reason == "moved" else "cancelled")
    # A leaving activity is completed already: only its incident held the token, and that is resolved now.
    if activity.id in run.draft.activities:
        run.emit(e.ActivityCancelled(activity_id=activity.id, node_id=activity.node_id, reason=reason))


# Event subprocesses: to which scopes they belong, and how they start


def starts_in(run: Run, scope: Scope) -> list[StartEvent]:
    """The start events of the event subprocesses that belong to the scope, in the order of the file."""
    definition = run.program.processes[scope.process_id]
    nodes = definition.event_subprocesses.get(scope.container_id, ())
    if not nodes or not _is_container(run, scope):
        return []
    return [start for node in nodes for start in definition.start_events(node.id)]


def is_event_subprocess(run: Run, scope: Scope) -> bool:
    """Whether the scope is the inside of an event subprocess."""
    node = run.program.processes[scope.process_id].all_nodes.get(scope.container_id)
    return isinstance(node, EventSubProcess)


def _is_container(run: Run, scope: Scope) -> bool:
    """Whether the scope is a process or subprocess itself, not one instance of a loop or the scope of a handler."""
    if scope.loop_counter is not None or scope.kept:
        return False
    opener = run.draft.activities.get(scope.activity_id or "")
    if opener is None:
        return scope.parent_id is None
    return opener.node_id == scope.container_id or isinstance(run.node(opener), CallActivity)


def start_event_subprocess(run: Run, scope_id: str, start: StartEvent, variables: Mapping[str, Any]) -> None:
    """Enter the event subprocess whose start event has happened; an interrupting one ends all else in the scope.

    What the event brought goes into the event subprocess's own scope. Raises `Stuck` before anything is emitted.
    """
    brought = dict(variables)
    if start.outputs:
        brought = values_of(start.outputs, run.view(scope_id).plus(variables))
    if start.interrupting:
        clear_scope(run, scope_id, "event")
    definition = run.definition(scope_id)
    node_id = definition.container_of[start.id]
    activity = run.enter(scope_id, node_id, None)
    try:
        open_scope(run, activity, definition.id, node_id, brought, starts=(start.id,))
    except Stuck as stuck:  # of what the event subprocess's own event subprocesses wait for
        run.set_variables(scope_id, brought)
        run.open_incident(activity, stuck, "enter")


def is_completing(run: Run, scope_id: str) -> bool:
    """Whether nothing but event subprocesses still runs in the scope: no new one starts then (BPMN 2.0.2, 13.5.4)."""
    scope = run.draft.scopes.get(scope_id)
    if scope is None or run.draft.has_joins(scope_id) or any(item.scope_id == scope_id for item in run.queue):
        return False
    opener = run.draft.activities.get(scope.activity_id or "")
    if opener is not None and isinstance(run.node(opener), AdHocSubProcess):
        return False  # what it still has to start is not under way yet
    inside = [run.node(run.draft.activities[each]) for each in run.draft.in_scope[scope_id]]
    return bool(inside) and all(isinstance(node, EventSubProcess) for node in inside)


# Where a process starts: by itself, or by an event that has happened already

Start = Callable[[Run, str], None]
"""Puts the first tokens into the root scope."""

_NO_NODE = N_("The process has no node “%(node)s” at its top level.")
_NOT_A_START = N_("The process cannot start at “%(node)s”: it is neither a start event nor what an event starts.")


def start_of(run: Run, command: StartProcess) -> tuple[Start, Mapping[str, Any]]:
    """Return how the process starts, and its first variables: all that were brought, or what the start event maps.

    Raises `Stuck` where it cannot start by itself, `NotFound` and `TransitionRefused` for a wrong `start_node`.
    """
    process = run.program.process
    if command.start_node is None:
        nodes = _entry_nodes(process, process.id)
        return (
            lambda run, scope_id: run.queue.extend(Token(scope_id, node_id) for node_id in nodes)
        ), command.variables
    node = process.nodes.get(command.start_node)
    if node is None:
        raise NotFound(_NO_NODE, node=command.start_node)
    gateway = _gateway_before(process, node)
    if gateway is not None:
        return _at_gateway(run, process, gateway, node, command.variables), {}
    if isinstance(node, ReceiveTask):
        return (lambda run, scope_id: run.queue.append(Happened(scope_id, node.id, None, command.variables))), {}
    variables = command.variables
    if isinstance(node, StartEvent) and node.outputs:
        variables = values_of(node.outputs, View(command.variables, run.now))
    return (lambda run, scope_id: run.queue.append(Token(scope_id, node.id))), variables


def begin_process(run: Run, command: StartProcess) -> None:
    """Start the process. What is stuck at its very start holds the start node, with all that was brought, until it is tried again.

    Raises as `start_of` for a command that names no place to start.
    """
    process = run.program.process
    scope_id = run.new_id("s")
    shown = command.start_node
    try:
        if shown is None:
            shown = next(iter(_entry_nodes(process, process.id)), None)
    except Stuck as stuck:
        raise TransitionRefused(stuck.template, **stuck.params) from stuck
    items = data_of(process, process.id)
    declared = {item.variable: None for item in items}
    try:
        start_at, variables = start_of(run, command)
        view = View({**declared, **typed(items, variables)}, run.now)
        waits = waits_of_event_subprocesses(run, process, process.id, view)
    except Stuck as stuck:
        if shown is None:
            raise TransitionRefused(stuck.template, **stuck.params) from stuck
        brought = stored({**declared, **typed(items, command.variables)})
        run.emit(e.ProcessStarted(process_id=process.id, scope_id=scope_id, variables=brought))
        run.open_incident(run.enter(scope_id, shown, None), stuck, "start")
        return
    run.emit(e.ProcessStarted(process_id=process.id, scope_id=scope_id, variables=stored(view.variables)))
    run.draft.emptied[scope_id] = None
    for wait in waits:
        attach(run, scope_id, wait)
    start_at(run, scope_id)


def begin_again(run: Run, activity: Activity) -> None:
    """Start the process that is stuck at this node once more: arm its event subprocesses, then let the node go on."""
    scope_id = activity.scope_id
    process = run.definition(scope_id)
    node = run.node(activity)
    brought = run.scope(scope_id).variables
    try:
        start_at, variables = start_of(run, StartProcess(variables=brought, start_node=activity.node_id))
        waits = waits_of_event_subprocesses(run, process, process.id, run.view(scope_id).plus(variables))
    except Stuck as stuck:
        run.open_incident(activity, stuck, "start")
        return
    run.set_variables(scope_id, {name: value for name, value in variables.items() if brought.get(name) != value})
    for wait in waits:
        attach(run, scope_id, wait)
    if isinstance(node, StartEvent):
        run.queue.append(Begin(scope_id, activity.id))
        return
    cancel(run, activity, "moved")
    start_at(run, scope_id)


def _gateway_before(process: ProcessDefinition, node: FlowNode) -> EventBasedGateway | None:
    if not isinstance(node, IntermediateCatchEvent | ReceiveTask):
        return None
    for flow in process.incoming[node.id]:
        gateway = process.nodes.get(flow.source)
        if isinstance(gateway, EventBasedGateway) and gateway.instantiate:
            return gateway
    if isinstance(node, ReceiveTask) and node.instantiate:
        return None
    raise TransitionRefused(_NOT_A_START, node=node.name or node.id)


def _at_gateway(
    run: Run, process: ProcessDefinition, gateway: EventBasedGateway, node: FlowNode, variables: Mapping[str, Any]
) -> Start:
    """The event has chosen its flow; a parallel gateway still waits for all the others."""
    flow_id = next(flow.id for flow in process.outgoing[gateway.id] if flow.target == node.id)
    view = View(variables, run.now)
    others = [process.nodes[flow.target] for flow in process.outgoing[gateway.id] if flow.target != node.id]
    waits = [wait for other in others for wait in waits_needed(run, other, view)] if gateway.parallel else []

    def start(run: Run, scope_id: str) -> None:
        activity = run.enter(scope_id, gateway.id, None)
        choose(run, activity, flow_id)
        run.queue.append(Happened(scope_id, node.id, flow_id, variables))
        if waits:
            for wait in waits:
                attach(run, activity.id, wait)
            run.emit(e.EventsAwaited(activity_id=activity.id))
        else:
            run.complete(activity, ())

    return start
