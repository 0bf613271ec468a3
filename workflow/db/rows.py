"""Rows to frozen records and back, by the names of the record's fields."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import sqlalchemy as sa

from workflow.errors import Conflict

Record = TypeVar("Record")


_NAMES: dict[type, tuple[str, ...]] = {}


def names(record: type) -> tuple[str, ...]:
    """The field names of a record class, looked up once."""
    found = _NAMES.get(record)
    if found is None:
        found = _NAMES[record] = tuple(item.name for item in fields(record))
    return found


def columns(table: sa.Table, record: type) -> list[sa.Column[Any]]:
    """The table's columns that the record has, in the record's order."""
    return [table.c[name] for name in names(record)]


def build(record: type[Record], row: Mapping[str, Any] | sa.RowMapping) -> Record:
    """Make the record from a row that has all its columns."""
    return record(**{name: row[name] for name in names(record)})


def build_all(record: type[Record], rows: Iterable[sa.RowMapping]) -> list[Record]:
    """Make a record of every row."""
    return [build(record, row) for row in rows]


def values(record: Any) -> dict[str, Any]:
    """The record as column values."""
    return {name: getattr(record, name) for name in names(type(record))}


def save_guarded(connection: sa.Connection, table: sa.Table, record: Any, *, key: str = "id", **more: Any) -> None:
    """Update the row whose revision is still the record's and raise it by one. Raises `Conflict` when it is not."""
    changed = connection.execute(
        sa.update(table)
        .where(table.c[key] == getattr(record, key), table.c.revision == record.revision)
        .values(**{**values(record), **more, "revision": record.revision + 1})
    )
    if changed.rowcount != 1:
        raise Conflict()
