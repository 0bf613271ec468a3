"""Every list of the store has a total order: where rows tie, a page would show one twice and another never."""

import ast
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from workflow.store.database import metadata

STORE = Path(__file__).parents[2] / "workflow" / "store"
FIXED = {
    ("events", "seq"): "of one stream",
    ("incidents", "opened_at incident_id"): "of one case",
    ("campaign_units", "unit_id"): "of one campaign",
    ("migration_items", "case_id"): "of one migration",
    ("definition_files", "path"): "of one version",
    ("waits", "since_at subscription_id"): "of one case",
    ("waits", "case_id"): "the cases alone, each once",
    ("jobs", "run_at"): "the earliest instant, whosever it is",
}
"""Table and columns that order its rows, and what the query fixes besides, so that no two rows tie."""


def orders() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(where, table, columns) of every order that is said by columns of one table."""
    for path in sorted(STORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "order_by"
            ):
                continue
            found = [_column(one) for one in node.args]
            if found and all(found):
                tables = {one[0] for one in found if one}
                if len(tables) == 1:
                    yield f"{path.name}:{node.lineno}", tables.pop(), tuple(one[1] for one in found if one)


def _column(node: ast.expr) -> tuple[str, str] | None:
    """`table.c.column` or `table.c.column.desc()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _column(node.func.value)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "c":
        return ast.unparse(node.value.value), node.attr
    return None


def _unique(table: sa.Table) -> list[set[str]]:
    """The sets of columns that no two rows share."""
    found = [{column.name for column in table.primary_key}]
    found += [{column.name} for column in table.columns if column.unique]
    found += [
        {column.name for column in one.columns} for one in table.constraints if isinstance(one, sa.UniqueConstraint)
    ]
    return found


def test_no_two_rows_of_a_list_tie() -> None:
    seen = list(orders())
    assert len(seen) > 30
    loose = [
        f"{where}: {table} by {' '.join(columns)}"
        for where, table, columns in seen
        if table in metadata.tables
        and (table, " ".join(columns)) not in FIXED
        and not any(one <= set(columns) for one in _unique(metadata.tables[table]))
    ]
    assert loose == []
