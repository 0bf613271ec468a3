"""Verification of one stream, event by event, in memory that does not grow with an intact stream."""

from collections.abc import Iterable
from dataclasses import replace

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent, Head, event_hash, genesis
from workflow.errors import InvalidInput

SUSPECTS = 64
"""How many changed events of a stream are compared with each other to tell an exchange of two from a change of two."""


def verify_stream(
    events: Iterable[AuditEvent],
    expected_head: Head | None = None,
    *,
    stream: str | None = None,
    covered: Iterable[Head] = (),
) -> list[Breach]:
    """Return every fault of one stream, given in stored order; an empty list means that it is whole.

    `expected_head` and `covered` are heads recorded elsewhere (a checkpoint, the table of heads): the stream must still contain them.
    Without any, a cut tail cannot be seen. `stream` is the name the events must bear; by default that of the head or the first event.
    """
    heads = [*covered, *([expected_head] if expected_head else [])]
    chain = ChainVerifier(stream or (heads[0].stream if heads else None), heads)
    for event in events:
        chain.feed(event)
    return chain.finish()


class ChainVerifier:
    """Takes the events of one stream one by one and gathers its faults."""

    def __init__(self, stream: str | None, covered: Iterable[Head] = ()) -> None:
        self.stream = stream
        self.count = 0
        self.head: Head | None = None
        self._breaches: list[Breach] = []
        self._gaps: list[tuple[int, int]] = []
        self._suspects: list[AuditEvent] = []
        self._links: set[str] | None = None if stream is None else {genesis(stream)}
        self._covered: dict[int, set[str]] = {}
        for head in covered:
            self._covered.setdefault(head.seq, set()).add(head.hash)

    def feed(self, event: AuditEvent) -> None:
        """Check the next event in stored order."""
        if self.stream is None or self._links is None:
            self.stream, self._links = event.stream, {genesis(event.stream)}
        self.count += 1
        actual = _content_hash(event)
        if actual != event.hash:
            self._note_changed(event, actual)
        if event.stream != self.stream:
            self._add(BreachKind.FOREIGN, event.seq, actual=event.stream)
        self._check_cover(event)
        last = self.head.seq if self.head else 0
        if event.seq <= last:
            self._note_late(event, last)
            return
        if event.seq > last + 1:
            self._gaps.append((last + 1, event.seq - 1))
        elif event.prev_hash not in self._links:
            self._add(
                BreachKind.LINK,
                event.seq,
                expected=self.head.hash if self.head else genesis(self.stream),
                actual=event.prev_hash,
            )
        self._links = {event.hash, actual}
        self.head = Head(stream=self.stream, seq=event.seq, hash=event.hash)

    def finish(self) -> list[Breach]:
        """Return all faults, in the order of the events they are about."""
        last = self.head.seq if self.head else 0
        for first, until in self._gaps:
            self._add(BreachKind.REMOVED, first, last_seq=until)
        lost = max((seq for seq in self._covered if seq > last), default=None)
        if lost is not None:
            self._add(BreachKind.CUT, last + 1, last_seq=lost)
        self._tell_exchanged()
        return sorted(self._breaches, key=lambda breach: breach.seq or 0)

    def _add(
        self,
        kind: BreachKind,
        seq: int,
        *,
        last_seq: int | None = None,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        name = self.stream or ""
        self._breaches.append(
            Breach(kind=kind, stream=name, seq=seq, last_seq=last_seq, expected=expected, actual=actual)
        )

    def _note_changed(self, event: AuditEvent, actual: str) -> None:
        self._add(BreachKind.CHANGED, event.seq, expected=event.hash, actual=actual or "–")
        if len(self._suspects) < SUSPECTS:
            self._suspects.append(event)

    def _check_cover(self, event: AuditEvent) -> None:
        for recorded in self._covered.pop(event.seq, ()):
            if recorded != event.hash:
                self._add(BreachKind.REWRITTEN, event.seq, expected=recorded, actual=event.hash)

    def _note_late(self, event: AuditEvent, last: int) -> None:
        for index, (first, until) in enumerate(self._gaps):
            if first <= event.seq <= until:
                rest = [(first, event.seq - 1), (event.seq + 1, until)]
                self._gaps[index : index + 1] = [gap for gap in rest if gap[0] <= gap[1]]
                self._add(BreachKind.REORDERED, event.seq, expected=str(last + 1), actual=str(event.seq))
                return
        self._add(BreachKind.DUPLICATE, event.seq)

    def _tell_exchanged(self) -> None:
        """Say "reordered" of changed events whose hash fits once they bear another suspect's number."""
        numbers = {event.seq for event in self._suspects}
        for event in self._suspects:
            for seq in numbers - {event.seq}:
                if _content_hash(replace(event, seq=seq)) == event.hash:
                    self._breaches = [
                        replace(breach, kind=BreachKind.REORDERED, expected=str(seq), actual=str(event.seq))
                        if breach.kind is BreachKind.CHANGED and breach.seq == event.seq
                        else breach
                        for breach in self._breaches
                    ]


def _content_hash(event: AuditEvent) -> str:
    """The hash of a stored event, or an empty text where its content is no longer anything that can be hashed."""
    try:
        return event_hash(event)
    except (InvalidInput, TypeError, ValueError, AttributeError, RecursionError, OverflowError):
        return ""
