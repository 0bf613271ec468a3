"""Copies of one installation for real processes, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.house import PASSWORD, Model, make_model
from tests.support.postgres import PostgresServer

__all__ = ["PASSWORD"]


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A data directory of its own, and the database where it is not in it."""

    data: Path
    url: str | None
    campaign_id: str


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return make_model(tmp_path_factory.mktemp("serving") / "sqlite", None)


@pytest.fixture
def sqlite_place(sqlite_model: Model, tmp_path: Path) -> Installed:
    """On SQLite."""
    shutil.copytree(sqlite_model.data, tmp_path / "data")
    return Installed(data=tmp_path / "data", url=None, campaign_id=sqlite_model.campaign_id)


@pytest.fixture(scope="session")
def postgres_model(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Model:
    return make_model(tmp_path_factory.mktemp("serving") / "postgres", postgres_server.create_database())


@pytest.fixture
def postgres_place(postgres_model: Model, postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Installed]:
    """On PostgreSQL."""
    shutil.copytree(postgres_model.data, tmp_path / "data")
    url = postgres_server.create_database(postgres_model.url)
    yield Installed(data=tmp_path / "data", url=url, campaign_id=postgres_model.campaign_id)
    postgres_server.drop_database(url)
