"""A fresh database for each test, on SQLite (a file) and on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.clock import FixedClock
from tests.support.postgres import PostgresServer
from tests.support.secrets import VAULT_KEY
from tests.support.world import World
from workflow.audit.row_seal import SealKey
from workflow.store.database import bring_up_to_date, create_engine
from workflow.store.unit_of_work import UnitsOfWork


def prepare(url: str) -> None:
    """Bring the database at `url` to the newest revision, as an installation does."""
    engine = create_engine(url)
    bring_up_to_date(engine)
    engine.dispose()


def load(url: str) -> None:
    """Give the database at `url` what every `world` begins with."""
    prepare(url)
    engine = create_engine(url)
    World.build(UnitsOfWork(engine, SealKey.derived(VAULT_KEY)), FixedClock()).load()
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with every table, to be copied."""
    return sqlite_made(tmp_path_factory.mktemp("template") / "empty.db", prepare)


@pytest.fixture(scope="session")
def sqlite_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with the shipped organisations and calendar."""
    return sqlite_made(tmp_path_factory.mktemp("template") / "world.db", load)


def sqlite_made(path: Path, make: Callable[[str], None]) -> Path:
    """A database in one file, without a log beside it."""
    make(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """An empty PostgreSQL database with every table, to be copied."""
    url = postgres_server.create_database()
    prepare(url)
    return url


@pytest.fixture(scope="session")
def postgres_world(postgres_server: PostgresServer) -> str:
    """One with the shipped organisations and calendar."""
    url = postgres_server.create_database()
    load(url)
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with every table; for a `world` or a `court`, with what that begins with."""
    start = next((name for name in ("court", "world") if name in request.fixturenames), "template")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue(f"sqlite_{start}")
        path = tmp_path / "test.db"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue(f"postgres_{start}"))
    yield url
    server.drop_database(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """Connections to the fresh database."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def units(engine: sa.Engine) -> UnitsOfWork:
    return UnitsOfWork(engine, SealKey.derived(VAULT_KEY))


@pytest.fixture
def clock() -> FixedClock:
    """Wednesday, 1 March 2023, nine o'clock in Việt Nam."""
    return FixedClock()


@pytest.fixture
def world(units: UnitsOfWork, clock: FixedClock) -> World:
    """The services around the cases, wired on the fresh database, with the shipped organisations and calendar."""
    return World.build(units, clock)
