"""Mail over SMTP, or none where no server is configured."""

import logging
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from workflow.alphabets import header, mail as text_of_a_mail
from workflow.errors import N_, ConfigurationError
from workflow.ports import Mail

log = logging.getLogger(__name__)
LOCAL_URL = "http://127.0.0.1:8000"
"""Where the pages are on the very machine: for the links by which one comes in, which no sentence can stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Sends through one server; with `starttls` the connection is encrypted, and the server's certificate checked, before anything is said."""

    host: str
    port: int = 25
    sender: str = "congnhan@localhost"
    starttls: bool = False
    user: str | None = None
    password: str | None = None
    timeout: float = 20.0

    def __repr__(self) -> str:
        return f"SmtpMailer({self.host}:{self.port})"

    @property
    def domain(self) -> str:
        """The domain that mails are sent from, by which their ids are unique in the world."""
        return parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"

    def send(self, mail: Mail) -> None:
        """Raise `OSError` or `smtplib.SMTPException`: the job is tried again."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = mail.to
        message["Subject"] = header(mail.subject)
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = f"<{mail.key}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text_of_a_mail(mail.text))
        with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as server:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(message)


class NoMailer:
    """Where no mail server is configured, people find the same text among their notifications."""

    def send(self, mail: Mail) -> None:
        """Say in the log that nothing was sent; the address is not logged."""
        log.info("no mail server is configured: “%s” was not sent", mail.subject)


def public_url_of(environment: Mapping[str, str]) -> str | None:
    """Read `PUBLIC_URL`, the address at which people reach the pages. Raises `ConfigurationError` unless it is one."""
    address = environment.get("PUBLIC_URL", "").strip().rstrip("/")
    if not address:
        return None
    parts = urlsplit(address)
    plain = not (parts.query or parts.fragment or parts.username or any(letter.isspace() for letter in address))
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ConfigurationError(N_("PUBLIC_URL is no address of pages: %(address)s."), address=address)
    return address


def mailer_of(environment: Mapping[str, str]) -> SmtpMailer | NoMailer:
    """Read `SMTP_HOST`, `SMTP_PORT`, `SMTP_SENDER`, `SMTP_STARTTLS` (1), `SMTP_USER`, `SMTP_PASSWORD`."""
    host = environment.get("SMTP_HOST")
    if not host:
        return NoMailer()
    return SmtpMailer(
        host=host,
        port=int(environment.get("SMTP_PORT", "25")),
        sender=environment.get("SMTP_SENDER", "congnhan@localhost"),
        starttls=environment.get("SMTP_STARTTLS") == "1",
        user=environment.get("SMTP_USER"),
        password=environment.get("SMTP_PASSWORD"),
    )


def site_of(environment: Mapping[str, str]) -> str:
    """As `public_url_of`; where nobody has said it, the pages on the very machine."""
    return public_url_of(environment) or LOCAL_URL
