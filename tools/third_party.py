"""Write docs/THIRD_PARTY.md: what ships or is installed with the product, its version and its licence, from the lock files."""

import json
import re
import sys
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "THIRD_PARTY.md"
BUILD_ONLY = {"esbuild", "sass", "setuptools"}
HEAD = """# Third-party software

No third-party file is committed. `make lock` writes this list from the lock files.
The texts of the licences of everything in the browser bundles are built into `webui/static/dist/licences.txt`, to which
every page links; those of the Python packages come with each package.

The licence of bpmn-js asks that its mark stays visible on every diagram; it does.
"""


def main() -> int:
    """Write the list; return the exit status."""
    parts = [
        HEAD,
        "## In the browser bundles (npm)\n",
        _table(npm_packages()),
        "## Installed beside it (PyPI)\n",
        _table(python_packages()),
        "## For building and testing only\n",
        "esbuild and sass build the bundles; tools/locks/requirements-dev.lock names what the tests need; Debian gives Chromium and PostgreSQL.\n",
    ]
    TARGET.write_text("\n".join(parts), encoding="utf-8")
    return 0


def npm_packages() -> list[tuple[str, str, str]]:
    """Return (name, version, licence) of what the bundles are made from: the closure over dependencies."""
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    waiting = sorted(set(packages[""]["devDependencies"]) - BUILD_ONLY)
    found: dict[str, tuple[str, str, str]] = {}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        entry = packages[f"node_modules/{name}"]
        found[name] = (name, entry["version"], entry.get("license", "see its text"))
        waiting += entry.get("dependencies", {})
    return sorted(found.values())


def python_packages() -> list[tuple[str, str, str]]:
    """Return (name, version, licence) of what tools/locks/requirements.lock names, for the Python in use."""
    lock = (ROOT / "tools" / "locks" / "requirements.lock").read_text()
    named = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", lock, re.MULTILINE)
    oldest_first = dict(reversed(named))  # two versions: one is for a newer Python
    return [
        (name, version, _licence(metadata(name)))
        for name, version in sorted(oldest_first.items())
        if name not in BUILD_ONLY
    ]


def _licence(data: PackageMetadata) -> str:
    classifiers = data.get_all("Classifier") or []
    named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    given = next((data[name].strip() for name in ("License-Expression", "License") if name in data), "")
    short = given if given and "\n" not in given and len(given) < 60 else ""
    return short or ", ".join(named) or "see its metadata"


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = ["| Package | Version | Licence |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
