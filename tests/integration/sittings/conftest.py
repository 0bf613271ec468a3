"""A committee of the province is to sit on three cases, or on four that came there straight; played once, each test starts from a copy."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.house import House, Model
from tests.support.many_cases import put_before_the_committee
from tests.support.sittings import UNITS, casts_of, convene, put_forward
from tests.support.stages import house_of


@pytest.fixture(scope="session")
def convened(sqlite_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The day of the sitting has come; no case has been opened."""
    data = tmp_path_factory.mktemp("sitting") / "data"
    with house_of(sqlite_model, data) as house:
        put_forward(house, casts_of())
        convene(house, UNITS)
        return _kept(house, sqlite_model, data)


@pytest.fixture(scope="session")
def straight(sqlite_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Four cases are convened for today, and nothing else has happened."""
    data = tmp_path_factory.mktemp("straight") / "data"
    with house_of(sqlite_model, data) as house:
        put_before_the_committee(house, 4)
        return _kept(house, sqlite_model, data)


def _kept(house: House, start: Model, data: Path) -> Model:
    with house.container.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    url = house.container.engine.url.render_as_string(hide_password=False)
    return replace(start, data=data, url=url, now=house.clock.now())


@pytest.fixture
def four_cases(straight: Model, tmp_path: Path) -> Iterator[House]:
    with house_of(straight, tmp_path / "house") as house:
        yield house


@pytest.fixture
def sitting(convened: Model, tmp_path: Path) -> Iterator[House]:
    with house_of(convened, tmp_path / "house") as house:
        yield house
