"""The key that signs audit checkpoints, as files that only the owner may read, and the ring of its public parts."""

import os
import tempfile
from pathlib import Path

from workflow.audit.keys import KeyRing, PublicKey, SigningKey, key_ring


class AuditKeyFiles:
    """`folder/audit.pem` (mode 0600) and `folder/audit-public/<key id>.pem`. Nothing is kept in memory.

    So a rotation by one process counts for all of them at their next checkpoint.
    """

    def __init__(self, folder: Path) -> None:
        self._private = folder / "audit.pem"
        self._public = folder / "audit-public"

    def signing(self) -> SigningKey:
        """The present key; the first call makes one. Raises `ConfigurationError` for one that cannot be read."""
        if not self._private.exists():
            self._first()
        key = SigningKey.from_pem(self._private.read_bytes())
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
        _written(self._private, key.to_pem(), 0o600).replace(self._private)
        return key

    def _first(self) -> None:
        """Several processes may start at once: the first to put its key there wins."""
        fresh = _written(self._private, SigningKey.generate().to_pem(), 0o600)
        try:
            os.link(fresh, self._private)
        except FileExistsError:
            return
        finally:
            fresh.unlink()

    def _publish(self, key: PublicKey) -> None:
        place = self._public / f"{key.key_id}.pem"
        if not place.exists():
            _written(place, key.to_pem(), 0o644).replace(place)


def _written(place: Path, content: bytes, mode: int) -> Path:
    """A finished file beside `place`, to be renamed to it: nobody ever reads half a key."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=".new")
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(content)
        file.flush()
        os.fsync(handle)
    return Path(name)
