"""Changing rows as somebody would who owns the database and has no keys; every change is taken back.

Which tables and columns there are is asked of the metadata, so a new one is taken up by itself.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from workflow.audit.breach import Breach
from workflow.audit.event import AuditEvent, event_hash, genesis
from workflow.services.auditing.verification import VerificationService
from workflow.store import triggers
from workflow.store.columns import Instant, JsonText, Proof, all_columns, metadata, proof_of
from workflow.store.rows import insert_for
from workflow.store.sealing.book import Writer, write_page
from workflow.store.sealing.canonical import key_names, key_of
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

Row = dict[str, Any]
EVENT_FIELDS = tuple(name for name in AuditEvent.__slots__)


class Refused(Exception):
    """The database itself did not take the change."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What verification said of one change. `named`: a fault names the table or what the row is about."""

    what: str
    breaches: tuple[Breach, ...]
    named: bool


class Tampering:
    """Works on one connection; `tried` gives what verification finds while the change stands."""

    def __init__(self, units: UnitsOfWork, verification: VerificationService) -> None:
        self._units = units
        self._verification = verification

    @contextmanager
    def opened(self) -> Iterator["Attack"]:
        """A transaction that is never committed."""
        with self._units() as uow:
            yield Attack(uow, self._verification)


class Attack:
    def __init__(self, uow: UnitOfWork, verification: VerificationService) -> None:
        self._uow = uow
        self._connection: sa.Connection = uow._connection
        self._connection.execution_options(ledger=None)
        self._verification = verification

    def faults(self) -> tuple[Breach, ...]:
        """What verification finds as things stand."""
        return self._verification.verify_in(self._uow).breaches

    def rows(self, table: sa.Table) -> list[Row]:
        """Every row, as the columns' types read it."""
        order = [table.c[name] for name in key_names(table)]
        return [dict(row) for row in self._connection.execute(sa.select(table).order_by(*order)).mappings()]

    def tried(self, what: str, table: sa.Table, row: Row, change: Callable[[], None]) -> Found:
        """Change, verify, take back. Raises `Refused`."""
        savepoint = self._connection.begin_nested()
        try:
            with self._unguarded():
                change()
            breaches = self.faults()
        except sa.exc.DBAPIError as error:
            raise Refused(str(error.orig)) from error
        finally:
            savepoint.rollback()
        return Found(what=what, breaches=breaches, named=_names(breaches, table, row))

    def rebuilt(
        self, table: sa.Table, change: Callable[[], None], rebuild: Sequence[Callable[[UnitOfWork], None]]
    ) -> None:
        """Change a cache and have it thrown away and made anew: nothing of the change is left, and all else holds."""
        savepoint = self._connection.begin_nested()
        before = self.rows(table)
        with self._unguarded():
            change()
        changed = [row for row in self.rows(table) if row not in before]
        for one in rebuild:
            one(self._uow)
        after = self.rows(table)
        faults = self.faults()
        savepoint.rollback()
        assert not [row for row in changed if row in after], f"{table} is not rebuilt"
        assert faults == ()

    def set(self, table: sa.Table, row: Row, values: Row) -> None:
        """Change columns of one row."""
        done = self._connection.execute(sa.update(table).where(_is(table, row)).values(values))
        assert done.rowcount == 1

    def delete(self, table: sa.Table, row: Row) -> None:
        self._connection.execute(sa.delete(table).where(_is(table, row)))

    def insert(self, table: sa.Table, row: Row) -> None:
        self._connection.execute(insert_for(self._connection, table).values(row))

    def seal_again(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """What only who has the key can do: seal the rows as they stand now."""
        seals = self._uow.seals
        keys = {_key(table, row) for row in rows}
        page = {key: seals.key.digest(text) for key, text in seals.rows(table) if key in keys}
        write_page(self._connection, seals.key, Writer(), {table.name: page})

    def chain_again(self, stream: str) -> None:
        """Give every event of the stream the hash that its content has now, and its head, too."""
        events, heads = metadata.tables["events"], metadata.tables["stream_heads"]
        before = genesis(stream)
        query = sa.select(events).where(events.c.stream == stream).order_by(events.c.seq)
        last = None
        for number, row in enumerate(self._connection.execute(query).mappings().all(), 1):
            event = AuditEvent(**{name: row[name] for name in EVENT_FIELDS if name not in ("payload", "hash", "prev_hash", "seq")},
                               seq=number, payload=_payload(row["payload"]), prev_hash=before, hash="")  # fmt: skip
            last = replace(event, hash=_hash(event))
            here = sa.and_(events.c.stream == stream, events.c.seq == row["seq"])
            changed = {"seq": number, "prev_hash": before, "hash": last.hash}
            self._connection.execute(sa.update(events).where(here).values(changed))
            before = last.hash
        self._connection.execute(sa.delete(heads).where(heads.c.stream == stream))
        if last is not None:
            self._connection.execute(sa.insert(heads).values(stream=stream, seq=last.seq, hash=last.hash))

    @contextmanager
    def _unguarded(self) -> Iterator[None]:
        """Without triggers and without foreign keys, which stand again afterwards as if nothing had been."""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield
            self._connection.exec_driver_sql("SET LOCAL session_replication_role = origin")
            return
        self._connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        triggers.remove(self._connection)
        yield
        triggers.install(self._connection)


def another(column: sa.Column[Any], value: Any, random: Random) -> Any:
    """Another value that the column takes."""
    match column.type:
        case JsonText():
            return {"x": 1} if value != {"x": 1} else {"x": 2}
        case Instant():
            return (value or datetime.fromisoformat("2023-03-01T00:00:00+00:00")) + timedelta(
                minutes=random.randint(1, 9)
            )
        case sa.Date():
            return (value or date(2023, 3, 1)) + timedelta(days=random.randint(1, 9))
        case sa.Boolean():
            return not value
        case sa.Integer() if column.primary_key and proof_of(column) is Proof.CACHE:
            return value + 1_000_003  # where no row stands yet
        case sa.Integer():
            return (value or 0) + random.randint(1, 9)
        case sa.LargeBinary():
            return (value or b"") + b"x"
    text = value or ""
    length = getattr(column.type, "length", None) or 4000
    return f"x{text}"[:length] if f"x{text}"[:length] != text else f"y{text}"[:length]


def fresh(table: sa.Table, row: Row, random: Random) -> Row:
    """A copy of the row that can stand beside it: its keys are new."""
    unique = {column.name for column in table.primary_key} | {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
        for column in constraint.columns
    }
    return {**row, **{name: another(table.c[name], row[name], random) for name in unique}}


def sample(connection: sa.Connection, table: sa.Table) -> Row:
    """A row for a table that has none: what it refers to exists."""
    row: Row = {}
    for column in table.columns:
        if column.foreign_keys:
            there = next(iter(column.foreign_keys)).column
            row[column.name] = connection.scalar(sa.select(there).limit(1))
        elif column.server_default is None:
            row[column.name] = _sample(column)
    return row


def _sample(column: sa.Column[Any]) -> Any:
    match column.type:
        case JsonText():
            return {"x": 1}
        case Instant():
            return datetime.fromisoformat("2023-03-01T00:00:00+00:00")
        case sa.Date():
            return date(2023, 3, 1)
        case sa.Boolean():
            return False
        case sa.Integer():
            return 1
        case sa.LargeBinary():
            return b"x"
    return column.name[: getattr(column.type, "length", None) or 40]


def proved_tables() -> list[sa.Table]:
    """Every table, by name."""
    return list(dict.fromkeys(column.table for column in all_columns()))  # type: ignore[misc] # every column has a Table


def _is(table: sa.Table, row: Row) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == row[name] for name in key_names(table)))


def _key(table: sa.Table, row: Row) -> str:
    return key_of(table, row)


def _payload(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _hash(event: AuditEvent) -> str:
    try:
        return event_hash(event)
    except (TypeError, ValueError, AttributeError):
        return "0" * 64


def _names(breaches: Sequence[Breach], table: sa.Table, row: Row) -> bool:
    """Whether a fault names the table, or a key or a stream or a case that the row is about."""
    told = "\n".join(f"{breach.stream} {breach.expected} {breach.actual}" for breach in breaches)
    about = [table.name, *(str(row[name]) for name in ("id", "stream", "case_id", "task_id") if row.get(name))]
    return any(one in told for one in about)
