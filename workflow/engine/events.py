"""What has happened in a process instance. The events are the truth; everything else is a projection of them.

Ids inside one instance are short texts made from the instance's own counter ("a1", "s2", "t3"), so that the same commands
give the same events on every machine. What a migration tells is in `workflow.engine.migration.events`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from workflow.engine.migration.events import MigrationEvent
from workflow.engine.reasons import ENDED, RESOLVED, IncidentKind, Phase, Reason
from workflow.errors import N_
from workflow.model.event_fields import Names, Node, Variable, event

Variables = Mapping[str, Any]


# The process, its scopes, activities and joins


@event(N_("The process began."), detail=True)
class ProcessStarted:
    process_id: str
    scope_id: str
    variables: Variables


@event(N_("A part of the process began: “%(container_id)s”."), detail=True)
class ScopeOpened:
    """A subprocess, call activity or multi-instance opened a scope. `process_id` is the process whose nodes run in it.

    `loop_counter` is set for the scope of one instance; `activity_id` is then the multi-instance activity.
    """

    scope_id: str
    parent_id: str | None
    activity_id: str | None
    container_id: Node
    process_id: str
    variables: Variables = field(default_factory=dict)
    loop_counter: int | None = None


@event(N_("A part of the process was finished."), detail=True)
class ScopeClosed:
    scope_id: str


@event(N_("The case reached “%(node_id)s”."), detail=True)
class ActivityEntered:
    """A token entered a flow node (events and gateways too). `flow_id` is how it came."""

    activity_id: str
    node_id: Node
    scope_id: str
    flow_id: str | None = None
    loop_counter: int | None = None


@event(N_("The task “%(node_id)s” was opened; it is due on %(due_at)s."))
class UserTaskCreated:
    """A user task waits for a person. Texts are evaluated; the application resolves organisations.

    `created_at` is the instant that a due time given as a duration counts from.
    """

    activity_id: str
    node_id: Node
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


@event(N_("A task got a new due date: %(due_at)s."))
class UserTaskRescheduled:
    activity_id: str
    due_at: datetime | None
    follow_up_at: datetime | None


@event(N_("The system was given the work “%(node_id)s”."), detail=True)
class JobCreated:
    """A service or send task waits for its handler. `inputs` are evaluated."""

    activity_id: str
    node_id: Node
    handler: str
    inputs: Variables


@event(N_("A task is to be done several times: %(total)s."), detail=True)
class LoopStarted:
    """`items` is the collection that a sequential loop goes through; `gathers` says whether outputs are kept."""

    activity_id: str
    total: int
    items: tuple[Any, ...] | None = None
    gathers: bool = False


@event(N_("Number %(loop_counter)s of a repeated task was finished."), detail=True)
class InstanceCompleted:
    """One instance of the multi-instance activity `activity_id` is done; `output` is its output element's value."""

    activity_id: str
    loop_counter: int
    output: Any = None


@event(N_("Number %(loop_counter)s of a repeated task was taken out."), detail=True)
class InstanceWithdrawn:
    """One instance of the multi-instance activity `activity_id` counts no more: as if it had never been one of them."""

    activity_id: str
    loop_counter: int


@event(N_("“%(node_id)s” was finished."), detail=True)
class ActivityCompleted:
    """`ended`: it was an end event of the root scope."""

    activity_id: str
    node_id: Node
    ended: bool = False


@event(N_("“%(node_id)s” was ended without a result (%(reason)s)."))
class ActivityCancelled:
    """The activity ended without completing: interrupted, moved, terminated or its scope cancelled."""

    activity_id: str
    node_id: Node
    reason: Annotated[Reason, ENDED]


@event(N_("One branch arrived at “%(node_id)s” and waits for the others."), detail=True)
class TokenArrived:
    """A token waits at a joining gateway."""

    scope_id: str
    node_id: Node
    flow_id: str


@event(N_("All branches met at “%(node_id)s”."), detail=True)
class JoinCompleted:
    """A joining gateway (or an activity that needs several tokens) consumed one token for each of these flows.

    `waits_for_reset`: a complex gateway that now waits for the rest of its tokens.
    """

    scope_id: str
    node_id: Node
    flow_ids: tuple[str, ...]
    waits_for_reset: bool = False


@event(N_("“%(node_id)s” starts anew."), detail=True)
class JoinReset:
    """A complex gateway starts anew."""

    scope_id: str
    node_id: Node


@event(N_("Waiting branches were given up because the process ended."), detail=True)
class TokensDiscarded:
    """A terminate end event discarded the tokens that waited at joins of its scope."""

    scope_id: str


@event(N_("Values were set: %(variables)s."), detail=True)
class VariablesSet:
    scope_id: str
    variables: Variables


@event(N_("The case got stuck at “%(node_id)s”; an operator is needed."))
class IncidentOpened:
    """`template` and `params` as in `workflow.errors`; the activity stays where it is until the incident is resolved.

    `phase`: stuck on entering the node, while waiting in it, or on leaving it (the activity itself is completed then, and
    the incident holds its token in `scope_id`).
    """

    incident_id: str
    activity_id: str
    node_id: Node
    kind: IncidentKind
    template: str
    params: Variables
    phase: Phase = "enter"
    scope_id: str | None = None
    loop_counter: int | None = None


@event(N_("The case is no longer stuck (%(how)s)."))
class IncidentResolved:
    incident_id: str
    how: Annotated[Literal["retried", "corrected", "moved", "cancelled", "attended"], RESOLVED]


@event(N_("The case was moved from “%(from_node)s” to “%(to_node)s”."))
class TokenMoved:
    activity_id: str
    from_node: Node
    to_node: Node


@event(N_("The process rests."), detail=True)
class ProcessSuspended:
    pass


@event(N_("The process goes on."), detail=True)
class ProcessResumed:
    """`suspended_at` and `resumed_at`: between them no working time is counted. Where they are missing, the clocks ran on."""

    suspended_at: datetime | None = None
    resumed_at: datetime | None = None


@event(N_("The process came to its end."))
class ProcessCompleted:
    """`end_nodes`: the end events of the root scope that were reached, in order."""

    end_nodes: tuple[str, ...]


@event(N_("The process was ended before its time."), detail=True)
class ProcessCancelled:
    pass


# Why it went the way it did


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionEvaluated:
    flow_id: str
    expression: str
    inputs: Variables
    result: bool | None


@event(N_("At “%(node_id)s” the case went on by “%(taken)s”."))
class GatewayDecided:
    """Why a gateway (or an implicit split) went the way it did."""

    activity_id: str
    node_id: Node
    taken: Annotated[tuple[str, ...], Names.FLOWS]
    default_taken: bool
    conditions: tuple[ConditionEvaluated, ...]


@event(N_("The rule “%(decision)s” gave: %(value)s."))
class RuleEvaluated:
    """`tables`: each decision table that was evaluated on the way, as `workflow.dmn.table.TableTrace` writes it: its inputs,
    the rules that matched and the entries that let them through.
    """

    activity_id: str
    node_id: Node
    decision: Variable
    inputs: Variables
    matched: tuple[str, ...]
    value: Any
    tables: tuple[Any, ...] = ()


# What it waits for


@event(N_("The timer “%(node_id)s” was set to %(due_at)s."), detail=True)
class TimerScheduled:
    """`activity_id` is the waiting catch event, the activity that the boundary event `node_id` sits on, or the scope
    whose event subprocess starts with `node_id`.

    A known `timer_id` replaces that timer. `remaining`: how often a `cycle` fires after this time (-1: for ever).
    `started_at`: the instant that a duration counts from. `part`: which definition of an event that has several.
    """

    timer_id: str
    activity_id: str
    node_id: Node
    due_at: datetime
    remaining: int | None = None
    started_at: datetime | None = None
    cycle: str | None = None
    part: int = 0


@event(N_("A timer ran out."), detail=True)
class TimerFired:
    timer_id: str


@event(N_("A timer was switched off."), detail=True)
class TimerCancelled:
    timer_id: str


@event(N_("“%(node_id)s” waits for the message “%(name)s”."), detail=True)
class MessageSubscribed:
    subscription_id: str
    activity_id: str
    node_id: Node
    name: str
    key: Any
    part: int = 0


@event(N_("The message “%(name)s” arrived."))
class MessageCorrelated:
    subscription_id: str
    name: str


@event(N_("A message is no longer waited for."), detail=True)
class SubscriptionCancelled:
    subscription_id: str


@event(N_("“%(node_id)s” waits for the signal “%(name)s”."), detail=True)
class SignalSubscribed:
    subscription_id: str
    activity_id: str
    node_id: Node
    name: str
    part: int = 0


@event(N_("The signal “%(name)s” was received."))
class SignalCaught:
    """A signal reached the wait, which is over."""

    subscription_id: str
    name: str


@event(N_("“%(node_id)s” waits until this is true: %(condition)s"), detail=True)
class ConditionAwaited:
    """`condition` is the FEEL text, for people; the wait begins as if it had been false until now."""

    subscription_id: str
    activity_id: str
    node_id: Node
    condition: str
    part: int = 0


@event(N_("An awaited condition has changed: %(holds)s."), detail=True)
class ConditionChanged:
    """The condition has become true (then its event happens) or false again; the wait goes on."""

    subscription_id: str
    holds: bool


@event(N_("The case waits for the first of several events."), detail=True)
class EventsAwaited:
    """An event-based gateway waits for the events behind it; its timers and subscriptions name their nodes."""

    activity_id: str


# What it has thrown


@event(N_("The work reported the fault %(code)s."))
class ErrorThrown:
    """`caught_by` is the boundary event or event subprocess start that caught it, or None."""

    activity_id: str
    code: str
    caught_by: str | None


@event(N_("The work escalated with the code %(code)s."))
class EscalationThrown:
    """`caught_by` as for an error. Nothing happens where nobody catches an escalation."""

    activity_id: str
    code: str
    caught_by: str | None


@event(N_("“%(node_id)s” gave the signal “%(name)s”."))
class SignalThrown:
    """Waits in this instance have received it already; the environment tells every other instance."""

    activity_id: str
    node_id: Node
    name: str
    variables: Variables = field(default_factory=dict)


@event(N_("“%(node_id)s” sent the message “%(name)s”."))
class MessageThrown:
    """The environment delivers it: to one waiting instance, or to a process that the message starts."""

    activity_id: str
    node_id: Node
    name: str
    key: Any = None
    variables: Variables = field(default_factory=dict)


# What can be undone, and is


@event(N_("What “%(node_id)s” did can be undone from here on."), detail=True)
class CompensableRecorded:
    """An activity that has a compensation handler completed; the fields are those of `workflow.engine.state.Compensable`."""

    compensable_id: str
    scope_id: str
    activity_id: str
    node_id: Node
    variables: Variables
    kept_scope_id: str | None = None


@event(N_("Finished work is to be undone."))
class CompensationRequested:
    """A throw or a cancel asks for these completed activities to be undone, in this order."""

    activity_id: str
    compensables: tuple[str, ...]


@event(N_("What “%(node_id)s” did is being undone."))
class CompensationStarted:
    """One of them is being undone: `handler_id` is the node that does it, in the scope `scope_id`. It is not undone again.

    The scope reads the variables that were recorded, and keeps what the handler changes until that is done.
    """

    compensable_id: str
    node_id: Node
    handler_id: str
    scope_id: str


@event(N_("A part of the process was finished; its work can still be undone."), detail=True)
class ScopeKept:
    """The scope that an activity of `node_id` opened is completed, but what was done in it can still be compensated."""

    scope_id: str
    node_id: Node


ProcessEvent = ProcessStarted | ProcessSuspended | ProcessResumed | ProcessCompleted | ProcessCancelled
ScopeEvent = ScopeOpened | ScopeClosed | VariablesSet | LoopStarted | InstanceCompleted | InstanceWithdrawn
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
