"""The words of this area: what events, fields and values are called."""

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from webui.i18n import language
from webui.texts import CASE_STATES, RESULTS, TASK_STATES
from workflow.services.auditing.vocabulary import WORDINGS, name_of

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
    "UserTask": _l("Task of a person"),
    "ServiceTask": _l("Work of the system"),
    "SendTask": _l("Work of the system"),
    "ScriptTask": _l("Computation"),
    "BusinessRuleTask": _l("Rule"),
    "ReceiveTask": _l("Waiting for a message"),
    "CallActivity": _l("Another process"),
    "SubProcess": _l("Part of the process"),
    "ExclusiveGateway": _l("Decision point"),
    "InclusiveGateway": _l("Decision with several ways"),
    "ParallelGateway": _l("Parallel ways"),
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
    return tuple(WORDINGS)


def event_name(event_type: str) -> str:
    """What a type of event says, without its particulars: "… took the task “…”"."""
    return name_of(event_type, language())


def field_name(path: str) -> str:
    """A changed field in words; one without a word is shown as it was recorded."""
    return str(FIELDS.get(path, path))


def value_name(value: str) -> str:
    """A value in words where it is one of the fixed ones."""
    return str(_VALUES.get(value, value))


def node_kind(node: Any) -> str:
    """What kind of thing a node of the diagram is."""
    return str(NODE_KINDS.get(type(node).__name__, type(node).__name__))


def checkpoint_kind(kind: str) -> str:
    """Why a checkpoint was made."""
    return str(CHECKPOINT_KINDS.get(kind, kind))
