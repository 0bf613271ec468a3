"""The database's own description is what this version makes, piece by piece, on both databases."""

import pytest
import sqlalchemy as sa

from tests.integration.auditing.support import Court
from workflow.audit.breach import BreachKind as Kind
from workflow.store.sealing.description import described, expected

EVERYWHERE = (
    ("DROP INDEX ix_jobs_due", "index ix_jobs_due"),
    ("CREATE INDEX more ON users (name)", "index more"),
    ("CREATE VIEW more AS SELECT id FROM users", "view more"),
    ("CREATE TABLE more (id integer)", "table more"),
)
ON_SQLITE = (
    ("login VARCHAR(80) NOT NULL", "login VARCHAR(80) COLLATE NOCASE NOT NULL", "users"),
    ("PRIMARY KEY (id)", "PRIMARY KEY (id) ON CONFLICT IGNORE", "sign_in_failures"),
    ("VARCHAR(36)", "BLOB", "comments"),
)
ON_POSTGRESQL = (
    ('ALTER TABLE users ALTER login TYPE varchar(80) COLLATE "C"', "column users.login"),
    ("ALTER TABLE users ALTER name DROP NOT NULL", "column users.name"),
    ("ALTER TABLE users ALTER name SET DEFAULT 'x'", "column users.name"),
    ("ALTER TABLE users DROP CONSTRAINT uq_users_login", "constraint users.uq_users_login"),
    ("ALTER TABLE users ADD CONSTRAINT more CHECK (revision > 0)", "constraint users.more"),
    ("CREATE RULE more AS ON UPDATE TO users DO INSTEAD NOTHING", "rule users.more"),
    ("ALTER TABLE users ENABLE ROW LEVEL SECURITY", "table users"),
    ("CREATE POLICY more ON users USING (login <> 'x')", "policy users.more"),
)


def named(court: Court) -> set[str]:
    return {one.stream for one in court.app.verification.verify().breaches if one.kind is Kind.SCHEMA}


def test_what_the_revisions_make_is_what_is_expected(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        found = described(connection)
        assert found == expected(connection)
        assert found == described(connection), "asking leaves nothing behind"
    assert len(found) > 50


@pytest.mark.parametrize(("statement", "place"), EVERYWHERE)
def test_what_is_taken_away_or_added_is_named(court: Court, engine: sa.Engine, statement: str, place: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(statement))

    assert place in named(court)


@pytest.mark.parametrize(("old", "new", "table"), ON_SQLITE)
def test_a_table_that_is_otherwise_made_is_named_on_sqlite(
    court: Court, engine: sa.Engine, old: str, new: str, table: str
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("of SQLite's own description")
    with engine.begin() as connection:
        connection.execute(sa.text("PRAGMA writable_schema=ON"))
        change = sa.text("UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE name = :table")
        assert connection.execute(change, {"old": old, "new": new, "table": table}).rowcount == 1
        connection.execute(sa.text("PRAGMA writable_schema=OFF"))

    assert named(court) == {f"table {table}"}


@pytest.mark.postgresql
@pytest.mark.parametrize(("statement", "place"), ON_POSTGRESQL)
def test_what_is_otherwise_made_is_named_on_postgresql(
    court: Court, engine: sa.Engine, statement: str, place: str
) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("PostgreSQL's statements")
    with engine.begin() as connection:
        connection.execute(sa.text(statement))

    assert place in named(court)
