"""The event store: append-only streams with their heads, and checkpoints."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from workflow.audit.checkpoint import Checkpoint
from workflow.audit.event import AuditEvent, Head
from workflow.audit.keys import KeyRing, SigningKey
from workflow.audit.merkle import Leaf
from workflow.services.ports.cases import Page


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
    criterion: str | None = None
    case_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def criterion_of(payload: Any) -> str | None:
    """The criterion that an event is filed under, or None."""
    found = payload.get("criterion_id") if isinstance(payload, dict) else None
    return found if isinstance(found, str) else None


class Events(Protocol):
    def head(self, stream: str) -> Head | None: ...

    def append(self, events: Sequence[AuditEvent], expected: Head | None) -> None:
        """Append to one stream whose head is still `expected`; else raise `Conflict`."""

    def of_stream(self, stream: str, until: datetime | None = None) -> Iterator[AuditEvent]:
        """In order, those at `until` included. A damaged row never raises: it comes as an event that no hash fits."""

    def filed(self, stream: str) -> Iterator[tuple[AuditEvent, str | None]]:
        """The events of a stream in stored order, each with the criterion that its row is filed under."""

    def page_of_stream(self, stream: str, page: Page, *, newest_first: bool = True) -> Sequence[AuditEvent]: ...

    def of_type(self, stream: str, type: str, limit: int = 20) -> Sequence[AuditEvent]:
        """The stream's events of that type, newest first."""

    def search(self, where: EventFilter, page: Page) -> tuple[Sequence[AuditEvent], int]:
        """Return the events of the page, newest first, and the number of all."""

    def each(self, where: EventFilter) -> Iterator[AuditEvent]:
        """Oldest first."""

    def streams(self) -> Sequence[str]:
        """Every stream that has an event, sorted, whether or not its head row is still there."""

    def heads(self) -> dict[str, Head]: ...


class Checkpoints(Protocol):
    def add(self, checkpoint: Checkpoint, leaves: Sequence[Leaf]) -> None: ...

    def latest(self) -> Checkpoint | None: ...

    def all(self) -> Sequence[Checkpoint]:
        """Oldest first."""

    def page(self, page: Page) -> tuple[Sequence[Checkpoint], int]:
        """Newest first, and the number of all."""

    def leaves(self, checkpoint_id: str) -> Sequence[Leaf] | None:
        """None where they were let go."""

    def thin_hourly_before(self, at: datetime) -> int:
        """Let go of the leaves of hourly checkpoints older than `at`; return how many."""


class AuditKeys(Protocol):
    """Where the key that signs checkpoints is kept."""

    def signing(self) -> SigningKey:
        """The present key; the first call makes one. Raises `ConfigurationError` for one that cannot be read."""

    def ring(self) -> KeyRing:
        """The public keys of now and before."""

    def rotate(self) -> SigningKey:
        """Put a new key in the place of the present one, whose public part stays in the ring."""
