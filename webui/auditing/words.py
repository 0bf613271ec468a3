"""The words of this area: what events, fields and values are called."""

import re
from typing import Any

from flask import Flask
from flask_babel import gettext, lazy_gettext as _l

from webui.words import CASE_STATES, RESULTS, TASK_STATES
from workflow.services.auditing.telling import DESCRIPTIONS, describe
from workflow.services.views import FlowNode

PLACE = re.compile(r"%\(\w+\)s")
_UNDEFINED = re.compile(r"'(.+)' is not defined")
_NO_ENTRY = re.compile(r"'(.+)' has no entry '(.+)'")

FIELDS: dict[str, Any] = {
    "assignee": _l("Assignee"),
    "state": _l("State"),
    "status": _l("State"),
    "result": _l("Result"),
    "figures": _l("Figures"),
    "statement": _l("Statement"),
    "reason": _l("Reason"),
    "name": _l("Name"),
    "name_vi": _l("Name (Vietnamese)"),
    "name_en": _l("Name (English)"),
    "email": _l("E-mail"),
    "due_at": _l("Due"),
    "last_day": _l("Last day"),
    "valid_from": _l("Valid from"),
    "valid_to": _l("Valid until"),
}
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
_VALUES: dict[str, Any] = {
    **{key: label for key, (label, _) in (CASE_STATES | TASK_STATES | RESULTS).items()},
    "true": _l("yes"),
    "false": _l("no"),
}


def init_app(app: Flask) -> None:
    """Offer these functions to templates."""
    app.jinja_env.globals.update(
        event_name=event_name,
        field_name=field_name,
        value_name=value_name,
        node_kind=node_kind,
        checkpoint_kind=checkpoint_kind,
    )


def listed_types() -> tuple[str, ...]:
    """Every type of event that can be asked for."""
    return tuple(DESCRIPTIONS)


def event_name(event_type: str) -> str:
    """What a type of event says, without its particulars: "… took the task “…”"."""
    text = PLACE.sub("…", str(gettext(describe(event_type).template)))
    if text.startswith("… "):
        text = text[2].upper() + text[3:]
    return text.strip(" .…:") or event_type


def field_name(path: str) -> str:
    """A changed field in words; one without a word is shown as it was recorded."""
    return str(FIELDS.get(path, path))


def fault_said(text: str) -> str:
    """Why an expression has no value: the commonest diagnostics in words, others as FEEL gives them."""
    return "; ".join(_fault(one) for one in text.split("; "))


def _fault(text: str) -> str:
    if found := _UNDEFINED.fullmatch(text):
        return str(gettext("there is no value “%(name)s” yet", name=found[1]))
    if found := _NO_ENTRY.fullmatch(text):
        return str(gettext("“%(name)s” has no value “%(entry)s” yet", name=found[1], entry=found[2]))
    return str(gettext("there is no value yet")) if text == "null" else text


def value_name(value: str) -> str:
    """A value in words where it is one of the fixed ones."""
    return str(_VALUES.get(value, value))


def node_kind(node: FlowNode) -> str:
    """What kind of thing a node of the diagram is."""
    return str(NODE_KINDS.get(type(node).__name__, type(node).__name__))


def checkpoint_kind(kind: str) -> str:
    """Why a checkpoint was made."""
    return str(CHECKPOINT_KINDS.get(kind, kind))
