"""A secret is made once, whole, and readable by its owner only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from workflow.outside.keys import read_or_make


def test_it_is_made_once(tmp_path: Path) -> None:
    place = tmp_path / "new" / "key"

    assert read_or_make(place, lambda: b"first") == b"first"
    assert read_or_make(place, lambda: b"second") == b"first"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert [path.name for path in place.parent.iterdir()] == ["key"]


def test_many_who_start_at_once_agree(tmp_path: Path) -> None:
    numbers = count()

    def make() -> bytes:
        return str(next(numbers)).encode()

    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: read_or_make(tmp_path / "key", make), range(32)))

    assert len(set(read)) == 1
