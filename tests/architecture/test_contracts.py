"""The building code: who imports whom, how large rooms are, that a subject has one name, and that every text is translated."""

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REVISIONS = "revisions"
PRODUCT = sorted(path for folder in ("workflow", "webui") for path in (ROOT / folder).rglob("*.py"))
ROOMS = [path for path in PRODUCT if REVISIONS not in path.parts]
"""The product without the Alembic revisions, which stay as they were written."""
PACKAGES = [path for path in PRODUCT if path.name == "__init__.py"]
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
MOST_MODULES = 20
SMALL = 60
SUBJECTS = {
    "casework",
    "sittings",
    "notifications",
    "procedures",
    "campaigns",
    "accounts",
    "places",
    "moving",
    "trials",
    "auditing",
    "upkeep",
    "home",
}
STORELESS = {"sittings", "trials", "home"}
"""Nothing of a trial is kept; of a sitting, nothing but what its cases keep; a first page shows what others keep."""
SMALL_ROOMS = {
    "workflow.cli.definition": "one command a module; the group names them",
    "workflow.cli.demo": "one command a module; the group names them",
    "workflow.cli.feel": "one command a module; the group names them",
    "workflow.cli.worker": "one command a module; the group names them",
    "webui.drawing.environment": "what Jinja does otherwise here; the factory only wires",
    "workflow.services.ground.pace": "counts in memory and knows nothing of the ground that holds it",
}
"""Modules under 60 lines that one other module alone imports, each with the reason why it does not belong into that one."""


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def importers() -> dict[str, set[str]]:
    """Module → the modules that import it or something of it."""
    modules = {name_of(path) for path in PRODUCT}
    found: dict[str, set[str]] = defaultdict(set)
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    found[inner if inner in modules else node.module].add(name_of(path))
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    found[alias.name].add(name_of(path))
    return found


def test_nobody_imports_whom_they_may_not() -> None:
    contracts = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True
    )

    assert contracts.returncode == 0, contracts.stdout + contracts.stderr


def test_files_stay_readable() -> None:
    sizes = {path.relative_to(ROOT): lines_of(path) for path in ROOMS}

    assert {path: size for path, size in sizes.items() if size > LONGEST_FILE} == {}


def test_functions_stay_readable() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines"
        for path in ROOMS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]

    assert long == []


def test_folders_stay_readable() -> None:
    folders: dict[Path, int] = defaultdict(int)
    for path in ROOMS:
        folders[path.parent.relative_to(ROOT)] += path.name != "__init__.py"

    assert {folder: number for folder, number in folders.items() if number > MOST_MODULES} == {}


def test_a_small_module_with_one_importer_has_a_reason() -> None:
    known = importers()
    small = {
        name_of(path)
        for path in ROOMS
        if path.name != "__init__.py" and lines_of(path) < SMALL and len(known[name_of(path)]) == 1
    }

    assert small - SMALL_ROOMS.keys() == set(), "it belongs into the module that imports it"
    assert SMALL_ROOMS.keys() - small == set(), "named without need"
    assert len(SMALL_ROOMS) <= 20


def test_a_subject_has_the_same_name_on_every_floor() -> None:
    def folders(place: str, mark: str = "__init__.py") -> set[str]:
        return {path.parent.name for path in (ROOT / place).glob(f"*/{mark}")}

    def modules(place: str) -> set[str]:
        return {path.stem for path in (ROOT / place).glob("*.py")}

    assert folders("workflow/services") == SUBJECTS | {"ground"}
    assert SUBJECTS - modules("workflow/store") == STORELESS
    assert SUBJECTS - folders("webui") == set()
    assert folders("webui/templates", "*") >= SUBJECTS
    assert SUBJECTS - {path.stem for path in (ROOT / "webui/translations/vi").glob("*.po")} == set()
    assert SUBJECTS - modules("workflow/audit/facts") == STORELESS, "what is kept is recorded"
    specified = {path.name for path in (ROOT / "tests").glob("*/*/") if path.is_dir()}
    assert SUBJECTS - specified == set()


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_a_package_says_what_lives_there(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert docstring, f"{path.relative_to(ROOT)} has no docstring"
    assert lines_of(path) <= 12, "an __init__ describes; it does not re-export"


def test_every_text_is_translated() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "tools" / "messages.py", "check"], cwd=ROOT, capture_output=True, text=True
    )

    assert check.returncode == 0, check.stdout + check.stderr
