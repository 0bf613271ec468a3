"""What goes onto a page of the book of seals: every row that a transaction wrote with a keyed digest of the row, or as gone.

Whatever goes through a unit of work is gathered here by itself. A statement may say what it wrote (`wrote`), which spares reading
it again; what nobody says is read before the commit.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from workflow.audit.row_seal import SealKey
from workflow.store.columns import metadata
from workflow.store.sealing.book import (
    BATCH,
    SealPage,
    Writer,
    Writers,
    last_pages,
    newest_stamp,
    pages_of,
    streamed,
    write_page,
)
from workflow.store.sealing.canonical import is_sealed, key_names, key_of, key_text, text_found, text_of, written

Key = tuple[sa.Table, str]
_TOUCHING = (sa.Update, sa.Delete)
_LEAVING = (sa.Update, sa.Insert)
LEDGER = "ledger"
WROTE = "wrote"


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

    def __init__(self, connection: sa.Connection, key: SealKey, writers: Writers) -> None:
        self._connection = connection
        self._key = key
        self._writers = writers
        self.writer: Writer | None = None
        """Whose book it writes, as far as it has written; None before its first page."""
        self.pending: dict[Key, Mapping[str, Any] | None] = {}
        """What is known of a row without reading it: as it was written, or gone."""
        self.unsure: dict[Key, Sequence[Any]] = {}
        """Rows to be read before the commit, with their keys' values."""

    def taken_back(self, writer: Writer | None) -> None:
        """Part of what was written was taken back, pages since `writer` among it: read everything again."""
        self.writer = writer
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
        self.write(body)

    def write(self, body: Mapping[str, Any]) -> None:
        """Write a page."""
        self.writer = write_page(self._connection, self._key, self.writer or self._writers.take(), body)

    def committed(self) -> None:
        """The pages stand: the next transaction may go on with the book. One that failed leaves it as it was for ever."""
        if self.writer is not None:
            self._writers.give_back(self.writer)
            self.writer = None


def before_execute(
    connection: sa.Connection, statement: Any, many: Any, given: Any, options: Mapping[str, Any]
) -> None:
    """Find out which rows an update or a delete is about to touch, where it does not say so itself."""
    ledger = options.get(LEDGER)
    if ledger is None or not isinstance(statement, _TOUCHING) or WROTE in options:
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
    if ledger is None or not isinstance(statement, _LEAVING):
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
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        where: sa.ColumnElement[bool]
        if len(columns) == 1:
            where = columns[0].in_([values[0] for values in some])
        else:
            where = sa.or_(*(sa.and_(*(c == v for c, v in zip(columns, one, strict=True))) for one in some))
        yield from _rows(connection, table, where, lock=True)


def _rows(
    connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool] | None = None, *, lock: bool = False
) -> Iterator[tuple[str, bytes]]:
    """`lock`: for who seals them, so that nobody changes them before the commit. SQLite's writers take turns anyway."""
    parts = written(table)
    places = [[one.name for one in parts].index(name) for name in key_names(table)]
    query = sa.select(*(one.expression for one in parts))
    if where is not None:
        query = query.where(where)
    if lock:
        query = query.with_for_update(key_share=True)
    for row in streamed(connection, query):
        yield key_text([parts[place].found(row[place]) for place in places]), text_found(table, row)


class Seals:
    def __init__(self, connection: sa.Connection, key: SealKey) -> None:
        self._connection = connection
        self.key = key

    def pages(self) -> Iterator[SealPage]:
        """Every page, in an order in which each comes after those that it follows."""
        return pages_of(self._connection)

    def newest_stamp(self) -> int:
        """The highest stamp; 0 where there is no page."""
        return newest_stamp(self._connection)

    def last_pages(self, since: int) -> dict[str, tuple[int, str]]:
        """Writer → number and MAC of the last page, of each book that has a page with a stamp above `since`."""
        return last_pages(self._connection, since)

    def rows(self, table: sa.Table) -> Iterator[tuple[str, bytes]]:
        """Key and text of every row of the table as it stands. Raises only where the table itself cannot be read."""
        return _rows(self._connection, table)

    def take_over(self, tables: Collection[sa.Table]) -> dict[str, int]:
        """Seal every row of the tables as it stands, in a transaction that writes; return how many there were of each."""
        ledger: Ledger = self._connection.get_execution_options()[LEDGER]
        counts: dict[str, int] = {}
        for table in tables:
            found = list(_rows(self._connection, table, lock=True))
            if found:
                counts[table.name] = len(found)
            for start in range(0, len(found), BATCH):
                some = found[start : start + BATCH]
                ledger.write({table.name: {key: self.key.digest(text) for key, text in some}})
        return counts


def sealed_tables() -> list[sa.Table]:
    """Every table whose rows have seals, by name."""
    return sorted((one for one in metadata.tables.values() if is_sealed(one)), key=lambda one: one.name)
