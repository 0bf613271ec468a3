"""Telling users something: a notification inside the application, and a mail where they have an address."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workflow.errors import N_
from workflow.ids import new_id
from workflow.ports import Mail, Mailer
from workflow.runtime.recorder import Provenance
from workflow.store.cases import CaseRecord
from workflow.store.jobs import JobRecord
from workflow.store.notifications import NotificationRecord
from workflow.store.unit_of_work import UnitOfWork


def localised(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The params in a language: `unit_en` takes the place of `unit` for who reads English."""
    return {**params, **{name: params[f"{name}_{language}"] for name in params if params.get(f"{name}_{language}")}}


def tell(
    uow: UnitOfWork,
    user_ids: Iterable[str],
    template: str,
    params: Mapping[str, Any],
    by: Provenance,
    *,
    case: CaseRecord,
    task_id: str | None = None,
) -> int:
    """Notify the users who still have an account and return how many. `template` is an English msgid; a mail is a job of its own."""
    users = [user for user in uow.accounts.many(set(user_ids)).values() if user.ended_at is None]
    uow.notifications.add(
        [
            NotificationRecord(
                id=new_id(),
                user_id=user.id,
                case_id=case.id,
                task_id=task_id,
                template=template,
                params=dict(params),
                at=by.at,
            )
            for user in users
        ]
    )
    uow.jobs.add(
        [
            JobRecord(
                id=new_id(),
                kind="mail",
                province=case.province,
                case_id=case.id,
                ref=f"mail:{new_id()}",
                payload={"to": user.email, "locale": user.locale, "template": template, "params": dict(params)},
                run_at=by.at,
                created_at=by.at,
            )
            for user in users
            if user.email
        ]
    )
    return len(users)


SUBJECT = N_("Công nhận: news about %(business_key)s")
CLOSING = N_("Sign in to Công nhận to see the case. Please do not answer this mail.")
Translate = Callable[[str, str], str]
"""(language, English template) → the template in that language."""


def mail_errand(mailer: Mailer, translate: Translate) -> Callable[[JobRecord], None]:
    """Return what does `mail` jobs: outside any transaction, so that a slow mail server holds up nobody."""

    def run(job: JobRecord) -> None:
        language = job.payload["locale"]
        params = localised(job.payload["params"], language)
        text = translate(language, job.payload["template"]) % params
        subject = translate(language, SUBJECT) % {"business_key": params.get("business_key", "")}
        mailer.send(Mail(to=job.payload["to"], subject=subject, text=f"{text}\n\n{translate(language, CLOSING)}\n"))

    return run
