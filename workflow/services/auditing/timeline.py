"""Events as a page tells them: who, when, in which role, for whom, what changed, and why it went that way."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.model.user_task import Label
from workflow.runtime.recorder import SYSTEM
from workflow.services.auditing.explanations import Explainer, Explanation
from workflow.services.auditing.names import EventNames
from workflow.services.auditing.teller import sentence, trouble, withheld_sentence
from workflow.services.auditing.veils import Veils
from workflow.services.auditing.vocabulary import group_of, wording
from workflow.services.casework.fold import UNREADABLE
from workflow.services.ground.changes import Change, changes_in
from workflow.services.ground.labels import role_label
from workflow.store.auditing import criterion_of
from workflow.store.casework import UnitCase
from workflow.store.procedures import VersionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One event. `said` tells it as a sentence; `trouble`: why a case got stuck, of the event that says it did.

    `withheld`: what it holds is not told before a round closes; `payload` is then empty, `hash` proves it all the same.
    The event's own id and its command's are withheld with it: whoever knew the rest could try short contents out against the hash.
    `at` is None, and `damaged` true, for a row that can no longer be read as an event. `detail` entries are the engine's own
    bookkeeping. `payload` is the canonical text, `hash` what the next event links to.
    """

    id: str
    stream: str
    seq: int
    at: datetime | None
    type: str
    group: str
    said: Label
    trouble: Label | None
    detail: bool
    damaged: bool
    withheld: bool
    actor_id: str
    by_system: bool
    actor: str
    role: str | None
    role_label: Label
    organisation: Label
    on_behalf_of: str | None
    criterion: str | None
    changes: tuple[Change, ...]
    explanation: Explanation | None
    case: UnitCase | None
    version: VersionRecord | None
    command_id: str | None
    payload: str
    hash: str


class Narrator:
    """Tells events within one unit of work, as far as the reader may know them yet."""

    def __init__(self, names: EventNames, veils: Veils) -> None:
        self._names = names
        self._veils = veils
        self._explainer = Explainer()

    def tell(self, events: Sequence[AuditEvent]) -> list[TimelineEntry]:
        """One entry an event, in their order."""
        self._names.prepare(events)
        return [self._entry(event) for event in events]

    def _entry(self, event: AuditEvent) -> TimelineEntry:
        names = self._names
        case = names.at(names.case(event.case_id), event.seq)
        package = names.package(case)
        withheld = event.id in self._veils.over(names.case(event.case_id)).events
        if withheld:
            event = replace(event, payload=_shown(event))
        readable = isinstance(event.at, datetime) and isinstance(event.payload, dict)
        return TimelineEntry(
            id=f"{event.stream}-{event.seq}" if withheld else event.id,
            stream=event.stream,
            seq=event.seq,
            at=event.at if isinstance(event.at, datetime) else None,
            type=event.type,
            group=group_of(event.type),
            said=withheld_sentence(event, names, case) if withheld else sentence(event, names, case),
            trouble=None if withheld else trouble(event, names, case),
            detail=wording(event.type).detail,
            damaged=not readable,
            withheld=withheld,
            actor_id=event.actor,
            by_system=event.actor == SYSTEM,
            actor=names.person(event.actor),
            role=event.role,
            role_label=role_label(package, event.role),
            organisation=names.organisation(event.organisation),
            on_behalf_of=names.person(event.on_behalf_of) if event.on_behalf_of else None,
            criterion=criterion_of(event.payload),
            changes=changes_in(event.payload, names.words(case)) if readable and not withheld else (),
            explanation=self._explained(event, case) if readable and not withheld else None,
            case=shown.shown if (shown := names.case(event.case_id)) else None,
            version=names.version(case),
            command_id=None if withheld else event.command_id,
            payload="" if withheld else json.dumps(event.payload, ensure_ascii=False, sort_keys=True),
            hash=event.hash,
        )

    def _explained(self, event: AuditEvent, case: UnitCase | None) -> Explanation | None:
        try:
            return self._explainer.explain(
                event, self._names.package(case), self._names.people, self._names.words(case)
            )
        except UNREADABLE:
            return (
                None  # an explanation that was tampered with is verification's business, not a reason to show nothing
            )


def _shown(event: AuditEvent) -> dict[str, Any]:
    """Of a withheld payload only which task it was about."""
    payload = event.payload if isinstance(event.payload, dict) else {}
    return {key: payload[key] for key in ("task_id", "node_id") if key in payload}


def in_batches(events: Iterable[AuditEvent], size: int = 500) -> Iterable[list[AuditEvent]]:
    """The events in lists of at most `size`, so that names are read for many at once."""
    batch: list[AuditEvent] = []
    for event in events:
        batch.append(event)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
