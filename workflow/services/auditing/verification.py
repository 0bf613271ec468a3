"""Everything that was recorded, checked: chains, heads, checkpoints, and that the tables still say what the events say."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent
from workflow.audit.facts.accounts import (
    DeputyAppointed,
    DeputyshipEnded,
    RoleAssigned,
    RoleEnded,
    UserChanged,
    UserCreated,
    UserEnded,
)
from workflow.audit.facts.auditing import CoveringFact
from workflow.audit.facts.fact import Fact
from workflow.audit.facts.procedures import VersionPublished
from workflow.audit.facts.registry import FACTS, read
from workflow.audit.verify import Report, verify_all
from workflow.errors import N_, NotFound
from workflow.organisation.authority import Actor
from workflow.ports import AuditKeys, BlobStore
from workflow.services.accounts.directory import STREAM, STREAM as ACCOUNTS
from workflow.services.auditing.case_verification import CaseCheck, check_unrecorded
from workflow.services.auditing.checkpoints import entitled
from workflow.services.casework.fold import UNREADABLE
from workflow.services.ground.changes import plain
from workflow.services.ground.ground import Ground
from workflow.store.accounts import UserFilter
from workflow.store.auditing import criterion_of
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_CHUNK = 1 << 20
_CASE = "case:"
_SOON = timedelta(days=1)
_UNSEALED = N_(
    "No checkpoint has been signed although the first event is older than a day: a cut end would not be noticed. "
    "Is the worker running?"
)


class VerificationService:
    def __init__(self, ground: Ground, blobs: BlobStore, keys: AuditKeys) -> None:
        self._ground = ground
        self._blobs = blobs
        self._keys = keys

    def verify(self, anchors: Collection[str] = (), actor: Actor | None = None) -> Report:
        """Check everything as it stands at one moment, event by event, and name every fault; `actor` None is the system.

        `anchors` are hashes of checkpoints noted outside the system. Raises `ConfigurationError` when the ring holds a file that is
        no key, `PermissionDenied`.
        """
        if actor is not None:
            entitled(actor)
        with self._ground.units.reading() as uow:
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
        return first_at is not None and self._ground.clock.now() - first_at > _SOON

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
            named = event.payload.get("checkpoint_id")
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
        if issubclass(FACTS.get(event.type, Fact), CoveringFact):
            self._covering.append(event)
        for named in (payload.get("evidence_sha256"), payload.get("report_sha256")):
            if isinstance(named, str):
                self.evidence.setdefault(named, event)
        if event.type == VersionPublished.__name__:
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


_BATCH = 500
Rows = dict[str, dict[str, Any]]
"""Id → fields, as an event's payload holds them."""


class AccountCheck:
    """Takes the events of the stream in stored order and compares at the end."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._users: Rows = {}
        self._roles: Rows = {}
        self._deputies: Rows = {}
        self._unreadable: int | None = None

    def feed(self, event: AuditEvent) -> None:
        """Take one more event in; one that cannot be read ends the comparison with a breach of its own."""
        if self._unreadable is not None:
            return
        try:
            self._take(event)
        except UNREADABLE:
            self._unreadable = event.seq

    def finish(self) -> list[Breach]:
        """Every difference."""
        if self._unreadable is not None:
            return [_breach(f"an event {self._unreadable} that can be read", "–")]
        try:
            return list(self._compare())
        except UNREADABLE as fault:
            return [_breach("rows that can be read", str(fault))]

    def _take(self, event: AuditEvent) -> None:
        match fact := read(event.type, event.payload):
            case UserCreated():
                self._users[str(fact.user)] = {**fact.new, "ended_at": None}
            case UserChanged():
                self._users[str(fact.user)] |= {name: pair["new"] for name, pair in fact.changes.items()}
            case UserEnded():
                user = self._users[str(fact.user)]
                user["ended_at"] = user["ended_at"] or plain(event.at)
            case RoleAssigned():
                self._roles[fact.new["id"]] = dict(fact.new)
            case RoleEnded():
                self._roles[fact.assignment["id"]]["valid_to"] = fact.new
            case DeputyAppointed():
                self._deputies[fact.new["id"]] = dict(fact.new)
            case DeputyshipEnded():
                self._deputies[fact.deputyship["id"]]["valid_to"] = fact.new

    def _compare(self) -> Iterator[Breach]:
        accounts = self._uow.accounts
        users = list(_users(self._uow))
        roles = [row for some in _batches(users) for row in accounts.assignments_of([one.id for one in some])]
        deputies = [row for some in _batches(roles) for row in accounts.deputyships_on([r.id for r in some])]
        yield from _differences("user", self._users, users)
        yield from _differences("role", self._roles, roles)
        yield from _differences("deputyship", self._deputies, deputies)


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _users(uow: UnitOfWork) -> Iterator[Any]:
    offset = 0
    while True:
        rows, _ = uow.accounts.search(UserFilter(with_ended=True), Page(limit=_BATCH, offset=offset))
        yield from rows
        offset += _BATCH
        if len(rows) < _BATCH:
            return


def _differences(kind: str, expected: Rows, found: Sequence[Any]) -> Iterator[Breach]:
    rows = {row.id: plain(row) for row in found}
    for key in sorted(expected.keys() | rows.keys()):
        row, said = rows.get(key), expected.get(key)
        if row is None or said is None:
            yield _breach(f"{kind} {key}" if said else f"no {kind}", f"{kind} {key}" if row else f"no {kind}")
            continue
        for name, value in said.items():
            if row.get(name) != value:
                yield _breach(f"{kind} {key} {name}: {value}", f"{kind} {key} {name}: {row.get(name)}")


def _breach(expected: str, actual: str) -> Breach:
    return Breach(kind=BreachKind.PROJECTION, stream=STREAM, expected=expected, actual=actual)
