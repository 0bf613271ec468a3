"""The book of seals: begun once, and every row against the last page that names it."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from workflow.audit.breach import Breach, BreachKind
from workflow.audit.facts.auditing import RowsTakenOver
from workflow.audit.row_seal import SealKey
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.auditing.checkpoints import STREAM, lock, note
from workflow.services.ground.ground import Ground
from workflow.store.sealing.seals import SealPage, sealed_tables
from workflow.store.tasks import candidates_of
from workflow.store.unit_of_work import UnitOfWork

Digests = dict[str, str | None]
"""Primary key of a row → its digest; None where the page that names it was sealed with a key that is not here."""


class SealBook:
    """The book, read once: the last digest of every row that is still there, and what is wrong with its pages."""

    def __init__(self, key: SealKey) -> None:
        self._key = key
        self.tables: dict[str, Digests] = {}
        self.macs: dict[int, str] = {}
        """The numbers of pages that checkpoints have noted → their MACs, as far as asked for."""
        self.last = 0
        self._foreign: dict[str, list[int]] = {}

    def read(self, pages: Iterator[SealPage], noted: Mapping[int, str]) -> Iterator[Breach]:
        """Take in every page. `noted`: number → MAC, as events that are covered by checkpoints tell them."""
        for page in pages:
            number = page.number if isinstance(page.number, int) else self.last + 1
            if number > self.last + 1:
                yield _page(BreachKind.SEAL_GONE, self.last + 1, number - 1)
            self.last = number
            if number in noted and noted[number] != page.mac:
                yield _page(BreachKind.SEAL_REWRITTEN, number)
            yield from self._take(page, number)
        lost = max((number for number in noted if number > self.last), default=None)
        if lost is not None:
            yield _page(BreachKind.SEAL_GONE, self.last + 1, lost)
        for key_id, numbers in sorted(self._foreign.items()):
            yield Breach(
                kind=BreachKind.SEAL_KEY, stream="row_seals", seq=numbers[0], last_seq=numbers[-1], actual=key_id
            )

    def _take(self, page: SealPage, number: int) -> Iterator[Breach]:
        known = page.key_id == self._key.id
        if not known:
            self._foreign.setdefault(str(page.key_id), []).append(number)
        elif not isinstance(page.body, str) or self._key.mac(number, page.body) != page.mac:
            yield _page(BreachKind.SEAL_CHANGED, number)
        try:
            body = json.loads(page.body)
            named = [(table, key, digest) for table, rows in body.items() for key, digest in rows.items()]
        except (TypeError, ValueError, AttributeError, RecursionError):
            if not known:
                yield _page(BreachKind.SEAL_CHANGED, number)
            return
        for table, key, digest in named:
            if digest is None:
                self.tables.setdefault(table, {}).pop(key, None)
            else:
                self.tables.setdefault(table, {})[key] = digest if known else None


def _page(kind: BreachKind, number: int, until: int | None = None) -> Breach:
    return Breach(kind=kind, stream="row_seals", seq=number, last_seq=until)


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


def take_over(ground: Ground, rewritten: Collection[str] = ()) -> None:
    """Seal every row as it stands where that was never done, else the rows of the tables that an upgrade has rewritten.

    A book that was begun and is gone is not begun again: that is for verification to name.
    """
    with ground.units.reading() as uow:
        if _is_begun(uow) and not rewritten:
            return
    with ground.units() as uow:
        lock(uow)
        why = UPGRADE if _is_begun(uow) else FIRST
        if why == UPGRADE and not rewritten:
            return
        tables = [table for table in sealed_tables() if why == FIRST or table.name in rewritten]
        counts = uow.seals.take_over(tables)
        by = Provenance(actor=SYSTEM, at=ground.clock.now())
        fact = RowsTakenOver(
            why=why, revision=uow.schema.revision(), rows=sum(counts.values()), tables=dict(sorted(counts.items()))
        )
        note(uow, by, fact)
        uow.commit()


def _is_begun(uow: UnitOfWork) -> bool:
    return bool(uow.events.of_type(STREAM, RowsTakenOver.__name__, limit=1))
