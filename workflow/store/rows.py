"""Rows to frozen records and back, by the names of the record's fields; pages of rows; insert or replace."""

from collections.abc import Callable, Collection, Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, wraps
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from workflow.errors import Conflict
from workflow.store.columns import COMPUTED, JsonText, Proof, encoded, proof_of
from workflow.store.sealing.seals import note_written, wrote

Record = TypeVar("Record")
Computed = tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...]
_NAMES: dict[type, tuple[str, ...]] = {}
_READERS: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def names(record: type) -> tuple[str, ...]:
    """The field names of a record class, looked up once."""
    found = _NAMES.get(record)
    if found is None:
        found = tuple(item.name for item in fields(record))
        _READERS[record] = attrgetter(*found)  # first: another thread may look as soon as the names are there
        _NAMES[record] = found
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
    found = names(type(record))
    return dict(zip(found, _READERS[type(record)](record), strict=True))


def new_row(table: sa.Table, record: Any) -> dict[str, Any]:
    """As `values`, for an insert: JSON as its text, which is written and sealed."""
    held = values(record)
    for name in _texts(table, names(type(record))):
        held[name] = encoded(held[name])
    return held


@cache
def _texts(table: sa.Table, held: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that hold JSON."""
    return tuple(name for name in held if isinstance(table.c[name].type, JsonText))


def read(record: type[Record], row: Sequence[Any]) -> Record:
    """Make the record from a row of just its `columns`: half the price of a look-up by name."""
    return record(**dict(zip(names(record), row, strict=True)))


def read_all(record: type[Record], rows: Iterable[Sequence[Any]]) -> list[Record]:
    """As `read`, for every row."""
    wanted = names(record)
    return [record(**dict(zip(wanted, row, strict=True))) for row in rows]


class Among:
    """A query for rows in which a column has one of some values, built once for every size of the list: one that is expanded at each execution is
    put together anew each time. `make` gets what the column is compared with by `in_`; `name` is how the values are called, unlike any other's.
    """

    def __init__(self, name: str, make: Callable[[list[sa.BindParameter[Any]]], sa.Select[Any]]) -> None:
        self._name, self._make = name, make
        self._built: dict[int, sa.Select[Any]] = {}

    def __call__(self, wanted: Collection[str]) -> tuple[sa.Select[Any], dict[str, str]]:
        """The query for these values, of which there must be one at least, and what it is given; the last one is repeated to a full size."""
        given = list(wanted)
        size = 1 << (len(given) - 1).bit_length()
        given += given[-1:] * (size - len(given))
        if size not in self._built:
            self._built[size] = self._make([sa.bindparam(f"{self._name}_{number}") for number in range(size)])
        return self._built[size], {f"{self._name}_{number}": one for number, one in enumerate(given)}


def save_guarded(connection: sa.Connection, table: sa.Table, record: Any) -> None:
    """Update the row whose revision is still the record's and raise it by one. Raises `Conflict` when it is not.

    The id and the columns that are `kept` (see `workflow.store.columns`) stay as they are.
    """
    statement, kept, moving, computed = _update(table, names(type(record)))
    held = new_row(table, record)
    new = {name: value for name, value in held.items() if name not in kept}
    new |= {name: compute(held) for name, compute in computed}
    new |= {"revision": record.revision + 1, "saved_id": record.id, "saved_revision": record.revision}
    found = connection.execute(statement, new, execution_options=wrote())
    if moving:
        row = found.mappings().first()
        if row is None:
            raise Conflict()
        held |= row
    elif found.rowcount != 1:
        raise Conflict()
    note_written(connection, table, {**held, "revision": record.revision + 1})


@cache
def _update(table: sa.Table, held: tuple[str, ...]) -> tuple[sa.Update, frozenset[str], bool, Computed]:
    """The statement, built once, so that SQLAlchemy finds its compiled form at once; the columns it leaves alone; whether it tells
    what the record cannot say; the columns that are computed."""
    kept = frozenset(column.name for column in table.columns if column.primary_key or column.info.get("kept"))
    statement = sa.update(table).where(
        table.c.id == sa.bindparam("saved_id"), table.c.revision == sa.bindparam("saved_revision")
    )
    proved = [column for column in table.columns if proof_of(column) is not Proof.CACHE]
    unsaid = [column for column in proved if column.info.get("moves") or column.name not in held]
    computed = tuple((column.name, column.info[COMPUTED]) for column in table.columns if COMPUTED in column.info)
    return (statement.returning(*unsaid) if unsaid else statement), kept, bool(unsaid), computed


REMEMBERED = "remembered"
"""The option of a connection that reads one moment: what was looked up with it."""
Look = TypeVar("Look", bound=Callable[..., Any])


def remembered(look: Look) -> Look:
    """A look-up of a repository that is made once a reading: what one moment held does not change.

    Whoever asks again is given the same thing, so within a reading a list comes as a tuple and a dictionary as one that is only read; what they
    hold must not be changed either. The arguments are compared by value, collections without their order, and a mapping by its keys alone.
    """
    name = look.__qualname__

    @wraps(look)
    def found(self: Any, *given: Any, **named: Any) -> Any:
        known = moment(self._connection)
        if known is None:
            return look(self, *given, **named)
        key = (name, *map(_comparable, given), *((one, _comparable(value)) for one, value in sorted(named.items())))
        if key not in known:
            known[key] = _fixed(look(self, *given, **named))
        return known[key]

    return cast(Look, found)


def moment(connection: sa.Connection) -> dict[Any, Any] | None:
    """What has been looked up with a connection that reads one moment, to be added to; None for one that writes."""
    return cast(dict[Any, Any] | None, connection.get_execution_options().get(REMEMBERED))


def _comparable(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, set | frozenset | list | Mapping | KeysView) else value


def _fixed(found: Any) -> Any:
    return tuple(found) if isinstance(found, list) else MappingProxyType(found) if isinstance(found, dict) else found


Upsert = sqlite.Insert | postgresql.Insert


def insert_for(connection: sa.Connection, table: sa.Table) -> Upsert:
    """An INSERT that has `on_conflict_do_update` on the connection's database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def put(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows; a row whose primary key is there already is replaced."""
    if not rows:
        return
    statement = insert_for(connection, table)
    key = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), list(rows))


class AtLeast(int):
    """A number of rows beyond which nobody counted: there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which rows of a listing: `limit` rows from `offset`."""

    limit: int = 20
    offset: int = 0


def like(text: str) -> str:
    """A LIKE pattern that contains `text` literally; use it with `escape="!"`."""
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"
