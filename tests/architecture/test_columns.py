"""How a change by something else than the application would be noticed is declared at every column."""

import ast
from pathlib import Path

import sqlalchemy as sa

from workflow.store.columns import FOLLOWS, Proof, all_columns, metadata, proof_of
from workflow.store.database import TABLES
from workflow.store.sealing.canonical import written

WORKFLOW = Path(__file__).parents[2] / "workflow"
DECIDES = ("services", "lifecycle", "organisation", "runtime", "recognition")
"""What decides, permits or signs somebody in."""
CHAIN = {"events", "checkpoints", "row_seals"}
"""The tables of the proof itself."""


def test_every_column_says_how_it_is_proved() -> None:
    assert TABLES
    silent = [str(column) for column in all_columns() if proof_of(column) is None]

    assert not silent, (
        f"{', '.join(silent)}: write folded(…), bound(…) or cache(…) instead of sa.Column(…), "
        "see docs/how-to/add-a-table.md"
    )


def test_only_the_chain_proves_itself() -> None:
    chained = {column.table.name for column in all_columns() if proof_of(column) is Proof.CHAINED}

    assert chained == CHAIN, "chained(…) is for the tables of the chain; use bound(…)"


def test_the_key_of_a_row_is_proved_with_it() -> None:
    loose = [
        str(column)
        for table in metadata.tables.values()
        if written(table)
        for column in table.primary_key
        if proof_of(column) is Proof.CACHE
    ]

    assert not loose, f"{', '.join(loose)}: the key of a row that is proved is no cache"


def test_a_cache_is_rebuilt_by_somebody_and_read_by_nothing_that_decides() -> None:
    caches = [column for column in all_columns() if proof_of(column) is Proof.CACHE]
    read = {node.attr for place in DECIDES for path in (WORKFLOW / place).rglob("*.py") for node in _attributes(path)}

    for column in caches:
        assert column.info["rebuilt_by"], f"{column}: say what rebuilds it"
        assert column.name not in read, f"{column} is read by what decides or permits: bound(…) instead of cache(…)"


def test_a_table_that_follows_from_another_names_one() -> None:
    for table in metadata.tables.values():
        assert table.info.get(FOLLOWS, table.name) in metadata.tables


def test_every_sealed_column_has_a_canonical_form() -> None:
    for table in metadata.tables.values():
        for one in written(table):
            assert isinstance(table.c[one.name], sa.Column)


def _attributes(path: Path) -> list[ast.Attribute]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]
