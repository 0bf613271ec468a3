"""Reads the corpus of BPMN files: what each file's first comment says, and which BPMN elements it holds."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parents[1] / "conformance" / "corpus"
REFUSED = "refused"
_HEADER = re.compile(r"<!--\n(?P<says>.+?)\n\n(?P<toml>.+?)-->", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is given to a run, and what must come out.

    Given: `processes` to start (default: the file's own), `variables`, `until`, `answers` (user task → outcome, a list of them, or
    variables), `waits` (user tasks that nobody does), `jobs` (topic → result), `errors` (topic → code of the BPMN error it ends with),
    `takes` (topic → duration).

    Expected: `status`; `visited`, exactly in this order, or `entered`, in any order, with pairs `before`; `result`, some of the root
    variables; `absent`, names that are none of them; `incidents` ("kind node"), `deadlocks` (nodes), `error_code` and `instances`
    ("process status"), completely; `after`, the virtual time that has passed.
    """

    processes: tuple[str, ...] | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    until: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    jobs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    status: str
    visited: str | None = None
    entered: str | None = None
    before: tuple[str, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    deadlocks: tuple[str, ...] = ()
    error_code: str | None = None
    instances: tuple[str, ...] | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The rule that a file breaks, and the element that breaks it."""

    rule: str
    element: str


def runs() -> list[Path]:
    """The files that run, in order of folder and name."""
    return [path for path in sorted(CORPUS.rglob("*.bpmn")) if path.parent.name != REFUSED]


def refused() -> list[Path]:
    """The files that break a rule."""
    return sorted((CORPUS / REFUSED).glob("*.bpmn"))


@cache
def read(path: Path) -> tuple[str, dict[str, Any]]:
    """What the file's first comment says: sentences, and TOML."""
    found = _HEADER.search(path.read_text(encoding="utf-8"))
    assert found, f"{path.name} does not begin with a comment that says what must happen"
    toml = {
        key: tuple(value) if isinstance(value, list) else value for key, value in tomllib.loads(found["toml"]).items()
    }
    return " ".join(found["says"].split()), toml
