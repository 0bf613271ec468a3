"""The books of seals: begun once, and every row against the last page that names it."""

import hashlib
import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.event import AuditEvent
from workflow.audit.facts.auditing import RowsTakenOver
from workflow.audit.row_seal import SealKey
from workflow.audit.seal_mark import MarkDamaged, SealMark
from workflow.ports import SealMarks
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.auditing.checkpoints import STREAM, lock, note
from workflow.services.ground.ground import Ground
from workflow.store.database import BOOK_OF_SEALS, rewritten_by
from workflow.store.sealing.book import OLD_WRITER, SealPage
from workflow.store.sealing.seals import sealed_tables
from workflow.store.tasks import candidates_of
from workflow.store.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)
Digests = dict[str, str | None]
"""Primary key of a row → its digest; None where the page that names it was sealed with a key that is not here."""
Noted = tuple[str, int]
"""A page: its writer and its number."""


@dataclass(slots=True)
class _Book:
    """One writer's pages as far as they have been read."""

    stamp: int = 0
    gap: int = 0
    """The last page that is missing: all from there on have been read."""
    macs: list[bytes] = field(default_factory=list)
    """The MAC of each page after the gap."""

    @property
    def last(self) -> int:
        return self.gap + len(self.macs)

    def lacks(self, number: int) -> None:
        """Pages up to that one are missing."""
        self.gap, self.macs = number, []


def _short(mac: Any) -> bytes:
    return hashlib.blake2b(repr(mac).encode(errors="replace"), digest_size=16).digest()


class SealBook:
    """The books of all writers, read once: the last digest of every row that is still there, and what is wrong with the pages."""

    def __init__(self, key: SealKey) -> None:
        self._key = key
        self.tables: dict[str, Digests] = {}
        self.pages = 0
        self._books: dict[str, _Book] = {}
        self._followed_old = 0
        self._foreign: dict[tuple[str, str], list[int]] = {}

    def read(self, pages: Iterator[SealPage], noted: Mapping[Noted, str]) -> Iterator[Breach]:
        """Take in every page. `noted`: writer and number → MAC, as events that are covered by checkpoints tell them."""
        for page in pages:
            yield from self._place(page)
        for (writer, number), mac in sorted(noted.items()):
            yield from self._is_there(writer, number, mac)
        old = self._books.get(OLD_WRITER)
        if old is not None and self._followed_old and old.last > self._followed_old:
            yield _page(BreachKind.SEAL_CHANGED, OLD_WRITER, self._followed_old + 1)
        for (key_id, writer), numbers in sorted(self._foreign.items()):
            yield replace(_page(BreachKind.SEAL_KEY, writer, numbers[0], numbers[-1]), actual=key_id)

    def _place(self, page: SealPage) -> Iterator[Breach]:
        """Take one in where it stands: after the one before it in its book, and after those that it follows."""
        self.pages += 1
        writer = str(page.writer)
        book = self._books.setdefault(writer, _Book())
        number = page.number if isinstance(page.number, int) else book.last + 1
        if number > book.last + 1:
            yield _page(BreachKind.SEAL_GONE, writer, book.last + 1, number - 1)
            book.lacks(number - 1)
        if number <= book.last or not isinstance(page.stamp, int) or page.stamp <= book.stamp:
            yield _page(BreachKind.SEAL_CHANGED, writer, number)
        else:
            book.stamp = page.stamp
        if number > book.last:
            book.macs.append(_short(page.mac))
        yield from self._take(page, writer, number)

    def _take(self, page: SealPage, writer: str, number: int) -> Iterator[Breach]:
        known = page.key_id == self._key.id
        if not known:
            self._foreign.setdefault((str(page.key_id), writer), []).append(number)
        elif not self._is_genuine(page):
            yield _page(BreachKind.SEAL_CHANGED, writer, number)
        try:
            body = json.loads(page.body)
            named = [(table, key, digest) for table, rows in body.items() for key, digest in rows.items()]
            follows = [(str(one), int(n), mac) for one, (n, mac) in json.loads(page.follows or "{}").items()]
        except (TypeError, ValueError, AttributeError, RecursionError):
            if not known:
                yield _page(BreachKind.SEAL_CHANGED, writer, number)
            return
        for one, before, mac in follows:
            if one == OLD_WRITER:
                self._followed_old = max(self._followed_old, before)
            yield from self._is_there(one, before, mac)
        for table, key, digest in named:
            if digest is None:
                self.tables.setdefault(table, {}).pop(key, None)
            else:
                self.tables.setdefault(table, {})[key] = digest if known else None

    def _is_genuine(self, page: SealPage) -> bool:
        """Whether who has the key wrote it."""
        texts = (page.writer, page.follows, page.body)
        if not all(isinstance(one, str) for one in texts) or type(page.number) is not int:
            return False
        if page.writer == OLD_WRITER:
            in_place = (page.stamp, page.follows) == (page.number, "")
            return in_place and page.mac == self._key.old_mac(page.number, page.body)
        return bool(page.mac == self._key.mac(page.writer, page.number, page.stamp, page.follows, page.body))

    def _is_there(self, writer: str, number: int, mac: Any) -> Iterator[Breach]:
        """Whether a page that somebody has seen stands as it stood; what is missing is told once."""
        book = self._books.setdefault(writer, _Book())
        if number > book.last:
            yield _page(BreachKind.SEAL_GONE, writer, book.last + 1, number)
            book.lacks(number)
        elif number > book.gap and book.macs[number - 1 - book.gap] != _short(mac):
            yield _page(BreachKind.SEAL_REWRITTEN, writer, number)


def _page(kind: BreachKind, writer: str, number: int, until: int | None = None) -> Breach:
    return Breach(kind=kind, stream=f"row_seals {writer}", seq=number, last_seq=until)


def sealed_names() -> list[str]:
    """The names of all tables whose rows have seals."""
    return [table.name for table in sealed_tables()]


def check_table(uow: UnitOfWork, name: str, sealed: Digests) -> Iterator[Breach]:
    """Every row of the table that is not the one that was sealed, or is there without a seal, or is gone."""
    table = next(one for one in sealed_tables() if one.name == name)
    missing = dict(sealed)
    for row_key, text in uow.seals.rows(table):
        if row_key not in missing:
            yield Breach(kind=BreachKind.ROW_ADDED, stream=f"{name} {row_key}")
            continue
        digest = missing.pop(row_key)
        if digest is not None and digest != uow.seals.key.digest(text):
            yield Breach(kind=BreachKind.ROW_CHANGED, stream=f"{name} {row_key}")
    for row_key in sorted(missing):
        yield Breach(kind=BreachKind.ROW_GONE, stream=f"{name} {row_key}")


def check_candidates(uow: UnitOfWork) -> Iterator[Breach]:
    """The groups in which open tasks wait follow from the tasks themselves."""
    expected: set[tuple[Any, ...]] = set()
    for task in uow.tasks.each_open():
        expected |= {(group, task.id, task.due_sort) for group in candidates_of(task)}
    found = set(uow.tasks.candidates())
    for group, task_id, due in sorted(expected - found, key=str):
        yield Breach(
            kind=BreachKind.PROJECTION,
            stream=f"task_candidates {task_id}",
            expected=f"{group} {due.isoformat()}",
            actual="–",
        )
    for group, task_id, due in sorted(found - expected, key=str):
        yield Breach(
            kind=BreachKind.PROJECTION, stream=f"task_candidates {task_id}", expected="–", actual=f"{group} {due}"
        )


FIRST, UPGRADE = "first", "upgrade"
_EVERY = 10_000


def promise(marks: SealMarks, steps: Collection[str]) -> None:
    """Note outside the database which revisions it has just gone through, before that is committed.

    What had been gone through before is not to be sealed again: somebody has put an older state back.
    """
    mark = _kept(marks)
    if mark is None:
        return
    new = {step for step in steps if step > mark.revision}
    again = min((step for step in steps if step <= mark.revision), default="")
    if again:
        log.error("the database was set back: revision %s was gone through again, %s was reached", again, mark.revision)
    marks.write(replace(mark, pending=tuple(sorted({*mark.pending, *new})), behind=mark.behind or again))


def take_over(ground: Ground, marks: SealMarks) -> None:
    """Seal every row as it stands in a new database, and in one that has just got its book of seals; rewritten rows after an upgrade.

    A book that was begun and is gone is not begun again: that is for verification to name, and the application goes on.
    """
    mark = _kept(marks)
    if mark is None:
        return
    with ground.units.reading() as uow:
        due = bool(_due(uow, mark))
    if due:
        with ground.units() as uow:
            lock(uow)
            names = _due(uow, mark)
            if names:
                _seal(uow, ground, names)
            uow.commit()
    with ground.units.reading() as uow:
        _keep(uow, marks, mark)


def _kept(marks: SealMarks) -> SealMark | None:
    try:
        return marks.read() or SealMark()
    except MarkDamaged:
        log.error("keys/seals.json was changed or made with another key: nothing is sealed anew")
        return None


def told(uow: UnitOfWork) -> list[AuditEvent]:
    """The events that tell what was sealed as it stood, oldest first."""
    return list(reversed(uow.events.of_type(STREAM, RowsTakenOver.__name__, _EVERY)))


def _reached(events: Collection[AuditEvent]) -> str:
    """The highest revision that they tell."""
    return max((str(one.payload.get("revision")) for one in events), default="")


def _due(uow: UnitOfWork, mark: SealMark) -> frozenset[str]:
    """The tables whose rows are to be sealed as they stand."""
    events = told(uow)
    if not events:
        is_old = BOOK_OF_SEALS in mark.pending
        return frozenset(sealed_names() if not mark.event and (is_old or not uow.events.streams()) else ())
    if not begins_as(mark, events):
        return frozenset()
    reached = _reached(events)
    return rewritten_by([step for step in mark.pending if step > reached])


def _seal(uow: UnitOfWork, ground: Ground, names: Collection[str]) -> None:
    why = UPGRADE if told(uow) else FIRST
    counts = uow.seals.take_over([table for table in sealed_tables() if table.name in names])
    by = Provenance(actor=SYSTEM, at=ground.clock.now())
    fact = RowsTakenOver(
        why=why, revision=uow.schema.revision(), rows=sum(counts.values()), tables=dict(sorted(counts.items()))
    )
    note(uow, by, fact)


def _keep(uow: UnitOfWork, marks: SealMarks, mark: SealMark) -> None:
    """Note outside the database how its book began and how far it has come, unless something is wrong with it."""
    events, at = told(uow), uow.schema.revision()
    if not events or not begins_as(mark, events) or not uow.seals.newest_stamp():
        log.error("the book of seals was removed, or is another one: nothing is sealed anew; run congnhan audit verify")
        return
    reached = max(mark.revision, _reached(events), at if at == uow.schema.expected_revision() else "")
    now = replace(mark, event=events[0].id, hash=events[0].hash, revision=reached, pending=())
    if now == mark:
        return
    try:
        marks.write(now)
    except OSError as error:
        log.error("keys/seals.json cannot be written: %s", error.strerror)


def begins_as(mark: SealMark, events: Sequence[AuditEvent]) -> bool:
    """Whether the book begins as it was noted, if it was."""
    return not mark.event or (bool(events) and (events[0].id, events[0].hash) == (mark.event, mark.hash))


def is_whole(uow: UnitOfWork, marks: SealMarks) -> bool:
    """Whether the book begins as it was noted and was never set back, at a glance."""
    try:
        mark = marks.read()
    except MarkDamaged:
        return False
    return mark is None or (not mark.behind and begins_as(mark, told(uow)))


def check_beginning(marks: SealMarks, events: Sequence[AuditEvent], revision: str, *, empty: bool) -> Iterator[Breach]:
    """Whether the rows were sealed as they stood once only, for each revision. `empty`: there is no page although there should be."""
    reached = ""
    for event in events:
        payload: Any = event.payload
        step = str(payload.get("revision")) if isinstance(payload, dict) else "–"
        if step <= reached or (payload.get("why") if isinstance(payload, dict) else None) != (
            UPGRADE if reached else FIRST
        ):
            yield Breach(
                kind=BreachKind.SEALED_AGAIN, stream=event.stream, seq=event.seq, expected=reached or "–", actual=step
            )
        reached = max(reached, step)
    try:
        mark = marks.read()
    except MarkDamaged:
        yield Breach(kind=BreachKind.SEAL_MARK, stream="keys/seals.json")
        return
    if mark is None:
        mark = SealMark()
    if not begins_as(mark, events) or empty:
        found = events[0].id if events else "–"
        yield Breach(kind=BreachKind.SEALS_REMOVED, stream="row_seals", expected=mark.event or "–", actual=found)
    behind = mark.behind or (revision if revision < mark.revision else "")
    if behind:
        yield Breach(kind=BreachKind.SEALS_BEHIND, stream="alembic_version", expected=mark.revision, actual=behind)
