"""The book of seals as it is written: every writer has a book of its own with pages 1, 2, 3 …, so that no writer waits for another.

A page names the pages that it follows: the one before it in its book, and the newest of other books that its transaction could see.
So whoever takes a page away must take away everything that anybody wrote after having seen it. Its stamp is higher than that of
every page that its transaction could see: of two pages that name one row the later one has the higher stamp, for the second writer
of a row gets at it only once the first has committed.
"""

import json
import os
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from workflow.audit.row_seal import SealKey
from workflow.ids import new_id
from workflow.store.columns import Hash, Id, chained, metadata

row_seals = sa.Table(
    "row_seals",
    metadata,
    chained("writer", Id, primary_key=True),
    chained("number", sa.Integer, primary_key=True, autoincrement=False),
    chained("stamp", sa.BigInteger, nullable=False, index=True),
    chained("key_id", sa.String(16), nullable=False),
    chained("follows", sa.Text, nullable=False),
    chained("body", sa.Text, nullable=False),
    chained("mac", Hash, nullable=False),
)

OLD_WRITER = "00000000-0000-0000-0000-000000000000"
"""Stands for all who wrote while the pages of an installation were numbered through, and followed none by name."""
_SEEN = 16
"""How many of the newest pages a writer looks at. One that commits so late that more have overtaken it is followed by its own
book's next page alone."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NEWEST = "SELECT stamp, writer, number, mac FROM row_seals ORDER BY stamp DESC LIMIT "
_ADD = sa.insert(row_seals)


@dataclass(frozen=True, slots=True)
class Writer:
    """One book as far as it is written, and which pages of others its pages have named."""

    id: str = field(default_factory=new_id)
    number: int = 0
    mac: str = ""
    named: Mapping[str, int] = field(default_factory=dict)


class Writers:
    """Those of a process that are free. A transaction takes one for the time from its page to the end of its commit.

    The number of a page is taken for good by the commit alone: a writer comes back as it was after a rollback, and never where
    nobody knows what has become of its page.
    """

    def __init__(self) -> None:
        self._free: deque[Writer] = deque()
        self._process = os.getpid()

    def take(self) -> Writer:
        """One that nobody else has: threads may ask at the same time, and a process that was forked begins with none."""
        if self._process != os.getpid():
            self.forget()
            self._process = os.getpid()
        try:
            return self._free.pop()
        except IndexError:
            return Writer()

    def give_back(self, writer: Writer) -> None:
        """It has committed its pages, or is as it was taken."""
        self._free.append(writer)

    def forget(self) -> None:
        """Begin new books: a server that comes back from a failure may have lost what it had confirmed."""
        self._free.clear()


def write_page(connection: sa.Connection, key: SealKey, writer: Writer, body: Mapping[str, Any]) -> Writer:
    """Write the next page of a book, and return the writer as it is once that is committed."""
    is_postgresql = connection.dialect.name == "postgresql"
    # SQLite's writers take turns by themselves: the newest page stands for all before it.
    newest = connection.exec_driver_sql(_NEWEST + str(_SEEN if is_postgresql else 1)).all()
    stamp = newest[0].stamp + 1 if newest else 1
    seen: dict[str, tuple[int, str]] = {}
    for page in newest:
        if page.writer != writer.id and page.number > max(
            writer.named.get(page.writer, 0), seen.get(page.writer, (0, ""))[0]
        ):
            seen[page.writer] = page.number, page.mac
    named = {**writer.named, **{other: number for other, (number, _) in seen.items()}} if seen else writer.named
    if writer.number:
        seen[writer.id] = writer.number, writer.mac
    number, follows, text = writer.number + 1, _encode(seen), _encode(body)
    mac = key.mac(writer.id, number, stamp, follows, text)
    row = {"writer": writer.id, "number": number, "stamp": stamp, "key_id": key.id}
    connection.execute(_ADD, {**row, "follows": follows, "body": text, "mac": mac})
    return replace(writer, number=number, mac=mac, named=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPage:
    """A page as it stands; what is damaged in it is whatever the database gives."""

    writer: Any
    number: Any
    stamp: Any
    key_id: Any
    follows: Any
    body: Any
    mac: Any


def pages_of(connection: sa.Connection) -> Iterator[SealPage]:
    """Every page, in an order in which each comes after those that it follows."""
    columns = [sa.type_coerce(column, sa.Text).label(column.name) for column in row_seals.columns]
    query = sa.select(*columns).order_by(row_seals.c.stamp, row_seals.c.writer, row_seals.c.number)
    for row in streamed(connection, query):
        yield SealPage(**row._mapping)


def newest_stamp(connection: sa.Connection) -> int:
    """The highest stamp; 0 where there is no page."""
    return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.max(row_seals.c.stamp), 0))) or 0)


def last_pages(connection: sa.Connection, since: int) -> dict[str, tuple[int, str]]:
    """Number and MAC of the last page of each book that has a page with a higher stamp."""
    newer = (
        sa.select(row_seals.c.writer, sa.func.max(row_seals.c.number).label("number"))
        .where(row_seals.c.stamp > since)
        .group_by(row_seals.c.writer)
        .subquery()
    )
    query = sa.select(row_seals.c.writer, row_seals.c.number, row_seals.c.mac).join(
        newer, sa.and_(row_seals.c.writer == newer.c.writer, row_seals.c.number == newer.c.number)
    )
    return {
        row.writer: (row.number, row.mac)
        for row in connection.execute(query.order_by(row_seals.c.writer, row_seals.c.number))
    }


BATCH = 500


def streamed(connection: sa.Connection, query: Any) -> Iterator[sa.Row[Any]]:
    """The rows of a query that may have very many, without holding them; few of them come at once."""
    first = connection.execute(query.limit(BATCH)).all()
    if len(first) < BATCH:
        yield from first
        return
    yield from connection.execute(query, execution_options={"yield_per": BATCH})
