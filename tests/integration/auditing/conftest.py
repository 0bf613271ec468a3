"""A case of the shipped procedure, registered and half assessed by real people through the real services."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.integration.auditing.support import Court
from tests.integration.conftest import load, sqlite_made
from tests.support.clock import FixedClock
from tests.support.postgres import PostgresServer
from tests.support.secrets import VAULT_KEY, keep
from tests.support.world import World
from workflow.audit.row_seal import SealKey
from workflow.bootstrap import wire
from workflow.outside.mail import NoMailer
from workflow.packages.package import ExaminerHere
from workflow.store import triggers
from workflow.store.database import create_engine
from workflow.store.unit_of_work import UnitsOfWork

Tamper = Callable[..., int]


@dataclass(frozen=True, kw_only=True)
class Model:
    """What a court is a copy of: its data directory, its people and case, and the instant at which they came so far."""

    data: Path
    court: Court
    now: datetime


@pytest.fixture(scope="session")
def courts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Model]:
    """Models by kind of database; each is made when a test first asks for it."""
    return {}


def _play(courts: dict[str, Model], kind: str, data: Path) -> Callable[[str], None]:
    def make(url: str) -> None:
        load(url)
        keep(data)
        engine, clock = create_engine(url), FixedClock()
        world = World.build(UnitsOfWork(engine, SealKey.derived(VAULT_KEY)), clock)
        court = Court.open(wire(data, engine, clock, NoMailer(), examiner=ExaminerHere()), world)
        engine.dispose()
        courts[kind] = Model(data=data, court=court, now=clock.now())

    return make


@pytest.fixture(scope="session")
def sqlite_court(courts: dict[str, Model], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("court")
    return sqlite_made(folder / "court.db", _play(courts, "sqlite", folder / "data"))


@pytest.fixture(scope="session")
def postgres_court(
    courts: dict[str, Model], tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> str:
    url = postgres_server.create_database()
    _play(courts, "postgresql", tmp_path_factory.mktemp("court") / "data")(url)
    return url


@pytest.fixture
def court(engine: sa.Engine, clock: FixedClock, world: World, courts: dict[str, Model], tmp_path: Path) -> Court:
    """The application on a copy of a database with one case under way."""
    model = courts[engine.dialect.name]
    shutil.copytree(model.data, tmp_path, dirs_exist_ok=True)
    clock.set(model.now)
    app = wire(tmp_path, engine, clock, NoMailer(), examiner=ExaminerHere())
    return replace(model.court, app=app, world=world)


@pytest.fixture
def tamper(engine: sa.Engine) -> Tamper:
    """Changes rows as somebody would who owns the database: without its triggers, which stand again afterwards as if nothing had been.

    Returns how many rows it changed.
    """

    def change(statement: str, **values: object) -> int:
        with engine.begin() as connection:
            triggers.remove(connection)
            changed = connection.execute(sa.text(statement), values).rowcount
            triggers.install(connection)
            return changed

    return change
