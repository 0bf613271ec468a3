"""Embedded subprocesses and call activities: a scope of their own in which tokens start anew."""

from collections.abc import Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.behaviour import Behaviour
from workflow.engine.data import data_of, typed
from workflow.engine.evaluation import View, stored
from workflow.engine.event_subprocesses import plans_of_event_subprocesses
from workflow.engine.keeping import leave_scope
from workflow.engine.mappings import inputs_of, values_of
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity, Incident
from workflow.engine.stuck import Stuck
from workflow.engine.waiting import attach
from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity as ActivityElement,
    BoundaryEvent,
    CallActivity,
    EventBasedGateway,
    EventSubProcess,
    FlowNode,
    IntermediateCatchEvent,
    ReceiveTask,
    SubProcess,
)
from workflow.model.events import LinkDefinition

MAX_CALL_DEPTH = 32
"""How many processes may call one another in a chain."""

_NO_START = N_("“%(container)s” has no node at which it could start.")
_NO_PROCESS = N_("There is no process “%(process)s” to call.")
_TOO_DEEP = N_("“%(process)s” is called more than %(depth)s calls deep.")


def entry_nodes(definition: ProcessDefinition, container_id: str) -> tuple[str, ...]:
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
    starts = entry_nodes(definition, container_id) if starts is None else starts
    items = data_of(definition, container_id)
    variables = {**{item.variable: None for item in items}, **typed(items, variables)}
    seen = View(variables, run.now) if container_id == process_id else run.view(activity.scope_id).plus(variables)
    plans = plans_of_event_subprocesses(run, definition, container_id, seen)
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
    for found in plans:
        attach(run, scope_id, found)
    run.queue.extend(Token(scope_id, node_id) for node_id in starts)


class Embedded(Behaviour[SubProcess]):
    """An embedded subprocess: its variables are its own, and it reads those around it."""

    def enter(self, run: Run, node: SubProcess, activity: Activity) -> None:
        inputs = inputs_of(run, node, activity)
        open_scope(run, activity, run.scope(activity.scope_id).process_id, node.id, inputs)

    def closed(self, run: Run, node: SubProcess, activity: Activity, scope_id: str) -> None:
        view = run.view(scope_id)
        outputs = values_of(node.outputs, view)
        if activity.loop_counter is not None and node.multi_instance and node.multi_instance.output_element:
            # What an instance gives is read when its scope is gone; the instance's own holds no longer than that.
            run.set_variables(activity.scope_id, run.scope(scope_id).variables)
        leave_scope(run, scope_id, activity)
        run.assign_result(activity, outputs)
        run.complete(activity)

    def again(self, run: Run, node: SubProcess, activity: Activity, incident: Incident) -> None:
        """The outputs could not be evaluated: look at the empty scope once more."""
        for scope_id in run.draft.opened_by[activity.id]:
            run.draft.emptied[scope_id] = None


class EventStarted(Embedded):
    """An event subprocess entered without its event, as compensation does: it starts at its start event."""

    def enter(self, run: Run, node: SubProcess, activity: Activity) -> None:
        definition = run.definition(activity.scope_id)
        starts = tuple(start.id for start in definition.start_events(node.id))[:1]
        open_scope(run, activity, definition.id, node.id, {}, starts=starts)


class Call(Behaviour[CallActivity]):
    """Another process: it sees the mapped variables only, and only mapped ones come back."""

    def enter(self, run: Run, node: CallActivity, activity: Activity) -> None:
        called = run.program.processes.get(node.called_process)
        if called is None:
            raise Stuck("call", _NO_PROCESS, process=node.called_process)
        if _depth(run, activity.scope_id) >= MAX_CALL_DEPTH:
            raise Stuck("call", _TOO_DEEP, process=node.called_process, depth=MAX_CALL_DEPTH)
        inputs = inputs_of(run, node, activity)
        open_scope(run, activity, node.called_process, called.id, inputs)

    def closed(self, run: Run, node: CallActivity, activity: Activity, scope_id: str) -> None:
        view = run.view(scope_id)
        outputs = values_of(node.outputs, view)
        leave_scope(run, scope_id, activity)
        run.assign_result(activity, outputs)
        run.complete(activity)

    def again(self, run: Run, node: CallActivity, activity: Activity, incident: Incident) -> None:
        """The outputs could not be evaluated: look at the empty scope once more."""
        for scope_id in run.draft.opened_by[activity.id]:
            run.draft.emptied[scope_id] = None


def _depth(run: Run, scope_id: str) -> int:
    depth = 0
    current: str | None = scope_id
    while current is not None:
        scope = run.scope(current)
        depth += scope.isolated
        current = scope.parent_id
    return depth
