"""`procedure`: which procedures lie in a folder, and whether they pass their saved runs."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.world import DEFINITIONS, shipped_folder
from workflow.budget import Allowance
from workflow.cli import procedure
from workflow.cli.main import main

COVERED = [f"P{number:02}" for number in range(9, 16)]
RUN = "tests/khong-du-dieu-kien.json"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["procedure", *arguments])


@pytest.fixture
def one_version(tmp_path: Path) -> Path:
    """A folder of definitions with one version of `dien-hinh`, and the shortest of its saved runs."""
    version = tmp_path / "dien-hinh" / "2025"
    shutil.copytree(shipped_folder("2025").path, version)
    for path in version.glob("tests/*.json"):
        if path.name not in RUN:
            path.unlink()
    return tmp_path


def test_the_list_names_versions_sources_and_what_is_covered() -> None:
    listed = run("list", "--json")

    found = {one["key"]: one for one in json.loads(listed.output)}["dien-hinh"]
    assert listed.exit_code == 0
    assert found["versions"] == [
        {
            "label": "2023",
            "effective_from": "2023-01-01",
            "effective_to": "2025-06-30",
            "path": str(DEFINITIONS / "dien-hinh" / "2023"),
        },
        {
            "label": "2025",
            "effective_from": "2025-07-01",
            "effective_to": None,
            "path": str(DEFINITIONS / "dien-hinh" / "2025"),
        },
    ]
    assert found["covers"] == COVERED
    papers = [paper for label in ("2023", "2025") for paper in shipped_folder(label).manifest.legal_basis]
    assert found["sources"] == list(dict.fromkeys(papers))


def test_the_list_for_people_says_the_same(one_version: Path) -> None:
    listed = run("list", "--definitions", str(one_version))

    head, version, *sources = listed.output.splitlines()
    assert head == f"dien-hinh  {', '.join(COVERED)}"
    assert version.split() == ["2025", "2025-07-01", "–", "…", str(one_version / "dien-hinh" / "2025")]
    assert sources == [f"  source: {paper}" for paper in shipped_folder("2025").manifest.legal_basis]


def test_a_folder_without_procedures_has_an_empty_list(tmp_path: Path) -> None:
    assert json.loads(run("list", "--json", "--definitions", str(tmp_path)).output) == []
    assert run("list", "--definitions", str(tmp_path)).output == f"None in {tmp_path}.\n"


@pytest.mark.parametrize("command", ["list", "test"])
def test_what_lies_wrong_is_said_with_its_path(tmp_path: Path, command: str) -> None:
    shutil.copytree(shipped_folder("2025").path, tmp_path / "dien-hinh-2025")

    refused = run(command, "--definitions", str(tmp_path))

    assert refused.exit_code == 1
    assert str(tmp_path / "dien-hinh-2025" / "procedure.toml") in refused.output
    assert str(tmp_path / "dien-hinh" / "2025") in refused.output


@pytest.mark.parametrize("arguments", [(), ("dien-hinh",)], ids=["all", "one"])
def test_every_saved_run_is_run_and_has_a_line(arguments: tuple[str, ...]) -> None:
    ran = run("test", *arguments)

    *lines, count = ran.output.splitlines()
    runs = [
        ("passed", "dien-hinh", label, path)
        for label in ("2023", "2025")
        for path in sorted(shipped_folder(label).files())
        if path.startswith("tests/")
    ]
    assert ran.exit_code == 0
    assert [line for line in map(named, lines) if line[1] == "dien-hinh"] == runs
    assert count == f"{len(lines)} of {len(lines)} passed"


def named(line: str) -> tuple[str, ...]:
    return tuple(line.split()[:4])


def test_a_run_that_fails_says_what_differs_and_is_exit_code_one(one_version: Path) -> None:
    path = one_version / "dien-hinh" / "2025" / RUN
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "expect": {"status": "waiting"}}))

    ran = run("test", "--definitions", str(one_version))

    first, second, count = ran.output.splitlines()
    assert ran.exit_code == 1
    assert named(first) == ("failed", "dien-hinh", "2025", RUN)
    assert "The run should be “waiting” but is “completed”." in second
    assert count == "0 of 1 passed"


def test_a_version_with_another_fault_does_not_count_as_passed(one_version: Path) -> None:
    path = one_version / "dien-hinh" / "2025" / "dien-hinh.bpmn"
    path.write_bytes(path.read_bytes().replace(b'targetRef="registration"', b'targetRef="nowhere"'))

    ran = run("test", "--definitions", str(one_version))

    assert ran.exit_code == 1
    assert ran.output.startswith(f"not run  dien-hinh 2025  {RUN}")
    assert "nowhere" in ran.output
    assert ran.output.endswith("0 of 1 passed\n")


def test_a_folder_that_can_hold_no_package_is_exit_code_one(one_version: Path) -> None:
    (one_version / "dien-hinh" / "2025" / "link.bpmn").symlink_to("dien-hinh.bpmn")

    ran = run("test", "--definitions", str(one_version))

    assert ran.exit_code == 1
    assert "link.bpmn is a link" in ran.output


def test_runs_have_no_more_than_a_check_has(one_version: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(procedure, "CHECK", Allowance(steps=10, seconds=20))

    ran = run("test", "--definitions", str(one_version))

    assert ran.exit_code == 1
    assert "more than 10 steps" in ran.output


def test_an_unknown_key_is_answered_with_the_known_ones() -> None:
    refused = run("test", "dien-hin")

    assert refused.exit_code == 2
    assert f"There is no procedure dien-hin in {DEFINITIONS}; it has " in refused.output
    assert "dien-hinh" in refused.output
