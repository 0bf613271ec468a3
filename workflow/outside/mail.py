"""Mail over SMTP, or none where no server is configured."""

import logging
import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from workflow.alphabets import header, mail as text_of_a_mail
from workflow.errors import N_, ConfigurationError
from workflow.ports import Mail, MailAnswer, MailEnd

log = logging.getLogger(__name__)
_A_PERSON_WAITS = 8.0
_LONGEST_ANSWER = 300
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

    @property
    def place(self) -> str:
        """Host and port of the server."""
        return f"{self.host}:{self.port}"

    def send(self, mail: Mail) -> None:
        """Raise `OSError` or `smtplib.SMTPException`: the job is tried again."""
        self._hand_over(mail)

    def try_out(self, mail: Mail) -> MailAnswer:
        """Send the mail; a person waits, so nothing is waited for longer than some seconds."""
        try:
            code, text = replace(self, timeout=min(self.timeout, _A_PERSON_WAITS))._hand_over(mail)
        except OSError as error:
            return _ended(error)
        return MailAnswer(end="taken", code=code, text=_said(text))

    def _hand_over(self, mail: Mail) -> tuple[int, bytes]:
        """The server's answer to the whole mail."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = mail.to
        message["Subject"] = header(mail.subject)
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = f"<{mail.key}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text_of_a_mail(mail.text))
        with _Server(self.host, self.port, timeout=self.timeout) as server:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.send_message(message)
        return server.answer


class _Server(smtplib.SMTP):
    """Remembers what the server answered to the mail, which `send_message` keeps to itself."""

    answer: tuple[int, bytes] = (0, b"")

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.answer = super().data(msg)
        return self.answer


_REFUSED: Mapping[type[OSError], MailEnd] = {
    smtplib.SMTPAuthenticationError: "sign_in",
    smtplib.SMTPSenderRefused: "sender",
    smtplib.SMTPDataError: "content",
}


def _ended(error: OSError) -> MailAnswer:
    """Where handing over a mail ended, and what was said there."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return MailAnswer(end="recipient", code=code, text=_said(text))
        case smtplib.SMTPResponseException():
            return MailAnswer(
                end=_REFUSED.get(type(error), "broken"), code=error.smtp_code, text=_said(error.smtp_error)
            )
        case smtplib.SMTPNotSupportedError():
            return MailAnswer(end="sign_in" if "AUTH" in str(error) else "unencrypted", text=_said(str(error)))
        case ssl.SSLError():
            return MailAnswer(end="certificate", text=_said(error.strerror or str(error)))
        case socket.gaierror():
            return MailAnswer(end="unknown", text=_said(error.strerror or ""))
        case TimeoutError():
            return MailAnswer(end="silent")
        case ConnectionError():
            closed = isinstance(error, ConnectionRefusedError)
            return MailAnswer(end="closed" if closed else "broken", text=_said(error.strerror or ""))
        case _:
            return MailAnswer(end="broken", text=_said(str(error)))


def _said(text: str | bytes) -> str:
    """A server's words as one line of bounded length."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return header(words)[:_LONGEST_ANSWER]


class NoMailer:
    """Where no mail server is configured, people find the same text among their notifications."""

    place = ""

    def send(self, mail: Mail) -> None:
        """Say in the log that nothing was sent; the address is not logged."""
        log.info("no mail server is configured: “%s” was not sent", mail.subject)

    def try_out(self, mail: Mail) -> MailAnswer:
        """There is no server that could answer."""
        self.send(mail)
        return MailAnswer(end="unset")


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
