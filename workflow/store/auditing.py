"""The event store: append-only streams with their heads, and signed checkpoints over all heads.

Damaged rows are read without raising, so that they reach the verifier."""

import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from workflow.audit.checkpoint import Checkpoint, CheckpointKind
from workflow.audit.event import AuditEvent, Head
from workflow.audit.facts.casework import TaskCompleted
from workflow.audit.merkle import Leaf
from workflow.audit.payload import payload_from_text, payload_text
from workflow.errors import Conflict, NotFound
from workflow.spelling import bearing
from workflow.store.cases import cases
from workflow.store.casework import CaseFilter, assessment_results, assessments, filtered
from workflow.store.columns import Hash, Id, Instant, JsonText, Key, bound, chained, metadata
from workflow.store.rows import AtLeast, Page, build_all, like, names, values
from workflow.store.sealing.seals import wrote
from workflow.store.searching.words import MOST_HITS, event_words, having

events = sa.Table(
    "events",
    metadata,
    chained("stream", sa.String(160), primary_key=True),
    chained("seq", sa.Integer, primary_key=True),
    chained("id", Id, nullable=False, unique=True),
    chained("type", Key, nullable=False),
    chained("at", Instant, nullable=False),
    chained("actor", Id, nullable=False),
    chained("role", Key),
    chained("organisation", Key),
    chained("on_behalf_of", Id),
    chained("command_id", sa.String(64), nullable=False),
    chained("case_id", Id),
    chained("province", Key),
    chained("criterion", Key),
    chained("payload", sa.Text, nullable=False),
    chained("prev_hash", Hash, nullable=False),
    chained("hash", Hash, nullable=False),
    sa.Index("ix_events_at", "at", "id"),
    sa.Index("ix_events_actor_at", "actor", "at"),
    sa.Index("ix_events_type_at", "type", "at"),
    sa.Index("ix_events_organisation_at", "organisation", "at"),
    sa.Index("ix_events_criterion_at", "criterion", "at"),
)

stream_heads = sa.Table(
    "stream_heads",
    metadata,
    bound("stream", sa.String(160), primary_key=True),
    bound("seq", sa.Integer, nullable=False),
    bound("hash", Hash, nullable=False),
)

checkpoints = sa.Table(
    "checkpoints",
    metadata,
    chained("id", Id, primary_key=True),
    chained("kind", Key, nullable=False),
    chained("at", Instant, nullable=False, index=True),
    chained("body", JsonText, nullable=False),
    chained("signature", sa.Text, nullable=False),
    chained("leaves", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """All given conditions must hold; `since` is included, `until` is not.

    `unit_ids` bounds case events to those units; with it, other events stay out unless they were done for one of
    `organisation_ids`. `actors` are the ids of any of whom it may have been, `organisations` of any for whom they acted.
    """

    text: str | None = None
    actor: str | None = None
    actors: Collection[str] | None = None
    unit_id: str | None = None
    unit_ids: Collection[str] | None = None
    organisation_ids: Collection[str] = ()
    organisation: str | None = None
    organisations: Collection[str] | None = None
    type: str | None = None
    types: Collection[str] | None = None
    criterion: str | None = None
    """A criterion's number, such as I.18, or part of it, such as 18."""
    case_id: str | None = None
    naming: str | None = None
    """An id that the content names."""
    streams: Collection[str] | None = None
    cases: CaseFilter | None = None
    withheld: Collection[str] = ()
    """The ids of events that a search for what is in them must not find."""
    since: datetime | None = None
    until: datetime | None = None


def criterion_of(payload: Any) -> str | None:
    """The criterion that an event is filed under, or None."""
    found = payload.get("criterion_id") if isinstance(payload, dict) else None
    return found if isinstance(found, str) else None


_FETCH = 500
_TEXTS = tuple(column.name for column in events.columns if column.name not in ("seq", "at", "payload", "criterion"))

_READ = (
    *(events.c[name] for name in (*_TEXTS, "seq", "payload", "criterion")),
    # Past the type's own reader, which would raise for what is no instant.
    sa.type_coerce(events.c.at, sa.String).label("at"),
)
_OF_TYPE = sa.select(*_READ).order_by(events.c.seq.desc()).limit(sa.bindparam("most", type_=sa.Integer))
_OF_TYPE = _OF_TYPE.where(events.c.stream == sa.bindparam("of_stream"), events.c.type == sa.bindparam("of_type"))
_HEAD = sa.select(stream_heads).where(stream_heads.c.stream == sa.bindparam("of_stream"))
_ADD = sa.insert(events)
_ADD_HEAD = sa.insert(stream_heads)

_MOVE_HEAD = sa.update(stream_heads).where(
    stream_heads.c.stream == sa.bindparam("of_stream"), stream_heads.c.hash == sa.bindparam("before")
)


class Events:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def head(self, stream: str) -> Head | None:
        row = self._connection.execute(_HEAD, {"of_stream": stream}).mappings().first()
        return _head(row) if row else None

    def append(self, new: Sequence[AuditEvent], expected: Head | None) -> None:
        """Append to one stream whose head is still `expected`; else raise `Conflict`."""
        last = new[-1]
        try:
            if expected is None:
                self._connection.execute(_ADD_HEAD, {"stream": last.stream, "seq": last.seq, "hash": last.hash})
            else:
                self._move_head(expected, last)
            self._connection.execute(_ADD, [_row(event) for event in new])
        except sa.exc.IntegrityError as error:
            raise Conflict() from error

    def at(self, stream: str, seq: int) -> AuditEvent | None:
        """The event of that number."""
        query = sa.select(*_READ).where(events.c.stream == stream, events.c.seq == seq)
        return next(iter(self._page(query, Page(limit=1))), None)

    def of_stream(self, stream: str, until: datetime | None = None) -> Iterator[AuditEvent]:
        """In order. A damaged row never raises: it comes as an event that no hash fits.

        `until` bounds by what was recorded, not by what a clock said: all that stands before the last event of then or earlier, those
        included that were stamped later because the clock was put back.
        """
        query = sa.select(*_READ).where(events.c.stream == stream).order_by(events.c.seq)
        if until is not None:
            last = sa.select(sa.func.max(events.c.seq)).where(events.c.stream == stream, events.c.at <= until)
            query = query.where(events.c.seq <= last.scalar_subquery())
        return map(_event, self._stream(query))

    def filed(self, stream: str | None = None) -> Iterator[tuple[AuditEvent, str | None]]:
        """All events, or those of one stream: each stream in stored order, each event with the criterion that its row is filed under."""
        query = sa.select(*_READ).order_by(events.c.stream, events.c.seq)
        query = query if stream is None else query.where(events.c.stream == stream)
        return ((_event(row), row["criterion"]) for row in self._stream(query))

    def page_of_stream(self, stream: str, page: Page, *, newest_first: bool = True) -> Sequence[AuditEvent]:
        order = events.c.seq.desc() if newest_first else events.c.seq
        query = sa.select(*_READ).where(events.c.stream == stream).order_by(order)
        return self._page(query, page)

    def of_type(self, stream: str, type: str, limit: int = 20) -> Sequence[AuditEvent]:
        """The stream's events of that type, newest first."""
        given = {"of_stream": stream, "of_type": type, "most": limit}
        return [_event(row) for row in self._connection.execute(_OF_TYPE, given).mappings()]

    def recent(self, type: str, since: datetime, *, actor: str | None = None, limit: int = 200) -> Sequence[AuditEvent]:
        """The newest events of that type since then, of any stream; with `actor`, what that one did."""
        query = sa.select(*_READ).where(events.c.type == type, events.c.at >= since)
        if actor is not None:
            query = query.where(events.c.actor == actor)
        return self._page(query.order_by(events.c.at.desc(), events.c.id.desc()), Page(limit=limit))

    def search(self, where: EventFilter, page: Page) -> tuple[Sequence[AuditEvent], int]:
        """Return the events of the page, newest first, and the number of all; of a search by text `AtLeast` `MOST_HITS`.

        Raises `InvalidInput` for too many words.
        """
        condition = self._condition(where)
        found = sa.select(events.c.id).where(condition)
        if where.text:
            found = found.limit(MOST_HITS + 1)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
        if where.text and total > MOST_HITS:
            total = AtLeast(MOST_HITS)
        query = sa.select(*_READ).where(condition).order_by(events.c.at.desc(), events.c.id.desc())
        return self._page(query, page), total

    def each(self, where: EventFilter) -> Iterator[AuditEvent]:
        """Oldest first."""
        query = sa.select(*_READ).where(self._condition(where)).order_by(events.c.at, events.c.id)
        return map(_event, self._stream(query))

    def streams(self) -> Sequence[str]:
        """Every stream that has an event, sorted, whether or not its head row is still there."""
        query = sa.union(sa.select(events.c.stream), sa.select(stream_heads.c.stream))
        return sorted(str(name) for name in self._connection.scalars(query))

    def heads(self) -> dict[str, Head]:
        rows = self._connection.execute(sa.select(stream_heads)).mappings()
        return {head.stream: head for head in map(_head, rows)}

    def _condition(self, where: EventFilter) -> sa.ColumnElement[bool]:
        plain = _condition(where)
        if where.criterion is not None:
            plain = sa.and_(plain, sa.or_(*map(_about, self._criteria(where.criterion))))
        return sa.and_(plain, having(self._connection, event_words, events.c.id, where.text)) if where.text else plain

    def _criteria(self, number: str) -> Sequence[str]:
        known = sa.select(events.c.criterion).where(events.c.criterion.is_not(None)).distinct()
        return bearing(number, self._connection.scalars(known))

    def _move_head(self, expected: Head, last: AuditEvent) -> None:
        moved = {"of_stream": expected.stream, "before": expected.hash, "seq": last.seq, "hash": last.hash}
        options = wrote({"stream": last.stream, "seq": last.seq, "hash": last.hash})
        changed = self._connection.execute(_MOVE_HEAD, moved, execution_options=options)
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
    if where.withheld and (where.criterion is not None or where.text):
        parts.append(events.c.id.not_in(where.withheld))
    if where.naming is not None:
        named = json.dumps(where.naming, ensure_ascii=False)  # as it stands in the canonical payload
        parts.append(events.c.payload.like(like(named), escape="!"))
    if where.streams is not None:
        parts.append(events.c.stream.in_(where.streams))
    if where.cases is not None:
        parts.append(events.c.case_id.in_(filtered(sa.select(cases.c.id), where.cases)))
    if where.types is not None:
        parts.append(events.c.type.in_(where.types))
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
    return sa.and_(sa.true(), *parts)


def _about(criterion: str) -> sa.ColumnElement[bool]:
    """Filed under the criterion, or a completion whose reasons name it: such a return may name several.

    A reason is a text, which tells it from the results of all criteria that stand in the same payload.
    """
    reasons = f'%"criterion_reasons":{{%{like(json.dumps(criterion, ensure_ascii=False))[1:-1]}:"%'
    named = sa.and_(events.c.type == TaskCompleted.__name__, events.c.payload.like(reasons, escape="!"))
    return sa.or_(events.c.criterion == criterion, named)


def _within(where: EventFilter) -> sa.ColumnElement[bool]:
    of_cases = events.c.case_id.in_(sa.select(cases.c.id).where(cases.c.unit_id.in_(where.unit_ids or ())))
    if not where.organisation_ids:
        return of_cases
    return sa.or_(of_cases, sa.and_(events.c.case_id.is_(None), events.c.organisation.in_(where.organisation_ids)))


_BODY = ("streams", "events", "root", "previous", "key_id")

_COLUMNS = (
    checkpoints.c.id,
    checkpoints.c.kind,
    checkpoints.c.signature,
    # Past the types' own readers, which would raise for what is no instant or no JSON.
    sa.type_coerce(checkpoints.c.at, sa.String).label("at"),
    sa.type_coerce(checkpoints.c.body, sa.Text).label("body"),
)


class Checkpoints:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, checkpoint: Checkpoint, leaves: Sequence[Leaf]) -> None:
        packed = zlib.compress(json.dumps([asdict(leaf) for leaf in leaves], separators=(",", ":")).encode())
        self._connection.execute(
            sa.insert(checkpoints).values(
                id=checkpoint.id,
                kind=str(checkpoint.kind),
                at=checkpoint.at,
                body={name: getattr(checkpoint, name) for name in _BODY},
                signature=checkpoint.signature,
                leaves=packed,
            )
        )

    def get(self, checkpoint_id: str) -> Checkpoint:
        """Raise `NotFound`."""
        row = self._connection.execute(sa.select(*_COLUMNS).where(checkpoints.c.id == checkpoint_id)).mappings().first()
        if row is None:
            raise NotFound()
        return _checkpoint(row)

    def latest(self) -> Checkpoint | None:
        query = sa.select(*_COLUMNS).order_by(checkpoints.c.at.desc(), checkpoints.c.id.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return _checkpoint(row) if row else None

    def all(self) -> Sequence[Checkpoint]:
        """Oldest first."""
        query = sa.select(*_COLUMNS).order_by(checkpoints.c.at, checkpoints.c.id)
        return [_checkpoint(row) for row in self._connection.execute(query).mappings()]

    def page(self, page: Page) -> tuple[Sequence[Checkpoint], int]:
        """Newest first, and the number of all."""
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(checkpoints)) or 0
        query = sa.select(*_COLUMNS).order_by(checkpoints.c.at.desc(), checkpoints.c.id.desc())
        rows = self._connection.execute(query.limit(page.limit).offset(page.offset)).mappings()
        return [_checkpoint(row) for row in rows], total

    def leaves(self, checkpoint_id: str) -> Sequence[Leaf] | None:
        """None where they were let go."""
        packed = self._connection.scalar(sa.select(checkpoints.c.leaves).where(checkpoints.c.id == checkpoint_id))
        if not packed:
            return None
        try:
            unpacking = zlib.decompressobj()
            text = unpacking.decompress(packed)
            if unpacking.unused_data:
                return []
            return [Leaf(**leaf) for leaf in json.loads(text)]
        except (ValueError, TypeError, zlib.error):
            return []  # damaged: they cover nothing, which the root then contradicts

    def thin_hourly_before(self, at: datetime) -> int:
        """Let go of the leaves of hourly checkpoints older than `at`; return how many."""
        old = sa.update(checkpoints).where(
            checkpoints.c.kind == str(CheckpointKind.HOURLY), checkpoints.c.at < at, checkpoints.c.leaves != b""
        )
        return self._connection.execute(old.values(leaves=b"")).rowcount


def _checkpoint(row: sa.RowMapping) -> Checkpoint:
    """A damaged body gives a checkpoint that no key has signed, so that verification can name it."""
    signature = str(row["signature"])
    try:
        kind = CheckpointKind(row["kind"])
    except ValueError:
        kind, signature = CheckpointKind.ON_DEMAND, ""
    at = read_instant(row["at"])
    at = at if isinstance(at, datetime) else datetime.min.replace(tzinfo=UTC)
    body = _body(row["body"])
    return Checkpoint(id=row["id"], at=at, kind=kind, signature=signature, **body)


def _body(text: Any) -> dict[str, Any]:
    try:
        body = json.loads(text)
        return {name: body[name] for name in _BODY}
    except (ValueError, TypeError, KeyError):
        return {"streams": 0, "events": 0, "root": "", "previous": None, "key_id": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFilter:
    """Results that were handed in. `withheld`: tasks whose contents may not be told yet; `differing`: only where results differ.

    `criterion`: a number, or part of it, as in `EventFilter`.
    """

    cases: CaseFilter
    criterion: str | None = None
    withheld: Collection[str] = ()
    differing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One result of a sheet that was handed in."""

    case_id: str
    criterion_id: str
    node_id: str
    organisation_id: str | None
    submitted_at: datetime
    submitted_by: str
    result: str
    reason: str


_JUDGEMENT = [one.c[name] for name in names(Judgement) for one in (assessments, assessment_results) if name in one.c]


def _judged(connection: sa.Connection, where: JudgedFilter) -> list[sa.ColumnElement[bool]]:
    parts: list[sa.ColumnElement[bool]] = [
        assessments.c.submitted_at.is_not(None),
        assessments.c.case_id.in_(filtered(sa.select(cases.c.id), where.cases)),
        assessment_results.c.result.is_not(None),
    ]
    if where.criterion is not None:
        known = connection.scalars(sa.select(assessment_results.c.criterion_id).distinct())
        parts.append(assessment_results.c.criterion_id.in_(bearing(where.criterion, known)))
    if where.withheld:
        parts.append(assessments.c.task_id.not_in(where.withheld))
    return parts


class Judgements:
    """What was handed in as results of criteria, over cases."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def pairs(self, where: JudgedFilter, page: Page) -> tuple[Sequence[tuple[str, str]], int]:
        """Case and criterion of each pair on the page that somebody has handed in a result for, newest cases first, and how many pairs."""
        pair = (assessments.c.case_id, assessment_results.c.criterion_id)
        query = (
            sa.select(*pair)
            .join_from(assessments, assessment_results)
            .where(*_judged(self._connection, where))
            .group_by(*pair)
        )
        if where.differing:
            query = query.having(sa.func.count(sa.distinct(assessment_results.c.result)) > 1)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        ordered = query.order_by(assessments.c.case_id.desc(), assessment_results.c.criterion_id)
        rows = self._connection.execute(ordered.limit(page.limit).offset(page.offset))
        return [(str(case_id), str(criterion)) for case_id, criterion in rows], total

    def of_cases(self, where: JudgedFilter, case_ids: Collection[str]) -> Sequence[Judgement]:
        """Every result that was handed in for these cases, oldest first."""
        query = sa.select(*_JUDGEMENT).join_from(assessments, assessment_results)
        query = query.where(*_judged(self._connection, where), assessments.c.case_id.in_(case_ids))
        ordered = query.order_by(assessments.c.submitted_at, assessments.c.id, assessment_results.c.criterion_id)
        return build_all(Judgement, self._connection.execute(ordered).mappings())
