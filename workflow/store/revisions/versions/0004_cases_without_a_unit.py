"""A case may run for no unit: what only the application knows of it (unit, campaign, the day that counts) may be missing."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = ("unit_id", "campaign_id", "as_of_on")


def upgrade() -> None:
    connection = op.get_bind()
    before = _known(connection)
    if connection.dialect.name == "postgresql":
        for name in _COLUMNS:
            op.execute(f"ALTER TABLE cases ALTER COLUMN {name} DROP NOT NULL")
    else:
        _forget_not_null(connection)
    if _known(connection) != before:
        raise RuntimeError("The cases of this database did not come through whole. Nothing was changed.")


def downgrade() -> None:
    raise RuntimeError("Cases without a unit cannot be given one: restore a backup instead.")


def _known(connection: sa.Connection) -> tuple[int, ...]:
    """How many cases there are, and in how many each of the columns is filled in."""
    counts = ", ".join(f"count({name})" for name in _COLUMNS)
    return tuple(connection.execute(sa.text(f"SELECT count(*), {counts} FROM cases")).one())  # noqa: S608 - our own names


def _forget_not_null(connection: sa.Connection) -> None:
    """Take NOT NULL out of the table's text, as SQLite's manual says for changes that leave the rows as they are.

    Building the table anew, which Alembic's batch does, would drop one that others refer to, with foreign keys watched.
    """
    text = str(connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE name = 'cases'")).scalar_one())
    for name in _COLUMNS:
        text, found = re.subn(rf"(\b{name} [A-Z]+(?:\(\d+\))?) NOT NULL", r"\1", text)
        if found != 1:
            raise RuntimeError(f"The table of cases is not as it was made: its column {name} was not found.")
    version = int(connection.execute(sa.text("PRAGMA schema_version")).scalar_one())
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    try:
        statement = sa.text("UPDATE sqlite_master SET sql = :text WHERE type = 'table' AND name = 'cases'")
        connection.execute(statement, {"text": text})
        connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))  # every connection reads the tables anew
    finally:
        connection.execute(sa.text("PRAGMA writable_schema = OFF"))
    problems = [row[0] for row in connection.execute(sa.text("PRAGMA integrity_check")) if row[0] != "ok"]
    problems += [str(row) for row in connection.execute(sa.text("PRAGMA foreign_key_check"))]
    if problems:
        raise RuntimeError(f"The database is damaged: {problems[0]}")
