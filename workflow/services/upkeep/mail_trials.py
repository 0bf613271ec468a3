"""Test mails: an administrator sees what the mail server really answers, in words, before people wait for mails that do not come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from workflow.audit.event import AuditEvent
from workflow.audit.facts.upkeep import MailTrialAnswered, MailTrialAsked
from workflow.errors import N_, InvalidInput
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.ports import Mail, Mailer
from workflow.runtime.recorder import Provenance, record
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.ground.language import translated
from workflow.services.upkeep.alarms import STREAM
from workflow.store.unit_of_work import UnitOfWork

SHOWN = 10
_NO_ADDRESS = N_(
    "Your account has no e-mail address to which a test mail could go. Enter one under “My account” first."
)
_SUBJECT = N_("Công nhận: a test mail")
_TEXT = N_("%(name)s asked for this mail on the page “State of the installation”. As it has come, mails arrive here.")

TEXTS: Mapping[str, str] = {
    "taken": N_(
        "The mail server took the mail. If it does not come, look among unwanted mails and in the server's log."
    ),
    "unset": N_("No mail server is configured: nothing was sent. Whoever keeps the server sets SMTP_HOST."),
    "unknown": N_("The name of the mail server is not known. Check SMTP_HOST."),
    "closed": N_(
        "Nobody listens at the mail server's address. Check SMTP_HOST and SMTP_PORT, and whether the server runs."
    ),
    "silent": N_("The mail server did not answer in time. Check SMTP_HOST and SMTP_PORT, and what lies on the way."),
    "certificate": N_("The mail server's certificate is not trusted, so nothing was said to it."),
    "unencrypted": N_("The mail server offers no encryption, which SMTP_STARTTLS asks for."),
    "sign_in": N_("The mail server refused the name or password. Check SMTP_USER and SMTP_PASSWORD."),
    "sender": N_("The mail server refused the sender. Check SMTP_SENDER."),
    "recipient": N_("The mail server refused your address."),
    "content": N_("The mail server refused the mail."),
    "broken": N_("The connection to the mail server broke."),
}
"""What follows from an answer, by how the mail ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryMail(Command):
    """A test mail to who asks."""

    A_MINUTE: ClassVar[int] = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTrial:
    """One that was answered. `code` and `answer`: the server's own words."""

    end: str
    code: int | None
    answer: str
    at: datetime
    by: str

    @property
    def text(self) -> str:
        """What it means."""
        return TEXTS.get(self.end, TEXTS["broken"])


class MailTrialService:
    """For administrators of accounts."""

    def __init__(self, ground: Ground, mailer: Mailer) -> None:
        self._ground = ground
        self._mailer = mailer

    def look(self, actor: Actor) -> tuple[str, str | None, Sequence[MailTrial]]:
        """Where the mail server is (empty: none), the actor's own address, and the last trials, newest first. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "administer_accounts")
            found = uow.events.of_type(STREAM, MailTrialAnswered.__name__, SHOWN)
            return self._mailer.place, uow.accounts.get(actor.user_id).email, [_trial(event) for event in found]

    def send(self, actor: Actor, command: TryMail) -> None:
        """Send it, outside any transaction, and record what was answered; a command that is repeated sends no second one.

        Raises `InvalidInput` where the actor has no address, `PermissionDenied`, `TooManyAttempts`.
        """
        mine, asked = new_id(), list[Provenance]()

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, "administer_accounts")
            if uow.accounts.get(actor.user_id).email is None:
                raise InvalidInput(_NO_ADDRESS)
            record(uow, STREAM, [MailTrialAsked()], by)
            asked.append(by)
            return {"trial": mine}

        if self._ground.carry_out(actor, command, work)["trial"] == mine:
            self._send(asked[-1])

    def _send(self, by: Provenance) -> None:
        with self._ground.units.reading() as uow:
            user = uow.accounts.get(by.actor)
        mail = Mail(
            to=user.email or "",
            subject=translated(user.locale, _SUBJECT),
            text=f"{translated(user.locale, _TEXT) % {'name': user.name}}\n",
            key=new_id(),
            at=by.at,
        )
        answer = self._mailer.try_out(mail)
        fact = MailTrialAnswered(end=answer.end, code=answer.code, answer=answer.text)

        def note(uow: UnitOfWork) -> None:
            record(uow, STREAM, [fact], replace(by, at=self._ground.clock.now()))
            uow.commit()

        self._ground.step(note)


def _trial(event: AuditEvent) -> MailTrial:
    told = event.payload
    code = told.get("code")
    return MailTrial(
        end=str(told.get("end")),
        code=code if isinstance(code, int) else None,
        answer=str(told.get("answer") or ""),
        at=event.at,
        by=event.actor,
    )
