"""Containers: embedded and ad-hoc subprocesses and call activities, a scope of their own in which tokens start anew."""

from workflow.engine import commands as c, events as e
from workflow.engine.behaviours.loops import is_body
from workflow.engine.evaluation import Stuck, is_true
from workflow.engine.run import Behaviour, Run, Token, inputs_of, values_of
from workflow.engine.scopes import cancel_in_scope, leave_scope, open_scope, starts_by_itself
from workflow.engine.state import Activity, Incident, Scope, age
from workflow.errors import N_, NotFound, TransitionRefused
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity as ActivityElement,
    AdHocSubProcess,
    CallActivity,
    EventSubProcess,
    FlowNode,
    SubProcess,
)

MAX_CALL_DEPTH = 32
"""How many processes may call one another in a chain."""
_NO_PROCESS = N_("There is no process “%(process)s” to call.")
_TOO_DEEP = N_("“%(process)s” is called more than %(depth)s calls deep.")


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


# Ad-hoc subprocesses: their activities run in any order (BPMN 2.0.2, 13.3.5).
#
# Nodes without incoming flows start when it opens, all at once or one after another; inner sequence flows are followed as
# everywhere. What a sequential one still has to start is in its activity's `loop`; a loop without items and with total 0
# says that the completion condition has been met (or an event has ended it), so that nothing more starts.

_NOT_MET = N_("Nothing is left to do in “%(node)s”, but its completion condition is not true.")
_EMBEDDED = Embedded()


class AdHoc(Behaviour[AdHocSubProcess]):
    """A scope of its own, as an embedded subprocess; its completion condition decides when it is done."""

    def enter(self, run: Run, node: AdHocSubProcess, activity: Activity) -> None:
        inputs = inputs_of(run, node, activity)
        starts = entries(run.definition(activity.scope_id), node.id)
        if node.ordering == "sequential":
            run.emit(e.LoopStarted(activity_id=activity.id, total=len(starts), items=starts))
            starts = starts[:1]
        open_scope(run, activity, run.scope(activity.scope_id).process_id, node.id, inputs, starts=starts)

    def closed(self, run: Run, node: AdHocSubProcess, activity: Activity, scope_id: str) -> None:
        """Nothing is under way: start the next one, or complete. Raises `Stuck` where it must not complete yet."""
        loop = activity.loop
        if not _is_met(activity):
            if loop is not None and loop.items is not None and loop.completed + 1 < loop.total:
                run.emit(e.InstanceCompleted(activity_id=activity.id, loop_counter=loop.completed + 1))
                run.queue.append(Token(scope_id, loop.items[loop.completed + 1]))
                return
            if node.completion_condition and not is_true(node.completion_condition, run.view(scope_id)):
                raise Stuck("no-flow", _NOT_MET, node=node.name or node.id)
        _EMBEDDED.closed(run, node, activity, scope_id)

    def again(self, run: Run, node: AdHocSubProcess, activity: Activity, incident: Incident) -> None:
        """Its condition or its outputs could not be evaluated: look once more."""
        for scope_id in sorted(run.draft.opened_by[activity.id], key=age):
            run.draft.emptied[scope_id] = None
            if not run.draft.is_empty(scope_id):
                _look(run, node, activity, scope_id)


def entries(definition: ProcessDefinition, container_id: str) -> tuple[str, ...]:
    """The nodes that start by themselves, in the order of the file."""
    return tuple(node.id for node in definition.children(container_id) if starts_by_itself(definition, node))


def look_at_completion(run: Run, node: FlowNode, scope_id: str) -> None:
    """An activity has completed: if that was in an ad-hoc subprocess, see whether its completion condition is met now."""
    if not isinstance(node, ActivityElement):
        return
    found = _around(run, run.scope(scope_id))
    if found is None or _is_met(found[1]):
        return
    container, activity = found
    if isinstance(node, EventSubProcess) and _interrupts(run.definition(scope_id), node):
        run.emit(e.LoopStarted(activity_id=activity.id, total=0))  # it has put an end to all else
    else:
        _look(run, container, activity, scope_id)


def _interrupts(definition: ProcessDefinition, node: EventSubProcess) -> bool:
    return any(start.interrupting for start in definition.start_events(node.id))


def _look(run: Run, node: AdHocSubProcess, activity: Activity, scope_id: str) -> None:
    if node.completion_condition is None:
        return
    try:
        is_met = is_true(node.completion_condition, run.view(scope_id))
    except Stuck as stuck:
        if not run.draft.incidents_of(activity.id):
            run.open_incident(activity, stuck, "wait")
        return
    if not is_met:
        return
    run.emit(e.LoopStarted(activity_id=activity.id, total=0))
    if node.cancel_remaining:
        cancel_in_scope(run, scope_id, "condition")
        run.drop_queued(scope_id)
        if run.draft.has_joins(scope_id):
            run.emit(e.TokensDiscarded(scope_id=scope_id))
    run.draft.emptied[scope_id] = None


def _around(run: Run, scope: Scope) -> tuple[AdHocSubProcess, Activity] | None:
    """The ad-hoc subprocess whose inside the scope is, with its activity."""
    node = run.program.processes[scope.process_id].all_nodes.get(scope.container_id)
    activity = run.draft.activities.get(scope.activity_id or "")
    if not isinstance(node, AdHocSubProcess) or activity is None or scope.loop_counter is not None:
        return None
    return (node, activity) if activity.node_id == node.id else None


def _is_met(activity: Activity) -> bool:
    return activity.loop is not None and activity.loop.items is None and activity.loop.total == 0


def activate(run: Run, command: c.ActivateNode) -> None:
    """Start one more of its activities by hand. Raises `NotFound` or `TransitionRefused`."""
    activity = run.draft.activities.get(command.activity_id)
    if activity is None:
        raise NotFound(N_("There is no active activity %(activity)s."), activity=command.activity_id)
    node = run.node(activity)
    scope_ids = sorted(run.draft.opened_by[activity.id], key=age)
    if not isinstance(node, AdHocSubProcess) or is_body(node, activity) or not scope_ids:
        raise TransitionRefused(N_("“%(node)s” is no ad-hoc subprocess that is under way."), node=node.name or node.id)
    name, wanted = node.name or node.id, command.node_id
    if command.node_id not in entries(run.definition(activity.scope_id), node.id):
        raise NotFound(
            N_("“%(container)s” has no activity “%(node)s” that can be started by hand."), node=wanted, container=name
        )
    if _is_met(activity):
        raise TransitionRefused(
            N_("“%(container)s” is about to end: “%(node)s” cannot start any more."), node=wanted, container=name
        )
    if node.ordering == "sequential" and not run.draft.is_empty(scope_ids[0]):
        raise TransitionRefused(
            N_("In “%(container)s” only one activity runs at a time: “%(node)s” has to wait."),
            node=wanted,
            container=name,
        )
    for incident in run.draft.incidents_of(activity.id):
        if incident.kind == "no-flow":
            run.emit(e.IncidentResolved(incident_id=incident.id, how="corrected"))
    run.queue.append(Token(scope_ids[0], command.node_id))
