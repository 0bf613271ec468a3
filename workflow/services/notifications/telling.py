"""Telling users something: a notification inside the application, and a mail as each of them has chosen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from workflow.calendar.zone import ZONE, local_date
from workflow.ids import new_id
from workflow.runtime.recorder import Provenance
from workflow.store.accounts import UserRecord
from workflow.store.cases import CaseRecord
from workflow.store.jobs import JobRecord
from workflow.store.notifications import NotificationRecord
from workflow.store.unit_of_work import UnitOfWork

AT_ONCE, DAILY, NONE = "at_once", "daily", "none"
MAIL = (AT_ONCE, DAILY, NONE)
"""When somebody gets what they are told by mail too. Whoever never chose gets it at once."""
MAIL_JOB, DIGEST_JOB = "mail", "digest"
MOST = 100
"""Of one thing no more people are told."""
DIGEST_AT = time(7, 0)
"""When the mail of the day goes out."""


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
    case: CaseRecord | None = None,
    task_id: str | None = None,
    about: tuple[str, str] | None = None,
) -> int:
    """Notify the users who still have an account, each once, and return how many. `template` is an English msgid.

    `about`: what it leads to where that is neither the task nor the case. A mail is a job of its own.
    """
    known = uow.accounts.many(set(user_ids))
    users = [user for _, user in sorted(known.items()) if user.ended_at is None][:MOST]
    kind, key = about or (None, None)
    told = [
        NotificationRecord(
            id=new_id(),
            user_id=user.id,
            case_id=case.id if case else None,
            task_id=task_id,
            about=kind,
            about_id=key,
            template=template,
            params=dict(params),
            at=by.at,
        )
        for user in users
    ]
    uow.notifications.add(told)
    uow.jobs.add(_mails(uow, users, told, case, by.at))
    return len(users)


def _mails(
    uow: UnitOfWork,
    users: Sequence[UserRecord],
    told: Sequence[NotificationRecord],
    case: CaseRecord | None,
    at: datetime,
) -> list[JobRecord]:
    reachable = [(user, one) for user, one in zip(users, told, strict=True) if user.own_address]
    choices = uow.notifications.choices([user.id for user, _ in reachable]) if reachable else {}
    jobs = []
    for user, one in reachable:
        choice = choices[user.id].mail if user.id in choices else AT_ONCE
        if choice == AT_ONCE:
            jobs.append(_mail(user, one, case, at))
        elif choice == DAILY and not uow.jobs.waits(f"{DIGEST_JOB}:{user.id}", at):
            jobs.append(_digest(user, at))
    return jobs


def _mail(user: UserRecord, told: NotificationRecord, case: CaseRecord | None, at: datetime) -> JobRecord:
    payload = {"to": user.own_address, "locale": user.locale, "template": told.template, "params": told.params}
    return JobRecord(
        id=new_id(),
        kind=MAIL_JOB,
        province=case.province if case else None,
        case_id=case.id if case else None,
        ref=f"mail:{told.id}",
        payload={**payload, "notification": told.id},
        run_at=at,
        created_at=at,
    )


def _digest(user: UserRecord, at: datetime) -> JobRecord:
    return JobRecord(
        id=new_id(),
        kind=DIGEST_JOB,
        ref=f"{DIGEST_JOB}:{user.id}",
        payload={"user_id": user.id, "since": at.isoformat()},
        run_at=next_digest(at),
        created_at=at,
    )


def next_digest(at: datetime) -> datetime:
    """The next time that the mail of the day goes out."""
    today = datetime.combine(local_date(at), DIGEST_AT, ZONE)
    return today if today > at else today + timedelta(days=1)
