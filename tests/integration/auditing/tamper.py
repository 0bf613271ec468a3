"""`make tamper`: random changes to a finished case and its campaign by who owns the database, each verified and taken back.

Prints the seed, how many were tried in each table, and last what came of them; exit code 1 where one was not found.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from secrets import randbelow
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from tests.integration.auditing.tampering_scene import scene
from tests.support.clock import FixedClock
from tests.support.postgres import start_server
from tests.support.secrets import VAULT_KEY, keep
from tests.support.tampering import Attack, Refused, Row, Tampering, another, fresh, proved_tables
from tests.support.world import World
from workflow.audit.row_seal import SealKey
from workflow.services.auditing.caches import REBUILDERS
from workflow.store.columns import Proof, proof_of
from workflow.store.database import bring_up_to_date, create_engine
from workflow.store.sealing.canonical import key_names
from workflow.store.unit_of_work import UnitsOfWork

CHAINED = {"seq", "prev_hash", "hash"}
"""What chaining again computes."""
Change = tuple[str, Row, Callable[[], None], tuple[sa.Column[object], ...]]
"""What it is, the row that it is about, how it is done, the columns that it changes (none: whole rows)."""


class Draw:
    """Draws a change of a table's rows."""

    def __init__(self, attack: Attack, random: Random) -> None:
        self._attack = attack
        self._random = random

    def change(self, table: sa.Table, rows: list[Row]) -> Change | None:
        """One that changes something, or None where the kind that was drawn cannot be had of these rows."""
        kinds = (self._value, self._null, self._delete, self._insert, self._copy, self._swap)
        drawn = self._random.choice(kinds)(table, rows)
        if drawn is None or table.name != "events" or self._random.random() < 0.5:
            return drawn
        what, row, act, columns = drawn
        if columns and {column.name for column in columns} <= CHAINED:
            return drawn  # to chain again would be to take it back

        def chained() -> None:
            act()
            self._attack.chain_again(row["stream"])

        return f"{what}, chained again", row, chained, columns

    def _value(self, table: sa.Table, rows: list[Row]) -> Change:
        row, column = self._random.choice(rows), self._random.choice(list(table.columns))
        new = {column.name: another(column, row[column.name], self._random)}
        return f"{column} := {new[column.name]!r}", row, lambda: self._attack.set(table, row, new), (column,)

    def _null(self, table: sa.Table, rows: list[Row]) -> Change | None:
        row, column = self._random.choice(rows), self._random.choice(list(table.columns))
        if row[column.name] is None or not column.nullable:
            return None
        return f"{column} := null", row, lambda: self._attack.set(table, row, {column.name: None}), (column,)

    def _delete(self, table: sa.Table, rows: list[Row]) -> Change:
        row = self._random.choice(rows)
        return f"{table} taken away", row, lambda: self._attack.delete(table, row), ()

    def _insert(self, table: sa.Table, rows: list[Row]) -> Change:
        row = fresh(table, self._random.choice(rows), self._random)
        return f"{table} added", row, lambda: self._attack.insert(table, row), ()

    def _copy(self, table: sa.Table, rows: list[Row]) -> Change | None:
        if len(rows) < 2:
            return None
        source, target = self._random.sample(rows, 2)
        new = _rest(table, source)
        if not new or new == _rest(table, target):
            return None
        return f"{table} copied", target, lambda: self._attack.set(table, target, new), ()

    def _swap(self, table: sa.Table, rows: list[Row]) -> Change | None:
        if len(rows) < 2:
            return None
        one, other = self._random.sample(rows, 2)
        columns = [column for column in table.columns if not (column.primary_key or _is_unique(table, column))]
        columns = [column for column in columns if one[column.name] != other[column.name]]
        if not columns:
            return None
        column = self._random.choice(columns)

        def act() -> None:
            self._attack.set(table, one, {column.name: other[column.name]})
            self._attack.set(table, other, {column.name: one[column.name]})

        return f"{column} exchanged", one, act, (column,)


def _rest(table: sa.Table, row: Row) -> Row:
    return {name: row[name] for name in row if name not in key_names(table) and not _is_unique(table, table.c[name])}


def _is_unique(table: sa.Table, column: sa.Column[object]) -> bool:
    return any(isinstance(one, sa.UniqueConstraint) and column.name in one.columns for one in table.constraints)


def run(tampering: Tampering, seed: int, number: int) -> int:
    """Try that many and print what came of them; return how many were not found."""
    random = Random(seed)
    tried: Counter[str] = Counter()
    rebuilt = missed = 0
    with tampering.opened() as attack:
        assert attack.faults() == ()
        tables = proved_tables()
        rows = {table.name: attack.rows(table) for table in tables}
        draw = Draw(attack, random)
        while sum(tried.values()) < number:
            table = random.choice(tables)
            drawn = draw.change(table, rows[table.name])
            if drawn is None:
                continue
            what, row, act, columns = drawn
            touched = columns or tuple(table.columns)
            if all(proof_of(column) is Proof.CACHE for column in touched):
                attack.rebuilt(table, act, list({REBUILDERS[column.info["rebuilt_by"]] for column in touched}))
                rebuilt += 1
                tried[table.name] += 1
                continue
            try:
                found = attack.tried(what, table, row, act)
            except Refused:
                continue
            tried[table.name] += 1
            if not (found.breaches and found.named):
                missed += 1
                print(f"not {'named' if found.breaches else 'found'}: {what} ({row})")
    print(f"seed: {seed}")
    for name, count in sorted(tried.items()):
        print(f"{name}: {count}")
    print(f"tried: {number}, caches rebuilt: {rebuilt}, not found: {missed}")
    return missed


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'tamper.db'}"
        return
    running = start_server()
    try:
        yield running.create_database()
    finally:
        running.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=randbelow(1_000_000))
    parser.add_argument("--number", type=int, default=500)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args()
    with TemporaryDirectory() as name, database(chosen.on, Path(name)) as url:
        engine, clock, folder = create_engine(url), FixedClock(), Path(name) / "data"
        bring_up_to_date(engine)
        keep(folder)
        world = World.build(UnitsOfWork(engine, SealKey.derived(VAULT_KEY)), clock).load()
        missed = run(scene(engine, clock, world, folder), chosen.seed, chosen.number)
        engine.dispose()
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
