"""A row as one text that is the same for what was written and for what is read back, on SQLite and on PostgreSQL.

What a column holds by default is left out, so that a column that is added later changes no text of older rows.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from workflow.store.columns import FOLLOWS, Encoded, Instant, JsonText, Proof, proof_of

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quick = msgspec.json.Encoder().encode
DAMAGED = "\0damaged "
"""Begins what stands for a value that its column's type cannot hold: no application can have written it."""
_PROVED = (Proof.FOLDED, Proof.BOUND)


@dataclass(frozen=True, slots=True)
class Written:
    """How one column goes into the text. `said` takes what the application writes, `found` what the database gives back."""

    name: str
    said: Callable[[Any], Any]
    expression: sa.ColumnElement[Any]
    found: Callable[[Any], Any]
    default: Any


@cache
def written(table: sa.Table) -> tuple[Written, ...]:
    """The columns of a table that its rows' seals cover, by name."""
    proved = sorted((one for one in table.columns if proof_of(one) in _PROVED), key=lambda one: one.name)
    return tuple(_column(one) for one in proved)


@cache
def is_sealed(table: sa.Table) -> bool:
    """Whether the rows of the table have seals: it has a column that they prove, and does not follow from others as a whole."""
    return FOLLOWS not in table.info and bool(written(table))


def text_of(table: sa.Table, row: Mapping[str, Any]) -> bytes:
    """The text of a row as the application writes it; a column that is not given holds its default."""
    named, sayings = _sayings(table)
    parts = [named]
    for name, said, default in sayings:
        value = row.get(name, _NOT_SAID)
        if value is _NOT_SAID:
            continue
        if value is not None and (said is not _text or type(value) is not str):
            value = said(value)
        if value != default:
            parts += name, value
    try:
        return _quick(parts)
    except (UnicodeEncodeError, TypeError):  # half a character; a kind of text of its own, such as an enumeration's
        return _encode(parts).encode(errors="backslashreplace")


_NOT_SAID = object()


@cache
def _sayings(table: sa.Table) -> tuple[str, tuple[tuple[str, Callable[[Any], Any], Any], ...]]:
    """The table's name and what `text_of` needs of each column; names as plain texts, which is all that the quick encoder takes."""
    return str(table.name), tuple((str(one.name), one.said, one.default) for one in written(table))


@cache
def _key_sayings(table: sa.Table) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    by_name = {one.name: one.said for one in written(table)}
    return tuple((name, by_name[name]) for name in key_names(table))


def text_found(table: sa.Table, row: Sequence[Any]) -> bytes:
    """The text of a row as the database gave it, with the columns of `written` in their order. Never raises."""
    parts = [table.name]
    for one, raw in zip(written(table), row, strict=True):
        value = one.found(raw)
        if value != one.default:
            parts += one.name, value
    return _encode(parts).encode(errors="backslashreplace")


@cache
def key_names(table: sa.Table) -> tuple[str, ...]:
    """The names of the columns of the primary key."""
    return tuple(column.name for column in table.primary_key)


def key_of(table: sa.Table, row: Mapping[str, Any]) -> str:
    """The primary key of a row as one text."""
    name = _only_text(table)
    if name is not None and type(row[name]) is str:
        return str(row[name])
    return key_text([said(row[name]) for name, said in _key_sayings(table)])


@cache
def _only_text(table: sa.Table) -> str | None:
    """The name of the key's column where it is one text, as almost every key is."""
    columns = tuple(table.primary_key)
    return columns[0].name if len(columns) == 1 and isinstance(columns[0].type, sa.String) else None


def key_text(values: Iterable[Any]) -> str:
    """A primary key as one text: the value itself, or the list of several."""
    parts = list(values)
    return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else _encode(parts)


def _column(column: sa.Column[Any]) -> Written:
    said, expression, found = _forms(column)
    return Written(column.name, said, expression, found, _default(column, said))


def _forms(column: sa.Column[Any]) -> tuple[Callable[[Any], Any], sa.ColumnElement[Any], Callable[[Any], Any]]:
    """Past the types' own readers, which would raise for what is damaged."""
    match column.type:
        case Instant():
            return _instant, sa.type_coerce(column, sa.String), _instant_found
        case JsonText():
            return _json_said, sa.type_coerce(column, sa.Text), _text_found
        case sa.Date():
            return _day, sa.type_coerce(column, sa.String), _day_found
        case sa.Boolean():
            return _truth, sa.type_coerce(column, sa.Integer), _truth_found
        case sa.Integer():
            return _number, sa.type_coerce(column, sa.Integer), _number_found
        case sa.LargeBinary():
            return _content, sa.type_coerce(column, sa.Text), _content_found
        case sa.String():
            return _text, sa.type_coerce(column, sa.Text), _text_found
    raise TypeError(f"no canonical form for {column}")


def _default(column: sa.Column[Any], said: Callable[[Any], Any]) -> Any:
    given = column.server_default
    if given is None:
        return None
    text = getattr(given, "arg", None)
    if isinstance(text, str):
        if isinstance(column.type, JsonText):
            return text
        return int(text) if isinstance(column.type, sa.Integer) else text
    if isinstance(column.type, sa.Boolean):
        return isinstance(text, type(sa.true()))
    raise TypeError(f"no canonical form for the default of {column}")


def _damaged(value: Any) -> str:
    return f"{DAMAGED}{type(value).__name__} {value!r}"


def _instant(value: Any) -> Any:
    if value is None:
        return None
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def _instant_found(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime):
        return _instant(value)
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return _damaged(value)
    if found.tzinfo is not None or found.isoformat(sep=" ", timespec="microseconds") != value:
        return _damaged(value)
    return found.replace(tzinfo=UTC).isoformat(timespec="microseconds")


def _json_said(value: Any) -> Any:
    if type(value) is Encoded:
        return str(value)
    return None if value is None else _encode(value)


def _day(value: Any) -> Any:
    return None if value is None else value.isoformat()


def _day_found(value: Any) -> Any:
    if value is None or isinstance(value, date):
        return _day(value)
    try:
        return value if date.fromisoformat(value).isoformat() == value else _damaged(value)
    except (TypeError, ValueError):
        return _damaged(value)


def _truth(value: Any) -> Any:
    return None if value is None else bool(value)


def _truth_found(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    return bool(value) if type(value) is int and value in (0, 1) else _damaged(value)


def _number(value: Any) -> Any:
    return None if value is None else int(value)


def _number_found(value: Any) -> Any:
    return value if value is None or type(value) is int else _damaged(value)


def _content(value: Any) -> Any:
    return None if value is None else hashlib.sha256(value).hexdigest()


def _content_found(value: Any) -> Any:
    return _content(value) if value is None or isinstance(value, bytes | memoryview) else _damaged(value)


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else str(value)


def _text_found(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else _damaged(value)
