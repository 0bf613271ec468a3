"""What an earlier release recorded is read into the classes of today and written again: not a byte differs."""

import json
import sqlite3
import tarfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from workflow.audit.facts.registry import FACTS, read
from workflow.audit.payload import canonical
from workflow.engine.codec import EVENT_TYPES, event_from_json, event_to_json

BEFORE = Path(__file__).parent / "before"


def written_again(type: str, payload: Mapping[str, Any]) -> bytes:
    if type in EVENT_TYPES:
        again = event_to_json(event_from_json({**payload, "type": type}))
        assert again.pop("type") == type
        return canonical(again)
    fact = read(type, payload)
    assert fact is not None, type
    assert fact.type == type
    return canonical(fact.payload())


@pytest.mark.parametrize(("name", "least"), [("demo", 35), ("worked", 35)])
def test_every_stored_payload_is_written_again_as_it_was(name: str, least: int, tmp_path: Path) -> None:
    with tarfile.open(BEFORE / f"{name}.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    database = sqlite3.connect(tmp_path / name / "congnhan.sqlite3")
    stored = database.execute("SELECT type, payload FROM events").fetchall()
    database.close()

    changed = [type for type, text in stored if written_again(type, json.loads(text)) != text.encode()]

    assert changed == []
    assert len({type for type, _ in stored}) >= least


def test_every_fact_is_written_as_it_is_read() -> None:
    """A key for each field, `from` without its mark; what a payload does not have does not come into it."""
    for type, kind in FACTS.items():
        held = {key: f"{key} of old" for key in kind(**{item.name: "" for item in fields(kind)}).payload()}
        fact = read(type, held)

        assert fact is not None
        assert fact.payload() == held
