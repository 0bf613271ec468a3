"""What the product asks of the world outside it: time, files, mail, the key that signs.

Tests and demonstrations have clocks and mailers of their own; files and keys may come to lie elsewhere than in a directory.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from workflow.audit.keys import KeyRing, SigningKey


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class BlobStore(Protocol):
    """Contents by their SHA-256: files now, object storage later."""

    def put(self, content: bytes) -> str:
        """Store and return the hash; storing the same content again changes nothing."""

    def open(self, sha256: str) -> BinaryIO:
        """Raise `NotFound`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    to: str
    subject: str
    text: str


class Mailer(Protocol):
    def send(self, mail: Mail) -> None:
        """Raise `OSError` or `smtplib.SMTPException`: the job is tried again."""


class AuditKeys(Protocol):
    """Where the key that signs checkpoints is kept."""

    def signing(self) -> SigningKey:
        """The present key; the first call makes one. Raises `ConfigurationError` for one that cannot be read."""

    def ring(self) -> KeyRing:
        """The public keys of now and before."""

    def rotate(self) -> SigningKey:
        """Put a new key in the place of the present one, whose public part stays in the ring."""
