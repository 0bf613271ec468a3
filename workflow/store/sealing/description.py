"""Everything in the database's own description, line by line, and the same as this version of the application makes it.

A changed collation, a dropped index or a view in a table's place lets rows be hidden or read otherwise than they were sealed.
"""

import re
from collections.abc import Mapping
from functools import cache
from threading import Lock

import sqlalchemy as sa
from alembic import command

from workflow.store.columns import metadata
from workflow.store.database import configuration, prepare_reading

_SQLITE = """SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'
AND NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'))"""
_OURS = """c.relnamespace = :space AND NOT EXISTS
(SELECT 1 FROM pg_depend x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')"""
_POSTGRESQL = (
    """SELECT 'table ' || c.relname, CASE c.relkind WHEN 'r' THEN 'table' ELSE c.relkind::text END
|| CASE WHEN c.relpersistence = 'u' THEN ' unlogged' ELSE '' END
|| CASE WHEN c.relrowsecurity OR c.relforcerowsecurity THEN ' with row security' ELSE '' END
FROM pg_class c WHERE c.relkind IN ('r', 'p', 'f') AND @OURS""",
    """SELECT 'column ' || c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
|| CASE WHEN a.attcollation <> t.typcollation THEN ' collate ' || l.collname ELSE '' END
|| CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
|| coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') || a.attidentity::text || a.attgenerated::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation l ON l.oid = a.attcollation LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND @OURS""",
    """SELECT 'index ' || c.relname, pg_get_indexdef(c.oid)
|| CASE WHEN i.indisvalid AND i.indisready THEN '' ELSE ' invalid' END
FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE @OURS""",
    """SELECT 'constraint ' || c.relname || '.' || CASE k.contype WHEN 'f' THEN pg_get_constraintdef(k.oid) ELSE k.conname END,
pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype NOT IN ('n', 't') AND @OURS""",
    """SELECT 'view ' || c.relname, pg_get_viewdef(c.oid) FROM pg_class c WHERE c.relkind IN ('v', 'm') AND @OURS""",
    """SELECT 'rule ' || c.relname || '.' || r.rulename, pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN' AND @OURS""",
    """SELECT 'policy ' || c.relname || '.' || p.polname, coalesce(pg_get_expr(p.polqual, p.polrelid), '')
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE @OURS""",
)
_SPACE = sa.text("SELECT oid, nspname FROM pg_namespace WHERE nspname = current_schema()")
_SCRATCH = sa.text("SELECT oid, nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()")
_REVISION = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_one_at_a_time = Lock()
_of_servers: dict[str, "Description"] = {}
"""PostgreSQL's version → its words: they do not change while a process runs."""
Description = Mapping[str, str]
"""What it is and its name → how it is made, in one form; PostgreSQL's foreign keys go by what they say."""


def described(connection: sa.Connection) -> Description:
    """Tables, columns, indices, constraints, views, rules as the database tells them."""
    if connection.dialect.name == "postgresql":
        return _of_postgresql(connection, _SPACE)
    return _of_sqlite(connection)


def expected(connection: sa.Connection) -> Description:
    """The same as this version makes them. PostgreSQL is asked in temporary tables, which are taken back."""
    if connection.dialect.name != "postgresql":
        with _one_at_a_time:
            return _fresh_sqlite()
    version = connection.scalar(sa.text("SHOW server_version"))
    with _one_at_a_time:
        found = _of_servers.get(str(version))
    if found is None:
        found = _fresh_postgresql(connection)
        with _one_at_a_time:
            _of_servers[str(version)] = found
    return found


def _fresh_postgresql(connection: sa.Connection) -> Description:
    attempt = connection.begin_nested()
    try:
        connection.execute(sa.text("SET LOCAL search_path TO pg_temp"))
        metadata.create_all(connection, checkfirst=False)
        _REVISION.create(connection, checkfirst=False)
        return _of_postgresql(connection, _SCRATCH)
    finally:
        attempt.rollback()


@cache
def _fresh_sqlite() -> Description:
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    sa.event.listen(engine, "connect", prepare_reading)
    try:
        with engine.connect() as connection:
            command.upgrade(configuration(connection), "head")
            return _of_sqlite(connection)
    finally:
        engine.dispose()


def _of_sqlite(connection: sa.Connection) -> Description:
    rows = connection.execute(sa.text(_SQLITE)).all()
    return {f"{kind} {name}": _plain(f"{sql} of {table}") for kind, name, table, sql in rows}


def _of_postgresql(connection: sa.Connection, where: sa.TextClause) -> Description:
    space, name = connection.execute(where).one()
    schema = re.compile(rf'"?\b(?:{re.escape(name)}|pg_temp)"?\.')
    return {
        str(place): _plain(schema.sub("", text))
        for query in _POSTGRESQL
        for place, text in connection.execute(sa.text(query.replace("@OURS", _OURS)), {"space": space})
    }


def _plain(text: str) -> str:
    """SQLite quotes names where it has renamed something, and keeps the breaks of lines that it was given."""
    return " ".join(text.replace('"', "").split())
