"""The benchmarks run: what they measure is read by people, that they still measure something is checked here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.mark.parametrize("name", ["step", "growth", "inbox", "search", "late", "pages"])
def test_a_benchmark_prints_one_object_with_its_ratio(name: str) -> None:
    script = [sys.executable, str(BENCHMARKS / f"{name}.py"), "--quick", "--only", "sqlite"]
    done = subprocess.run(script, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)["ratio"]["sqlite"]
    assert all(ratio > 0 for ratio in (found.values() if isinstance(found, dict) else [found]))
