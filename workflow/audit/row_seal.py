"""The keyed digests by which rows are bound to the transaction that wrote them: a key outside the database, HMAC and keyed BLAKE2.

Who can write to the database and has no key can neither make a row that fits the book of seals nor add a page to the book.
"""

import hashlib
import hmac
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CONTEXT = b"cong-nhan/row-seals/1\n"
_PAGE = b"cong-nhan/row-seals/2\n"
_MARK = b"cong-nhan/seal-mark/1\n"
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

    def mac(self, writer: str, number: int, stamp: int, follows: str, body: str) -> str:
        """What stands below page `number` of a writer's book, 64 hexadecimal digits."""
        text = f"{self.id}\n{number}\n{stamp}\n{len(writer)}\n{writer}\n{len(follows)}\n{follows}\n{body}"
        return hmac.digest(self._key, _PAGE + _bytes(text), "sha256").hex()

    def mark_mac(self, text: str) -> str:
        """What stands below the mark that is kept outside the database."""
        return hmac.digest(self._key, _MARK + _bytes(text), "sha256").hex()

    def old_mac(self, number: int, body: str) -> str:
        """What stands below a page from the time when the pages of an installation were numbered through."""
        return hmac.digest(self._key, CONTEXT + _bytes(f"{self.id}\n{number}\n{body}"), "sha256").hex()


def _bytes(text: str) -> bytes:
    """Of a damaged text, too, which no MAC fits."""
    return text.encode(errors="surrogatepass")
