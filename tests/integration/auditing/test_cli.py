"""The command line says by its exit code whether everything recorded is whole, and names what is not."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.integration.auditing.conftest import Tamper
from tests.integration.auditing.support import Court
from workflow.cli.main import main

Run = Callable[..., Result]


@pytest.fixture
def run(court: Court, database_url: str, tmp_path: Path) -> Run:
    """Runs a command of the group `audit` on the court's installation."""

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--data", str(tmp_path), "--database", database_url, "audit", *arguments])

    return command


def test_whole(court: Court, run: Run) -> None:
    made = run("checkpoint")
    noted = made.output.split()[-1]

    said = run("verify", "--anchor", noted)
    assert (made.exit_code, said.exit_code) == (0, 0)
    assert "OK: " in said.output
    assert "0 events not covered" in said.output
    found = json.loads(run("verify", "--json").output)
    assert (found["verified"], found["breaches"]) == (True, [])
    assert found["events"] == court.app.verification.verify().events
    assert found["head"] in said.output


def test_not_whole(court: Court, run: Run, tamper: Tamper) -> None:
    tamper("DELETE FROM events WHERE stream = :stream AND seq = 4", stream=court.stream)

    said = run("verify")
    assert said.exit_code == 1
    assert f"FAULT removed: {court.stream}, events 4 to 4 were removed." in said.output
    found = json.loads(run("verify", "--json").output)
    assert (found["verified"], found["breaches"][0]["kind"]) == (False, "removed")


def test_a_noted_checkpoint_that_is_not_there(run: Run) -> None:
    said = run("verify", "--anchor", "0" * 64)

    assert said.exit_code == 1
    assert "checkpoint-missing" in said.output


def test_a_bundle_by_business_key(court: Court, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "case.zip"

    assert run("bundle", court.case.business_key, "--out", str(out)).exit_code == 0
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("case.json"))["id"] == court.case_id
    assert court.world.events(court.stream)[-1].actor == "system"


def test_a_bundle_of_no_case_leaves_no_file(run: Run, tmp_path: Path) -> None:
    said = run("bundle", "DH-2023-9999", "--out", str(tmp_path / "none.zip"))

    assert said.exit_code == 1
    assert not list(tmp_path.glob("none*")) + list(tmp_path.glob("*.part"))


def test_a_new_key_signs_from_then_on(run: Run) -> None:
    run("checkpoint")
    new = run("rotate-key").output.split()[-1]

    assert new in run("checkpoint").output
    assert run("verify").exit_code == 0


def test_looking_makes_no_installation(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["--data", str(tmp_path / "elsewhere"), "audit", "verify"])

    assert said.exit_code == 2
    assert not (tmp_path / "elsewhere").exists()
