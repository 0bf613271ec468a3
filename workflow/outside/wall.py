"""The wall around work on what others sent: a process of its own with bounds, that inherits nothing and leaves nothing behind.

The child is a fresh Python without database connection, open file or environment but what Python itself needs. Importing this module
costs nothing, since each child does.
"""

import os
import resource
from pathlib import Path

FILES = 64
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TZ")


def environment() -> dict[str, str]:
    """What a child is told of the environment: no secret, no address."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}


def put_up(memory: int, seconds: int, *, written: int = 0) -> None:
    """Bound this process for good: bytes of address space, seconds of computing, bytes written into a file."""
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, written),
    ):
        resource.setrlimit(kind, (most, most))
