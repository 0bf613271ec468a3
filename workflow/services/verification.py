"""Everything that was recorded, checked: chains, heads, checkpoints, and that the tables still say what the events say."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent
from workflow.audit.verify import Report, verify_all
from workflow.errors import N_, NotFound
from workflow.organisation.authority import Actor
from workflow.ports import AuditKeys, BlobStore, Clock
from workflow.services.account_check import AccountCheck
from workflow.services.administration import STREAM as ACCOUNTS
from workflow.services.case_check import CaseCheck, check_unrecorded
from workflow.services.checkpoints import CHECKPOINT_ID, entitled
from workflow.store.auditing import criterion_of
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

_CHUNK = 1 << 20
_CASE = "case:"
_COVERING = frozenset({"CheckpointRequested", "CheckpointSigned", "AuditKeyRotated", "CaseBundled"})
"""Events in whose transaction a checkpoint was signed."""
_SOON = timedelta(days=1)
_UNSEALED = N_(
    "No checkpoint has been signed although the first event is older than a day: a cut end would not be noticed. "
    "Is the worker running?"
)


class VerificationService:
    def __init__(self, units: UnitsOfWork, blobs: BlobStore, keys: AuditKeys, clock: Clock) -> None:
        self._units = units
        self._keys = keys
        self._clock = clock
        self._blobs = blobs

    def verify(self, anchors: Collection[str] = (), actor: Actor | None = None) -> Report:
        """Check everything as it stands at one moment, event by event, and name every fault; `actor` None is the system.

        `anchors` are hashes of checkpoints noted outside the system. Raises `ConfigurationError` when the ring holds a file that is
        no key, `PermissionDenied`.
        """
        if actor is not None:
            entitled(actor)
        with self._units.reading() as uow:
            inspection = Inspection(uow)
            checkpoints = uow.checkpoints.all()
            report = verify_all(
                inspection.streams(),
                uow.events.heads(),
                checkpoints,
                uow.checkpoints.leaves,
                self._keys.ring(),
                anchors=anchors,
            )
            inspection.breaches += check_unrecorded(uow, inspection.cases)
        inspection.breaches += inspection.gone({one.id for one in checkpoints})
        breaches = (*report.breaches, *inspection.breaches, *self._files(inspection.evidence))
        warnings = () if checkpoints or not self._is_old(inspection.first_at) else (_UNSEALED,)
        return replace(report, ok=not breaches, breaches=breaches, warnings=warnings)

    def _is_old(self, first_at: datetime | None) -> bool:
        return first_at is not None and self._clock.now() - first_at > _SOON

    def _files(self, named: dict[str, AuditEvent]) -> Iterator[Breach]:
        for sha256, event in named.items():
            actual = self._hash_of(sha256)
            if actual == sha256:
                continue
            kind = BreachKind.EVIDENCE_CHANGED if actual else BreachKind.EVIDENCE_MISSING
            yield Breach(kind=kind, stream=event.stream, seq=event.seq, expected=sha256, actual=actual)

    def _hash_of(self, sha256: str) -> str | None:
        try:
            with self._blobs.open(sha256) as stored:
                digest = hashlib.sha256()
                while chunk := stored.read(_CHUNK):
                    digest.update(chunk)
        except (NotFound, OSError):
            return None
        return digest.hexdigest()


class Inspection:
    """Looks at every event on its way to the chain's own verifier."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self.breaches: list[Breach] = []
        self.evidence: dict[str, AuditEvent] = {}
        """The hash of every evidence file → the first event that names it."""
        self.cases: set[str] = set()
        self.first_at: datetime | None = None
        self._covering: list[AuditEvent] = []

    def gone(self, checkpoints: Collection[str]) -> Iterator[Breach]:
        """What events say was signed and is not there. Older events do not name theirs: they need any at all."""
        for event in self._covering:
            named = event.payload.get(CHECKPOINT_ID)
            if named not in checkpoints if named else not checkpoints:
                expected = str(named or "–")
                yield Breach(kind=BreachKind.CHECKPOINT_GONE, stream=event.stream, seq=event.seq, expected=expected)

    def streams(self) -> Iterator[tuple[str, Iterator[AuditEvent]]]:
        """Every stream with its events in stored order."""
        # Accounts are compared even where no event of theirs is left.
        for name in sorted({*self._uow.events.streams(), ACCOUNTS}):
            if name.startswith(_CASE):
                yield name, self._of_case(name)
            else:
                yield name, self._of_accounts() if name == ACCOUNTS else self._plain(name)

    def _plain(self, stream: str) -> Iterator[AuditEvent]:
        for event, filed in self._uow.events.filed(stream):
            self._look(event, filed)
            yield event

    def _of_accounts(self) -> Iterator[AuditEvent]:
        check = AccountCheck(self._uow)
        for event in self._plain(ACCOUNTS):
            check.feed(event)
            yield event
        self.breaches += check.finish()

    def _of_case(self, stream: str) -> Iterator[AuditEvent]:
        case_id = stream.removeprefix(_CASE)
        self.cases.add(case_id)
        check = CaseCheck(self._uow, case_id)
        for event in self._plain(stream):
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
        if event.type in _COVERING:
            self._covering.append(event)
        named = payload.get("evidence_sha256")
        if isinstance(named, str):
            self.evidence.setdefault(named, event)
        if event.type == "VersionPublished":
            self._definition(event)

    def _definition(self, event: AuditEvent) -> None:
        """The files of a version are those that were published."""
        named = event.payload.get("files")
        stored = self._uow.definitions.files(str(event.payload.get("version_id")))
        actual = {path: hashlib.sha256(content).hexdigest() for path, content in stored.items()}
        if not isinstance(named, dict):
            return
        for path in sorted(named.keys() | actual.keys()):
            if named.get(path) != actual.get(path):
                self._breach(
                    BreachKind.DEFINITION, event, f"{path} {named.get(path, '–')}", f"{path} {actual.get(path, '–')}"
                )

    def _misfiled(self, event: AuditEvent, expected: str | None, actual: str | None) -> None:
        self._breach(BreachKind.INDEX, event, str(expected), str(actual))

    def _breach(self, kind: BreachKind, event: AuditEvent, expected: str, actual: str) -> None:
        self.breaches.append(Breach(kind=kind, stream=event.stream, seq=event.seq, expected=expected, actual=actual))
