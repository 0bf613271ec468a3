"""What goes into the descriptions of events: one set of parameters for all types, so that any template can be filled in."""

from collections.abc import Mapping
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
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
from workflow.services.event_values import NOTHING
from workflow.services.value_words import ValueWords, local_text

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
