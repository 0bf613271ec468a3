"""The short form of `make kills`: what was acknowledged outlives the processes that acknowledged it, and is there once."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.kills.installation import prepare
from tests.acceptance.kills.trial import trial
from tests.support.house import Model
from tests.support.postgres import PostgresServer

pytestmark = [pytest.mark.xdist_group("kills"), pytest.mark.timeout(600)]
KILLS = 4


def assert_nothing_is_lost_or_doubled(model: Model, data: Path, url: str | None) -> None:
    shutil.copytree(model.data, data)
    found = trial(prepare(model, data, url, small=True), KILLS, seed=1)

    said = "\n".join(found.told())
    assert found.good, said
    assert sum(found.kills.values()) == KILLS
    assert min(found.kills.values()) > 0, "one of the two was never killed"
    kinds = {act.kind for act in found.ledger.acknowledged}
    assert {"claim", "start", "criterion", "comment"} <= kinds, said


def test_all_that_was_acknowledged_is_there_once_on_sqlite(sqlite_model: Model, tmp_path: Path) -> None:
    assert_nothing_is_lost_or_doubled(sqlite_model, tmp_path / "data", None)


@pytest.mark.postgresql
def test_all_that_was_acknowledged_is_there_once_on_postgresql(
    postgres_model: Model, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.create_database(postgres_model.url)
    assert_nothing_is_lost_or_doubled(postgres_model, tmp_path / "data", url)
    postgres_server.drop_database(url)
