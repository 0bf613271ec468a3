"""Events and states as JSON objects, and back; how a field is written is chosen by its annotation.

The state carries a format number; old formats load for ever. Canonicalisable by RFC 8785: no floats.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from workflow.engine.events import Event
from workflow.engine.state import Activity, Compensable, Incident, Pause, ProcessState, Scope, Subscription, Timer, age
from workflow.errors import N_, InvalidInput
from workflow.feel.values import from_json, to_json

Json = Any


@dataclass(frozen=True, slots=True)
class Codec:
    """One way of writing and reading a value."""

    write: Callable[[Any], Json]
    read: Callable[[Json], Any]


def _same(value: Any) -> Any:
    return value


def _write_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_instant(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _write_variables(value: Mapping[str, Any]) -> dict[str, Json]:
    return {name: to_json(entry) for name, entry in value.items()}


def _read_variables(value: Mapping[str, Json]) -> dict[str, Any]:
    return {name: from_json(entry) for name, entry in value.items()}


PLAIN = Codec(_same, _same)
INSTANT = Codec(_write_instant, _read_instant)
FEEL = Codec(to_json, from_json)
VARIABLES = Codec(_write_variables, _read_variables)
_BY_TYPE: dict[Any, Codec] = {str: PLAIN, int: PLAIN, bool: PLAIN, datetime: INSTANT, Any: FEEL}


def codec_of(annotation: Any) -> Codec:
    """Return the codec for a field's annotation. Raises `TypeError` for one that no record may have."""
    if annotation in _BY_TYPE:
        return _BY_TYPE[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return PLAIN
    if origin is Mapping:
        return VARIABLES
    if origin is tuple:
        return _many(arguments)
    if type(None) in arguments and len(arguments) == len("ab") and origin in (Union, type(int | None)):
        return _optional(codec_of(next(argument for argument in arguments if argument is not type(None))))
    if hasattr(annotation, "__dataclass_fields__"):
        return record_codec(annotation)
    raise TypeError(annotation)


def _many(arguments: tuple[Any, ...]) -> Codec:
    if arguments[-1] is Ellipsis:
        item = codec_of(arguments[0])
        return Codec(lambda value: [item.write(entry) for entry in value], lambda json: tuple(map(item.read, json)))
    items = [codec_of(argument) for argument in arguments]
    return Codec(
        lambda value: [codec.write(entry) for codec, entry in zip(items, value, strict=True)],
        lambda json: tuple(codec.read(entry) for codec, entry in zip(items, json, strict=True)),
    )


def _optional(inner: Codec) -> Codec:
    return Codec(
        lambda value: None if value is None else inner.write(value),
        lambda json: None if json is None else inner.read(json),
    )


@cache
def record_codec(kind: type) -> Codec:
    """Return the codec of a record class. A field at its default is not written; one that is unknown is not read."""
    hints = get_type_hints(kind)
    parts = [(field.name, codec_of(hints[field.name]).write, _default(field)) for field in fields(kind)]
    writers = [(name, None if write is _same else write, type(default), default) for name, write, default in parts]
    readers = {field.name: codec_of(hints[field.name]).read for field in fields(kind)}

    def write(value: Any) -> dict[str, Json]:
        found = {}
        for name, write, default_type, default in writers:
            entry = getattr(value, name)
            if type(entry) is not default_type or entry != default:
                found[name] = entry if write is None else write(entry)
        return found

    def read(json: Mapping[str, Json]) -> Any:
        return kind(**{name: readers[name](entry) for name, entry in json.items() if name in readers})

    return Codec(write, read)


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


# Events and states

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
    if state.pauses:  # a state that was never suspended is written as ever
        json["pauses"] = [record_codec(Pause).write(pause) for pause in state.pauses]
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
        pauses=tuple(map(record_codec(Pause).read, json.get("pauses", ()))),
        **parts,
    )


_READERS: dict[int, Callable[[Mapping[str, Any]], ProcessState]] = {1: _read, 2: _read}
"""Format 1 knew neither compensation nor complex gateways; what it lacks is empty."""
