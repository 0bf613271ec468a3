"""What services say of a change: texts that must be there, and old → new as an event holds it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from workflow.errors import N_, InvalidInput
from workflow.spelling import length

_MISSING = N_("%(field)s is missing.")
_TOO_LONG = N_("%(field)s is longer than %(limit)s characters.")


def plain(value: Any) -> Any:
    """The value as an event's payload holds it: dates and instants as ISO 8601, records and mappings as objects."""
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def changes(old: Any, new: Any, *, but: frozenset[str] = frozenset({"revision"})) -> dict[str, Any]:
    """Field → `{"old", "new"}` for what differs between two records of one class."""
    return {
        item.name: {"old": plain(getattr(old, item.name)), "new": plain(getattr(new, item.name))}
        for item in fields(old)
        if item.name not in but and getattr(old, item.name) != getattr(new, item.name)
    }


def optional(text: str, field: str, limit: int = 400) -> str:
    """As `required`, where nothing may be left."""
    return required(text, field, limit) if text.strip() else ""


def required(text: str, field: str, limit: int = 400) -> str:
    """Return the text without outer blanks. Raises `InvalidInput` when nothing is left or it is too long."""
    text = text.strip()
    if not text:
        raise InvalidInput(_MISSING, field=field)
    if length(text) > limit:
        raise InvalidInput(_TOO_LONG, field=field, limit=limit)
    return text
