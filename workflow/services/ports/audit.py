"""The event store: append-only streams with their heads, and checkpoints."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workflow.audit.checkpoint import Checkpoint
from workflow.audit.event import AuditEvent, Head
from workflow.audit.merkle import Leaf
from workflow.services.ports.cases import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """All given conditions must hold. `unit_ids` bounds case events to those units; other streams stay out with it."""

    text: str | None = None
    actor: str | None = None
    unit_id: str | None = None
    unit_ids: Collection[str] | None = None
    organisation: str | None = None
    type: str | None = None
    criterion: str | None = None
    case_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Events(Protocol):
    def head(self, stream: str) -> Head | None: ...

    def append(self, events: Sequence[AuditEvent], expected: Head | None) -> None:
        """Append to one stream whose head is still `expected`; else raise `Conflict`."""

    def of_stream(self, stream: str, until: datetime | None = None) -> Iterator[AuditEvent]: ...

    def page_of_stream(self, stream: str, page: Page, *, newest_first: bool = True) -> Sequence[AuditEvent]: ...

    def search(self, where: EventFilter, page: Page) -> tuple[Sequence[AuditEvent], int]: ...

    def each(self, where: EventFilter) -> Iterator[AuditEvent]: ...

    def streams(self) -> Sequence[str]:
        """Every stream that has an event, sorted, whether or not its head row is still there."""

    def heads(self) -> dict[str, Head]: ...


class Checkpoints(Protocol):
    def add(self, checkpoint: Checkpoint, leaves: Sequence[Leaf]) -> None: ...

    def latest(self) -> Checkpoint | None: ...

    def all(self) -> Sequence[Checkpoint]:
        """Oldest first."""

    def leaves(self, checkpoint_id: str) -> Sequence[Leaf] | None:
        """None where they were let go."""

    def thin_hourly_before(self, at: datetime) -> int:
        """Let go of the leaves of hourly checkpoints older than `at`; return how many."""
