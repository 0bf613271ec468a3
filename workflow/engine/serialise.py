"""Events and states as JSON objects, and back. The state carries a format number; old formats load for ever."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from workflow.engine.codec import record_codec
from workflow.engine.events import Event
from workflow.engine.state import Activity, Compensable, Incident, ProcessState, Scope, Subscription, Timer, age
from workflow.errors import N_, InvalidInput

FORMAT = 2
EVENT_TYPES: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}
_PARTS: dict[str, type] = {
    "scopes": Scope,
    "activities": Activity,
    "timers": Timer,
    "subscriptions": Subscription,
    "incidents": Incident,
    "compensables": Compensable,
}


def event_to_json(event: Event) -> dict[str, Any]:
    """Return `{"type": "UserTaskCreated", …}`; fields at their default are left out."""
    kind: type = type(event)
    return {"type": kind.__name__, **record_codec(kind).write(event)}


def event_from_json(json: Mapping[str, Any]) -> Event:
    """Return the event. Raises `InvalidInput` for a type that there is not."""
    kind = EVENT_TYPES.get(json.get("type", ""))
    if kind is None:
        raise InvalidInput(N_("There is no event type “%(type)s”."), type=json.get("type"))
    event: Event = record_codec(kind).read(json)
    return event


def state_to_json(state: ProcessState) -> dict[str, Any]:
    """Return the state as a JSON object, its parts in the order of their ids."""
    json: dict[str, Any] = {
        "format": FORMAT,
        "process_id": state.process_id,
        "root_id": state.root_id,
        "status": state.status,
        "counter": state.counter,
        "end_nodes": list(state.end_nodes),
    }
    for name, kind in _PARTS.items():
        records: Mapping[str, Any] = getattr(state, name)
        write = record_codec(kind).write
        json[name] = [write(records[key]) for key in sorted(records, key=age)]
    json["arrivals"] = [
        {"scope": scope_id, "node": node_id, "flows": dict(sorted(state.arrivals[scope_id, node_id].items()))}
        for scope_id, node_id in sorted(state.arrivals, key=lambda key: (age(key[0]), key[1]))
    ]
    json["resetting"] = [
        {"scope": scope_id, "node": node_id, "flows": list(state.resetting[scope_id, node_id])}
        for scope_id, node_id in sorted(state.resetting, key=lambda key: (age(key[0]), key[1]))
    ]
    return json


def state_from_json(json: Mapping[str, Any]) -> ProcessState:
    """Return the state. Raises `InvalidInput` for a format that this program does not know."""
    reader = _READERS.get(json.get("format", 0))
    if reader is None:
        raise InvalidInput(N_("The state has the unknown format %(format)s."), format=json.get("format"))
    return reader(json)


def _read(json: Mapping[str, Any]) -> ProcessState:
    parts: dict[str, Any] = {}
    for name, kind in _PARTS.items():
        records = map(record_codec(kind).read, json.get(name, ()))
        parts[name] = {record.id: record for record in records}
    return ProcessState(
        process_id=json["process_id"],
        root_id=json["root_id"],
        status=json["status"],
        counter=json["counter"],
        end_nodes=tuple(json["end_nodes"]),
        arrivals={(entry["scope"], entry["node"]): dict(entry["flows"]) for entry in json["arrivals"]},
        resetting={(entry["scope"], entry["node"]): tuple(entry["flows"]) for entry in json.get("resetting", ())},
        **parts,
    )


_READERS: dict[int, Callable[[Mapping[str, Any]], ProcessState]] = {1: _read, 2: _read}
"""Format 1 knew neither compensation nor complex gateways; what it lacks is empty."""
