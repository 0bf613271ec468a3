"""Values of an event's payload as texts."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workflow.services.ground.labels import NOTHING

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DEEPEST = 4
"""So many floors of an object are told; a deeper one is said to be there."""
Names = Mapping[str, str]
"""Ids of users and organisations → their names."""


def ids_in(value: Any) -> Iterator[str]:
    """Every text in a payload that has the form of an id."""
    if isinstance(value, str):
        if UUID.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from ids_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from ids_in(item)


def text_of(value: Any, names: Names, depth: int = 0) -> str:
    """The value for a reader: FEEL's tagged values without their tags, ids by their names."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return "[…]" if depth >= DEEPEST else ", ".join(text_of(item, names, depth + 1) for item in value)
    if isinstance(value, Mapping):
        return _object(value, names, depth)
    return str(value).lower() if isinstance(value, bool) else str(value)


def pairs_of(values: Any, names: Names) -> tuple[tuple[str, str], ...]:
    """Name and text of each of the values."""
    if not isinstance(values, Mapping):
        return ()
    return tuple((str(name), text_of(value, names)) for name, value in values.items())


def _object(value: Mapping[str, Any], names: Names, depth: int) -> str:
    if len(value) == 1:
        ((tag, content),) = value.items()
        if tag.startswith("$") and isinstance(content, str):
            return content
    if depth >= DEEPEST:
        return "{…}"
    return "; ".join(f"{name}: {text_of(item, names, depth + 1)}" for name, item in value.items())
