"""Pictures of stored files, drawn in a child process when first looked at, and kept by the hash of their content.

What is kept is a cache: it may be deleted at any time and is made anew. A child that takes too much is ended; it has no file of its
own, so nothing of it stays.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore

from workflow.errors import Busy, CannotBeShown
from workflow.outside.drawing import MOST_PAGES
from workflow.outside.wall import environment
from workflow.ports import BlobStore, Drawing

log = logging.getLogger(__name__)
EDITION = "1"
"""Another number where the same file is drawn otherwise: what was kept before is then not used."""
MEMORY = 768 << 20
SECONDS = 10
WRITTEN = 32 << 20
"""Bytes of one picture or outline."""
AT_ONCE = 2
WAIT = 5.0
"""Seconds that somebody waits for a turn."""
UNSEEN = 60 * 86_400
"""After so many seconds without a look, what was drawn is forgotten; looks are noted once a day."""
FORGIVEN = 600
"""After so many seconds a file that took too much is tried again: the machine may have been busy."""
COSTLY = b'{"trouble": "costly"}\n'
ARGUMENTS = ("-P", "-B", "-m", "workflow.outside.drawing")


class WalledRenderer:
    """Draws each page in a child process, and keeps it under `root`."""

    def __init__(self, root: Path, blobs: BlobStore, *, seconds: int = SECONDS, memory: int = MEMORY) -> None:
        self._root = root / EDITION
        self._blobs = blobs
        self._seconds = seconds
        self._memory = memory
        self._turns = BoundedSemaphore(AT_ONCE)
        self._forgets_at = 0.0

    def draw(self, sha256: str, media_type: str, page: int, width: int) -> Drawing:
        """What is kept, else made now. Raises `CannotBeShown`, `Busy`."""
        place = self._root / sha256[:2] / sha256 / f"{page}-{width}"
        kept = answer = _kept(place)
        if answer is None:
            if not self._turns.acquire(timeout=WAIT):
                raise Busy(seconds=int(WAIT))
            try:
                answer = _kept(place) or self._drawn(sha256, media_type, page, width)
            finally:
                self._turns.release()
        first, _, picture = answer.partition(b"\n")
        head = json.loads(first)
        if kept is None and (
            picture or len(head) > 1 or "trouble" in head
        ):  # not what only says that there is no such page
            _keep(place, answer)
        if "trouble" in head:
            raise CannotBeShown(head["trouble"])
        return Drawing(**head, shown=min(head["pages"], MOST_PAGES), picture=picture)

    def forget_old(self) -> None:
        """Once a day, delete what nobody has looked at for long, and what an ended server left half-written. Renderings are drawn anew."""
        now = time.time()
        if now < self._forgets_at:
            return
        self._forgets_at = now + 86_400
        for folder, _folders, names in os.walk(self._root, topdown=False):
            for name in names:
                path = Path(folder, name)
                with suppress(OSError):
                    if path.stat().st_mtime + UNSEEN < now:
                        path.unlink()
            with suppress(OSError):
                Path(folder).rmdir()  # only where nothing is left in it

    def _drawn(self, sha256: str, media_type: str, page: int, width: int) -> bytes:
        bounds = (self._memory, self._seconds, WRITTEN, media_type, page, width)
        with self._blobs.open(sha256) as content, tempfile.TemporaryFile() as answer:
            try:
                done = subprocess.run(  # noqa: S603 - our own module, told nothing but numbers and a type that we found
                    [sys.executable, *ARGUMENTS, *map(str, bounds)],
                    stdin=content,
                    stdout=answer,
                    stderr=subprocess.PIPE,
                    timeout=self._seconds * 2,
                    env=environment(),
                    start_new_session=True,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                log.warning("drawing page %s of %s was ended after %s seconds", page, sha256, self._seconds * 2)
                return COSTLY
            if done.stderr or done.returncode:
                said = done.stderr.decode(errors="replace")[-1_000:]
                log.warning("drawing page %s of %s ended with %s: %s", page, sha256, done.returncode, said)
            answer.seek(0)
            return answer.read() if done.returncode == 0 else COSTLY


def _kept(place: Path) -> bytes | None:
    try:
        answer, age = place.read_bytes(), time.time() - place.stat().st_mtime
        if answer == COSTLY:
            return None if age > FORGIVEN else answer
        if age > 86_400:
            os.utime(place)
        return answer
    except OSError:
        return None


def _keep(place: Path, answer: bytes) -> None:
    """Keep it where there is room; where not, it is drawn again."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, beside = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(answer)
            Path(beside).replace(place)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        log.warning("what was drawn of %s cannot be kept: %s", place.parent.name, error)
