"""The world outside the database: time, files, mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


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
