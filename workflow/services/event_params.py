"""What goes into the descriptions of events: one set of parameters for all types, so that any template can be filled in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.packages.package import ProcedurePackage
from workflow.services.access import ZONE
from workflow.services.case_view import outcome_label as case_outcome_label
from workflow.services.event_names import (
    EMPTY,
    RESULTS,
    EventNames,
    Text,
    flow_label,
    joined,
    node_label,
    outcome_label,
    role_label,
)
from workflow.services.event_values import NOTHING, text_of

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
_ORGANISATION = "organisation:"


def params_of(event: AuditEvent, names: EventNames, package: ProcedurePackage | None) -> dict[str, Text]:
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
        "criterion": _first(payload, "criterion_id", "paper_id"),
        "file": _first(payload, "filename", "path"),
        "number": _first(
            payload, "told", "business_key", "decision_number", "number", "total", "loop_counter", "year", "rows"
        ),
        "date": _first(payload, "decided_on", "on"),
        "due": instant_text(payload.get("due_at")),
        "text": _first(payload, "text", "name", "command"),
        "value": RESULTS.get(str(to.get("result"))) or _value(payload, names),
        "decision": _first(payload, "decision"),
        "code": _first(payload, "code"),
        "how": _first(payload, "how"),
        "reason": str(payload.get("reason") or ""),
        "version": str(payload.get("version") or new.get("version") or NOTHING),
    }


def instant_text(text: Any) -> str:
    """An instant of a payload as local time."""
    if not isinstance(text, str):
        return NOTHING
    try:
        return datetime.fromisoformat(text).astimezone(ZONE).strftime("%d/%m/%Y %H:%M")
    except ValueError:
        return text


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


def _value(payload: Mapping[str, Any], names: EventNames) -> str:
    text = text_of(payload.get("value", payload.get("variables")), names.people)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _first(payload: Mapping[str, Any], *keys: str) -> str:
    return next((str(payload[key]) for key in keys if payload.get(key) not in (None, "")), NOTHING)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
