"""What auditors do: search cases and events, read a case's history, see it as it once stood, export. Nothing is changed by it,
but reading a case and taking data out are on the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from workflow.audit.facts.auditing import CaseRead, CasesExported, EventsExported, FileRead
from workflow.audit.facts.fact import Fact
from workflow.calendar.zone import midnight
from workflow.errors import Conflict
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import INSPECTION, permissions_of
from workflow.packages.package import ProcedurePackage
from workflow.ports import AuditKeys
from workflow.runtime.recorder import Provenance
from workflow.runtime.steps import case_stream
from workflow.services.auditing.checkpoints import note
from workflow.services.auditing.event_words import EventWords
from workflow.services.auditing.exports import Taken, case_rows, check_number, event_rows
from workflow.services.auditing.history import CaseAt, History, PathTaken
from workflow.services.auditing.inspection import CaseProof, prove_case
from workflow.services.auditing.names import CaseSummary, EventNames, summaries
from workflow.services.auditing.questions.comparison import Standing, standing
from workflow.services.auditing.questions.scope import (
    auditors,
    auditors_access,
    bounded,
    organisations,
    people,
)
from workflow.services.auditing.timeline import Narrator, TimelineEntry
from workflow.services.auditing.veils import Veils
from workflow.services.auditing.vocabulary import GROUP, types_of
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.exports import Export, Format
from workflow.services.moving.versions import version_on
from workflow.store.auditing import EventFilter
from workflow.store.casework import CaseFilter, EvidenceRecord, UnitCase
from workflow.store.procedures import VersionRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """What an auditor looks for; all given conditions must hold. Days are local and both included.

    `type` is one, or a group of them (`group:powers`). `actor` is an id, or part of a name or login; `unit` and `organisation` are ids or parts of a name, the first of the unit
    that is judged, the second of the organisation for which somebody acted; `text` is sought in the events' contents.
    """

    actor: str = ""
    unit: str = ""
    organisation: str = ""
    since_on: date | None = None
    until_on: date | None = None
    type: str | None = None
    criterion: str | None = None
    text: str = ""
    case_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A page of a case's events, newest first, and the number of all."""

    case: UnitCase
    version: VersionRecord | None
    entries: Sequence[TimelineEntry]
    total: int


EXPORTS_A_MINUTE = 12
PROVED_AT_ONCE = 1_000
"""Of a case of so many events each page says whether its chain holds."""


class AuditService:
    """Every method but `record_reading` needs the permission `audit`, and sees only what its jurisdiction covers."""

    def __init__(self, ground: CaseGround, keys: AuditKeys) -> None:
        self._ground = ground
        self._keys = keys
        self._words = EventWords(ground)

    def search_cases(self, actor: Actor, where: CaseFilter, page: Page) -> tuple[Sequence[UnitCase], int]:
        """The cases of the auditor's jurisdiction, newest first, and the number of all. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            within = bounded(where, self._access(uow, actor))
            rows, total = uow.unit_cases.search(within, page)
            return [row.shown for row in rows], total

    def describe(self, actor: Actor, cases: Sequence[UnitCase]) -> list[CaseSummary]:
        """The cases, which another method has given to the actor, in words. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            self._access(uow, actor)
            return summaries(uow, EventNames(self._ground, uow), cases)

    def search_events(self, actor: Actor, query: EventQuery, page: Page) -> tuple[list[TimelineEntry], int]:
        """The events that the auditor may see, newest first, and the number of all. Raises `PermissionDenied`."""
        if query.text.strip():
            self._words.try_to_catch_up()
        with self._ground.units.reading() as uow:
            where = self._filter(uow, self._access(uow, actor), query)
            events, total = uow.events.search(where, page)
            return self._narrator(uow, actor).tell(events), total

    def timeline(self, actor: Actor, case_id: str, page: Page, group: str | None = None) -> Timeline:
        """A case's events, or those of one group. Raises `NotFound` for a case outside the jurisdiction, `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            case = self._case(uow, actor, case_id)
            names = EventNames(self._ground, uow)
            stream = case_stream(case.id)
            if group is None:
                head = uow.events.head(stream)
                found, total = uow.events.page_of_stream(stream, page), head.seq if head else 0
            else:
                where = EventFilter(streams=[stream], types=types_of(f"{GROUP}{group}"))
                found, total = uow.events.search(where, page)
            entries = Narrator(names, Veils.of(self._ground, uow, actor)).tell(found)
            return Timeline(case=case.shown, version=names.version(case), entries=entries, total=total)

    def proof(self, actor: Actor, case_id: str, *, whole: bool = False) -> CaseProof | None:
        """Whether the case's chain holds and its rows are what its events give, checked now. Raises as `timeline`.

        None where that takes longer than a page may, unless the `whole` is asked for all the same.
        """
        with self._ground.units.reading() as uow:
            case = self._case(uow, actor, case_id)
            head = uow.events.head(case_stream(case.id))
            if head is not None and head.seq > PROVED_AT_ONCE and not whole:
                return None
            found = prove_case(uow, case.id, self._ground.clock.now())
            # Where somebody's part of a round is withheld, what differs could tell it.
            return replace(found, told=not Veils.of(self._ground, uow, actor).over(case).events)

    def case_at(self, actor: Actor, case_id: str, instant: datetime) -> CaseAt:
        """The case as its events tell that it stood at the instant. Raises as `timeline`."""
        with self._ground.units.reading() as uow:
            case = self._case(uow, actor, case_id)
            veil = Veils.of(self._ground, uow, actor).over(case)
            history = History(uow.events.of_stream(case_stream(case.id), instant), veil)
            return history.at(uow, EventNames(self._ground, uow), case, instant)

    def standing_at(self, actor: Actor, case_id: str, instant: datetime) -> Standing:
        """As `case_at`, with who held the roles of the case's tasks and the campaign's deadlines then."""
        with self._ground.units.reading() as uow:
            case = self._case(uow, actor, case_id)
            veil = Veils.of(self._ground, uow, actor).over(case)
            names = EventNames(self._ground, uow)
            history = History(uow.events.of_stream(case_stream(case.id), instant), veil)
            return standing(uow, names, case, history.at(uow, names, case, instant))

    def path_taken(self, actor: Actor, case_id: str, until: datetime | None = None) -> PathTaken:
        """The way the case took through its diagram until then (None: until now). Raises as `timeline`."""
        with self._ground.units.reading() as uow:
            case = self._case(uow, actor, case_id)
            return History(uow.events.of_stream(case_stream(case.id), until)).path()

    def package_at(self, actor: Actor, case_id: str, until: datetime | None = None) -> ProcedurePackage | None:
        """The version that the case ran on then (None: now), with its diagram; None where its files were altered. Raises as `timeline`."""
        with self._ground.units.reading() as uow:
            case = self._case(uow, actor, case_id)
            names = EventNames(self._ground, uow)
            return names.package(names.on(case, version_on(uow, case, until)))

    def record_reading(self, actor: Actor, case_id: str, file: EvidenceRecord | None = None) -> bool:
        """Put on the record that the actor read the case, and which file of it; say whether there was anything to put. Raises `NotFound`."""
        return record_reading(self._ground, actor, case_id, file)

    def export_events(self, actor: Actor, query: EventQuery, format: Format, locale: str = "vi") -> Export:
        """All events that `search_events` finds, oldest first, in the reader's language, with a signed manifest.

        What is recorded is what was written, before anybody gets it: the export is no part of itself. Raises `PermissionDenied`,
        `InvalidInput` for more than 100,000 rows, `TooManyAttempts`.
        """
        self._ground.pace.take(actor.user_id, "export", EXPORTS_A_MINUTE)
        if query.text.strip():
            self._words.try_to_catch_up()
        with self._ground.units.reading() as uow:
            access = self._access(uow, actor)
            where = self._filter(uow, access, query)
            check_number(uow.events.search(where, Page(limit=1))[1])
        taken = Taken("events", format, locale, by=self._by(access), query=_said(query))
        export, manifest = taken.write(
            *event_rows(self._ground, where, locale, actor), self._keys, self._ground.clock.now()
        )
        self._note(taken.by, EventsExported(rows=export.rows, format=format, query=taken.query, manifest=manifest))
        return export

    def export_cases(self, actor: Actor, where: CaseFilter, format: Format, locale: str = "vi") -> Export:
        """All cases that `search_cases` finds. Raises as `export_events`."""
        self._ground.pace.take(actor.user_id, "export", EXPORTS_A_MINUTE)
        with self._ground.units.reading() as uow:
            access = self._access(uow, actor)
            within = bounded(where, access)
            check_number(uow.unit_cases.search(within, Page(limit=1))[1])
        said = {"text": where.text} if where.text else {}
        taken = Taken("cases", format, locale, by=self._by(access), query=said)
        export, manifest = taken.write(*case_rows(self._ground, within, locale), self._keys, self._ground.clock.now())
        self._note(taken.by, CasesExported(rows=export.rows, format=format, text=where.text, manifest=manifest))
        return export

    def _note(self, by: Provenance, fact: Fact) -> None:
        with self._ground.units() as uow:
            note(uow, by, fact)
            uow.commit()

    def _narrator(self, uow: UnitOfWork, actor: Actor) -> Narrator:
        return Narrator(EventNames(self._ground, uow), Veils.of(self._ground, uow, actor))

    def _access(self, uow: UnitOfWork, actor: Actor) -> Access:
        return auditors_access(self._ground, uow, actor)

    def _case(self, uow: UnitOfWork, actor: Actor, case_id: str) -> UnitCase:
        access = self._access(uow, actor)
        case = uow.unit_cases.get(case_id)
        access.require("audit", case)
        return case

    def _by(self, access: Access) -> Provenance:
        return provenance(access.actor, auditors(access), access.now, new_id())

    def _filter(self, uow: UnitOfWork, access: Access, query: EventQuery) -> EventFilter:
        units = access.units("audit")
        everything = units >= {one.id for one in access.tree.all()}
        named = organisations(access.tree, query.unit)
        within = None if everything and named is None else units if named is None else units & named
        by, inspected = auditors(access), None
        if by is not None and by.role == INSPECTION:
            within, inspected = None, CaseFilter(unit_ids=named, areas=access.areas())
        return EventFilter(
            text=query.text.strip() or None,
            actors=people(uow, query.actor.strip()),
            unit_ids=within,
            organisation_ids=() if within is None or named is not None else units,
            organisations=organisations(access.tree, query.organisation),
            types=types_of(query.type),
            criterion=query.criterion,
            case_id=query.case_id,
            cases=inspected,
            withheld=Veils(self._ground, uow, access).events() if query.text.strip() or query.criterion else (),
            since=midnight(query.since_on) if query.since_on else None,
            until=midnight(query.until_on + timedelta(days=1)) if query.until_on else None,
        )


def _said(query: EventQuery) -> dict[str, str]:
    """The conditions that were given, for the record."""
    return {name: str(getattr(query, name)) for name in EventQuery.__slots__ if getattr(query, name)}


ONCE_IN = timedelta(hours=1)
_ATTEMPTS = 3
_OF_AN_HOUR = Page(limit=10_000)


def record_reading(ground: CaseGround, actor: Actor, case_id: str, file: EvidenceRecord | None = None) -> bool:
    """Append `CaseRead` to the case, at most once an hour an actor and case; with a file of it also `FileRead`, once an hour an actor and file.
    Say whether something was appended.

    Who takes part needs no record, their acts being on it: the unit's own people, whoever may act on an open task, whoever
    completed one. Raises `NotFound` for a case the actor may not see.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _attempt(ground, actor, case_id, file)
        except Conflict:
            continue  # somebody worked on the case in that instant
    return _attempt(ground, actor, case_id, file)


def _attempt(ground: CaseGround, actor: Actor, case_id: str, file: EvidenceRecord | None) -> bool:
    with ground.units.reading() as uow:
        access = ground.access(uow, actor)
        case = ground.visible_case(uow, access, case_id)
        if _takes_part(ground, uow, access, case) or not _unrecorded(uow, actor, case_id, file, access.now):
            return False
    with ground.units() as uow:
        facts = _unrecorded(uow, actor, case_id, file, access.now)
        if not facts:
            return False
        assignment = access.assignment("audit", case) or access.assignment("read_case", case)
        by = provenance(actor, assignment, access.now, new_id())
        ground.steps.note(uow, case, by, *facts)
        uow.commit()
    return True


def _unrecorded(uow: UnitOfWork, actor: Actor, case_id: str, file: EvidenceRecord | None, now: datetime) -> list[Fact]:
    """What of the reading the last hour's record does not say yet."""
    facts: list[Fact] = []
    if not _lately(uow, actor, case_id, CaseRead, now):
        facts.append(CaseRead())
    if file is not None and file.id not in {
        one.get("evidence_id") for one in _lately(uow, actor, case_id, FileRead, now)
    }:
        told = FileRead(evidence_id=file.id, task_id=file.task_id, evidence_sha256=file.sha256, filename=file.filename)
        facts.append(told)
    return facts


def _lately(uow: UnitOfWork, actor: Actor, case_id: str, kind: type[Fact], now: datetime) -> list[Mapping[str, Any]]:
    where = EventFilter(
        case_id=case_id, actor=actor.user_id, type=kind.__name__, since=now - ONCE_IN, until=now + ONCE_IN
    )
    found, _total = uow.events.search(where, _OF_AN_HOUR)
    return [one.payload for one in found if isinstance(one.payload, dict)]


def _takes_part(ground: CaseGround, uow: UnitOfWork, access: Access, case: UnitCase) -> bool:
    """The reading of an auditor or an inspection team is recorded even where they have another part in the case."""
    actor = access.actor
    if any({"audit", "inspect"} & permissions_of(one.role) for one in actor.assignments):
        return False
    if any(one.organisation_id == case.unit_id for one in actor.assignments):
        return True
    for task in uow.tasks.open_of_case(case.id):
        if task.assignee_id == actor.user_id or actor.in_group(task.groups):
            return True
    package = ground.version(uow, case).package
    nodes = [node for process in package.bpmn.processes.values() for node in process.user_tasks]
    return any(actor.user_id in doers for doers in uow.task_people.doers(case.id, nodes).values())
