"""Every column of every table, changed by somebody who owns the database and has no keys, is found and named."""

from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from tests.integration.auditing.tampering_scene import scene
from tests.support.clock import FixedClock
from tests.support.secrets import keep
from tests.support.tampering import Attack, Refused, Row, Tampering, another, fresh, proved_tables
from tests.support.world import World
from workflow.services.auditing.caches import REBUILDERS
from workflow.store.columns import Proof, proof_of

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def tampering(engine: sa.Engine, clock: FixedClock, world: World, tmp_path: Path) -> Tampering:
    keep(tmp_path)
    return scene(engine, clock, world, tmp_path)


def test_whatever_is_changed_added_or_taken_away_is_found_and_named(tampering: Tampering) -> None:
    """One scene for all: each change stands for the length of one verification."""
    unseen: list[str] = []
    random = Random(8)
    with tampering.opened() as attack:
        assert attack.faults() == ()
        for table in proved_tables():
            rows = attack.rows(table)
            assert rows, f"{table.name} is empty: see tests/integration/auditing/tampering_scene.py"
            for column in table.columns:
                unseen += changed(attack, table, column, random.choice(rows), random)
            unseen += taken_away(attack, table, random.choice(rows))
            unseen += added(attack, table, random.choice(rows), random)
        assert attack.faults() == (), "every change was taken back"

    assert unseen == []


def test_what_is_folded_is_found_even_where_somebody_seals_it_again(tampering: Tampering) -> None:
    """Who has the keys, too, cannot make a row say anything else than the events."""
    unseen: list[str] = []
    random = Random(8)
    with tampering.opened() as attack:
        for table in proved_tables():
            rows = attack.rows(table)
            for column in table.columns:
                if proof_of(column) is Proof.FOLDED:
                    unseen += changed(attack, table, column, rows[0], random, sealing=True)

    assert unseen == []


def test_events_with_new_hashes_and_heads_do_not_fit_their_seals(tampering: Tampering) -> None:
    events = next(table for table in proved_tables() if table.name == "events")
    unseen: list[str] = []
    with tampering.opened() as attack:
        rows = [row for row in attack.rows(events) if row["stream"].startswith("case:")]
        for column in events.columns:
            if column.name in ("stream", "prev_hash", "hash", "criterion"):
                continue
            row = rows[3]
            new = another(column, row[column.name], Random(8))
            if column.name == "payload":
                new = row["payload"].replace("{", '{"a":1,', 1)

            def change(name: str = column.name, new: object = new, row: Row = row) -> None:
                attack.set(events, row, {name: new})
                attack.chain_again(row["stream"])

            unseen += told(attack, f"events.{column.name}, chained again", events, row, change)
        forged = {**rows[-1], "stream": "case:forged", "seq": 1, "id": "forged"}

        def forge() -> None:
            attack.insert(events, forged)
            attack.chain_again("case:forged")

        unseen += told(attack, "a forged stream", events, forged, forge)
    assert unseen == []


@pytest.mark.parametrize(
    "statement", ["DROP TRIGGER events_no_delete", "UPDATE alembic_version SET version_num = '0001'"]
)
def test_the_databases_own_description_is_checked(tampering: Tampering, engine: sa.Engine, statement: str) -> None:
    if engine.dialect.name == "postgresql":
        statement = statement.replace("events_no_delete", "events_no_change ON events")
    with tampering.opened() as attack:
        attack._connection.exec_driver_sql(statement)

        assert any(breach.kind == "schema" for breach in attack.faults())


def changed(
    attack: Attack, table: sa.Table, column: sa.Column[object], row: Row, random: Random, *, sealing: bool = False
) -> list[str]:
    new = {column.name: another(column, row[column.name], random)}

    def change() -> None:
        attack.set(table, row, new)
        if sealing:
            attack.seal_again(table, [{**row, **new}])

    if proof_of(column) is Proof.CACHE:
        attack.rebuilt(table, change, [REBUILDERS[column.info["rebuilt_by"]]])
        return []
    return told(attack, f"{column} := {new[column.name]!r}", table, row, change)


def is_cache(table: sa.Table) -> bool:
    return all(proof_of(column) is Proof.CACHE for column in table.columns)


def taken_away(attack: Attack, table: sa.Table, row: Row) -> list[str]:
    if is_cache(table):  # a row that is gone is what a rebuilt one begins with
        return []
    return told(attack, f"a row of {table} taken away", table, row, lambda: attack.delete(table, row))


def added(attack: Attack, table: sa.Table, row: Row, random: Random) -> list[str]:
    copy = fresh(table, row, random)
    if is_cache(table):
        rebuild = {REBUILDERS[column.info["rebuilt_by"]] for column in table.columns}
        attack.rebuilt(table, lambda: attack.insert(table, copy), list(rebuild))
        return []
    return told(attack, f"a row of {table} added", table, copy, lambda: attack.insert(table, copy))


def told(attack: Attack, what: str, table: sa.Table, row: Row, change: object) -> list[str]:
    try:
        found = attack.tried(what, table, row, change)  # type: ignore[arg-type] # tests are not checked strictly
    except Refused:
        return []
    if not found.breaches:
        return [f"{what}: not found"]
    return [] if found.named else [f"{what}: not named"]
