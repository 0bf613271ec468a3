"""The architecture is a test: who imports whom, how long files and functions are, and that every text is translated."""

import ast
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = sorted(path for folder in ("workflow", "webui") for path in (ROOT / folder).rglob("*.py"))
PACKAGES = sorted(path for path in PRODUCT if path.name == "__init__.py")
MIGRATIONS = "migrations"
LONGEST_FILE = 300
MEDIAN_FILE = 100
LONGEST_FUNCTION = 60


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_nobody_imports_whom_they_may_not() -> None:
    contracts = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True
    )

    assert contracts.returncode == 0, contracts.stdout + contracts.stderr


def test_files_stay_readable() -> None:
    sizes = {path.relative_to(ROOT): lines_of(path) for path in PRODUCT if MIGRATIONS not in path.parts}

    assert {path: size for path, size in sizes.items() if size > LONGEST_FILE} == {}
    assert median(sizes.values()) <= MEDIAN_FILE


def test_functions_stay_readable() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {length} lines"
        for path in PRODUCT
        if MIGRATIONS not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]

    assert long == []


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
