"""One sealed event of an audit stream, and how its hash comes about.

An event's hash is the SHA-256 of the RFC 8785 text of its body; the body names the hash of the event before it. A stream is a case,
a procedure, an organisation, the accounts or a campaign, so that no two cases ever wait for each other.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workflow.audit.payload import are_plain, canonical, checked
from workflow.errors import N_, InvalidInput

FORMAT = 1
GENESIS = "cong-nhan/audit/1/"
"""Prefix of the text whose SHA-256 is what the first event of a stream links to; the stream's name follows it."""

_NO_STREAM = N_("An audit event needs a stream, a type and an actor.")
_SEQ = N_("An audit event's number must be 1 or more, not %(seq)s.")
_NAIVE = N_("The instant of an audit event must carry its time zone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One fact of a stream. `seal` makes it; a repository rebuilds it from a row without checking, so that `verify_stream` can.

    `seq` counts from 1 within `stream`. `at` is an aware UTC instant to the microsecond. `actor` is a user id or "system".
    `on_behalf_of` is the user whose deputy the actor was. `prev_hash` and `hash` are 64 lower-case hexadecimal digits.
    """

    stream: str
    seq: int
    id: str
    type: str
    at: datetime
    actor: str
    role: str | None = None
    organisation: str | None = None
    on_behalf_of: str | None = None
    command_id: str | None = None
    case_id: str | None = None
    province: str | None = None
    payload: dict[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a stream stands: the number and hash of its last event. Heads are the leaves of a checkpoint's tree."""

    stream: str
    seq: int
    hash: str


def genesis(stream: str) -> str:
    """Return the hash that the first event of `stream` links to; no event of another stream can stand in its place."""
    return hashlib.sha256((GENESIS + stream).encode()).hexdigest()


def instant_text(at: datetime) -> str:
    """Return an aware instant as it stands in a body: UTC, always six digits of a second, `Z`.

    Raises InvalidInput for a naive instant.
    """
    if at.tzinfo is None:
        raise InvalidInput(_NAIVE)
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def body(event: AuditEvent) -> dict[str, Any]:
    """Return what is hashed: the format number and every field but the hash itself."""
    return _body(_fields(event))


def _body(fields: dict[str, Any]) -> dict[str, Any]:
    return {"format": FORMAT, **fields, "at": instant_text(fields["at"])}


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(body)).hexdigest()


def _fields(event: AuditEvent) -> dict[str, Any]:
    return {
        "stream": event.stream,
        "seq": event.seq,
        "id": event.id,
        "type": event.type,
        "at": event.at,
        "actor": event.actor,
        "role": event.role,
        "organisation": event.organisation,
        "on_behalf_of": event.on_behalf_of,
        "command_id": event.command_id,
        "case_id": event.case_id,
        "province": event.province,
        "payload": event.payload,
        "prev_hash": event.prev_hash,
    }


def event_hash(event: AuditEvent) -> str:
    """Return the hash that the event's content gives, whatever its `hash` field says."""
    return _hash(body(event))


def event_record(event: AuditEvent) -> dict[str, Any]:
    """Return the body with its hash: one line of `events.jsonl`."""
    return {**body(event), "hash": event.hash}


def head_of(event: AuditEvent) -> Head:
    """Return the head of a stream whose last event this is."""
    return Head(stream=event.stream, seq=event.seq, hash=event.hash)


def seal(
    prev_hash: str,
    *,
    stream: str,
    seq: int,
    id: str,
    type: str,
    at: datetime,
    actor: str,
    payload: dict[str, Any],
    role: str | None = None,
    organisation: str | None = None,
    on_behalf_of: str | None = None,
    command_id: str | None = None,
    case_id: str | None = None,
    province: str | None = None,
) -> AuditEvent:
    """Make the event that follows the one with `prev_hash`; use `genesis(stream)` for the first and `seal_next` for most cases.

    The payload is copied. Raises InvalidInput when a compulsory text is empty, `seq` is below 1, `at` is naive, or the payload or a
    text holds what cannot be kept exactly (see `workflow.audit.payload.checked`).
    """
    sealing = Sealing(
        stream=stream,
        at=at,
        actor=actor,
        role=role,
        organisation=organisation,
        on_behalf_of=on_behalf_of,
        command_id=command_id,
        case_id=case_id,
        province=province,
    )
    return sealing.event(prev_hash, seq, id, type, payload)


class Sealing:
    """Seals events that have all in common but their number, id, type and payload: what is common is looked at once.

    Raises as `seal`, which says what the fields are.
    """

    def __init__(
        self,
        *,
        stream: str,
        at: datetime,
        actor: str,
        role: str | None = None,
        organisation: str | None = None,
        on_behalf_of: str | None = None,
        command_id: str | None = None,
        case_id: str | None = None,
        province: str | None = None,
    ) -> None:
        if not (stream and actor):
            raise InvalidInput(_NO_STREAM)
        texts = {
            "stream": stream,
            "actor": actor,
            "role": role,
            "organisation": organisation,
            "on_behalf_of": on_behalf_of,
            "command_id": command_id,
            "case_id": case_id,
            "province": province,
        }
        if not are_plain(texts.values()):
            checked(list(texts.values()), "event")
        self._shared: dict[str, Any] = {**texts, "at": at if at.tzinfo is UTC else _utc(at)}
        self._body = _body(self._shared)

    def event(self, prev_hash: str, seq: int, id: str, type: str, payload: dict[str, Any]) -> AuditEvent:
        """The event after the one with `prev_hash`."""
        if not (type and id):
            raise InvalidInput(_NO_STREAM)
        if seq < 1:
            raise InvalidInput(_SEQ, seq=seq)
        if not are_plain((id, type)):
            checked([id, type], "event")
        own = {"seq": seq, "id": id, "type": type, "payload": checked(payload), "prev_hash": prev_hash}
        return AuditEvent(**self._shared, **own, hash=_hash({**self._body, **own}))

    def after(self, head: Head | None, happened: Iterable[tuple[str, str, dict[str, Any]]]) -> list[AuditEvent]:
        """The events after `head`, or the first of the stream where there is none: of each its id, type and payload."""
        last, hash = (head.seq, head.hash) if head is not None else (0, genesis(self._shared["stream"]))
        sealed = []
        for seq, (id, type, payload) in enumerate(happened, start=last + 1):
            event = self.event(hash, seq, id, type, payload)
            hash = event.hash
            sealed.append(event)
        return sealed


def seal_next(head: Head | None, stream: str, **fields: Any) -> AuditEvent:
    """Seal the event after `head`, or the first of `stream` where there is none; `fields` are those of `seal`."""
    if head is None:
        return seal(genesis(stream), stream=stream, seq=1, **fields)
    return seal(head.hash, stream=stream, seq=head.seq + 1, **fields)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise InvalidInput(_NAIVE)
    return at.astimezone(UTC)
