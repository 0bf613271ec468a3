"""The same commands give the same events, in another interpreter too, where sets and dictionaries have other orders."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.property import replaying

ROOT = Path(__file__).parents[2]


def in_another_interpreter(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.property.replaying"]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def here() -> str:
    return replaying.histories()


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_other_hashes_give_the_same_events(here: str, hash_seed: str) -> None:
    there = in_another_interpreter(hash_seed)
    assert json.loads(there) == json.loads(here)
    assert there.strip() == here


def test_the_histories_are_worth_comparing(here: str) -> None:
    """Guards the test above: events of many kinds are in them."""
    kinds = {event["type"] for history in json.loads(here) for event in history}
    wanted = {"CompensationStarted", "SignalCaught", "JoinCompleted", "ErrorThrown", "LoopStarted", "IncidentOpened"}
    assert wanted <= kinds
