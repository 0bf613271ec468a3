"""The event store. Damaged rows are read without raising, so that they reach the verifier."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from workflow.audit.event import AuditEvent, Head
from workflow.audit.payload import payload_from_text, payload_text
from workflow.db.repositories.cases import like
from workflow.db.rows import values
from workflow.db.tables.audit import events, stream_heads
from workflow.db.tables.cases import cases
from workflow.errors import Conflict
from workflow.services.ports.audit import EventFilter, criterion_of
from workflow.services.ports.cases import Page

_FETCH = 500
_TEXTS = tuple(column.name for column in events.columns if column.name not in ("seq", "at", "payload", "criterion"))
_READ = (
    *(events.c[name] for name in (*_TEXTS, "seq", "payload", "criterion")),
    # Past the type's own reader, which would raise for what is no instant.
    sa.type_coerce(events.c.at, sa.String).label("at"),
)


_HEAD = sa.select(stream_heads).where(stream_heads.c.stream == sa.bindparam("of_stream"))
_ADD = sa.insert(events)
_ADD_HEAD = sa.insert(stream_heads)
_MOVE_HEAD = sa.update(stream_heads).where(
    stream_heads.c.stream == sa.bindparam("of_stream"), stream_heads.c.hash == sa.bindparam("before")
)


class SqlEvents:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def head(self, stream: str) -> Head | None:
        row = self._connection.execute(_HEAD, {"of_stream": stream}).mappings().first()
        return _head(row) if row else None

    def append(self, new: Sequence[AuditEvent], expected: Head | None) -> None:
        last = new[-1]
        try:
            if expected is None:
                self._connection.execute(_ADD_HEAD, {"stream": last.stream, "seq": last.seq, "hash": last.hash})
            else:
                self._move_head(expected, last)
            self._connection.execute(_ADD, [_row(event) for event in new])
        except sa.exc.IntegrityError as error:
            raise Conflict() from error

    def of_stream(self, stream: str, until: datetime | None = None) -> Iterator[AuditEvent]:
        query = sa.select(*_READ).where(events.c.stream == stream).order_by(events.c.seq)
        if until is not None:
            query = query.where(events.c.at <= until)
        return map(_event, self._stream(query))

    def filed(self, stream: str) -> Iterator[tuple[AuditEvent, str | None]]:
        query = sa.select(*_READ).where(events.c.stream == stream).order_by(events.c.seq)
        return ((_event(row), row["criterion"]) for row in self._stream(query))

    def page_of_stream(self, stream: str, page: Page, *, newest_first: bool = True) -> Sequence[AuditEvent]:
        order = events.c.seq.desc() if newest_first else events.c.seq
        query = sa.select(*_READ).where(events.c.stream == stream).order_by(order)
        return self._page(query, page)

    def of_type(self, stream: str, type: str, limit: int = 20) -> Sequence[AuditEvent]:
        query = sa.select(*_READ).where(events.c.stream == stream, events.c.type == type)
        return self._page(query.order_by(events.c.seq.desc()), Page(limit=limit))

    def search(self, where: EventFilter, page: Page) -> tuple[Sequence[AuditEvent], int]:
        condition = _condition(where)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(events).where(condition)) or 0
        query = sa.select(*_READ).where(condition).order_by(events.c.at.desc(), events.c.id.desc())
        return self._page(query, page), total

    def each(self, where: EventFilter) -> Iterator[AuditEvent]:
        query = sa.select(*_READ).where(_condition(where)).order_by(events.c.at, events.c.id)
        return map(_event, self._stream(query))

    def streams(self) -> Sequence[str]:
        query = sa.union(sa.select(events.c.stream), sa.select(stream_heads.c.stream))
        return sorted(str(name) for name in self._connection.scalars(query))

    def heads(self) -> dict[str, Head]:
        rows = self._connection.execute(sa.select(stream_heads)).mappings()
        return {head.stream: head for head in map(_head, rows)}

    def _move_head(self, expected: Head, last: AuditEvent) -> None:
        moved = {"of_stream": expected.stream, "before": expected.hash, "seq": last.seq, "hash": last.hash}
        changed = self._connection.execute(_MOVE_HEAD, moved)
        if changed.rowcount != 1:
            raise Conflict()

    def _page(self, query: sa.Select[Any], page: Page) -> list[AuditEvent]:
        rows = self._connection.execute(query.limit(page.limit).offset(page.offset)).mappings()
        return [_event(row) for row in rows]

    def _stream(self, query: sa.Select[Any]) -> Iterator[sa.RowMapping]:
        return iter(self._connection.execute(query, execution_options={"yield_per": _FETCH}).mappings())


def _row(event: AuditEvent) -> dict[str, Any]:
    return {**values(event), "payload": payload_text(event.payload), "criterion": criterion_of(event.payload)}


def _event(row: sa.RowMapping) -> AuditEvent:
    texts: dict[str, Any] = {name: _text(row[name]) for name in _TEXTS}
    return AuditEvent(**texts, seq=_number(row["seq"]), at=read_instant(row["at"]), payload=_payload(row["payload"]))


def _head(row: sa.RowMapping) -> Head:
    return Head(stream=str(row["stream"]), seq=_number(row["seq"]), hash=str(row["hash"]))


def _text(value: Any) -> str | None:
    """SQLite keeps any type in any column: what is no text becomes one that no hash fits."""
    return value if value is None or isinstance(value, str) else repr(value)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def read_instant(value: Any) -> Any:
    """The instant; a text that is not written as the column's own type writes it comes back as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    exact = found.tzinfo is None and found.isoformat(sep=" ", timespec="microseconds") == value
    return found.replace(tzinfo=UTC) if exact else value


def _payload(value: Any) -> Any:
    return payload_from_text(value) if isinstance(value, str) else repr(value)


def _condition(where: EventFilter) -> sa.ColumnElement[bool]:
    plain = {
        events.c.actor: where.actor,
        events.c.organisation: where.organisation,
        events.c.type: where.type,
        events.c.case_id: where.case_id,
    }
    parts = [column == value for column, value in plain.items() if value is not None]
    if where.criterion is not None:
        parts.append(_about(where.criterion))
    if where.actors is not None:
        parts.append(events.c.actor.in_(where.actors))
    if where.organisations is not None:
        parts.append(events.c.organisation.in_(where.organisations))
    if where.since is not None:
        parts.append(events.c.at >= where.since)
    if where.until is not None:
        parts.append(events.c.at < where.until)
    if where.unit_id is not None:
        parts.append(events.c.case_id.in_(sa.select(cases.c.id).where(cases.c.unit_id == where.unit_id)))
    if where.unit_ids is not None:
        parts.append(_within(where))
    if where.text:
        # As the text stands in the canonical payload: quotes and line ends are escaped there.
        text = json.dumps(where.text, ensure_ascii=False)[1:-1]
        parts.append(events.c.payload.ilike(like(text), escape="!"))
    return sa.and_(sa.true(), *parts)


def _about(criterion: str) -> sa.ColumnElement[bool]:
    """Filed under the criterion, or a completion whose reasons name it: such a return may name several.

    A reason is a text, which tells it from the results of all criteria that stand in the same payload.
    """
    reasons = f'%"criterion_reasons":{{%{like(json.dumps(criterion, ensure_ascii=False))[1:-1]}:"%'
    named = sa.and_(events.c.type == "TaskCompleted", events.c.payload.like(reasons, escape="!"))
    return sa.or_(events.c.criterion == criterion, named)


def _within(where: EventFilter) -> sa.ColumnElement[bool]:
    of_cases = events.c.case_id.in_(sa.select(cases.c.id).where(cases.c.unit_id.in_(where.unit_ids or ())))
    if not where.organisation_ids:
        return of_cases
    return sa.or_(of_cases, sa.and_(events.c.case_id.is_(None), events.c.organisation.in_(where.organisation_ids)))
