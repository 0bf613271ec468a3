"""`congnhan migrate`: looks first, moves with a reason, and says what stands in the way."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.house import House, Place, open_house
from tests.support.versions import ADMINISTRATOR, REASON, renamed
from tests.support.world import shipped_package
from workflow.cli.main import main
from workflow.outside.clock import VirtualClock
from workflow.runtime.recorder import SYSTEM, Provenance


@pytest.fixture
def arguments(place: Place) -> list[str]:
    """`migrate` on an installation whose second version has another id for the registration."""
    house = open_house(*place)
    by = Provenance(actor=SYSTEM, at=house.clock.now())
    house.container.publishing.install(renamed(shipped_package()), by)
    with house.container.units.reading() as uow:
        newest = uow.definitions.all("dien-hinh")[0].version
    house.container.close()
    at = ["--data", str(place[1]), "--database", database(place)]
    return [*at, "migrate", "dien-hinh", "--from", "1", "--to", str(newest), "--by", ADMINISTRATOR]


def database(place: Place) -> str:
    return "" if place[2].startswith("sqlite") else place[2]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_dry_run_names_what_stands_in_the_way(arguments: list[str]) -> None:
    told = run(*arguments, "--dry-run")
    assert told.exit_code == 1
    assert "is not in the new version" in told.output
    assert "0 of" in told.output
    assert run(*arguments, "--dry-run", "--map", "registration=sign_up").exit_code == 0


def test_it_moves_the_cases_and_the_audit_still_verifies(arguments: list[str], place: Place) -> None:
    refused = run(*arguments, "--reason", REASON)
    assert refused.exit_code == 1
    assert "perhaps sign_up" in refused.output
    unreasoned = run(*arguments, "--map", "registration=sign_up")
    assert unreasoned.exit_code == 1
    moved = run(*arguments, "--map", "registration=sign_up", "--reason", REASON, "--now")
    assert moved.exit_code == 0, moved.output
    assert " done" in moved.output
    house: House = open_house(*place)
    assert isinstance(house.clock, VirtualClock)
    assert [task.node_id for task in house.open_tasks()] == ["sign_up"]
    house.verify()
    house.container.close()


@pytest.mark.parametrize(
    "wrong", [["--map", "registration"], ["--case", "nothing"], ["--to", "99"], ["--by", "nobody"]]
)
def test_a_wrong_command_line_is_said(arguments: list[str], wrong: list[str]) -> None:
    assert run(*arguments, *wrong).exit_code == 2


def test_a_reviewer_cannot(arguments: list[str], tmp_path: Path) -> None:
    given = [*arguments[:-1], "duyet.tinh", "--dry-run"]
    refused = run(*given)
    assert refused.exit_code == 1
    assert "does not permit" in refused.output
