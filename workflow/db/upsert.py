"""Insert or replace in one statement; the two databases spell it alike, SQLAlchemy keeps it in two modules."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Upsert = sqlite.Insert | postgresql.Insert


def insert_for(connection: sa.Connection, table: sa.Table) -> Upsert:
    """An INSERT that has `on_conflict_do_update` on the connection's database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def put(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows; a row whose primary key is there already is replaced."""
    if not rows:
        return
    statement = insert_for(connection, table)
    key = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), list(rows))
