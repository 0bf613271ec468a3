"""The sentences of the engine's events."""

from collections.abc import Mapping

from workflow.errors import N_
from workflow.model.telling import Names, Words

SENTENCES: Mapping[str, tuple[str, bool]] = {
    "ProcessStarted": (N_("The process began."), True),
    "ScopeOpened": (N_("A part of the process began: “%(container_id)s”."), True),
    "ScopeClosed": (N_("A part of the process was finished."), True),
    "ActivityEntered": (N_("The case reached “%(node_id)s”."), True),
    "UserTaskCreated": (N_("The task “%(node_id)s” was opened; it is due on %(due_at)s."), False),
    "UserTaskRescheduled": (N_("A task got a new due date: %(due_at)s."), False),
    "JobCreated": (N_("The system was given the work “%(node_id)s”."), True),
    "LoopStarted": (N_("A task is to be done several times: %(total)s."), True),
    "InstanceCompleted": (N_("Number %(loop_counter)s of a repeated task was finished."), True),
    "ActivityCompleted": (N_("“%(node_id)s” was finished."), True),
    "ActivityCancelled": (N_("“%(node_id)s” was ended without a result (%(reason)s)."), False),
    "TokenArrived": (N_("One branch arrived at “%(node_id)s” and waits for the others."), True),
    "JoinCompleted": (N_("All branches met at “%(node_id)s”."), True),
    "TokensDiscarded": (N_("Waiting branches were given up because the process ended."), True),
    "GatewayDecided": (N_("At “%(node_id)s” the case went on by “%(taken)s”."), False),
    "RuleEvaluated": (N_("The rule “%(decision)s” gave: %(value)s."), False),
    "VariablesSet": (N_("Values were set: %(variables)s."), True),
    "TimerScheduled": (N_("The timer “%(node_id)s” was set to %(due_at)s."), True),
    "TimerFired": (N_("A timer ran out."), True),
    "TimerCancelled": (N_("A timer was switched off."), True),
    "MessageSubscribed": (N_("“%(node_id)s” waits for the message “%(name)s”."), True),
    "MessageCorrelated": (N_("The message “%(name)s” arrived."), False),
    "SubscriptionCancelled": (N_("A message is no longer waited for."), True),
    "SignalSubscribed": (N_("“%(node_id)s” waits for the signal “%(name)s”."), True),
    "SignalCaught": (N_("The signal “%(name)s” was received."), False),
    "ConditionAwaited": (N_("“%(node_id)s” waits until this is true: %(condition)s"), True),
    "ConditionChanged": (N_("An awaited condition has changed: %(holds)s."), True),
    "EventsAwaited": (N_("The case waits for the first of several events."), True),
    "JoinReset": (N_("“%(node_id)s” starts anew."), True),
    "SignalThrown": (N_("“%(node_id)s” gave the signal “%(name)s”."), False),
    "MessageThrown": (N_("“%(node_id)s” sent the message “%(name)s”."), False),
    "EscalationThrown": (N_("The work escalated with the code %(code)s."), False),
    "CompensableRecorded": (N_("What “%(node_id)s” did can be undone from here on."), True),
    "CompensationRequested": (N_("Finished work is to be undone."), False),
    "CompensationStarted": (N_("What “%(node_id)s” did is being undone."), False),
    "ScopeKept": (N_("A part of the process was finished; its work can still be undone."), True),
    "ErrorThrown": (N_("The work reported the fault %(code)s."), False),
    "IncidentOpened": (N_("The case got stuck at “%(node_id)s”; an operator is needed."), False),
    "IncidentResolved": (N_("The case is no longer stuck (%(how)s)."), False),
    "TokenMoved": (N_("The case was moved from “%(from_node)s” to “%(to_node)s”."), False),
    "ProcessMigrated": (N_("From here on the case runs on another version of the procedure."), True),
    "ScopeMigrated": (N_("A part of the process goes on in the new version."), True),
    "ActivityMigrated": (N_("“%(from_node)s” goes on as “%(to_node)s” in the new version."), False),
    "UserTaskMigrated": (N_("The new version says anew who may take the task “%(node_id)s”."), True),
    "JoinMigrated": (N_("Branches that wait at “%(from_node)s” wait at “%(to_node)s” in the new version."), True),
    "CompensableMigrated": (N_("What was done stands at “%(node_id)s” in the new version."), True),
    "ProcessRestored": (N_("The case stands again as it stood before it was moved to another version."), True),
    "ProcessSuspended": (N_("The process rests."), True),
    "ProcessResumed": (N_("The process goes on."), True),
    "ProcessCompleted": (N_("The process came to its end."), False),
    "ProcessCancelled": (N_("The process was ended before its time."), True),
}
"""Type → its sentence, and whether it is a detail."""

ENDED: Mapping[str, str] = {
    "boundary": N_("an event interrupted it"),
    "terminated": N_("the process ended"),
    "moved": N_("the case was moved to another step"),
    "cancelled": N_("the case was cancelled or withdrawn"),
    "condition": N_("enough results were there"),
    "error": N_("there was a fault"),
    "event": N_("an event interrupted it"),
    "cancel": N_("the transaction was cancelled"),
    "migrated": N_("the case went on in another version"),
}
RESOLVED: Mapping[str, str] = {
    "retried": N_("tried again"),
    "corrected": N_("corrected"),
    "moved": N_("moved to another step"),
    "cancelled": N_("the step was ended"),
}
FIELDS: Mapping[str, Names | Words] = {
    "node_id": Names.NODE,
    "container_id": Names.NODE,
    "from_node": Names.NODE,
    "to_node": Names.NODE,
    "taken": Names.FLOWS,
    "due_at": Names.MOMENT,
    "decision": Names.VARIABLE,
    "value": Names.VALUE,
    "variables": Names.VALUE,
    "holds": Names.VALUE,
    "reason": Words(ENDED),
    "how": Words(RESOLVED),
}
"""What the engine's fields name."""
