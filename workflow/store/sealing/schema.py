"""How the database is built, as it says itself, and as this version of the application builds it."""

import re

import sqlalchemy as sa

from workflow.store import triggers
from workflow.store.columns import metadata
from workflow.store.database import newest_revision
from workflow.store.sealing import description
from workflow.store.searching.words import TRIGGERS

_COLUMNS = """SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"""
_POSTGRESQL_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
)
_POSTGRESQL_TRIGGERS = """SELECT t.tgname AS name, t.tgenabled AS enabled, pg_get_triggerdef(t.oid) AS text
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"""
_POSTGRESQL_FUNCTION = (
    "SELECT prosrc FROM pg_proc WHERE proname = 'audit_refuse' AND pronamespace = current_schema()::regnamespace"
)


class Schema:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._is_postgresql = connection.dialect.name == "postgresql"

    def revision(self) -> str:
        """What the database says; several or none as they are."""
        return ", ".join(sorted(map(str, self._connection.scalars(sa.text("SELECT version_num FROM alembic_version")))))

    def expected_revision(self) -> str:
        """The newest revision of this version of the application."""
        return newest_revision() or ""

    def columns(self) -> dict[str, frozenset[str]]:
        """Table → the names of its columns."""
        found: dict[str, set[str]] = {}
        for table, column in self._connection.execute(
            sa.text(_POSTGRESQL_COLUMNS if self._is_postgresql else _COLUMNS)
        ):
            found.setdefault(str(table), set()).add(str(column))
        return {table: frozenset(columns) for table, columns in found.items()}

    def expected_columns(self) -> dict[str, frozenset[str]]:
        """The same as the application builds it."""
        return {name: frozenset(table.columns.keys()) for name, table in sorted(metadata.tables.items())}

    def described(self) -> description.Description:
        """What it is and its name → how it is made, of all but triggers."""
        return description.described(self._connection)

    def expected_description(self) -> description.Description:
        """The same as the application makes it."""
        return description.expected(self._connection)

    def triggers(self) -> dict[str, str]:
        """Name → text, of every trigger there is; the function behind PostgreSQL's is one of them."""
        if not self._is_postgresql:
            rows = self._connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            return {str(row.name): _plain(str(row.sql)) for row in rows}
        found = {
            str(row.name): _plain(str(row.text)) + ("" if row.enabled in ("O", b"O") else " DISABLED")
            for row in self._connection.execute(sa.text(_POSTGRESQL_TRIGGERS))
        }
        source = self._connection.scalar(sa.text(_POSTGRESQL_FUNCTION))
        return found if source is None else {**found, "audit_refuse": _plain(str(source))}

    def expected_triggers(self) -> dict[str, str]:
        """The same as the application makes them."""
        if not self._is_postgresql:
            return {statement.split()[2]: _plain(statement) for statement in (*triggers.SQLITE, *TRIGGERS)}
        expected = {statement.split()[2]: _plain(statement) for statement in triggers.POSTGRESQL[1:]}
        return {**expected, "audit_refuse": _plain(triggers.POSTGRESQL[0].split("$$")[1])}


def _plain(text: str) -> str:
    """Without what PostgreSQL adds when it tells a trigger: casts, brackets, the schema's name."""
    return " ".join(re.sub(r"::\w+|[()]|\bpublic\.", " ", text).split()).casefold()
