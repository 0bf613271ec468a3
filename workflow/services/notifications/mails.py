"""The mails themselves: their words in the reader's language, with the way to the thing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from workflow.errors import N_, NotFound
from workflow.ports import Mail, Mailer
from workflow.services.notifications.telling import DIGEST_JOB, MAIL_JOB, localised
from workflow.store.jobs import JobRecord
from workflow.store.notifications import NotificationRecord
from workflow.store.unit_of_work import UnitsOfWork

SUBJECT = N_("Công nhận: news about %(business_key)s")
OTHER_SUBJECT = N_("Công nhận: a notice for you")
DIGEST_SUBJECT = N_("Công nhận: what has happened since yesterday")
LINK = N_("Open it: %(address)s")
UNLINKED = N_("Sign in to Công nhận and open your notifications to see it.")
CLOSING = N_("Please do not answer this mail. You choose under “My account” when mail comes.")
MORE = N_("There is more: your notifications have all of it.")
MOST_LINES = 50
PATH = "/thong-bao"
"""Where the notifications stand; below it each one, by its id, which leads on to the thing."""

Translate = Callable[[str, str], str]
"""(language, English template) → the template in that language."""


class Postman:
    """Sends outside any transaction, so that a slow mail server holds up nobody. One job is one mail, however often it is tried."""

    def __init__(self, units: UnitsOfWork, mailer: Mailer, translate: Translate, base_url: str | None) -> None:
        self._units = units
        self._mailer = mailer
        self._translate = translate
        self._base_url = base_url

    def errands(self) -> Mapping[str, Callable[[JobRecord], None]]:
        """What is done by kind of job."""
        return {MAIL_JOB: self.send, DIGEST_JOB: self.send_digest}

    def send(self, job: JobRecord) -> None:
        """One notification."""
        language = job.payload["locale"]
        params = localised(job.payload["params"], language)
        text = self._translate(language, job.payload["template"]) % params
        key = params.get("business_key", "")
        subject = self._translate(language, SUBJECT if key else OTHER_SUBJECT) % {"business_key": key}
        self._post(job, job.payload["to"], language, subject, [text], job.payload.get("notification"))

    def send_digest(self, job: JobRecord) -> None:
        """What a user was told since the last one and has not read yet; nothing where all has been read."""
        user_id, since = job.payload["user_id"], datetime.fromisoformat(job.payload["since"])
        with self._units.reading() as uow:
            user = uow.accounts.many([user_id]).get(user_id)
            found = list(uow.notifications.unread_since(user_id, since, MOST_LINES + 1))
        if user is None:
            raise NotFound()
        if not found or not user.own_address or user.ended_at is not None:
            return
        lines = [f"– {self._line(one, user.locale)}" for one in found[:MOST_LINES]]
        if len(found) > MOST_LINES:
            lines.append(self._translate(user.locale, MORE))
        subject = self._translate(user.locale, DIGEST_SUBJECT)
        self._post(job, user.own_address, user.locale, subject, lines, None)

    def _line(self, one: NotificationRecord, language: str) -> str:
        text = self._translate(language, one.template) % localised(one.params, language)
        return f"{text}\n  {self._address(one.id)}" if self._base_url else text

    def _post(self, job: JobRecord, to: str, language: str, subject: str, lines: list[str], notification: Any) -> None:
        if self._base_url:
            way = self._translate(language, LINK) % {"address": self._address(notification)}
        else:
            way = self._translate(language, UNLINKED)
        text = "\n\n".join([*lines, way, self._translate(language, CLOSING)])
        self._mailer.send(Mail(to=to, subject=subject, text=f"{text}\n", key=job.id, at=job.created_at))

    def _address(self, notification_id: str | None) -> str:
        return f"{self._base_url}{PATH}/{notification_id}" if notification_id else f"{self._base_url}{PATH}"
