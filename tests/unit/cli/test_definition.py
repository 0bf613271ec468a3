"""`definition check`: what is found, within which bounds, and with which exit code."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.world import shipped_folder
from workflow.budget import Allowance
from workflow.cli import definition
from workflow.cli.main import main
from workflow.outside.walled import WalledExaminer

PACKAGE = shipped_folder("2025").path
FILE = PACKAGE / "dien-hinh.bpmn"


@pytest.mark.parametrize("path", [PACKAGE, FILE], ids=["a package", "a file"])
def test_a_sound_one_is_checked_in_a_process_of_its_own_as_in_this_one(path: Path) -> None:
    apart = CliRunner().invoke(main, ["definition", "check", str(path)])
    here = CliRunner().invoke(main, ["definition", "check", "--in-process", str(path)])

    assert (apart.exit_code, apart.output) == (here.exit_code, here.output)
    assert apart.exit_code == 0
    assert apart.output.splitlines()[-1].startswith("0 errors, ")


def test_an_error_is_exit_code_one(tmp_path: Path) -> None:
    (tmp_path / "x.bpmn").write_bytes(FILE.read_bytes().replace(b'targetRef="registration"', b'targetRef="nowhere"'))
    assert CliRunner().invoke(main, ["definition", "check", str(tmp_path / "x.bpmn")]).exit_code == 1


@pytest.mark.parametrize("path", [PACKAGE, FILE], ids=["a package", "a file"])
def test_a_budget_that_is_used_up_is_said_and_has_an_exit_code_of_its_own(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definition, "CHECK", Allowance(steps=10, seconds=20))

    ran = CliRunner().invoke(main, ["definition", "check", str(path)])

    assert ran.exit_code == definition.UNCHECKED_CODE
    assert "more than 10 steps" in ran.output
    assert "Not everything could be checked" in ran.output


def test_what_takes_too_much_otherwise_is_ended_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definition, "WalledExaminer", lambda: WalledExaminer(memory=1 << 20))

    ran = CliRunner().invoke(main, ["definition", "check", str(FILE)])

    assert ran.exit_code == definition.UNCHECKED_CODE
    assert "longer or needed more memory than it may" in ran.output
