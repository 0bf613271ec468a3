"""Secrets as files that only the owner may read: made once, whole or not at all, however many processes start at once."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def read_or_make(place: Path, make: Callable[[], bytes]) -> bytes:
    """Read the file; where there is none, put what `make` returns there first (mode 0600). The first process to do so wins."""
    if not place.exists():
        fresh = written(place, make(), 0o600)
        try:
            os.link(fresh, place)
        except FileExistsError:
            pass  # another process was faster: its secret counts, ours was never used
        finally:
            fresh.unlink()
    return place.read_bytes().strip()


def written(place: Path, content: bytes, mode: int) -> Path:
    """A finished file beside `place`, to be renamed or linked to it: nobody ever reads half of it."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=".new")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(mode)
    return Path(name)
