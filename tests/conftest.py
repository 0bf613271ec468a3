"""Fixtures that every test may ask for; each lives in the module that knows its subject.

Properties try the same examples at every run, so that a red run is red for everybody; PROPERTIES=deep draws new ones.
"""

import gc
import os
import shutil
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from _pytest.nodeid import NodeId
from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.chromium", "tests.support.house", "tests.support.stages"]

settings.register_profile("steady", derandomize=True)
if os.environ.get("PROPERTIES") != "deep":
    settings.load_profile("steady")

MEMORY = Path("/dev/shm")  # noqa: S108 # pytest makes its folders for one user only
ENOUGH = 6 * 1024**3
"""Bytes: what a whole run holds at once is a fraction of it."""


def _in_memory() -> bool:
    """Whether there is a file system in memory with room: thousands of small databases are written faster there."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return False
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    available = int(lines["MemAvailable"].split()[0]) * 1024
    return min(available, shutil.disk_usage(MEMORY).free) >= ENOUGH


if _in_memory():
    os.environ["TMPDIR"] = str(MEMORY)


@sa.event.listens_for(sa.pool.Pool, "checkout")
def _without_waiting_for_disks(connection: Any, _record: Any, _proxy: Any) -> None:
    """No test takes the current away: SQLite need not wait until the disk has it, as PostgreSQL does not (`start_server`)."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


class Statements(dict[Any, Any]):
    """Compiled statements by what they say, for every engine of one kind: the first entry of SQLAlchemy's key is the engine's own dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


_STATEMENTS: defaultdict[str, Statements] = defaultdict(Statements)


@sa.event.listens_for(sa.Engine, "engine_connect")
def _with_statements_compiled_once(connection: sa.Connection) -> None:
    """Each test opens engines of its own, and all say the same things to databases of the same two kinds."""
    connection.execution_options(compiled_cache=_STATEMENTS[connection.dialect.name])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """pytest-xdist 3.8 writes a test's group where pytest 9.2 does not read it: every worker would play the demonstration anew."""
    if not config.getoption("loadgroup", False):
        return
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group is not None and not item.nodeid.endswith(f"@{group.args[0]}"):
            item._id = NodeId.parse(f"{item.nodeid}@{group.args[0]}")


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector need not walk it again and again, nor come after every few objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
