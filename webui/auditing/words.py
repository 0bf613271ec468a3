"""The words of this area: what events, nodes and fixed values are called."""

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from webui.i18n import language
from webui.words import CAMPAIGN_STATES, CASE_STATES, RESULTS, TASK_STATES, VERSION_STATES
from workflow.services.auditing.vocabulary import WORDINGS, name_of
from workflow.services.views import FlowNode

NODE_KINDS: dict[str, Any] = {
    "StartEvent": _l("Start"),
    "EndEvent": _l("End"),
    "Task": _l("Step that is passed through"),
    "UserTask": _l("Task of a person"),
    "ServiceTask": _l("Work of the system"),
    "SendTask": _l("Work of the system"),
    "ScriptTask": _l("Computation"),
    "BusinessRuleTask": _l("Rule"),
    "ReceiveTask": _l("Waiting for a message"),
    "CallActivity": _l("Another process"),
    "SubProcess": _l("Part of the process"),
    "EventSubProcess": _l("Part that an event begins"),
    "Transaction": _l("Part that is undone as a whole"),
    "AdHocSubProcess": _l("Part in free order"),
    "ExclusiveGateway": _l("Decision point"),
    "InclusiveGateway": _l("Decision with several ways"),
    "ParallelGateway": _l("Parallel ways"),
    "EventBasedGateway": _l("Way by what happens first"),
    "ComplexGateway": _l("Ways by a rule of its own"),
    "BoundaryEvent": _l("Event at a task"),
    "IntermediateCatchEvent": _l("Event"),
    "IntermediateThrowEvent": _l("Event"),
}
CHECKPOINT_KINDS: dict[str, Any] = {
    "hourly": _l("every hour"),
    "daily": _l("every day"),
    "on-demand": _l("on demand"),
}
STATES: dict[str, Any] = {
    key: label for key, (label, _) in (VERSION_STATES | CAMPAIGN_STATES | CASE_STATES | TASK_STATES).items()
}
MAIL: dict[str, Any] = {"at_once": _l("at once"), "daily": _l("once a day"), "none": _l("never")}
"""How often somebody wants mail: in the event, it is all that was changed."""
VALUES: dict[str, dict[str, Any]] = {
    "state": STATES,
    "status": STATES,
    "": STATES | MAIL,
    "result": {key: label for key, (label, _) in RESULTS.items()},
}
"""Field → what its fixed values are called. What is changed as a whole, without a field, is a state or how often mail is wanted. All else stands as it was recorded:
a remark, a name or an answer may well be the word of a state.
"""
_TRUTHS = {"true": _l("yes"), "false": _l("no")}


def init_app(app: Flask) -> None:
    """Offer these functions to templates."""
    app.jinja_env.globals.update(
        event_name=event_name,
        value_name=value_name,
        node_kind=node_kind,
        checkpoint_kind=checkpoint_kind,
    )


GROUP_NAMES: dict[str, Any] = {
    "decisions": _l("Decisions taken"),
    "contents": _l("Assessments, evidence, remarks"),
    "work": _l("Who has the work"),
    "deadlines": _l("Deadlines"),
    "powers": _l("Powers given, ways in renewed"),
    "accounts": _l("Accounts and sign-ins"),
    "procedures": _l("Procedures and criteria"),
    "campaigns": _l("Campaigns and moved cases"),
    "organisations": _l("Organisations and calendar"),
    "reading": _l("What was read and taken out"),
    "proof": _l("Proof and state of the installation"),
    "machine": _l("The system's own"),
}
"""The groups of events, to ask for all of one."""


def listed_types() -> tuple[str, ...]:
    """Every type of event that can be asked for."""
    return tuple(WORDINGS)


def event_name(event_type: str) -> str:
    """What a type of event says, without its particulars: "… took the task “…”"."""
    return name_of(event_type, language())


def value_name(value: str, path: str = "") -> str:
    """A value in words where its field has fixed ones, and yes or no; `path` is what the value is called, such as `to.state`."""
    known = VALUES.get(path.rpartition(".")[2], {}) | _TRUTHS
    return str(known.get(value, value))


def node_kind(node: FlowNode) -> str:
    """What kind of thing a node of the diagram is."""
    return str(NODE_KINDS.get(type(node).__name__, type(node).__name__))


def checkpoint_kind(kind: str) -> str:
    """Why a checkpoint was made."""
    return str(CHECKPOINT_KINDS.get(kind, kind))
