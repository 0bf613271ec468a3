"""Fixtures that every test may ask for; each lives in the module that knows its subject.

Properties try the same examples at every run, so that a red run is red for everybody; PROPERTIES=deep draws new ones.
"""

import os
import shutil
from pathlib import Path

from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.chromium", "tests.support.house"]

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
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(free, shutil.disk_usage(MEMORY).free) >= ENOUGH


if _in_memory():
    os.environ["TMPDIR"] = str(MEMORY)
