"""The migrations make exactly the tables that the program knows, on both databases, whoever starts first."""

import multiprocessing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.support.postgres import PostgresServer
from workflow.store.database import bring_up_to_date, create_engine, metadata
from workflow.store.searching.words import is_known


def test_nothing_has_drifted(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_known}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert differences == []


def test_migrating_again_changes_nothing(engine: sa.Engine) -> None:
    before = sa.inspect(engine).get_table_names()
    bring_up_to_date(engine)
    assert sa.inspect(engine).get_table_names() == before
    assert "cases" in before


def start(url: str) -> None:
    engine = create_engine(url)
    bring_up_to_date(engine)
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_two_processes_may_start_on_an_empty_database_at_once(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    processes = [multiprocessing.get_context("spawn").Process(target=start, args=(url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    engine = create_engine(url)
    assert set(metadata.tables) <= set(sa.inspect(engine).get_table_names())
    engine.dispose()


def test_sqlite_is_opened_as_it_must_be(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
    pragmas: dict[str, object] = {}

    @sa.event.listens_for(engine, "connect")  # before the tests' own conftest.py lets it wait for no disk
    def look(connection: Any, _record: object) -> None:
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            (pragmas[name],) = connection.execute(f"PRAGMA {name}").fetchone()

    with engine.connect() as connection:
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
        assert connection.exec_driver_sql("SELECT lower('XÃ ĐIỆN BIÊN')").scalar() == "xã điện biên"
    engine.dispose()
