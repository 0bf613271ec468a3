"""`congnhan setup`: fills a directory, may be run again, and keeps made-up data out of real installations."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workflow.cli.main import main
from workflow.outside.clock import SHIFT_FILE


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("real") / "data"
    done = run("setup", "--data", str(data), "--no-demonstration")
    assert done.exit_code == 0, done.output
    return data


def test_a_real_installation_has_neither_made_up_people_nor_another_clock(real: Path) -> None:
    assert not (real / SHIFT_FILE).exists()
    assert not (real / "demonstration-accounts.txt").exists()


def test_setting_up_again_does_not_bring_the_demonstration_in(real: Path) -> None:
    assert run("setup", "--data", str(real)).exit_code == 0
    assert not (real / SHIFT_FILE).exists()

    refused = run("setup", "--data", str(real), "--demonstration")

    assert refused.exit_code == 2
    assert "without demonstration" in refused.output


def test_the_first_administrator_comes_from_the_command_line_once(real: Path) -> None:
    arguments = ("account", "add", "--data", str(real), "quantri", "Quản trị", "--organisation", "thanh-hoa")

    added, again = run(*arguments), run(*arguments)

    assert added.exit_code == 0
    assert added.output.startswith("quantri: ")
    assert len(added.output.split()[1]) >= 12
    assert again.exit_code == 2
    assert "already" in again.output


def test_an_unknown_organisation_is_said_and_makes_no_account(real: Path) -> None:
    refused = run("account", "add", "--data", str(real), "somebody", "Ai đó", "--organisation", "nowhere")

    assert refused.exit_code == 1
    assert "nowhere" in refused.output
    assert run("account", "add", "--data", str(real), "somebody", "Ai đó", "--organisation", "thanh-hoa").exit_code == 0


def test_a_command_that_needs_an_installation_makes_none(tmp_path: Path) -> None:
    refused = run("audit", "verify", "--data", str(tmp_path / "empty"))

    assert refused.exit_code == 2
    assert not (tmp_path / "empty").exists()
