"""What the benchmarks share: fresh databases that are really durable, fair turns, one JSON object at the end."""

import argparse
import gc
import json
import logging
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from statistics import median
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, Python looks beside the script only

from tests.support.postgres import PostgresServer, start_server  # noqa: E402 - found by the line above

DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where empty databases of one kind can be had, and a folder for what lies beside them."""

    kind: str
    folder: Path
    server: PostgresServer | None

    def database(self) -> str:
        """The address of a new empty database."""
        if self.server:
            return self.server.create_database()
        return f"sqlite:///{self.folder / token_hex(4)}.sqlite3"


def options(description: str) -> argparse.Namespace:
    """The arguments of every benchmark."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="small numbers: whether it runs, not how fast it is")
    parser.add_argument("--only", choices=DATABASES, help="one database alone")
    return parser.parse_args()


def places(only: str | None) -> Iterator[Place]:
    """A place of each kind, one after the other; nothing of it is left afterwards."""
    logging.disable(logging.INFO)
    for kind in (only,) if only else DATABASES:
        with _place(kind) as place:
            yield place


@contextmanager
def _place(kind: str) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="cn-benchmark-"))
    server = start_server(durable=True) if kind == "postgresql" else None
    try:
        yield Place(kind=kind, folder=folder, server=server)
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of one call: on the clock, and of the processor in this process (a disk that is slow to sync hides much)."""

    wall: float
    cpu: float


def spent_by(work: Callable[[], object]) -> Spent:
    """How long one call takes. No garbage is collected meanwhile: it would fall on whoever happens to run."""
    gc.disable()
    cpu, wall = process_time(), perf_counter()
    work()
    spent = Spent(perf_counter() - wall, process_time() - cpu)
    gc.enable()
    return spent


def middle(spent: Iterable[float]) -> float:
    """The median, in milliseconds."""
    return round(median(spent) * 1000, 3)


def say(result: dict[str, Any]) -> None:
    """Print the one JSON object."""
    print(json.dumps(result, ensure_ascii=False))
