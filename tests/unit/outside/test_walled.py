"""The wall around an examination: a process of its own that is ended when it takes too much, and inherits nothing."""

import os
import time

import pytest

from tests.support.world import shipped_package
from workflow.budget import Allowance
from workflow.outside import walled
from workflow.outside.wall import environment
from workflow.outside.walled import WalledExaminer
from workflow.packages.examination import UNCHECKED, Surroundings
from workflow.packages.package import examine


def test_it_finds_what_is_found_here() -> None:
    files = shipped_package("2025")
    files["dien-hinh.bpmn"] = files["dien-hinh.bpmn"].replace(b'targetRef="registration"', b'targetRef="nowhere"')
    here = examine(files, Surroundings())
    assert here.errors
    assert WalledExaminer().examine(files, Surroundings()).to_json() == here.to_json()


def test_what_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walled.sys, "executable", "/bin/sleep")
    monkeypatch.setattr(walled, "ARGUMENTS", ("30",))
    begun = time.monotonic()
    found = WalledExaminer(beginning=0.2).examine({}, Surroundings(), Allowance(steps=1, seconds=0.1))
    assert time.monotonic() - begun < 10
    assert [one.rule for one in found.findings] == [UNCHECKED]


def test_what_has_too_little_memory_is_ended() -> None:
    found = WalledExaminer(memory=1 << 20).examine({"a.txt": b"x" * 10_000_000}, Surroundings())
    assert [one.rule for one in found.findings] == [UNCHECKED]


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONGNHAN_DATABASE", "postgresql://user:secret@host/db")
    assert "secret" not in str(environment())
    assert os.environ["CONGNHAN_DATABASE"]
