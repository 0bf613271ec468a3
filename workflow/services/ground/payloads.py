"""Values of an event's payload as texts, and the pairs old → new that a payload holds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.services.ground.labels import NOTHING

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DEEPEST = 4
"""So many floors of an object are told; a deeper one is said to be there."""
_PAIRS = (("from", "to"), ("old", "new"))

Names = Mapping[str, str]
"""Ids of users and organisations → their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field before and after; `–` stands for nothing."""

    field: str
    old: str
    new: str


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


def changes_in(payload: Mapping[str, Any], names: Names) -> tuple[Change, ...]:
    """What the payload says was changed: `changes`, or `from`/`to` and `old`/`new`, field by field where they are objects."""
    found: list[Change] = []
    changes = payload.get("changes")
    if isinstance(changes, Mapping):
        for field, pair in changes.items():
            if isinstance(pair, Mapping):
                found += _compared(str(field), pair.get("old"), pair.get("new"), names)
    for before, after in _PAIRS:
        if before in payload or after in payload:
            found += _compared("", payload.get(before), payload.get(after), names)
    return tuple(found)


def _compared(field: str, old: Any, new: Any, names: Names) -> Iterator[Change]:
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        before = old if isinstance(old, Mapping) else {}
        after = new if isinstance(new, Mapping) else {}
        for name in dict.fromkeys([*before, *after]):
            inner = f"{field}.{name}" if field else str(name)
            yield from _one(inner, before.get(name), after.get(name), names)
    else:
        yield from _one(field, old, new, names)


def _one(field: str, old: Any, new: Any, names: Names) -> Iterator[Change]:
    if old != new:
        yield Change(field=field, old=text_of(old, names), new=text_of(new, names))


def _object(value: Mapping[str, Any], names: Names, depth: int) -> str:
    if len(value) == 1:
        ((tag, content),) = value.items()
        if tag.startswith("$") and isinstance(content, str):
            return content
    if depth >= DEEPEST:
        return "{…}"
    return "; ".join(f"{name}: {text_of(item, names, depth + 1)}" for name, item in value.items())
