"""What the product asks of the world outside it: time, files, mail, the key that signs.

Tests and demonstrations have clocks and mailers of their own; files and keys may come to lie elsewhere than in a directory.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError, MessageDefect
from email.headerregistry import Address
from typing import Any, BinaryIO, Literal, Protocol

from workflow.audit.keys import KeyRing, SigningKey
from workflow.audit.seal_mark import SealMark
from workflow.errors import N_, InvalidInput


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
class Drawing:
    """What a file looks like: one of its pages as a picture (PNG or JPEG), or an office file's outline.

    `shown`: how many of the `pages` can be asked for. A block is ["heading", level, text], ["text", text] or ["row", cells]; `cut`:
    there are more of them than here.
    """

    pages: int
    shown: int
    picture: bytes = b""
    blocks: list[list[Any]] | None = None
    cut: bool = False


class Renderer(Protocol):
    """Draws what others sent: in a process of its own now, on a machine of its own perhaps later."""

    def draw(self, sha256: str, media_type: str, page: int, width: int) -> Drawing:
        """Raise `CannotBeShown`, `Busy`; no picture where there is no such page."""


_NO_ADDRESS = N_("%(email)s is no e-mail address.")
_LONGEST = 254
_HOST = re.compile(
    r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.ASCII | re.IGNORECASE
)


def mail_address(text: str) -> str | None:
    """The text where it is one plain address (no name, no comment, no list, no line break), else None."""
    if (
        len(text) > _LONGEST
        or not text.isascii()
        or any(letter.isspace() or not letter.isprintable() for letter in text)
    ):
        return None
    try:
        found = Address(addr_spec=text)
    except (HeaderParseError, MessageDefect, ValueError, IndexError):
        return None
    plain = found.addr_spec == text and found.username and not set(found.username) & set('"\\(),:;<>@[]')
    return text if plain and len(found.username) <= 64 and _HOST.fullmatch(found.domain) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """`key`: of the one thing it is, the same at every attempt; `at`: when that came about. Raises `InvalidInput` unless `to` is one address."""

    to: str
    subject: str
    text: str
    key: str
    at: datetime

    def __post_init__(self) -> None:
        if mail_address(self.to) != self.to:
            raise InvalidInput(_NO_ADDRESS, email=self.to)


MailEnd = Literal[
    "taken",
    "unset",
    "unknown",
    "closed",
    "silent",
    "certificate",
    "unencrypted",
    "sign_in",
    "sender",
    "recipient",
    "content",
    "broken",
]
"""What became of a mail: the server took it; none is configured; or where it ended, in the order in which a mail is handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAnswer:
    """`code` and `text`: the server's own words, on one line; of an end without any, what the system says."""

    end: MailEnd
    code: int | None = None
    text: str = ""


class Mailer(Protocol):
    @property
    def place(self) -> str:
        """Host and port of the server; empty where none is configured."""

    def send(self, mail: Mail) -> None:
        """Raise `OSError` or `smtplib.SMTPException`: the job is tried again."""

    def try_out(self, mail: Mail) -> MailAnswer:
        """Send the mail in the same way, waiting for a shorter time, and say what was answered. Never raises for what the server does."""


class SealMarks(Protocol):
    """Where is kept, outside the database, how the book of seals began."""

    def read(self) -> SealMark | None:
        """What was kept; None where nothing was. Raises `MarkDamaged`."""

    def write(self, mark: SealMark) -> None:
        """Put it in the place of the one before."""


class AuditKeys(Protocol):
    """Where the key that signs checkpoints is kept."""

    def signing(self) -> SigningKey:
        """The present key; the first call makes one. Raises `ConfigurationError` for one that cannot be read."""

    def ring(self) -> KeyRing:
        """The public keys of now and before."""

    def rotate(self) -> SigningKey:
        """Put a new key in the place of the present one, whose public part stays in the ring."""
