"""What has happened in a process instance. The events are the truth; everything else is a projection of them.

Ids inside one instance are short texts made from the instance's own counter ("a1", "s2", "t3"), so that the same commands
give the same events on every machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workflow.engine.migration_events import MigrationEvent
from workflow.engine.reason_events import (
    ConditionEvaluated as ConditionEvaluated,
    GatewayDecided as GatewayDecided,
    RuleEvaluated as RuleEvaluated,
)
from workflow.engine.throw_events import (
    CompensableRecorded as CompensableRecorded,
    CompensationRequested as CompensationRequested,
    CompensationStarted as CompensationStarted,
    ErrorThrown as ErrorThrown,
    EscalationThrown as EscalationThrown,
    MessageThrown as MessageThrown,
    ScopeKept as ScopeKept,
    SignalThrown as SignalThrown,
)
from workflow.engine.wait_events import (
    ConditionAwaited as ConditionAwaited,
    ConditionChanged as ConditionChanged,
    EventsAwaited as EventsAwaited,
    MessageCorrelated as MessageCorrelated,
    MessageSubscribed as MessageSubscribed,
    SignalCaught as SignalCaught,
    SignalSubscribed as SignalSubscribed,
    SubscriptionCancelled as SubscriptionCancelled,
    TimerCancelled as TimerCancelled,
    TimerFired as TimerFired,
    TimerScheduled as TimerScheduled,
)

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStarted:
    process_id: str
    scope_id: str
    variables: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeOpened:
    """A subprocess, call activity or multi-instance opened a scope. `process_id` is the process whose nodes run in it.

    `loop_counter` is set for the scope of one instance; `activity_id` is then the multi-instance activity.
    """

    scope_id: str
    parent_id: str | None
    activity_id: str | None
    container_id: str
    process_id: str
    variables: Variables = field(default_factory=dict)
    loop_counter: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeClosed:
    scope_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEntered:
    """A token entered a flow node (events and gateways too). `flow_id` is how it came."""

    activity_id: str
    node_id: str
    scope_id: str
    flow_id: str | None = None
    loop_counter: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskCreated:
    """A user task waits for a person. Texts are evaluated; the application resolves organisations.

    `created_at` is the instant that a due time given as a duration counts from.
    """

    activity_id: str
    node_id: str
    scope_id: str
    candidate_groups: tuple[str, ...]
    jurisdiction: str | None
    assignee: str | None
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    criteria_set: str | None
    loop_counter: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTaskRescheduled:
    activity_id: str
    due_at: datetime | None
    follow_up_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCreated:
    """A service or send task waits for its handler. `inputs` are evaluated."""

    activity_id: str
    node_id: str
    handler: str
    inputs: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopStarted:
    """`items` is the collection that a sequential loop goes through; `gathers` says whether outputs are kept."""

    activity_id: str
    total: int
    items: tuple[Any, ...] | None = None
    gathers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceCompleted:
    """One instance of the multi-instance activity `activity_id` is done; `output` is its output element's value."""

    activity_id: str
    loop_counter: int
    output: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCompleted:
    """`ended`: it was an end event of the root scope."""

    activity_id: str
    node_id: str
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCancelled:
    """The activity ended without completing: interrupted, moved, terminated or its scope cancelled."""

    activity_id: str
    node_id: str
    reason: Literal["boundary", "terminated", "moved", "cancelled", "condition", "error", "event", "cancel", "migrated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenArrived:
    """A token waits at a joining gateway."""

    scope_id: str
    node_id: str
    flow_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCompleted:
    """A joining gateway (or an activity that needs several tokens) consumed one token for each of these flows.

    `waits_for_reset`: a complex gateway that now waits for the rest of its tokens.
    """

    scope_id: str
    node_id: str
    flow_ids: tuple[str, ...]
    waits_for_reset: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinReset:
    """A complex gateway starts anew."""

    scope_id: str
    node_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensDiscarded:
    """A terminate end event discarded the tokens that waited at joins of its scope."""

    scope_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablesSet:
    scope_id: str
    variables: Variables


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened:
    """`template` and `params` as in `workflow.errors`; the activity stays where it is until the incident is resolved.

    `phase`: stuck on entering the node, while waiting in it, or on leaving it (the activity itself is completed then, and
    the incident holds its token in `scope_id`).
    """

    incident_id: str
    activity_id: str
    node_id: str
    kind: Literal["no-flow", "expression", "rule", "job", "error", "timer", "assignment", "loop", "call", "data"]
    template: str
    params: Variables
    phase: Literal["enter", "wait", "leave"] = "enter"
    scope_id: str | None = None
    loop_counter: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved:
    incident_id: str
    how: Literal["retried", "corrected", "moved", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMoved:
    activity_id: str
    from_node: str
    to_node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSuspended:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessResumed:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessCompleted:
    """`end_nodes`: the end events of the root scope that were reached, in order."""

    end_nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessCancelled:
    pass


ProcessEvent = ProcessStarted | ProcessSuspended | ProcessResumed | ProcessCompleted | ProcessCancelled
ScopeEvent = ScopeOpened | ScopeClosed | VariablesSet | LoopStarted | InstanceCompleted
ActivityEvent = ActivityEntered | ActivityCompleted | ActivityCancelled | TokenMoved
WorkEvent = UserTaskCreated | UserTaskRescheduled | JobCreated | IncidentOpened | IncidentResolved
JoinEvent = TokenArrived | JoinCompleted | JoinReset | TokensDiscarded
ReasonEvent = GatewayDecided | RuleEvaluated
TimerEvent = TimerScheduled | TimerFired | TimerCancelled
MessageEvent = MessageSubscribed | MessageCorrelated | SubscriptionCancelled
OtherWaitEvent = SignalSubscribed | SignalCaught | ConditionAwaited | ConditionChanged | EventsAwaited
ThrowEvent = ErrorThrown | EscalationThrown | SignalThrown | MessageThrown
CompensationEvent = CompensableRecorded | CompensationRequested | CompensationStarted | ScopeKept

Event = (
    ProcessEvent
    | ScopeEvent
    | ActivityEvent
    | WorkEvent
    | JoinEvent
    | ReasonEvent
    | TimerEvent
    | MessageEvent
    | OtherWaitEvent
    | ThrowEvent
    | CompensationEvent
    | MigrationEvent
)
