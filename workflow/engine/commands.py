"""What can be asked of a running process instance. Variables are FEEL values in Python's own types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.engine.program import Program
from workflow.engine.state import ProcessState

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartProcess:
    """Start at the none start event, or at `start_node`: one that a message, signal, timer or condition starts."""

    variables: Variables = field(default_factory=dict)
    start_node: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteActivity:
    """A user task, service job or receive task is done; `variables` are set in the scope that holds the activity."""

    activity_id: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowError:
    """A job ended with a BPMN error: caught outward by error boundary events; uncaught, an incident."""

    activity_id: str
    code: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailJob:
    """A job has no retries left, or the application found nobody for a user task: an incident."""

    activity_id: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUnattended:
    """Nobody is left who could do a user task that waits: an incident, until somebody is, or an operator helps."""

    activity_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAttended:
    """Somebody can do the user task again: its incident of that kind is over."""

    activity_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTimer:
    timer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelateMessage:
    """A message from elsewhere; `subscription_id` where the environment has chosen the very wait."""

    name: str
    key: Any = None
    variables: Variables = field(default_factory=dict)
    subscription_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastSignal:
    """A signal from elsewhere, for every wait of the instance; none is no fault."""

    name: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrowEscalation:
    """A job or a person escalates: caught outward as an escalation event is; the activity goes on unless that interrupts it."""

    activity_id: str
    code: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateNode:
    """Start one more activity of a running ad-hoc subprocess, whose activity is `activity_id`."""

    activity_id: str
    node_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryIncident:
    """Try the stuck point once more."""

    incident_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveIncident:
    """Correct variables first, then try again; with `flow_id`, take that flow out of the stuck gateway instead."""

    incident_id: str
    variables: Variables = field(default_factory=dict)
    flow_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToken:
    """An operator cancels an active activity and enters `target_node` of the same container instead."""

    activity_id: str
    target_node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawInstance:
    """Take one running instance out of a parallel multi-instance activity: it counts no more and gives no output.

    `variables` change where they are found outward from the whole, or are made beside it.
    """

    activity_id: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariables:
    """Change variables of a scope (the root scope by default)."""

    variables: Variables
    scope_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleTimers:
    """Evaluate the due times of waiting timers and user tasks again (deadlines or the calendar have changed).

    `variables`, such as new deadlines, are set in the root scope first. A suspended process takes it too: nothing moves by it.
    """

    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendProcess:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeProcess:
    """Go on. What is counted in working time and was still to come at `suspended_at` moves by the working time since then.

    Without that instant nothing moves.
    """

    suspended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelProcess:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateProcess:
    """Go on with another version: the program that decides is the new one, `old` the one so far.

    `mapping`: see `workflow.engine.migration.plan`; the versions' ids are for the record.
    """

    old: Program
    from_version: str
    to_version: str
    mapping: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreProcess:
    """Take a migration back: stand again as in `state`, on `to_version`. Whoever asks has made sure that nothing happened since."""

    from_version: str
    to_version: str
    state: ProcessState


Command = (
    StartProcess
    | CompleteActivity
    | ThrowError
    | FailJob
    | ReportUnattended
    | ReportAttended
    | FireTimer
    | CorrelateMessage
    | BroadcastSignal
    | ThrowEscalation
    | ActivateNode
    | RetryIncident
    | ResolveIncident
    | MoveToken
    | WithdrawInstance
    | SetVariables
    | RescheduleTimers
    | SuspendProcess
    | ResumeProcess
    | CancelProcess
    | MigrateProcess
    | RestoreProcess
)
