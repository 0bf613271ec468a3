"""The one MetaData of all tables, column types that mean the same on SQLite and PostgreSQL, and how each column is proved."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        """In one go: a page reads hundreds."""
        read = self.impl_instance.result_processor(dialect, coltype)

        def process(value: Any) -> datetime | None:
            if value is None:
                return None
            at: Any = value if read is None else read(value)
            found: datetime = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
            return found

        return process


class Encoded(str):
    """A value of a `JsonText` column that is its text already: who needs both encodes once."""

    __slots__ = ()


def encoded(value: Any) -> Encoded | None:
    """The text of a value as a `JsonText` column keeps it."""
    return None if value is None else Encoded(_encoder.encode(value))


class JsonText(TypeDecorator[Any]):
    """JSON kept as text, so that its bytes stay as they were written on both databases."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if type(value) is Encoded:
            return str(value)
        return None if value is None else _encoder.encode(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else _decoded(value)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any]:
        """In one go: a page reads hundreds."""
        return lambda value: None if value is None else _decoded(value)


_read_json = json.JSONDecoder().raw_decode


def _decoded(text: str) -> Any:
    """What the text says. Raises `ValueError` where it is no JSON."""
    if text == "{}":
        return {}
    try:
        value, end = _read_json(text)
    except ValueError:
        end = -1
    return value if end == len(text) else json.loads(text)  # it takes blanks around, which ours does not have


Id = sa.String(36)

Key = sa.String(120)
"""A short code such as a role, a procedure key or a node id."""

Name = sa.String(400)
Hash = sa.String(64)


COMPUTED = "computed"
"""Key of a column's `info`: what makes its value of the row's others. Whoever saves a record writes it, too."""
FOLLOWS = "follows"
"""Key of a table's `info`: every row of it follows from rows of the table named there, and is compared with them instead of being sealed."""


class Proof(StrEnum):
    """How it would be noticed that something else than the application changed a column."""

    FOLDED = "folded"
    """What events say, folded, is compared with it; its row is sealed besides."""
    BOUND = "bound"
    """Its row is sealed: a keyed digest of it stands in the book of seals (see `workflow.store.sealing.seals`)."""
    CACHE = "cache"
    """It is not proved, for it can be thrown away: `rebuilt_by` names what makes it anew. Nothing that is decided reads it."""
    CHAINED = "chained"
    """It is part of the proof itself: chain, checkpoints, seals."""


def folded(name: str, type_: Any, *rest: Any, kept: bool = False, moves: bool = False, **more: Any) -> sa.Column[Any]:
    """A column that is compared with what events say.

    `kept`: saving a record leaves it alone, for it never changes or has a statement of its own. SQLite rewrites every index and
    checks every foreign key of the columns that an update names, changed or not. `moves`: kept, and other transactions may change
    it while a record is held, so the record cannot say what the row holds.
    """
    info = {"proof": Proof.FOLDED, "kept": kept or moves, "moves": moves}
    return sa.Column(name, type_, *rest, info=info, **more)


def bound(name: str, type_: Any, *rest: Any, kept: bool = False, moves: bool = False, **more: Any) -> sa.Column[Any]:
    """A column that is proved by the seal of its row; `kept` and `moves` as for `folded`."""
    info = {"proof": Proof.BOUND, "kept": kept or moves, "moves": moves}
    return sa.Column(name, type_, *rest, info=info, **more)


def cache(name: str, type_: Any, *rest: Any, rebuilt_by: str, **more: Any) -> sa.Column[Any]:
    """A column that may be thrown away; `rebuilt_by` is the name of its rebuilder (see `REBUILDERS` in `workflow.services.auditing.caches`).

    A column that a permission, a decision or a sign-in reads is never one.
    """
    return sa.Column(name, type_, *rest, info={"proof": Proof.CACHE, "rebuilt_by": rebuilt_by}, **more)


def chained(name: str, type_: Any, *rest: Any, **more: Any) -> sa.Column[Any]:
    """A column of the chain's own tables."""
    return sa.Column(name, type_, *rest, info={"proof": Proof.CHAINED}, **more)


def proof_of(column: sa.Column[Any]) -> Proof | None:
    """How the column is proved; None where nobody has said so."""
    found = column.info.get("proof")
    return found if isinstance(found, Proof) else None


def all_columns() -> Iterator[sa.Column[Any]]:
    """Every column of every table that has been defined, by table."""
    for table in sorted(metadata.tables.values(), key=lambda one: one.name):
        yield from table.columns
