"""Campaigns: one procedure, one year, one province; its deadlines, resolved from the package's rules once, then data that managers may change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from workflow.audit.facts.campaigns import (
    CampaignClosed,
    CampaignCreated,
    CampaignMoved,
    CampaignOpened,
    DeadlineChanged,
)
from workflow.calendar.deadlines import DeadlineRule, Remaining, remaining, resolve
from workflow.calendar.working_time import WorkingCalendar
from workflow.calendar.zone import local_date
from workflow.errors import N_, Conflict, Doubt, InvalidInput, NotFound
from workflow.ids import new_id
from workflow.lifecycle.campaign import CAMPAIGN, OPEN, PLANNED, CampaignContext
from workflow.lifecycle.definition_version import PUBLISHED
from workflow.organisation.authority import Actor
from workflow.packages.jurisdictions import is_escalation
from workflow.packages.package import ProcedurePackage
from workflow.runtime.recorder import Provenance
from workflow.services.campaigns.ground import CLOSED_ALREADY, CampaignCommand, CampaignGround, job_for
from workflow.services.ground.changes import optional, plain, required
from workflow.services.ground.days import confirm_days, day_doubts
from workflow.services.ground.idempotence import Command
from workflow.services.ground.labels import called
from workflow.services.ground.register import CAMPAIGNS, renew
from workflow.services.procedures.library import effective_version
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_NO_VERSION = N_("The procedure has no published version that is in force for this campaign.")


_SCOPE = N_("This procedure does not apply in %(province)s.")


_NOT_PROVINCE = N_("%(name)s is no province.")


_EXISTS = N_("There is already a campaign of this procedure for %(year)s in %(province)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCampaign(Command):
    """`province` is the id of the province's organisation."""

    A_MINUTE: ClassVar[int] = 20

    key: str
    year: int
    province: str
    name_vi: str
    name_en: str
    demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCampaign(CampaignCommand):
    """A step of the campaign's lifecycle. `revision` is the one the page was made from."""

    TRIGGER: ClassVar[str]
    FACT: ClassVar[type[CampaignMoved]]
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCampaign(MoveCampaign):
    STORED_AS: ClassVar[str] = "Campaign:open"
    TRIGGER: ClassVar[str] = "open"
    FACT: ClassVar[type[CampaignMoved]] = CampaignOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCampaign(MoveCampaign):
    STORED_AS: ClassVar[str] = "Campaign:close"
    TRIGGER: ClassVar[str] = "close"
    FACT: ClassVar[type[CampaignMoved]] = CampaignClosed


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDeadline(CampaignCommand):
    """The last day on which one may still act, and how many working days before to remind (0: never)."""

    deadline_id: str
    last_day: date
    remind_days: int
    escalate_to: str = ""
    reason: str
    revision: int
    confirmed: tuple[str, ...] = ()
    """Keys of what was asked about the day and confirmed: one that has passed, or is not worked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineDay:
    """`worked_on`: the last day itself where it is worked, else the last one before it that is."""

    worked_on: date
    left: Remaining


class CampaignService:
    """For administrators and managers of the campaign's province."""

    def __init__(self, ground: CampaignGround) -> None:
        self._ground = ground

    def list(self, actor: Actor, page: Page | None = None) -> tuple[Sequence[CampaignRecord], int]:
        """The campaigns that the actor manages, newest year first, and their number."""
        with self._ground.units.reading() as uow:
            tree, today = self._ground.register.tree(uow), self._ground.today()
            provinces = [
                one.id
                for one in tree.all()
                if one.kind == "province" and actor.can("manage_campaigns", one.id, tree, today)
            ]
            return uow.campaigns.page(provinces, page or Page())

    def get(self, actor: Actor, campaign_id: str) -> CampaignRecord:
        """Raise `NotFound`, `PermissionDenied`."""
        with self._ground.units.reading() as uow:
            return self._ground.mine(uow, actor, campaign_id)

    def reminders(self, actor: Actor, campaign_id: str) -> Mapping[str, int]:
        """Deadline id → working days from its reminder to its last day; 0 where there is none."""
        with self._ground.units.reading() as uow:
            campaign = self._ground.mine(uow, actor, campaign_id)
            return remind_days(campaign.deadlines, self._ground.register.calendar(uow))

    def days(self, actor: Actor, campaign_id: str) -> Mapping[str, DeadlineDay]:
        """Deadline id → how far away it is, and the last day that is worked before it. Raises as `get`."""
        with self._ground.units.reading() as uow:
            campaign = self._ground.mine(uow, actor, campaign_id)
            calendar, now = self._ground.register.calendar(uow), self._ground.clock.now()
        found = {}
        for key, deadline in campaign.deadlines.items():
            last_day = date.fromisoformat(deadline["last_day"])
            worked = last_day if calendar.is_working_day(last_day) else calendar.add_working_days(last_day, -1)
            left = remaining(calendar, now, datetime.fromisoformat(deadline["due_at"]))
            found[key] = DeadlineDay(worked_on=worked, left=left)
        return found

    def doubts(self, actor: Actor, campaign_id: str) -> Mapping[str, Sequence[Doubt]]:
        """Deadline id → what speaks against its last day, of those against which something does: said before it is opened."""
        with self._ground.units.reading() as uow:
            campaign = self._ground.mine(uow, actor, campaign_id)
            calendar, today = self._ground.register.calendar(uow), self._ground.today()
        found = {
            key: day_doubts(key, date.fromisoformat(deadline["last_day"]), calendar, today)
            for key, deadline in campaign.deadlines.items()
        }
        return {key: doubts for key, doubts in found.items() if doubts}

    def create(self, actor: Actor, command: CreateCampaign) -> str:
        """Plan a campaign on the version in force for its year, and return its id.

        Raises `InvalidInput`, `NotFound` for an unknown province, `PermissionDenied`.
        """

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            by = self._ground.by(uow, actor, command, "manage_campaigns", command.province)
            campaign = self._planned(uow, command, by)
            uow.campaigns.add(campaign)
            self._ground.record(uow, campaign, by, CampaignCreated(new=plain(campaign)))
            renew(uow, CAMPAIGNS)
            return {"id": campaign.id}

        return str(self._ground.carry_out(actor, command, work)["id"])

    def open(self, actor: Actor, command: OpenCampaign) -> None:
        """Let its units be started. Raises `TransitionRefused`, `Conflict`."""
        self._move(actor, command)

    def close(self, actor: Actor, command: CloseCampaign) -> None:
        """End the campaign once none of its cases is open. Raises `TransitionRefused`, `Conflict`."""
        self._move(actor, command)

    def change_deadline(self, actor: Actor, command: ChangeDeadline) -> None:
        """Change one deadline; the running cases' tasks and timers follow through a job.

        Raises `InvalidInput`, `NotFound`, `Conflict`, `PermissionDenied`.
        """
        reason, deadline_id = required(command.reason, "reason", 2000), command.deadline_id

        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = self._ground.managed(uow, actor, command)
            if old.status not in (PLANNED, OPEN):
                raise InvalidInput(CLOSED_ALREADY)
            package, calendar = self._ground.package(uow, old), self._ground.register.calendar(uow)
            deadline = edited(old.deadlines, command, package, calendar)
            if deadline["last_day"] != old.deadlines[deadline_id]["last_day"]:
                confirm_days(
                    day_doubts(deadline_id, command.last_day, calendar, self._ground.today()), command.confirmed
                )
            deadlines = {**old.deadlines, deadline_id: deadline}
            uow.campaigns.save(replace(old, deadlines=deadlines, revision=command.revision))
            fact = DeadlineChanged(deadline=deadline_id, old=old.deadlines[deadline_id], new=deadline, reason=reason)
            self._ground.record(uow, old, by, fact)
            uow.jobs.add([job_for("campaign-reschedule", old, by, {})])
            return {}

        self._ground.carry_out(actor, command, work)

    def _planned(self, uow: UnitOfWork, wanted: CreateCampaign, by: Provenance) -> CampaignRecord:
        province = self._ground.register.tree(uow).get(wanted.province)
        if province.kind != "province":
            raise InvalidInput(_NOT_PROVINCE, name=called(province))
        if uow.campaigns.find(wanted.key, wanted.year, wanted.province) is not None:
            raise InvalidInput(_EXISTS, year=wanted.year, province=called(province))
        version = effective_version(uow, wanted.key, campaign_day(wanted.year, by.at))
        if version is None:
            raise InvalidInput(_NO_VERSION)
        package = self._ground.programs.get(uow, version.id).package
        if package.province_scope and province.code not in package.province_scope:
            raise InvalidInput(_SCOPE, province=called(province))
        return CampaignRecord(
            id=new_id(),
            key=wanted.key,
            version_id=version.id,
            year=wanted.year,
            province=wanted.province,
            name_vi=required(wanted.name_vi, "name_vi"),
            name_en=optional(wanted.name_en, "name_en"),
            status=CAMPAIGN.initial,
            deadlines=resolve_deadlines(package, wanted.year, self._ground.register.calendar(uow)),
            created_by=by.actor,
            created_at=by.at,
            demonstration=wanted.demonstration,
        )

    def _move(self, actor: Actor, command: MoveCampaign) -> None:
        def work(uow: UnitOfWork) -> Mapping[str, str]:
            old, by = self._ground.managed(uow, actor, command)
            if old.revision != command.revision:
                raise Conflict()
            context = CampaignContext(
                is_manager=True,
                version_published=uow.definitions.get(old.version_id).status == PUBLISHED,
                open_cases=sum(
                    uow.unit_cases.search(CaseFilter(campaign_id=old.id, status=status), Page(limit=1))[1]
                    for status in ("active", "suspended")
                ),
            )
            state = CAMPAIGN.move(old.status, command.TRIGGER, context)
            uow.campaigns.save(replace(old, status=state))
            self._ground.record(uow, old, by, command.FACT(old=old.status, new=state))
            return {}

        self._ground.carry_out(actor, command, work)


def campaign_day(year: int, at: datetime) -> date:
    """The day by which a campaign's version is chosen: today, but within the campaign's own year."""
    return max(date(year, 1, 1), min(local_date(at), date(year, 12, 31)))


_MOST_DAYS = 250


_BAD_ESCALATION = N_(
    "“%(text)s” names nobody who could be told of an overdue task. Choose nobody or a role of the procedure (%(known)s)."
)


_BAD_REMINDER = N_("A reminder comes 0 to %(most)s working days before the last day.")


def resolve_deadlines(package: ProcedurePackage, year: int, calendar: WorkingCalendar) -> dict[str, Any]:
    """The package's deadlines in that year, as JSON: id → last_day, due_at, remind_at, escalate_to, late, label_vi, label_en."""
    found: dict[str, Any] = {}
    for rule in package.deadlines.values():
        resolved = resolve(
            DeadlineRule(
                id=rule.id,
                label=rule.label.vi,
                month_day=rule.month_day,
                semantics=rule.semantics,
                remind=rule.remind,
                escalate_to=rule.escalate_to,
                years=rule.years,
                day_off=rule.day_off,
                source=rule.source,
            ),
            year,
            calendar,
        )
        found[rule.id] = {
            "last_day": resolved.last_day.isoformat(),
            "due_at": _closing(resolved.last_day, package.office_closes, calendar).isoformat(),
            "remind_at": resolved.remind_at.isoformat() if resolved.remind_at else None,
            "escalate_to": resolved.escalate_to,
            "late": rule.late,
            "label_vi": rule.label.vi,
            "label_en": rule.label.en or rule.label.vi,
        }
    return found


def edited(
    deadlines: Mapping[str, Any], edit: ChangeDeadline, package: ProcedurePackage, calendar: WorkingCalendar
) -> dict[str, Any]:
    """The deadline as it becomes. Raises `NotFound`, `InvalidInput`."""
    if edit.deadline_id not in deadlines:
        raise NotFound()
    if not 0 <= edit.remind_days <= _MOST_DAYS:
        raise InvalidInput(_BAD_REMINDER, most=_MOST_DAYS)
    if not is_escalation(edit.escalate_to.strip(), package.roles):
        raise InvalidInput(_BAD_ESCALATION, text=edit.escalate_to.strip()[:80], known=", ".join(package.roles))
    old = deadlines[edit.deadline_id]
    if (edit.last_day.isoformat(), edit.remind_days) == (
        old["last_day"],
        remind_days({edit.deadline_id: old}, calendar)[edit.deadline_id],
    ):
        return {**old, "escalate_to": edit.escalate_to.strip()}  # what was not changed stays to the second
    remind_at = None
    if edit.remind_days:
        day = calendar.add_working_days(edit.last_day, -edit.remind_days)
        remind_at = calendar.at(day, calendar.opens).astimezone(UTC).isoformat()
    return {
        **deadlines[edit.deadline_id],
        "last_day": edit.last_day.isoformat(),
        "due_at": _closing(edit.last_day, package.office_closes, calendar).isoformat(),
        "remind_at": remind_at,
        "escalate_to": edit.escalate_to.strip(),
    }


def remind_days(deadlines: Mapping[str, Any], calendar: WorkingCalendar) -> dict[str, int]:
    """Deadline id → working days from its reminder to its last day, 0 where there is none: what an edit begins with."""
    found = {}
    for deadline_id, deadline in deadlines.items():
        last_day, remind_at = date.fromisoformat(deadline["last_day"]), deadline["remind_at"]
        found[deadline_id] = _days_before(calendar, datetime.fromisoformat(remind_at), last_day) if remind_at else 0
    return found


def _days_before(calendar: WorkingCalendar, remind_at: datetime, last_day: date) -> int:
    """The number from which the reminder's day comes. A last day off is no working day, but one counts back from it all the same."""
    remind_on = remind_at.astimezone(calendar.zone).date()
    between = max(0, calendar.working_days_between(remind_on, last_day))
    near = (
        count for count in (between, between + 1) if count and calendar.add_working_days(last_day, -count) == remind_on
    )
    return next(near, between)


def _closing(day: date, closes: time, calendar: WorkingCalendar) -> datetime:
    return calendar.at(day, closes).astimezone(UTC)
