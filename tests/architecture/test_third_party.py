"""The list of third-party software names exactly what the lock files bring."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "tools" / "locks"
BUILD_ONLY = {"setuptools"}


def listed(heading: str) -> set[tuple[str, str]]:
    part = (ROOT / "docs/THIRD_PARTY.md").read_text().partition(f"## {heading}")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| ([@\w./-]+) \| ([\w.]+) \|", part, re.MULTILINE)) - {("Package", "Version")}


def test_every_locked_python_package_is_listed() -> None:
    lock = (LOCKS / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", lock, re.MULTILINE))

    missing = {name for name, _ in locked} - BUILD_ONLY - {name for name, _ in listed("Installed beside it (PyPI)")}

    assert not missing
    assert listed("Installed beside it (PyPI)") <= locked


def test_every_package_of_the_bundles_is_listed_with_its_licence_text() -> None:
    shipped = (ROOT / "webui/static/dist/licences.txt").read_text()

    bundled = set(re.findall(r"^([@\w./-]+) (\d+\.[\w.]+) \(", shipped, re.MULTILINE))

    assert bundled == listed("In the browser bundles (npm)")


def test_no_committed_lock_names_a_registry() -> None:
    for path in (*LOCKS.iterdir(), ROOT / "frontend/.npmrc", ROOT / "Makefile"):
        assert "://" not in path.read_text(), path.name
    assert '"resolved"' not in (ROOT / "frontend/package-lock.json").read_text()
