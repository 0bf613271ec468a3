"""Everything that was recorded, checked: chains, heads, checkpoints, seals, and that the tables still say what the events say.

Each piece is checked by itself: what cannot be read is a fault with a name, and the next piece follows.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from workflow.audit.breach import DESCRIPTION, Breach, BreachKind
from workflow.audit.checkpoint import Checkpoint
from workflow.audit.event import AuditEvent, Head
from workflow.audit.keys import KeyRing
from workflow.audit.merkle import Leaf
from workflow.audit.verify import Report, verify_all
from workflow.errors import N_, NotFound
from workflow.organisation.authority import Actor
from workflow.ports import AuditKeys, BlobStore, SealMarks
from workflow.services.auditing.case_verification import check_unrecorded
from workflow.services.auditing.checkpoints import OVERDUE, entitled, is_overdue
from workflow.services.auditing.inspection import Inspection
from workflow.services.auditing.seals import SealBook, check_beginning, check_candidates, check_table, sealed_names
from workflow.services.ground.ground import Ground
from workflow.store.unit_of_work import UnitOfWork

_CHUNK = 1 << 20
_SOON = timedelta(days=1)
_LONGEST = 200
_AROUND = 40
_UNSEALED = N_(
    "No checkpoint has been signed although the first event is older than a day: a cut end would not be noticed. "
    "Is the worker running?"
)
_UNBOUND = N_(
    "The rows of this database have not been sealed yet: a row that no event tells could be changed without being noticed. "
    "Start the application once."
)
T = TypeVar("T")


class VerificationService:
    def __init__(self, ground: Ground, blobs: BlobStore, keys: AuditKeys, marks: SealMarks) -> None:
        self._ground = ground
        self._blobs = blobs
        self._keys = keys
        self._marks = marks

    def verify(self, anchors: Collection[str] = (), actor: Actor | None = None) -> Report:
        """Check everything as it stands at one moment, event by event, and name every fault; `actor` None is the system.

        `anchors` are hashes of checkpoints noted outside the system. Raises `PermissionDenied`.
        """
        if actor is not None:
            entitled(actor)
        with self._ground.units.reading() as uow:
            return self.verify_in(uow, anchors)

    def verify_in(self, uow: UnitOfWork, anchors: Collection[str] = ()) -> Report:
        """The same inside the caller's transaction."""
        with uow.tolerant():
            return Verification(uow, self._keys, self._blobs, self._marks).report(anchors, self._ground.clock.now())


class Verification:
    """One verification: gathers what each piece finds."""

    def __init__(self, uow: UnitOfWork, keys: AuditKeys, blobs: BlobStore, marks: SealMarks) -> None:
        self._uow = uow
        self._keys = keys
        self._blobs = blobs
        self._marks = marks
        self._breaches: list[Breach] = []
        self._inspection = Inspection(uow, self._piece)

    def report(self, anchors: Collection[str], now: datetime) -> Report:
        """Check all pieces, in an order in which the first to speak of a fault says most of it."""
        uow, inspection = self._uow, self._inspection
        self._all(DESCRIPTION, lambda: check_schema(uow))
        no_checkpoints: Sequence[Checkpoint] = ()
        no_heads: dict[str, Head] = {}
        checkpoints = self._one("checkpoints", uow.checkpoints.all, no_checkpoints)
        heads = self._one("stream_heads", uow.events.heads, no_heads)
        names: Sequence[str] = self._one("events", uow.events.streams, tuple(heads))
        report = verify_all(inspection.streams(names), heads, checkpoints, self._leaves, self._ring(), anchors=anchors)
        self._breaches += [*report.breaches, *inspection.breaches]
        self._all("cases", lambda: check_unrecorded(uow, inspection.cases))
        self._breaches += inspection.gone({one.id for one in checkpoints})
        sealed = self._rows(inspection)
        self._breaches += self._files(inspection.evidence)
        return replace(
            report,
            ok=not self._breaches,
            breaches=tuple(self._breaches),
            warnings=tuple(self._warnings(checkpoints, sealed, now)),
        )

    def _warnings(self, checkpoints: Collection[Checkpoint], sealed: int, now: datetime) -> Iterator[str]:
        first = self._inspection.first_at
        newest = max((one.at for one in checkpoints), default=None)
        if newest is None and first is not None and now - first > _SOON:
            yield _UNSEALED
        if newest is not None and is_overdue(newest, now):
            yield OVERDUE
        if not sealed and first is None:
            yield _UNBOUND

    def _rows(self, inspection: Inspection) -> int:
        """Check every row against the book of seals; return how many pages it has."""
        book = SealBook(self._uow.seals.key)
        self._all("row_seals", lambda: book.read(self._uow.seals.pages(), inspection.noted))
        begun = bool(inspection.taken_over)
        if not book.pages and begun:
            self._breaches.append(Breach(kind=BreachKind.SEAL_GONE, stream="row_seals", seq=1))
        self._all("keys/seals.json", lambda: self._beginning(inspection, book.pages))
        if book.pages or begun:
            for name in sealed_names():
                self._all(name, partial(check_table, self._uow, name, book.tables.get(name, {})))
        self._all("task_candidates", lambda: check_candidates(self._uow))
        return book.pages

    def _beginning(self, inspection: Inspection, pages: int) -> Iterator[Breach]:
        schema = self._uow.schema
        revision = schema.revision()
        # Nothing that is newer than the book can have been written without a page.
        empty = (
            not pages
            and not inspection.taken_over
            and inspection.first_at is not None
            and revision == schema.expected_revision()
        )
        return check_beginning(self._marks, inspection.taken_over, revision, empty=empty)

    def _leaves(self, checkpoint_id: str) -> Sequence[Leaf] | None:
        none: Sequence[Leaf] | None = ()
        return self._one(f"checkpoint:{checkpoint_id}", lambda: self._uow.checkpoints.leaves(checkpoint_id), none)

    def _ring(self) -> KeyRing:
        none: KeyRing = {}
        return self._one("keys", self._keys.ring, none)

    def _one(self, where: str, read: Callable[[], T], otherwise: T) -> T:
        """What is read, or what stands for it where it cannot be."""
        found: list[T] = []
        with self._piece(where):
            found.append(read())
        return found[0] if found else otherwise

    def _all(self, where: str, check: Callable[[], Iterable[Breach]]) -> None:
        with self._piece(where):
            for breach in check():
                self._breaches.append(breach)

    @contextmanager
    def _piece(self, where: str) -> Iterator[None]:
        """What fails inside is a fault of its own, and the next piece is checked all the same."""
        try:
            with self._uow.savepoint():
                yield
        except Exception as fault:
            said = next(iter(str(fault).splitlines()), "")[:_LONGEST]
            actual = f"{type(fault).__name__}: {said}"
            self._breaches.append(Breach(kind=BreachKind.UNREADABLE, stream=where, actual=actual))

    def _files(self, named: Mapping[str, AuditEvent]) -> Iterator[Breach]:
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


def check_schema(uow: UnitOfWork) -> Iterator[Breach]:
    """Every difference that would let something be changed unseen, or hide something."""
    schema = uow.schema
    expected, actual = schema.expected_revision(), schema.revision()
    if expected != actual:
        yield _breach("alembic_version", expected, actual)
    present = schema.columns()
    for table, columns in schema.expected_columns().items():
        if table not in present:
            yield _breach(table, table, None)
            continue
        for column in sorted(columns - present[table]):
            yield _breach(f"{table}.{column}", column, None)
    if expected == actual:
        yield from _described(schema.expected_description(), schema.described())
    wanted, found = schema.expected_triggers(), schema.triggers()
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            yield _breach(f"trigger {name}", wanted.get(name), found.get(name))


def _described(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Breach]:
    """Every piece of the description that is otherwise made."""
    for place in sorted(wanted.keys() | found.keys()):
        one, other = wanted.get(place, ""), found.get(place, "")
        if one != other:
            yield _breach(place, *_apart(one, other))


def _apart(one: str, other: str) -> tuple[str, str]:
    """Of two long texts the part from where they differ."""
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, start - _AROUND) if one and other else 0
    return one[start : start + 4 * _AROUND], other[start : start + 4 * _AROUND]


def _breach(place: str, expected: str | None, actual: str | None) -> Breach:
    return Breach(kind=BreachKind.SCHEMA, stream=place, expected=expected or "–", actual=actual or "–")
