"""What somebody must be told about the installation: raised once, then silent until it is over or something else happens.

What stands is folded from the stream of its own events: no table is read, and none could be changed.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.upkeep import AlarmEnded, AlarmRaised, AlarmRecipientsNamed, AlarmSeen
from workflow.errors import N_, InvalidInput, NotFound
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import Permission, permissions_of
from workflow.ports import Clock
from workflow.runtime.recorder import SYSTEM, Provenance, record
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.services.upkeep.health import SEEN_WITHIN
from workflow.store.accounts import UserFilter, UserRecord
from workflow.store.jobs import JobRecord
from workflow.store.notifications import NotificationRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

STREAM = "upkeep"
_LOCK = "upkeep.revision"
OLD_CHECKPOINT = timedelta(hours=3)
LITTLE_ROOM = 1024 * 1024 * 1024
_LOOKED_BACK = timedelta(days=2)
_POWERS: frozenset[Permission] = frozenset(
    {"audit", "manage_campaigns", "manage_tasks", "review_definitions", "administer_accounts", "administer_definitions"}
)
"""Whoever gets one of these gets power over others' work."""
_MOST_RECIPIENTS = 50
_NO_RECIPIENT = N_("Only administrators of accounts can be told of alarms.")

TEXTS: Mapping[str, str] = {
    "guessing": N_("Somebody guesses at the password of %(name)s: %(failures)s sign-ins failed within an hour."),
    "verification": N_(
        "A verification of what was recorded found faults. See the report on the page of the verification."
    ),
    "seals": N_("The book of seals is not the one that was begun. Run a verification and look into it."),
    "roles": N_("%(name)s was given the role %(role)s. If you do not expect that, look into it."),
    "worker": N_("No worker of the installation works: deadlines, reminders and mails stand still."),
    "mail": N_("Mails cannot be sent (%(count)s have failed for good)."),
    "jobs": N_("Machine work has failed for good (%(count)s jobs)."),
    "checkpoint": N_("The newest signed checkpoint is of %(at)s: what was recorded since is proved by none."),
    "disk": N_("The disk of the installation is nearly full: %(megabytes)s MB are left."),
}
"""What people are told, by the kind of the alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What is so at this moment. `lasting`: it is over by itself once it is no longer found; else somebody has to see it."""

    alarm: str
    subject: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lasting: bool = True
    user_id: str | None = None
    """Whose account it is about, who is told too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An alarm that was raised and is not over."""

    alarm: str
    subject: str
    values: Mapping[str, Any]
    at: datetime
    seen_by: str | None = None
    seen_at: datetime | None = None

    @property
    def text(self) -> str:
        return TEXTS[self.alarm]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCommand(Command):
    alarm: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeAlarm(AlarmCommand):
    """Somebody has taken note of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAlarmRecipients(Command):
    """From now on these are told; nobody: every administrator of accounts."""

    user_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the installation as it is now. `alarm`: the kind of the alarm that says what follows where it stands still.

    `number` and `since`: what is worth knowing of it, of its own kind (workers alive, failed jobs, megabytes left; the newest checkpoint).
    """

    part: str
    alarm: str
    works: bool
    number: int | None = None
    since: datetime | None = None

    @property
    def text(self) -> str:
        """What follows where it stands still, with `values`."""
        return TEXTS[self.alarm]

    @property
    def values(self) -> Mapping[str, Any]:
        """The places of the text."""
        return {"count": self.number, "megabytes": self.number, "at": self.since.isoformat() if self.since else ""}


class AlarmService:
    """`room` says how many bytes are left where the data lie; `sealed`, whether the book of seals is still the one that was begun."""

    def __init__(
        self,
        ground: Ground,
        devices: Clock,
        data: Path,
        room: Callable[[Path], int] | None = None,
        sealed: Callable[[UnitOfWork], bool] | None = None,
    ) -> None:
        self._ground = ground
        self._devices = devices
        self._data = data
        self._sealed = sealed or (lambda uow: True)
        self._room = room or (lambda path: shutil.disk_usage(path).free)

    def look(self) -> int:
        """See what is so, raise what is new, end what is over; return how many were raised. Called once a minute."""
        with self._ground.units.reading() as uow:
            found = {(one.alarm, one.subject): one for one in self._concerns(uow)}
            new, over = _compared(found, _standing(uow), _raised(uow))
        if not new and not over:
            return 0
        with self._ground.units() as uow:
            uow.settings.raise_number(_LOCK)
            new, over = _compared(found, _standing(uow), _raised(uow))  # another one may have looked at this moment
            by = Provenance(actor=SYSTEM, at=self._ground.clock.now())
            facts = [
                AlarmRaised(
                    alarm=one.alarm, subject=one.subject, values=dict(one.values), told=self._tell(uow, one, by)
                )
                for one in new
            ]
            ended = [AlarmEnded(alarm=one.alarm, subject=one.subject) for one in over]
            record(uow, STREAM, [*facts, *ended], by)
            uow.commit()
        return len(new)

    def standing(self, actor: Actor) -> Sequence[Standing]:
        """What stands, the newest first. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "administer_accounts")
            return sorted(_standing(uow).values(), key=lambda one: (one.at, one.subject), reverse=True)

    def parts(self, actor: Actor) -> Sequence[Part]:
        """Every part of the installation, what stands still first. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "administer_accounts")
            alive, now = uow.workers.seen(self._devices.now() - SEEN_WITHIN), self._ground.clock.now()
            mails, others = uow.jobs.failed_number("mail")
            newest, sealed, room = uow.checkpoints.latest(), self._sealed(uow), self._room(self._data)
        signed = newest.at if newest is not None else None
        fresh = signed is None or now - signed <= OLD_CHECKPOINT
        found = [
            Part(part="worker", alarm="worker", works=bool(alive), number=len(alive)),
            Part(part="mail", alarm="mail", works=not mails, number=mails),
            Part(part="jobs", alarm="jobs", works=not others, number=others),
            Part(part="checkpoint", alarm="checkpoint", works=fresh, since=signed),
            Part(part="seals", alarm="seals", works=sealed),
            Part(part="disk", alarm="disk", works=room >= LITTLE_ROOM, number=room // 1024 // 1024),
        ]
        return sorted(found, key=lambda one: one.works)

    def recipients(self, actor: Actor) -> tuple[Sequence[UserRecord], frozenset[str]]:
        """Who can be told, by name, and whom of them is named. Raises `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            self._ground.require(uow, actor, "administer_accounts")
            return _administrators(uow, self._ground), frozenset(_named(uow))

    def name(self, actor: Actor, command: NameAlarmRecipients) -> None:
        """Say who is told from now on. Raises `InvalidInput` for who is no administrator, `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, "administer_accounts")
            wanted = sorted(set(command.user_ids))
            if set(wanted) - {user.id for user in _administrators(uow, self._ground)} or len(wanted) > _MOST_RECIPIENTS:
                raise InvalidInput(_NO_RECIPIENT)
            record(uow, STREAM, [AlarmRecipientsNamed(users=wanted)], by)
            return {}

        self._ground.carry_out(actor, command, work, lock=_LOCK)

    def see(self, actor: Actor, command: SeeAlarm) -> None:
        """Take note of an alarm. Raises `NotFound` for one that does not stand, `PermissionDenied`."""

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, "administer_accounts")
            if (command.alarm, command.subject) not in _standing(uow):
                raise NotFound()
            record(uow, STREAM, [AlarmSeen(alarm=command.alarm, subject=command.subject)], by)
            return {}

        self._ground.carry_out(actor, command, work, lock=_LOCK)

    def _concerns(self, uow: UnitOfWork) -> Iterator[Concern]:
        yield from self._of_events(uow)
        now = self._ground.clock.now()
        if not uow.workers.seen(self._devices.now() - SEEN_WITHIN):
            yield Concern(alarm="worker", subject="worker")
        mails, others = uow.jobs.failed_number("mail")
        if mails:
            yield Concern(alarm="mail", subject="mail", values={"count": mails})
        if others:
            yield Concern(alarm="jobs", subject="jobs", values={"count": others})
        newest = uow.checkpoints.latest()
        if newest is not None and now - newest.at > OLD_CHECKPOINT:
            yield Concern(alarm="checkpoint", subject="checkpoint", values={"at": newest.at.isoformat()})
        if not self._sealed(uow):
            yield Concern(alarm="seals", subject="seals")
        room = self._room(self._data)
        if room < LITTLE_ROOM:
            yield Concern(alarm="disk", subject="disk", values={"megabytes": room // 1024 // 1024})

    def _of_events(self, uow: UnitOfWork) -> Iterator[Concern]:
        since = self._ground.clock.now() - _LOOKED_BACK
        for type, alarm in (
            ("GuessingNoticed", "guessing"),
            ("VerificationReported", "verification"),
            ("RoleAssigned", "roles"),
        ):
            events = [one for one in uow.events.recent(type, since) if _calls_for_somebody(one)]
            names = uow.accounts.many({str(one.payload.get("user")) for one in events})
            for event in events:
                user = names.get(str(event.payload.get("user")))
                new = event.payload.get("new")
                values = {
                    "name": user.name if user else "–",
                    "failures": event.payload.get("failures", 0),
                    "role": new.get("role", "–") if isinstance(new, Mapping) else "–",
                }
                yield Concern(
                    alarm=alarm, subject=event.id, values=values, lasting=False, user_id=user.id if user else None
                )

    def _tell(self, uow: UnitOfWork, concern: Concern, by: Provenance) -> int:
        administrators = _administrators(uow, self._ground)
        named = _named(uow)
        told = {user.id: user for user in administrators if user.id in named or not named}
        if concern.alarm == "guessing" and concern.user_id is not None:
            told[concern.user_id] = uow.accounts.get(concern.user_id)
        template, params = TEXTS[concern.alarm], {"business_key": "", **concern.values}
        uow.notifications.add(
            [
                NotificationRecord(id=new_id(), user_id=user_id, template=template, params=params, at=by.at)
                for user_id in told
            ]
        )
        uow.jobs.add([_mail(user, template, params, by) for user in told.values() if user.email])
        return len(told)


def _mail(user: UserRecord, template: str, params: Mapping[str, Any], by: Provenance) -> JobRecord:
    payload = {"to": user.email, "locale": user.locale, "template": template, "params": dict(params)}
    return JobRecord(id=new_id(), kind="mail", ref=f"mail:{new_id()}", payload=payload, run_at=by.at, created_at=by.at)


Key = tuple[str, str]


def _compared(
    found: Mapping[Key, Concern], standing: Mapping[Key, Standing], raised: frozenset[Key]
) -> tuple[list[Concern], list[Standing]]:
    """What is new, and what is over: a state that is no longer so, an event that somebody has seen."""
    new = [one for key, one in found.items() if key not in standing and (one.lasting or key not in raised)]
    over = [one for key, one in standing.items() if one.seen_at is not None and one.subject not in _STATES]
    over += [one for key, one in standing.items() if one.subject in _STATES and key not in found]
    return new, over


_STATES = frozenset({"worker", "mail", "jobs", "checkpoint", "disk"})


def _events(uow: UnitOfWork) -> Iterator[AuditEvent]:
    return uow.events.of_stream(STREAM)


def _standing(uow: UnitOfWork) -> dict[Key, Standing]:
    found: dict[Key, Standing] = {}
    for event in _events(uow):
        key = (str(event.payload.get("alarm")), str(event.payload.get("subject")))
        if event.type == "AlarmRaised" and key[0] in TEXTS:
            found[key] = Standing(alarm=key[0], subject=key[1], values=event.payload.get("values") or {}, at=event.at)
        elif event.type == "AlarmSeen" and key in found:
            old = found[key]
            found[key] = Standing(
                alarm=old.alarm,
                subject=old.subject,
                values=old.values,
                at=old.at,
                seen_by=event.actor,
                seen_at=event.at,
            )
        elif event.type == "AlarmEnded":
            found.pop(key, None)
    return found


def _raised(uow: UnitOfWork) -> frozenset[Key]:
    return frozenset(
        (str(event.payload.get("alarm")), str(event.payload.get("subject")))
        for event in _events(uow)
        if event.type == "AlarmRaised"
    )


def _named(uow: UnitOfWork) -> Sequence[str]:
    latest = uow.events.of_type(STREAM, "AlarmRecipientsNamed", 1)
    users = latest[0].payload.get("users") if latest else ()
    return [str(one) for one in users] if isinstance(users, list) else []


def _calls_for_somebody(event: AuditEvent) -> bool:
    match event.type:
        case "RoleAssigned":
            return _gives_power(event)
        case "VerificationReported":
            return event.payload.get("verified") is False
        case _:
            return True


def _gives_power(event: AuditEvent) -> bool:
    new = event.payload.get("new")
    role = str(new.get("role")) if isinstance(new, Mapping) else ""
    return event.actor != SYSTEM and bool(permissions_of(role) & _POWERS)


def _administrators(uow: UnitOfWork, ground: Ground) -> list[UserRecord]:
    """Those who administer accounts today, by name."""
    users, _ = uow.accounts.search(UserFilter(role="administrator"), Page(limit=500))
    held = {
        one.user_id
        for one in uow.accounts.assignments_of([user.id for user in users])
        if one.role == "administrator"
        and one.valid_from <= ground.today()
        and (one.valid_to is None or one.valid_to >= ground.today())
    }
    return [user for user in users if user.id in held]
