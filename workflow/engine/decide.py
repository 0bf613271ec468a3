"""Command → events. Pure: the same program, state, command and instant give the same events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from workflow.engine import commands as c, events as e, operations
from workflow.engine.behaviours import containers, loops, throw_events
from workflow.engine.behaviours.catch_events import awaited_message, come, scope_of_holder
from workflow.engine.behaviours.elements import behaviour_of
from workflow.engine.evaluation import Stuck
from workflow.engine.events import Event
from workflow.engine.migration import move
from workflow.engine.program import Program
from workflow.engine.reasons import IncidentKind
from workflow.engine.run import Run
from workflow.engine.scopes import begin_process
from workflow.engine.state import Activity, ProcessState, Wait
from workflow.engine.tokens import go_on
from workflow.errors import N_, Conflict, NotFound, TransitionRefused
from workflow.feel.values import coerce

_WHILE_SUSPENDED = (c.ResumeProcess, c.CancelProcess, c.MigrateProcess, c.RestoreProcess, c.RescheduleTimers)


def decide(program: Program, state: ProcessState | None, command: c.Command, now: datetime) -> list[Event]:
    """Return what the command makes happen. `now` is an aware instant (`ValueError` otherwise).

    Raises `NotFound` for an id that is not (or no longer) there, `TransitionRefused` for what the present state does not
    permit, `Conflict` for a second start. Whatever goes wrong while tokens move is an `IncidentOpened`.
    """
    return _carried_out(program, state, command, now).events


def advance(
    program: Program, state: ProcessState | None, command: c.Command, now: datetime
) -> tuple[list[Event], ProcessState]:
    """As `decide`, together with the state that these events lead to: deciding has folded them already.

    Raises as `decide`.
    """
    run = _carried_out(program, state, command, now)
    return run.events, run.draft.freeze()


def _carried_out(program: Program, state: ProcessState | None, command: c.Command, now: datetime) -> Run:
    if now.tzinfo is None:
        raise ValueError("now must be an aware instant")
    _check(state, command)
    run = Run(program, state, now.astimezone(UTC))
    HANDLERS[type(command)](run, command)
    go_on(run)
    return run


def _check(state: ProcessState | None, command: c.Command) -> None:
    if state is None:
        if not isinstance(command, c.StartProcess):
            raise NotFound(N_("The process has not been started."))
        return
    if isinstance(command, c.StartProcess):
        raise Conflict(N_("The process has been started already."))
    if state.ended:
        raise TransitionRefused(N_("The process has ended: it is %(status)s."), status=state.status)
    if state.status == "suspended" and not isinstance(command, _WHILE_SUSPENDED):
        raise TransitionRefused(N_("The process is suspended. Resume it first."))


# What people, handlers, clocks and messages ask of a process: one function a command. What operators ask: `operations`.

_FAILURES: dict[str, tuple[IncidentKind, str]] = {
    "job": ("job", N_("The job of “%(node)s” failed: %(message)s")),
    "user": ("assignment", N_("Nobody can be found for “%(node)s”: %(message)s")),
}
_COMPLETABLE = ("user", "job", "message")


def complete_activity(run: Run, command: c.CompleteActivity) -> None:
    activity = _waiting_activity(run, command.activity_id, *_COMPLETABLE)
    node = run.node(activity)
    try:
        behaviour_of(node).complete(run, node, activity, command.variables)
    except Stuck as stuck:
        # The result is kept where the activity stands, so that nothing has to be done twice.
        run.set_variables(activity.scope_id, command.variables)
        run.open_incident(activity, stuck, "wait")


def throw_error(run: Run, command: c.ThrowError) -> None:
    activity = _waiting_activity(run, command.activity_id, "user", "job")
    try:
        throw_events.throw_error(run, activity, command.code, command.variables)
    except Stuck as stuck:
        run.open_incident(activity, stuck, "wait")


def throw_escalation(run: Run, command: c.ThrowEscalation) -> None:
    activity = _waiting_activity(run, command.activity_id, "user", "job")
    try:
        throw_events.throw_escalation(run, activity, command.code, command.variables)
    except Stuck as stuck:
        _keep_and_report(run, activity.id, command.variables, stuck)


def fail_job(run: Run, command: c.FailJob) -> None:
    """The incident of a user task is one of its assignment: trying again creates the task anew."""
    activity = _waiting_activity(run, command.activity_id, "user", "job")
    if run.draft.incidents_of(activity.id):
        raise TransitionRefused(N_("There is an open incident on this activity already."))
    node = run.node(activity)
    kind, template = _FAILURES[activity.waits_for or "job"]
    run.open_incident(activity, Stuck(kind, template, node=node.name or node.id, message=command.message), "wait")


_UNATTENDED = N_("At present nobody can do “%(node)s”: whoever could has left, or may not do this step.")


def report_unattended(run: Run, command: c.ReportUnattended) -> None:
    """The task goes on waiting: whoever can do it again, does it."""
    activity = _waiting_activity(run, command.activity_id, "user")
    if not any(one.kind == "unattended" for one in run.draft.incidents_of(activity.id)):
        node = run.node(activity)
        run.open_incident(activity, Stuck("unattended", _UNATTENDED, node=node.name or node.id), "wait")


def report_attended(run: Run, command: c.ReportAttended) -> None:
    activity = _waiting_activity(run, command.activity_id, "user")
    for one in run.draft.incidents_of(activity.id):
        if one.kind == "unattended":
            run.emit(e.IncidentResolved(incident_id=one.id, how="attended"))


def fire_timer(run: Run, command: c.FireTimer) -> None:
    timer = run.draft.timers.get(command.timer_id)
    if timer is None:
        raise NotFound(N_("There is no waiting timer %(timer)s."), timer=command.timer_id)
    if timer.due_at > run.now:
        raise TransitionRefused(N_("The timer is not due before %(due_at)s."), due_at=timer.due_at.isoformat())
    _come(run, timer, {})


def correlate_message(run: Run, command: c.CorrelateMessage) -> None:
    """One receiver: the longest waiting one whose key is the message's, or that waits for any."""
    if command.subscription_id is None:
        wait = next(iter(awaited_message(run, command.name, coerce(command.key))), None)
    else:
        wait = run.draft.subscriptions.get(command.subscription_id)
    if wait is None or (wait.kind, wait.name) != ("message", command.name):
        raise NotFound(N_("Nothing waits for the message “%(name)s” with this key."), name=command.name)
    _come(run, wait, command.variables)


def broadcast_signal(run: Run, command: c.BroadcastSignal) -> None:
    throw_events.broadcast(run, command.name, command.variables)


def _come(run: Run, wait: Wait, variables: c.Variables) -> None:
    try:
        come(run, wait, variables)
    except Stuck as stuck:
        _keep_and_report(run, wait.activity_id, variables, stuck)


def _keep_and_report(run: Run, holder_id: str, variables: c.Variables, stuck: Stuck) -> None:
    """What was brought is kept, and the fault shown."""
    if holder_id not in run.draft.activities and holder_id not in run.draft.scopes:
        return
    run.set_variables(scope_of_holder(run, holder_id), variables)
    run.show(holder_id, stuck)


def _waiting_activity(run: Run, activity_id: str, *waits: str) -> Activity:
    """Return the activity if it waits for one of these. Raises `NotFound` or `TransitionRefused`."""
    activity = run.draft.activities.get(activity_id)
    if activity is None:
        raise NotFound(N_("There is no active activity %(activity)s."), activity=activity_id)
    if activity.waits_for not in waits:
        raise TransitionRefused(
            N_("The activity %(activity)s waits for %(actual)s, not for %(expected)s."),
            activity=activity_id,
            actual=activity.waits_for or "-",
            expected=" / ".join(waits),
        )
    return activity


HANDLERS: dict[type, Callable[[Run, Any], None]] = {
    c.StartProcess: begin_process,
    c.CompleteActivity: complete_activity,
    c.ThrowError: throw_error,
    c.FailJob: fail_job,
    c.ReportUnattended: report_unattended,
    c.ReportAttended: report_attended,
    c.ThrowEscalation: throw_escalation,
    c.FireTimer: fire_timer,
    c.CorrelateMessage: correlate_message,
    c.BroadcastSignal: broadcast_signal,
    c.ActivateNode: containers.activate,
    c.RetryIncident: operations.retry_incident,
    c.ResolveIncident: operations.resolve_incident,
    c.MoveToken: operations.move_token,
    c.WithdrawInstance: loops.withdraw_instance,
    c.SetVariables: operations.set_variables,
    c.RescheduleTimers: operations.reschedule_timers,
    c.SuspendProcess: operations.suspend,
    c.ResumeProcess: operations.resume,
    c.CancelProcess: operations.cancel_process,
    c.MigrateProcess: move.migrate,
    c.RestoreProcess: move.restore,
}
