"""Command → events. Pure: the same program, state, command and instant give the same events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from workflow.engine import adhoc, commands as c, handling, migrating, operating
from workflow.engine.events import Event
from workflow.engine.program import Program
from workflow.engine.run import Run
from workflow.engine.state import ProcessState
from workflow.engine.stepping import go_on
from workflow.errors import N_, Conflict, NotFound, TransitionRefused

HANDLERS: dict[type, Callable[[Run, Any], None]] = {
    c.StartProcess: handling.start,
    c.CompleteActivity: handling.complete_activity,
    c.ThrowError: handling.throw_error,
    c.FailJob: handling.fail_job,
    c.ThrowEscalation: handling.throw_escalation,
    c.FireTimer: handling.fire_timer,
    c.CorrelateMessage: handling.correlate_message,
    c.BroadcastSignal: handling.broadcast_signal,
    c.ActivateNode: adhoc.activate,
    c.RetryIncident: operating.retry_incident,
    c.ResolveIncident: operating.resolve_incident,
    c.MoveToken: operating.move_token,
    c.SetVariables: operating.set_variables,
    c.RescheduleTimers: operating.reschedule_timers,
    c.SuspendProcess: operating.suspend,
    c.ResumeProcess: operating.resume,
    c.CancelProcess: operating.cancel_process,
    c.MigrateProcess: migrating.migrate,
    c.RestoreProcess: migrating.restore,
}
_WHILE_SUSPENDED = (c.ResumeProcess, c.CancelProcess, c.MigrateProcess, c.RestoreProcess)


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
