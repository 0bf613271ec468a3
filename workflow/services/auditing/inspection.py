"""Looks at every event on its way to the chain's own verifier: what is filed, covered, named, and what follows from it."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent
from workflow.audit.facts.auditing import CheckpointSigned, CoveringFact, RowsTakenOver
from workflow.audit.facts.fact import Fact
from workflow.audit.facts.procedures import VersionPublished
from workflow.audit.facts.registry import FACTS
from workflow.audit.verify import verify_all
from workflow.services.accounts.directory import STREAM as ACCOUNTS
from workflow.services.auditing.account_check import AccountCheck
from workflow.services.auditing.case_verification import CaseCheck, Piece
from workflow.services.auditing.seals import Noted
from workflow.store.auditing import criterion_of
from workflow.store.sealing.book import OLD_WRITER
from workflow.store.unit_of_work import UnitOfWork

_CASE = "case:"
Filed = tuple[AuditEvent, str | None]
"""An event, and the criterion that its row is filed under."""


class Inspection:
    """Gathers faults in `breaches` while the streams that it gives are read."""

    def __init__(self, uow: UnitOfWork, piece: Piece) -> None:
        self._uow = uow
        self._piece = piece
        self.breaches: list[Breach] = []
        self.evidence: dict[str, AuditEvent] = {}
        """The hash of every evidence file → the first event that names it."""
        self.cases: set[str] = set()
        self.first_at: datetime | None = None
        self.noted: dict[Noted, str] = {}
        """Pages of the books of seals that were noted when a checkpoint was signed: writer and number → MAC."""
        self.taken_over: list[AuditEvent] = []
        """The events that tell which rows were sealed as they stood: the book of seals was begun."""
        self._covering: list[AuditEvent] = []

    def gone(self, checkpoints: Collection[str]) -> Iterator[Breach]:
        """What events say was signed and is not there. Older events do not name theirs: they need any at all."""
        for event in self._covering:
            named = event.payload.get("checkpoint_id")
            if named not in checkpoints if named else not checkpoints:
                expected = str(named or "–")
                yield Breach(kind=BreachKind.CHECKPOINT_GONE, stream=event.stream, seq=event.seq, expected=expected)

    def streams(self, names: Collection[str]) -> Iterator[tuple[str, Iterator[AuditEvent]]]:
        """Every stream with its events in stored order; those of `names` also where no event of theirs is left."""
        found: set[str] = set()
        for name, filed in groupby(self._filed(), key=lambda pair: pair[0].stream):
            found.add(name)
            yield name, self._of(name, filed)
        # Accounts are compared even where no event of theirs is left.
        for name in sorted({*names, ACCOUNTS} - found):
            yield name, self._of(name, iter(()))

    def stream(self, name: str) -> tuple[str, Iterator[AuditEvent]]:
        """One stream with its events in stored order, also where none is left."""
        return name, self._of(name, self._filed(name))

    def _filed(self, stream: str | None = None) -> Iterator[Filed]:
        with self._piece("events"):
            yield from self._uow.events.filed(stream)

    def _of(self, name: str, filed: Iterator[Filed]) -> Iterator[AuditEvent]:
        if name.startswith(_CASE):
            return self._of_case(name, filed)
        return self._of_accounts(filed) if name == ACCOUNTS else self._plain(filed)

    def _plain(self, filed: Iterator[Filed]) -> Iterator[AuditEvent]:
        for event, criterion in filed:
            self._look(event, criterion)
            yield event

    def _of_accounts(self, filed: Iterator[Filed]) -> Iterator[AuditEvent]:
        check = AccountCheck(self._uow, self._piece)
        for event in self._plain(filed):
            check.feed(event)
            yield event
        self.breaches += check.finish()

    def _of_case(self, stream: str, filed: Iterator[Filed]) -> Iterator[AuditEvent]:
        case_id = stream.removeprefix(_CASE)
        self.cases.add(case_id)
        check = CaseCheck(self._uow, case_id, self._piece)
        for event in self._plain(filed):
            if event.case_id != case_id:
                self._misfiled(event, case_id, event.case_id)
            check.feed(event)
            yield event
        self.breaches += check.finish()

    def _look(self, event: AuditEvent, filed: str | None) -> None:
        payload: Any = event.payload
        criterion = criterion_of(payload)
        if criterion != filed:
            self._misfiled(event, criterion, filed)
        if not isinstance(payload, dict):  # a damaged row: the chain says so
            return
        if isinstance(event.at, datetime) and (self.first_at is None or event.at < self.first_at):
            self.first_at = event.at
        if issubclass(FACTS.get(event.type, Fact), CoveringFact):
            self._covering.append(event)
        if event.type == RowsTakenOver.__name__:
            self.taken_over.append(event)
        if event.type == CheckpointSigned.__name__:
            self._note(payload)
        for named in (payload.get("evidence_sha256"), payload.get("report_sha256")):
            if isinstance(named, str):
                self.evidence.setdefault(named, event)
        if event.type == VersionPublished.__name__:
            self._definition(event)

    def _note(self, payload: dict[str, Any]) -> None:
        match payload.get("seals"):
            case {"number": int(number), "mac": str(mac)} if number:
                self.noted[OLD_WRITER, number] = mac
            case {"books": dict(books)}:
                for writer, page in books.items():
                    match page:
                        case [int(number), str(mac)]:
                            self.noted[str(writer), number] = mac

    def _definition(self, event: AuditEvent) -> None:
        """The files of a version are those that were published."""
        named = event.payload.get("files")
        if not isinstance(named, dict):
            return
        actual: dict[str, str] = {}
        with self._piece(f"definition_files {event.payload.get('version_id')}"):
            stored = self._uow.definitions.files(str(event.payload.get("version_id")))
            actual = {path: hashlib.sha256(content).hexdigest() for path, content in stored.items()}
        for path in sorted(named.keys() | actual.keys()):
            if named.get(path) != actual.get(path):
                self._breach(
                    BreachKind.DEFINITION, event, f"{path} {named.get(path, '–')}", f"{path} {actual.get(path, '–')}"
                )

    def _misfiled(self, event: AuditEvent, expected: str | None, actual: str | None) -> None:
        self._breach(BreachKind.INDEX, event, str(expected), str(actual))

    def _breach(self, kind: BreachKind, event: AuditEvent, expected: str, actual: str) -> None:
        self.breaches.append(Breach(kind=kind, stream=event.stream, seq=event.seq, expected=expected, actual=actual))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProof:
    """Whether one case's chain holds, and whether its rows are what its events give, as both stood at `at`.

    `chain` names faults of events, each with their numbers; `rows` what differs of the case, its tasks, files and assessments. `told`: the
    reader may know what differs. Checkpoints and the contents of files are the whole verification's business.
    """

    at: datetime
    events: int
    chain: tuple[Breach, ...]
    rows: tuple[Breach, ...]
    told: bool = True


def prove_case(uow: UnitOfWork, case_id: str, at: datetime) -> CaseProof:
    """Read the case's events once, link by link, and compute from them what its rows should say."""
    unreadable: list[Breach] = []

    @contextmanager
    def piece(where: str) -> Iterator[None]:
        try:
            with uow.savepoint():
                yield
        except Exception as fault:
            said = type(fault).__name__
            unreadable.append(Breach(kind=BreachKind.UNREADABLE, stream=where, actual=said))

    stream = f"{_CASE}{case_id}"
    with uow.tolerant():
        inspection, head = Inspection(uow, piece), uow.events.head(stream)
        report = verify_all([inspection.stream(stream)], {stream: head} if head else {}, (), lambda _id: None, {})
    found = [*report.breaches, *inspection.breaches, *unreadable]
    of_events = tuple(one for one in found if one.seq is not None)
    return CaseProof(at=at, events=report.events, chain=of_events, rows=tuple(one for one in found if one.seq is None))
