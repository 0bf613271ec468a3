"""What each type of event means in words: one template a type, filled in by `workflow.services.auditing.telling`.

`detail` marks the engine's own bookkeeping, which a timeline may fold away below the event that caused it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.errors import N_
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.services.auditing.names import RESULTS, EventNames
from workflow.services.casework.case_view import outcome_label as case_outcome_label
from workflow.services.ground.words import (
    EMPTY,
    NOTHING,
    Text,
    ValueWords,
    flow_label,
    joined,
    local_text,
    node_label,
    outcome_label,
    role_label,
)


@dataclass(frozen=True, slots=True)
class Description:
    """A message template (English msgid) and whether the event is a detail."""

    template: str
    detail: bool = False


UNKNOWN = Description(N_("%(actor)s: %(type)s."))

_ENGINE = {
    "ProcessStarted": Description(N_("The process began."), True),
    "ScopeOpened": Description(N_("A part of the process began: “%(node)s”."), True),
    "ScopeClosed": Description(N_("A part of the process was finished."), True),
    "ActivityEntered": Description(N_("The case reached “%(node)s”."), True),
    "UserTaskCreated": Description(N_("The task “%(node)s” was opened; it is due on %(due)s.")),
    "UserTaskRescheduled": Description(N_("A task got a new due date: %(due)s.")),
    "JobCreated": Description(N_("The system was given the work “%(node)s”."), True),
    "LoopStarted": Description(N_("A task is to be done several times: %(number)s."), True),
    "InstanceCompleted": Description(N_("Number %(number)s of a repeated task was finished."), True),
    "ActivityCompleted": Description(N_("“%(node)s” was finished."), True),
    "ActivityCancelled": Description(N_("“%(node)s” was ended without a result (%(reason)s).")),
    "TokenArrived": Description(N_("One branch arrived at “%(node)s” and waits for the others."), True),
    "JoinCompleted": Description(N_("All branches met at “%(node)s”."), True),
    "TokensDiscarded": Description(N_("Waiting branches were given up because the process ended."), True),
    "GatewayDecided": Description(N_("At “%(node)s” the case went on by “%(flows)s”.")),
    "RuleEvaluated": Description(N_("The rule “%(decision)s” gave: %(value)s.")),
    "VariablesSet": Description(N_("Values were set: %(value)s."), True),
    "TimerScheduled": Description(N_("The timer “%(node)s” was set to %(due)s."), True),
    "TimerFired": Description(N_("A timer ran out."), True),
    "TimerCancelled": Description(N_("A timer was switched off."), True),
    "MessageSubscribed": Description(N_("“%(node)s” waits for the message “%(text)s”."), True),
    "MessageCorrelated": Description(N_("The message “%(text)s” arrived.")),
    "SubscriptionCancelled": Description(N_("A message is no longer waited for."), True),
    "SignalSubscribed": Description(N_("“%(node)s” waits for the signal “%(text)s”."), True),
    "SignalCaught": Description(N_("The signal “%(text)s” was received.")),
    "ConditionAwaited": Description(N_("“%(node)s” waits until this is true: %(text)s"), True),
    "ConditionChanged": Description(N_("An awaited condition has changed: %(value)s."), True),
    "EventsAwaited": Description(N_("The case waits for the first of several events."), True),
    "JoinReset": Description(N_("“%(node)s” starts anew."), True),
    "SignalThrown": Description(N_("“%(node)s” gave the signal “%(text)s”.")),
    "MessageThrown": Description(N_("“%(node)s” sent the message “%(text)s”.")),
    "EscalationThrown": Description(N_("The work escalated with the code %(code)s.")),
    "CompensableRecorded": Description(N_("What “%(node)s” did can be undone from here on."), True),
    "CompensationRequested": Description(N_("Finished work is to be undone.")),
    "CompensationStarted": Description(N_("What “%(node)s” did is being undone.")),
    "ScopeKept": Description(N_("A part of the process was finished; its work can still be undone."), True),
    "ErrorThrown": Description(N_("The work reported the fault %(code)s.")),
    "IncidentOpened": Description(N_("The case got stuck at “%(node)s”; an operator is needed.")),
    "IncidentResolved": Description(N_("The case is no longer stuck (%(how)s).")),
    "TokenMoved": Description(N_("The case was moved from “%(source)s” to “%(target)s”.")),
    "ProcessMigrated": Description(N_("From here on the case runs on another version of the procedure."), True),
    "ScopeMigrated": Description(N_("A part of the process goes on in the new version."), True),
    "ActivityMigrated": Description(N_("“%(source)s” goes on as “%(target)s” in the new version.")),
    "UserTaskMigrated": Description(N_("The new version says anew who may take the task “%(node)s”."), True),
    "JoinMigrated": Description(
        N_("Branches that wait at “%(source)s” wait at “%(target)s” in the new version."), True
    ),
    "CompensableMigrated": Description(N_("What was done stands at “%(node)s” in the new version."), True),
    "ProcessRestored": Description(
        N_("The case stands again as it stood before it was moved to another version."), True
    ),
    "ProcessSuspended": Description(N_("The process rests."), True),
    "ProcessResumed": Description(N_("The process goes on."), True),
    "ProcessCompleted": Description(N_("The process came to its end.")),
    "ProcessCancelled": Description(N_("The process was ended before its time."), True),
}

_CASES = {
    "CaseOpened": Description(N_("%(actor)s opened the case %(number)s for %(organisation)s.")),
    "CaseSuspended": Description(N_("%(actor)s suspended the case. Reason: %(reason)s")),
    "CaseResumed": Description(N_("%(actor)s let the case go on. %(reason)s")),
    "CaseWithdrawn": Description(N_("%(actor)s withdrew the case. %(reason)s")),
    "CaseCancelled": Description(N_("%(actor)s cancelled the case. Reason: %(reason)s")),
    "CaseMigrated": Description(N_("%(actor)s had the case moved to version %(version)s. Reason: %(reason)s")),
    "CaseMigrationReverted": Description(
        N_("%(actor)s had the case taken back to version %(version)s. Reason: %(reason)s")
    ),
    "CaseOperated": Description(N_("%(actor)s intervened in the case. Reason: %(reason)s")),
    "CaseRead": Description(N_("%(actor)s read the case.")),
    "CaseBundled": Description(N_("%(actor)s had the case written to a bundle.")),
    "ResultRecorded": Description(N_("The result was recorded: %(outcome)s (decision: %(number)s; date: %(date)s).")),
    "PeopleNotified": Description(N_("People notified: %(number)s. %(text)s")),
    "CommentAdded": Description(N_("%(actor)s wrote: %(text)s")),
    "EvidenceAdded": Description(N_("%(actor)s added the file “%(file)s” to %(criterion)s.")),
    "EvidenceWithdrawn": Description(N_("%(actor)s withdrew the file “%(file)s” from %(criterion)s.")),
    "CriterionAssessed": Description(N_("%(actor)s assessed criterion %(criterion)s: %(value)s.")),
    "DraftSaved": Description(N_("%(actor)s saved a draft."), True),
    "TaskClaimed": Description(N_("%(actor)s took the task “%(node)s”.")),
    "TaskReleased": Description(N_("%(actor)s put the task “%(node)s” back.")),
    "TaskStarted": Description(N_("%(actor)s began the task “%(node)s”.")),
    "TaskDelegated": Description(N_("%(actor)s handed the task “%(node)s” over to %(user)s. %(reason)s")),
    "TaskReassigned": Description(N_("%(actor)s gave the task “%(node)s” to %(user)s. Reason: %(reason)s")),
    "TaskCompleted": Description(N_("%(actor)s completed the task “%(node)s”: %(outcome)s. %(reason)s")),
    "TaskReminded": Description(N_("The task “%(node)s” was called to mind. People told: %(number)s.")),
    "TaskEscalated": Description(N_("The overdue task “%(node)s” was escalated. People told: %(number)s.")),
    "JobRetried": Description(N_("%(actor)s had failed work of the system tried again.")),
    "AssigneeNotified": Description(N_("The assignee of “%(node)s” was notified."), True),
}

_ACCOUNTS = {
    "UserCreated": Description(N_("%(actor)s created the account of %(user)s.")),
    "UserChanged": Description(N_("%(actor)s changed the account of %(user)s.")),
    "UserEnded": Description(N_("%(actor)s ended the account of %(user)s. Reason: %(reason)s")),
    "PasswordReset": Description(N_("%(actor)s gave %(user)s a temporary password.")),
    "PasswordChanged": Description(N_("%(actor)s changed their own password.")),
    "SecondFactorEnrolled": Description(N_("%(actor)s set up a second factor.")),
    "SecondFactorReset": Description(N_("%(actor)s reset the second factor of %(user)s. Reason: %(reason)s")),
    "SessionsRevoked": Description(N_("%(actor)s signed %(user)s out everywhere.")),
    "SignedIn": Description(N_("%(actor)s signed in.")),
    "SignedOut": Description(N_("%(actor)s signed out.")),
    "SignInFailed": Description(N_("A sign-in failed for %(user)s.")),
    "RoleAssigned": Description(N_("%(actor)s gave %(user)s the role %(role)s at %(organisation)s.")),
    "RoleEnded": Description(N_("%(actor)s ended the role %(role)s of %(user)s at %(organisation)s.")),
    "DeputyAppointed": Description(N_("%(actor)s appointed %(user)s as deputy for the role %(role)s.")),
    "DeputyshipEnded": Description(N_("%(actor)s ended the deputyship of %(user)s.")),
}

_REGISTERS = {
    "OrganisationAdded": Description(N_("%(actor)s added the organisation %(organisation)s.")),
    "OrganisationChanged": Description(N_("%(actor)s changed the organisation %(organisation)s.")),
    "OrganisationEnded": Description(N_("%(actor)s ended the organisation %(organisation)s.")),
    "OrganisationSucceeded": Description(N_("%(actor)s recorded a succession of %(organisation)s.")),
    "CalendarDaySet": Description(N_("%(actor)s set the calendar day %(date)s.")),
    "CalendarDayRemoved": Description(N_("%(actor)s removed the special calendar day %(date)s.")),
    "CalendarSeeded": Description(N_("The calendar of the year %(number)s was filled in.")),
    "VersionCreated": Description(N_("%(actor)s created version %(version)s of the procedure.")),
    "VersionFileChanged": Description(N_("%(actor)s changed the file %(file)s of a draft.")),
    "VersionFileRemoved": Description(N_("%(actor)s removed the file %(file)s from a draft.")),
    "VersionSubmitted": Description(N_("%(actor)s submitted version %(version)s for review.")),
    "VersionReturned": Description(N_("%(actor)s returned version %(version)s to its author. %(reason)s")),
    "VersionPublished": Description(N_("%(actor)s published version %(version)s.")),
    "VersionRetired": Description(N_("%(actor)s retired version %(version)s. %(reason)s")),
    "MigrationStarted": Description(
        N_("%(actor)s had running cases moved to another version: %(number)s. Reason: %(reason)s")
    ),
    "MigrationCancelled": Description(N_("%(actor)s left out the cases that had not been moved yet: %(number)s.")),
    "MigrationRevertRequested": Description(N_("%(actor)s had moved cases taken back: %(number)s. Reason: %(reason)s")),
    "CampaignCreated": Description(N_("%(actor)s created a campaign.")),
    "CampaignOpened": Description(N_("%(actor)s opened the campaign.")),
    "CampaignClosed": Description(N_("%(actor)s closed the campaign.")),
    "CampaignUnitsAdded": Description(N_("%(actor)s added units to the campaign.")),
    "CampaignUnitRemoved": Description(N_("%(actor)s removed a unit from the campaign.")),
    "CampaignStartRequested": Description(N_("%(actor)s started the cases of the campaign's waiting units.")),
    "DeadlineChanged": Description(N_("%(actor)s changed a deadline of the campaign.")),
    "DeadlinesChanged": Description(N_("The campaign's deadlines were changed.")),
}

_AUDIT = {
    "CheckpointRequested": Description(N_("%(actor)s asked for a signed checkpoint.")),
    "CheckpointSigned": Description(N_("The day's checkpoint was signed.")),
    "AuditKeyRotated": Description(N_("%(actor)s replaced the key that signs checkpoints.")),
    "EventsExported": Description(N_("%(actor)s exported %(number)s events.")),
    "CasesExported": Description(N_("%(actor)s exported %(number)s cases.")),
}

DESCRIPTIONS: Mapping[str, Description] = {**_ENGINE, **_CASES, **_ACCOUNTS, **_REGISTERS, **_AUDIT}

_OPERATED = {
    "MoveToken": Description(N_("%(actor)s moved the case to another step. Reason: %(reason)s")),
    "RetryIncident": Description(N_("%(actor)s had the stuck step tried again. Reason: %(reason)s")),
    "ResolveIncident": Description(N_("%(actor)s resolved what the case was stuck on. Reason: %(reason)s")),
}


def describe(event_type: str, payload: Any = None) -> Description:
    """The description of a type, of an intervention by what it was; an unknown type is named by itself."""
    if event_type == "CaseOperated" and isinstance(payload, dict) and payload.get("command") in _OPERATED:
        return _OPERATED[payload["command"]]
    return DESCRIPTIONS.get(event_type, UNKNOWN)


PARAMS = (
    "actor",
    "type",
    "node",
    "source",
    "target",
    "flows",
    "outcome",
    "organisation",
    "role",
    "user",
    "criterion",
    "file",
    "number",
    "date",
    "due",
    "text",
    "value",
    "decision",
    "code",
    "how",
    "reason",
    "version",
)
_LONGEST = 300
_ENDED = {
    "boundary": Label(vi="một sự kiện đã ngắt bước này", en="an event interrupted it"),
    "terminated": Label(vi="quy trình đã kết thúc", en="the process ended"),
    "moved": Label(vi="hồ sơ được chuyển sang bước khác", en="the case was moved to another step"),
    "cancelled": Label(vi="hồ sơ bị hủy hoặc rút", en="the case was cancelled or withdrawn"),
    "condition": Label(vi="đã đủ kết quả", en="enough results were there"),
    "error": Label(vi="có lỗi", en="there was a fault"),
    "event": Label(vi="một sự kiện đã ngắt bước này", en="an event interrupted it"),
    "cancel": Label(vi="giao dịch bị hủy", en="the transaction was cancelled"),
    "migrated": Label(vi="hồ sơ chuyển sang phiên bản quy trình khác", en="the case went on in another version"),
}
_HOW = {
    "retried": Label(vi="đã thử lại", en="tried again"),
    "corrected": Label(vi="đã sửa", en="corrected"),
    "moved": Label(vi="đã chuyển sang bước khác", en="moved to another step"),
    "cancelled": Label(vi="bước đã kết thúc", en="the step was ended"),
}
_ORGANISATION = "organisation:"


def params_of(
    event: AuditEvent, names: EventNames, package: ProcedurePackage | None, words: ValueWords
) -> dict[str, Text]:
    """A value for each of `PARAMS`."""
    payload: Mapping[str, Any] = event.payload if isinstance(event.payload, dict) else {}
    new = _mapping(payload.get("new")) or _mapping(payload.get("assignment"))
    to = _mapping(payload.get("to"))
    node_id = payload.get("node_id") or payload.get("container_id")
    return {
        "actor": names.person(event.actor),
        "type": event.type,
        "node": node_label(package, node_id),
        "source": node_label(package, payload.get("from_node")),
        "target": node_label(package, payload.get("to_node")),
        "flows": joined(flow_label(package, flow_id) for flow_id in _list(payload.get("taken"))),
        "outcome": _outcome(event, package, node_id, payload.get("outcome")),
        "organisation": _organisation(event, payload, new, names),
        "role": role_label(package, payload.get("role") or new.get("role")),
        "user": names.person(payload.get("user") or to.get("assignee")),
        "criterion": words.paper(payload.get("paper_id")) or _first(payload, "criterion_id", "paper_id"),
        "file": _first(payload, "filename", "path"),
        "number": _first(
            payload, "told", "business_key", "decision_number", "number", "total", "loop_counter", "year", "rows"
        ),
        "date": local_text(_first(payload, "decided_on", "on")),
        "due": instant_text(payload.get("due_at")),
        "text": _first(payload, "text", "name", "condition", "command"),
        "value": RESULTS.get(str(to.get("result"))) or _value(payload, words),
        "decision": words.key(_first(payload, "decision")),
        "code": _first(payload, "code"),
        "how": _HOW.get(str(payload.get("how"))) or _first(payload, "how"),
        "reason": _reason(event, payload),
        "version": str(payload.get("version") or new.get("version") or NOTHING),
    }


def instant_text(text: Any) -> str:
    """An instant of a payload as local time."""
    return local_text(text) if isinstance(text, str) else NOTHING


def _reason(event: AuditEvent, payload: Mapping[str, Any]) -> Text:
    """What a person wrote; of an activity that was ended, the engine's own reason in words."""
    text = str(payload.get("reason") or "")
    return _ENDED.get(text, text) if event.type == "ActivityCancelled" else text


def _organisation(event: AuditEvent, payload: Mapping[str, Any], new: Mapping[str, Any], names: EventNames) -> Text:
    for found in (payload.get("unit_id"), payload.get("organisation_id"), new.get("organisation_id")):
        if found:
            return names.organisation(found)
    if event.stream.startswith(_ORGANISATION):
        return names.organisation(event.stream.removeprefix(_ORGANISATION))
    return EMPTY


def _outcome(event: AuditEvent, package: ProcedurePackage | None, node_id: Any, outcome: Any) -> Text:
    """Of a case, what its end event is called; of a task, the label of the outcome that was chosen."""
    if event.type == "ResultRecorded" and package is not None:
        return case_outcome_label(package, outcome) or EMPTY
    return outcome_label(package, node_id, outcome)


def _value(payload: Mapping[str, Any], words: ValueWords) -> Label:
    label = words.value(payload.get("value", payload.get("variables", payload.get("holds"))))
    return Label(vi=_cut(label.vi), en=_cut(label.en))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _first(payload: Mapping[str, Any], *keys: str) -> str:
    return next((str(payload[key]) for key in keys if payload.get(key) not in (None, "")), NOTHING)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
