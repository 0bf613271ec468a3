"""The book of seals: for each transaction one page, which names every row that it wrote with a keyed digest of the row, or as gone.

Whatever goes through a unit of work is gathered here by itself. A statement may say what it wrote (`wrote`), which spares reading
it again; what nobody says is read before the commit.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from workflow.audit.row_seal import SealKey
from workflow.store.columns import Hash, chained, metadata
from workflow.store.sealing.canonical import is_sealed, key_names, key_of, key_text, text_found, text_of, written

row_seals = sa.Table(
    "row_seals",
    metadata,
    chained("number", sa.Integer, primary_key=True, autoincrement=False),
    chained("key_id", sa.String(16), nullable=False),
    chained("body", sa.Text, nullable=False),
    chained("mac", Hash, nullable=False),
)

Key = tuple[sa.Table, str]
LEDGER = "ledger"
WROTE = "wrote"
_LOCK = 0x736F6E69
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_BATCH = 500
_LAST = "SELECT coalesce(max(number), 0) FROM row_seals"


def wrote(*rows: Mapping[str, Any]) -> dict[str, Any]:
    """Execution options of a statement that leaves exactly these rows behind, with every column that is no default.

    None: whoever executes it says so afterwards, by `note_written` or `note_gone`.
    """
    return {WROTE: rows}


def note_written(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Say what a row holds, after a statement that was executed with `wrote()`."""
    ledger = _ledger(connection)
    if ledger is not None and is_sealed(table):
        ledger.pending[table, key_of(table, row)] = row


def note_gone(connection: sa.Connection, table: sa.Table, keys: Collection[str]) -> None:
    """Say that these rows are gone, after a statement that was executed with `wrote()` and told which."""
    ledger = _ledger(connection)
    if ledger is not None:
        for key in keys:
            ledger.pending[table, key] = None


def _ledger(connection: sa.Connection) -> "Ledger | None":
    found = connection.get_execution_options().get(LEDGER)
    return found if isinstance(found, Ledger) else None


class Ledger:
    """Gathers what one transaction writes; `close` writes its page."""

    def __init__(self, connection: sa.Connection, key: SealKey) -> None:
        self._connection = connection
        self._key = key
        self.pending: dict[Key, Mapping[str, Any] | None] = {}
        """What is known of a row without reading it: as it was written, or gone."""
        self.unsure: dict[Key, Sequence[Any]] = {}
        """Rows to be read before the commit, with their keys' values."""

    def doubt(self) -> None:
        """Part of what was written may have been taken back: read everything again."""
        for table, key in self.pending:
            self.unsure.setdefault((table, key), _values_of(table, key))

    def close(self) -> None:
        """Write the page of what was gathered."""
        if not (self.pending or self.unsure):
            return
        body: dict[str, dict[str, str | None]] = {}
        for (table, key), row in self.pending.items():
            if (table, key) not in self.unsure:
                body.setdefault(table.name, {})[key] = None if row is None else self._key.digest(text_of(table, row))
        for table in {one for one, _ in self.unsure}:
            keys = {key: values for (one, key), values in self.unsure.items() if one is table}
            body.setdefault(table.name, {}).update(dict.fromkeys(keys))
            for key, text in _read(self._connection, table, list(keys.values())):
                body[table.name][key] = self._key.digest(text)
        self.pending, self.unsure = {}, {}
        write_page(self._connection, self._key, body)


def write_page(connection: sa.Connection, key: SealKey, body: Mapping[str, Any]) -> None:
    """Add the next page; others who would write one wait for the commit."""
    if connection.dialect.name == "postgresql":  # SQLite's writers take turns by themselves
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    number = int(connection.exec_driver_sql(_LAST).scalar_one()) + 1
    text = _encode(body)
    connection.execute(_ADD, {"number": number, "key_id": key.id, "body": text, "mac": key.mac(number, text)})


_ADD = sa.insert(row_seals)


def before_execute(
    connection: sa.Connection, statement: Any, many: Any, given: Any, options: Mapping[str, Any]
) -> None:
    """Find out which rows an update or a delete is about to touch, where it does not say so itself."""
    ledger = options.get(LEDGER)
    if ledger is None or not isinstance(statement, sa.Update | sa.Delete) or WROTE in options:
        return
    table = statement.table
    if isinstance(table, sa.Table) and is_sealed(table):
        names = key_names(table)
        query = sa.select(*(table.c[name] for name in names)).where(*statement._where_criteria)
        for params in many or [given or {}]:
            for values in connection.execute(query, params).all():
                ledger.unsure[table, _key(table, values)] = values


def after_execute(
    _connection: sa.Connection, statement: Any, many: Any, given: Any, options: Mapping[str, Any], result: Any
) -> None:
    """Take down what was inserted, and what a statement says it wrote."""
    ledger = options.get(LEDGER)
    if ledger is None or not isinstance(statement, sa.Update | sa.Insert):
        return
    table: Any = statement.table
    if not is_sealed(table):
        return
    if isinstance(statement, sa.Update):
        if options.get(WROTE) and result.rowcount:
            _note(ledger, table, options[WROTE])
        return
    rows = many or [_given(statement, given)]
    if getattr(statement, "_post_values_clause", None) is None:
        _note(ledger, table, rows)
    else:  # what was there already decides what is there now
        for row in rows:
            ledger.unsure[table, key_of(table, row)] = [row[name] for name in key_names(table)]


def _note(ledger: Ledger, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        ledger.pending[table, key_of(table, row)] = row


def _given(statement: Any, given: Mapping[str, Any] | None) -> Mapping[str, Any]:
    inside = statement._values or {}
    held = {getattr(name, "name", name): getattr(value, "value", value) for name, value in inside.items()}
    return {**held, **(given or {})}


def _key(table: sa.Table, values: Sequence[Any]) -> str:
    return key_of(table, dict(zip(key_names(table), values, strict=True)))


def _values_of(table: sa.Table, key: str) -> Sequence[Any]:
    """A key's text as values that its columns take."""
    columns = [table.c[name] for name in key_names(table)]
    parts = [key] if len(columns) == 1 and isinstance(columns[0].type, sa.String) else json.loads(key)
    return [_typed(column, part) for column, part in zip(columns, parts, strict=True)]


def _typed(column: sa.Column[Any], part: Any) -> Any:
    python = column.type.python_type
    return python.fromisoformat(part) if hasattr(python, "fromisoformat") else part


def _read(connection: sa.Connection, table: sa.Table, keys: Sequence[Sequence[Any]]) -> Iterator[tuple[str, bytes]]:
    columns = [table.c[name] for name in key_names(table)]
    for start in range(0, len(keys), _BATCH):
        some = keys[start : start + _BATCH]
        where: sa.ColumnElement[bool]
        if len(columns) == 1:
            where = columns[0].in_([values[0] for values in some])
        else:
            where = sa.or_(*(sa.and_(*(c == v for c, v in zip(columns, one, strict=True))) for one in some))
        yield from _rows(connection, table, where)


def _rows(
    connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool] | None = None
) -> Iterator[tuple[str, bytes]]:
    parts = written(table)
    places = [[one.name for one in parts].index(name) for name in key_names(table)]
    query = sa.select(*(one.expression for one in parts))
    if where is not None:
        query = query.where(where)
    for row in streamed(connection, query):
        yield key_text([parts[place].found(row[place]) for place in places]), text_found(table, row)


def streamed(connection: sa.Connection, query: Any) -> Iterator[sa.Row[Any]]:
    """The rows of a query that may have very many, without holding them; few of them come at once."""
    first = connection.execute(query.limit(_BATCH)).all()
    if len(first) < _BATCH:
        yield from first
        return
    yield from connection.execute(query, execution_options={"yield_per": _BATCH})


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPage:
    """A page as it stands; what is damaged in it is whatever the database gives."""

    number: Any
    key_id: Any
    body: Any
    mac: Any


class Seals:
    def __init__(self, connection: sa.Connection, key: SealKey) -> None:
        self._connection = connection
        self.key = key

    def pages(self) -> Iterator[SealPage]:
        """In their order."""
        columns = [sa.type_coerce(column, sa.Text).label(column.name) for column in row_seals.columns]
        query = sa.select(*columns).order_by(row_seals.c.number)
        for row in streamed(self._connection, query):
            yield SealPage(**row._mapping)

    def last(self) -> tuple[int, str]:
        """Number and MAC of the last page; 0 and nothing where there is none."""
        query = sa.select(row_seals.c.number, row_seals.c.mac).order_by(row_seals.c.number.desc()).limit(1)
        row = self._connection.execute(query).first()
        return (row.number, row.mac) if row else (0, "")

    def rows(self, table: sa.Table) -> Iterator[tuple[str, bytes]]:
        """Key and text of every row of the table as it stands. Raises only where the table itself cannot be read."""
        return _rows(self._connection, table)

    def take_over(self, tables: Collection[sa.Table]) -> dict[str, int]:
        """Seal every row of the tables as it stands; return how many there were of each."""
        counts: dict[str, int] = {}
        for table in tables:
            page: dict[str, str] = {}
            for row_key, text in list(self.rows(table)):
                page[row_key] = self.key.digest(text)
                counts[table.name] = counts.get(table.name, 0) + 1
                if len(page) == _BATCH:
                    write_page(self._connection, self.key, {table.name: page})
                    page = {}
            if page:
                write_page(self._connection, self.key, {table.name: page})
        return counts


def sealed_tables() -> list[sa.Table]:
    """Every table whose rows have seals, by name."""
    return sorted((one for one in metadata.tables.values() if is_sealed(one)), key=lambda one: one.name)
