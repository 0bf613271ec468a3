"""What operators and administrators ask of a process: one function a command."""

from dataclasses import replace
from datetime import UTC

from workflow.engine import commands as c, events as e
from workflow.engine.behaviours.elements import behaviour_of
from workflow.engine.behaviours.tasks import reschedule_user_task
from workflow.engine.clocks import move_all
from workflow.engine.evaluation import Stuck
from workflow.engine.flows import choose
from workflow.engine.run import Begin, Leave, Run, Token
from workflow.engine.scopes import begin_again, cancel, cancel_in_scope
from workflow.engine.state import Activity, Incident, Pause, Timer, age
from workflow.engine.waits import begun, due_again
from workflow.errors import N_, InvalidInput, NotFound, TransitionRefused
from workflow.model.elements import (
    BoundaryEvent,
    ComplexGateway,
    EventSubProcess,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    StartEvent,
    UserTask,
)


def retry_incident(run: Run, command: c.RetryIncident) -> None:
    incident, activity = _stuck_at(run, command.incident_id)
    _try_again(run, incident, activity, "retried")


def resolve_incident(run: Run, command: c.ResolveIncident) -> None:
    """Corrected variables change where they are found outward from the stuck point, or are made there."""
    incident, activity = _stuck_at(run, command.incident_id)
    if command.flow_id is not None:
        _check_flow(run, incident, activity, command.flow_id)
    run.assign(activity.scope_id, command.variables)
    if command.flow_id is None:
        _try_again(run, incident, activity, "corrected")
    else:
        _take(run, incident, activity, command.flow_id)


def move_token(run: Run, command: c.MoveToken) -> None:
    """An instance of a multi-instance activity moves with all the others."""
    activity = run.draft.activities.get(command.activity_id)
    if activity is None:
        raise NotFound(N_("There is no active activity %(activity)s."), activity=command.activity_id)
    while activity.loop_counter is not None:
        activity = run.draft.activities[run.scope(activity.scope_id).activity_id or ""]
    definition = run.definition(activity.scope_id)
    target = definition.all_nodes.get(command.target_node)
    if target is None:
        raise NotFound(N_("The definition has no node “%(node)s”."), node=command.target_node)
    here = definition.container_of[activity.node_id]
    refused = definition.container_of[target.id] != here or _only_started_otherwise(target)
    if refused or run.scope(activity.scope_id).handler_id is not None:
        raise TransitionRefused(
            N_("A token cannot be moved to “%(node)s”: choose an activity, gateway or event beside “%(from_node)s”."),
            node=target.name or target.id,
            from_node=activity.node_id,
        )
    run.emit(e.TokenMoved(activity_id=activity.id, from_node=activity.node_id, to_node=target.id))
    cancel(run, activity, "moved")
    run.queue.append(Token(activity.scope_id, target.id))


def _only_started_otherwise(node: FlowNode) -> bool:
    """Whether no token comes to the node by a sequence flow: an event or a compensation starts it."""
    return isinstance(node, BoundaryEvent | StartEvent | EventSubProcess) or getattr(node, "for_compensation", False)


def set_variables(run: Run, command: c.SetVariables) -> None:
    scope_id = command.scope_id or run.draft.root_id
    if scope_id not in run.draft.scopes:
        raise NotFound(N_("There is no scope %(scope)s."), scope=scope_id)
    run.set_variables(scope_id, command.variables)


def reschedule_timers(run: Run, command: c.RescheduleTimers) -> None:
    run.set_variables(run.draft.root_id, command.variables)
    _reschedule_all(run)


def suspend(run: Run, command: c.SuspendProcess) -> None:
    run.emit(e.ProcessSuspended())


def resume(run: Run, command: c.ResumeProcess) -> None:
    if run.draft.status != "suspended":
        raise TransitionRefused(N_("The process is not suspended."))
    run.changed = True  # deadlines may have moved meanwhile: what waits for a condition looks at it now
    began_at = command.suspended_at
    if began_at is None or began_at >= run.now:
        run.emit(e.ProcessResumed())
        return
    pause = Pause(began_at=began_at.astimezone(UTC), ended_at=run.now)
    run.emit(e.ProcessResumed(suspended_at=pause.began_at, resumed_at=pause.ended_at))
    move_all(run, pause)


def cancel_process(run: Run, command: c.CancelProcess) -> None:
    cancel_in_scope(run, run.draft.root_id, "cancelled")
    run.detach(run.draft.root_id)
    run.emit(e.ProcessCancelled())


def _stuck_at(run: Run, incident_id: str) -> tuple[Incident, Activity]:
    incident = run.draft.incidents.get(incident_id)
    if incident is None:
        raise NotFound(N_("There is no open incident %(incident)s."), incident=incident_id)
    return incident, run.draft.activities[incident.activity_id]


def _try_again(run: Run, incident: Incident, activity: Activity, how: str) -> None:
    run.emit(e.IncidentResolved(incident_id=incident.id, how="corrected" if how == "corrected" else "retried"))
    if incident.phase == "leave":
        run.queue.append(Leave(activity.scope_id, activity))
    elif incident.phase == "start":
        begin_again(run, activity)
    elif incident.phase == "enter":
        run.queue.append(Begin(activity.scope_id, activity.id))
    else:
        _wait_again(run, incident, activity)


def _wait_again(run: Run, incident: Incident, activity: Activity) -> None:
    node = run.node(activity)
    try:
        if incident.kind == "timer":
            _reschedule(run, activity)
        else:
            behaviour_of(node).again(run, node, activity, incident)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "wait")


def _check_flow(run: Run, incident: Incident, activity: Activity, flow_id: str) -> None:
    flows = run.definition(activity.scope_id).outgoing[activity.node_id]
    if flow_id not in {flow.id for flow in flows}:
        raise InvalidInput(N_("The flow “%(flow)s” does not leave “%(node)s”."), flow=flow_id, node=activity.node_id)
    decides = isinstance(run.node(activity), ExclusiveGateway | InclusiveGateway | ComplexGateway)
    if activity.loop_counter is not None or not (incident.phase == "leave" or decides):
        raise TransitionRefused(N_("Only where a choice between flows is stuck can a flow be chosen."))


def _take(run: Run, incident: Incident, activity: Activity, flow_id: str) -> None:
    run.emit(e.IncidentResolved(incident_id=incident.id, how="corrected"))
    choose(run, activity, flow_id)
    if incident.phase == "leave":
        run.queue.append(Leave(activity.scope_id, activity, (flow_id,)))
    else:
        run.complete(activity, (flow_id,))


# Due times once more, after deadlines or the calendar have changed: only what differs becomes an event


def _reschedule_all(run: Run) -> None:
    """Evaluate every waiting due time again. What cannot be evaluated keeps its time and gets an incident."""
    for activity_id in sorted(run.draft.activities, key=age):
        activity = run.draft.activities[activity_id]
        try:
            _reschedule(run, activity)
        except Stuck as stuck:
            if not run.draft.incidents_of(activity_id):
                run.open_incident(activity, stuck, "wait")
    for scope_id in sorted(run.draft.scopes, key=age):
        try:
            _reschedule_timers(run, scope_id, scope_id)
        except Stuck as stuck:
            run.show(scope_id, stuck)


def _reschedule(run: Run, activity: Activity) -> None:
    """Evaluate the due times of one activity and of its boundary timers again. Raises `Stuck`."""
    node = run.node(activity)
    if activity.waits_for == "user" and isinstance(node, UserTask):
        reschedule_user_task(run, node, activity)
    _reschedule_timers(run, activity.id, activity.scope_id)


def _reschedule_timers(run: Run, holder_id: str, scope_id: str) -> None:
    nodes = run.definition(scope_id).all_nodes
    for wait in run.draft.waits_of(holder_id):
        if isinstance(wait, Timer):
            due_at = due_again(run, nodes[wait.node_id], wait, scope_id)
            if due_at != wait.due_at:
                run.emit(begun(replace(wait, due_at=due_at)))
