"""`congnhan simulate`: what it prints and with which exit code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.drawing import catching, feel_script, sequence, timer, user_task
from workflow.cli.main import main


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.bpmn"
    nodes = (
        user_task("review", "approve"),
        feel_script("double", "n * 2", "m"),
        catching("wait", timer("timeDuration", "P2D")),
    )
    path.write_text(sequence(*nodes), encoding="utf-8")
    return path


def test_json_says_what_happened(file: Path) -> None:
    ran = CliRunner().invoke(main, ["simulate", str(file), "--vars", '{"n": 1.5}', "--until", "P3D", "--json"])

    said = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert (said["status"], said["scripts"], said["error_code"]) == ("completed", ["n * 2"], None)
    assert said["visited"] == ["start", "review", "double", "wait", "end"]
    assert said["variables"]["m"] == 3


def test_a_run_that_waits_is_no_failure(file: Path) -> None:
    ran = CliRunner().invoke(main, ["simulate", str(file), "--vars", '{"n": 1}', "--process", "p"])

    assert ran.exit_code == 0
    assert "status     waiting" in ran.stdout


def test_an_incident_is_shown_and_is_exit_code_1(file: Path) -> None:
    ran = CliRunner().invoke(main, ["simulate", str(file)])

    assert ran.exit_code == 1
    assert "incident   double  expression" in ran.stdout


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_half_of_a_character_in_an_expression_is_a_finding(tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "half.bpmn"
    path.write_text(sequence(feel_script("half", '"\\ud800"', "m")), encoding="utf-8")

    ran = CliRunner().invoke(main, ["simulate", str(path), *options])

    assert ran.exit_code == 1
    assert "half.bpmn:1" in ran.stdout
    assert "is one half of a character" in ran.stdout


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_file_that_breaks_a_rule_is_refused_with_a_line_a_finding(tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "bad.bpmn"
    path.write_text(sequence('<serviceTask id="x"/>'), encoding="utf-8")

    ran = CliRunner().invoke(main, ["simulate", str(path), *options])

    assert ran.exit_code == 1
    assert "bad.bpmn:1  missing-property  x" in ran.stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--vars", "{"],
        ["--vars", "[1]"],
        ["--vars", '{"n": {"$date": "soon"}}'],
        ["--vars", '{"n": NaN}'],
        ["--until", "soon"],
        ["--process", "other"],
    ],
)
def test_a_wrong_command_line_is_exit_code_2_and_one_sentence(file: Path, options: list[str]) -> None:
    ran = CliRunner().invoke(main, ["simulate", str(file), *options])

    assert ran.exit_code == 2
    assert ran.stderr.count("Error:") == 1


def test_a_file_that_is_not_there_is_exit_code_2(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["simulate", str(tmp_path / "none.bpmn")]).exit_code == 2
