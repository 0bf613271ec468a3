"""The keyed digests by which rows are bound to the transaction that wrote them: a key outside the database, HMAC and keyed BLAKE2.

Who can write to the database and has no key can neither make a row that fits the book of seals nor add a page to the book.
"""

import hashlib
import hmac
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CONTEXT = b"cong-nhan/row-seals/1\n"
_SIZE = 16


class SealKey:
    """Derived from the installation's own secret, which never signs anything itself."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.id = hashlib.sha256(CONTEXT + b"id\n" + key).hexdigest()[:16]

    @classmethod
    def derived(cls, secret: bytes) -> Self:
        """The key that belongs to a secret: the same for every process of the installation."""
        return cls(HKDF(algorithm=SHA256(), length=32, salt=None, info=CONTEXT).derive(secret))

    def digest(self, row: bytes) -> str:
        """The digest of a row's canonical text, 32 hexadecimal digits."""
        return hashlib.blake2b(row, key=self._key, digest_size=_SIZE).hexdigest()

    def mac(self, number: int, body: str) -> str:
        """What stands below page `number` of the book, 64 hexadecimal digits."""
        return hmac.digest(self._key, CONTEXT + f"{self.id}\n{number}\n{body}".encode(), "sha256").hex()
