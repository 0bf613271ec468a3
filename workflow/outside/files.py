"""Contents kept as files under their SHA-256, so that the same file is stored once and cannot change unnoticed."""

import errno
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from workflow.errors import NotFound, StorageRefused

_REFUSED = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)
_HASH = re.compile(r"[0-9a-f]{64}")


class FileBlobStore:
    """`root/ab/abcdef…`; a content is written beside its place and renamed, so that a crash leaves nothing half-written."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes) -> str:
        """Store and return the hash; storing the same content again changes nothing. Raises `StorageRefused`."""
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._place(sha256)
        if place.exists():
            return sha256
        try:
            self._write(place, content)
        except OSError as error:
            if error.errno in _REFUSED:
                raise StorageRefused() from error
            raise
        return sha256

    @staticmethod
    def _write(place: Path, content: bytes) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).rename(place)
            _make_durable(place.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def open(self, sha256: str) -> BinaryIO:
        """Raise `NotFound`."""
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound() from error

    def _place(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise NotFound()
        return self._root / sha256[:2] / sha256


def _make_durable(folder: Path) -> None:
    """A renamed file is only sure to be found after a power cut once its folder has been written out too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
