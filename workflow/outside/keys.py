"""Secrets as files that only the owner may read: made once, whole or not at all, however many processes start at once."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from workflow.audit.keys import KeyRing, PublicKey, SigningKey, key_ring
from workflow.audit.row_seal import SealKey
from workflow.audit.seal_mark import SealMark


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


class AuditKeyFiles:
    """`folder/audit.pem` (mode 0600) and `folder/audit-public/<key id>.pem`. Nothing is kept in memory.

    So a rotation by one process counts for all of them at their next checkpoint.
    """

    def __init__(self, folder: Path) -> None:
        self._private = folder / "audit.pem"
        self._public = folder / "audit-public"

    def signing(self) -> SigningKey:
        """The present key; the first call makes one. Raises `ConfigurationError` for one that cannot be read."""
        key = SigningKey.from_pem(read_or_make(self._private, lambda: SigningKey.generate().to_pem()))
        self._publish(key.public)
        return key

    def ring(self) -> KeyRing:
        """The public keys of now and before. Raises `ConfigurationError` for a file that is none."""
        return key_ring(PublicKey.from_pem(path.read_bytes()) for path in sorted(self._public.glob("*.pem")))

    def rotate(self) -> SigningKey:
        """Put a new key in the place of the present one, whose public part stays in the ring; its private part is gone."""
        self.signing()
        key = SigningKey.generate()
        self._publish(key.public)
        written(self._private, key.to_pem(), 0o600).replace(self._private)
        return key

    def _publish(self, key: PublicKey) -> None:
        place = self._public / f"{key.key_id}.pem"
        if not place.exists():
            written(place, key.to_pem(), 0o644).replace(place)


class SealMarkFile:
    """`folder/seals.json` (mode 0600). `key` is asked for only once there is something to read or write."""

    def __init__(self, folder: Path, key: Callable[[], SealKey]) -> None:
        self._place = folder / "seals.json"
        self._key = key

    def read(self) -> SealMark | None:
        """What was kept; None where nothing was. Raises `MarkDamaged`."""
        try:
            stored = self._place.read_bytes()
        except FileNotFoundError:
            return None
        return SealMark.from_bytes(stored, self._key())

    def write(self, mark: SealMark) -> None:
        """Put it in the place of the one before, so that it outlasts a failure of power."""
        written(self._place, mark.to_bytes(self._key()), 0o600).replace(self._place)
        folder = os.open(self._place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
