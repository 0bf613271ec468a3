"""The event store and the checkpoints over it."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.audit.checkpoint import Checkpoint, CheckpointKind
from workflow.audit.event import AuditEvent, Head
from workflow.audit.merkle import Leaf
from workflow.audit.payload import canonical
from workflow.db.repositories.cases import like
from workflow.db.rows import values
from workflow.db.tables.audit import checkpoints, events, stream_heads
from workflow.db.tables.cases import cases
from workflow.errors import Conflict
from workflow.services.ports.audit import EventFilter
from workflow.services.ports.cases import Page

_FETCH = 500


class SqlEvents:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def head(self, stream: str) -> Head | None:
        row = (
            self._connection.execute(sa.select(stream_heads).where(stream_heads.c.stream == stream)).mappings().first()
        )
        return Head(**row) if row else None

    def append(self, new: Sequence[AuditEvent], expected: Head | None) -> None:
        last = new[-1]
        try:
            if expected is None:
                self._connection.execute(
                    sa.insert(stream_heads).values(stream=last.stream, seq=last.seq, hash=last.hash)
                )
            else:
                self._move_head(expected, last)
            self._connection.execute(sa.insert(events), [_row(event) for event in new])
        except sa.exc.IntegrityError as error:
            raise Conflict() from error

    def of_stream(self, stream: str, until: datetime | None = None) -> Iterator[AuditEvent]:
        query = sa.select(events).where(events.c.stream == stream).order_by(events.c.seq)
        if until is not None:
            query = query.where(events.c.at <= until)
        return self._each(query)

    def page_of_stream(self, stream: str, page: Page, *, newest_first: bool = True) -> Sequence[AuditEvent]:
        order = events.c.seq.desc() if newest_first else events.c.seq
        query = sa.select(events).where(events.c.stream == stream).order_by(order)
        return list(self._each(query.limit(page.limit).offset(page.offset)))

    def search(self, where: EventFilter, page: Page) -> tuple[Sequence[AuditEvent], int]:
        query = _filtered(where)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        ordered = query.order_by(events.c.at.desc(), events.c.id.desc()).limit(page.limit).offset(page.offset)
        return list(self._each(ordered)), total

    def each(self, where: EventFilter) -> Iterator[AuditEvent]:
        return self._each(_filtered(where).order_by(events.c.at, events.c.id))

    def streams(self) -> Sequence[str]:
        query = sa.union(sa.select(events.c.stream), sa.select(stream_heads.c.stream))
        return sorted(self._connection.scalars(query))

    def heads(self) -> dict[str, Head]:
        rows = self._connection.execute(sa.select(stream_heads)).mappings()
        return {row["stream"]: Head(**row) for row in rows}

    def _move_head(self, expected: Head, last: AuditEvent) -> None:
        changed = self._connection.execute(
            sa.update(stream_heads)
            .where(stream_heads.c.stream == expected.stream, stream_heads.c.hash == expected.hash)
            .values(seq=last.seq, hash=last.hash)
        )
        if changed.rowcount != 1:
            raise Conflict()

    def _each(self, query: sa.Select[Any]) -> Iterator[AuditEvent]:
        result = self._connection.execution_options(yield_per=_FETCH).execute(query).mappings()
        for row in result:
            yield AuditEvent(**{name: row[name] for name in _PLAIN}, payload=json.loads(row["payload"]))


_PLAIN = tuple(column.name for column in events.columns if column.name not in ("payload", "criterion"))


def _row(event: AuditEvent) -> dict[str, Any]:
    return {
        **values(event),
        "payload": canonical(event.payload).decode(),
        "criterion": event.payload.get("criterion_id"),
    }


def _filtered(where: EventFilter) -> sa.Select[Any]:
    query = sa.select(events)
    plain = {
        events.c.actor: where.actor,
        events.c.organisation: where.organisation,
        events.c.type: where.type,
        events.c.criterion: where.criterion,
        events.c.case_id: where.case_id,
    }
    for column, value in plain.items():
        if value is not None:
            query = query.where(column == value)
    if where.since is not None:
        query = query.where(events.c.at >= where.since)
    if where.until is not None:
        query = query.where(events.c.at < where.until)
    if where.unit_id is not None or where.unit_ids is not None:
        query = query.join(cases, cases.c.id == events.c.case_id)
    if where.unit_id is not None:
        query = query.where(cases.c.unit_id == where.unit_id)
    if where.unit_ids is not None:
        query = query.where(cases.c.unit_id.in_(where.unit_ids))
    if where.text:
        query = query.where(events.c.payload.ilike(like(where.text), escape="!"))
    return query


class SqlCheckpoints:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, checkpoint: Checkpoint, leaves: Sequence[Leaf]) -> None:
        record = asdict(checkpoint)
        packed = zlib.compress(json.dumps([asdict(leaf) for leaf in leaves], separators=(",", ":")).encode())
        self._connection.execute(
            sa.insert(checkpoints).values(
                id=checkpoint.id,
                kind=checkpoint.kind,
                at=checkpoint.at,
                body={
                    key: value.isoformat() if isinstance(value, datetime) else value for key, value in record.items()
                },
                signature=checkpoint.signature,
                leaves=packed,
            )
        )

    def latest(self) -> Checkpoint | None:
        query = sa.select(checkpoints.c.body).order_by(checkpoints.c.at.desc(), checkpoints.c.id.desc()).limit(1)
        body = self._connection.scalar(query)
        return _checkpoint(body) if body else None

    def all(self) -> Sequence[Checkpoint]:
        query = sa.select(checkpoints.c.body).order_by(checkpoints.c.at, checkpoints.c.id)
        return [_checkpoint(body) for body in self._connection.scalars(query)]

    def leaves(self, checkpoint_id: str) -> Sequence[Leaf] | None:
        packed = self._connection.scalar(sa.select(checkpoints.c.leaves).where(checkpoints.c.id == checkpoint_id))
        return [Leaf(**leaf) for leaf in json.loads(zlib.decompress(packed))] if packed else None

    def thin_hourly_before(self, at: datetime) -> int:
        """Let go of the leaves of old hourly checkpoints; the signed checkpoints themselves stay, so their chain holds."""
        old = sa.update(checkpoints).where(
            checkpoints.c.kind == "hourly", checkpoints.c.at < at, checkpoints.c.leaves != b""
        )
        return self._connection.execute(old.values(leaves=b"")).rowcount


def _checkpoint(body: dict[str, Any]) -> Checkpoint:
    return Checkpoint(**{**body, "at": datetime.fromisoformat(body["at"]), "kind": CheckpointKind(body["kind"])})
