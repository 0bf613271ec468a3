"""Campaigns: one procedure, one year, one province; its deadlines and its units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from workflow.errors import N_, Conflict, InvalidInput
from workflow.ids import new_id
from workflow.lifecycle.campaign import CAMPAIGN, OPEN, PLANNED, CampaignContext
from workflow.lifecycle.definition_version import PUBLISHED
from workflow.organisation.authority import Actor
from workflow.services.access import local_date
from workflow.services.acting import plain, required
from workflow.services.campaign_deadlines import DeadlineEdit, edited, remind_days, resolve_deadlines
from workflow.services.campaign_desk import CLOSED_ALREADY, CampaignDesk, job_for
from workflow.services.definitions import effective_version
from workflow.services.idempotence import done_before, remember
from workflow.services.recorder import Provenance
from workflow.store.campaigns import CampaignRecord
from workflow.store.cases import CaseFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_NO_VERSION = N_("The procedure has no published version that is in force for this campaign.")
_SCOPE = N_("This procedure does not apply in %(province)s.")
_NOT_PROVINCE = N_("%(name)s is no province.")
_EXISTS = N_("There is already a campaign of this procedure for %(year)s in %(province)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCampaign:
    """`province` is the id of the province's organisation."""

    key: str
    year: int
    province: str
    name_vi: str
    name_en: str
    demonstration: bool = False


class CampaignService:
    """For administrators and managers of the campaign's province."""

    def __init__(self, desk: CampaignDesk) -> None:
        self._desk = desk

    def list(self, actor: Actor) -> Sequence[CampaignRecord]:
        """The campaigns that the actor manages, newest year first."""
        with self._desk.units.reading() as uow:
            tree, today = self._desk.register.tree(uow), local_date(self._desk.clock.now())
            return [one for one in uow.campaigns.all() if actor.can("manage_campaigns", one.province, tree, today)]

    def get(self, actor: Actor, campaign_id: str) -> CampaignRecord:
        """Raise `NotFound`, `PermissionDenied`."""
        with self._desk.units.reading() as uow:
            return self._desk.mine(uow, actor, campaign_id)[0]

    def reminders(self, actor: Actor, campaign_id: str) -> Mapping[str, int]:
        """Deadline id → working days from its reminder to its last day; 0 where there is none."""
        with self._desk.units.reading() as uow:
            campaign, _ = self._desk.mine(uow, actor, campaign_id)
            return remind_days(campaign.deadlines, self._desk.register.calendar(uow))

    def create(self, actor: Actor, wanted: NewCampaign, *, command_id: str) -> str:
        """Plan a campaign on the version in force for its year, and return its id.

        Raises `InvalidInput`, `NotFound` for an unknown province, `PermissionDenied`.
        """
        now = self._desk.clock.now()
        with self._desk.units() as uow:
            if (done := done_before(uow, command_id, actor.user_id)) is not None:
                return str(done["id"])
            by = self._desk.by(uow, actor, wanted.province, now, command_id)
            campaign = self._planned(uow, wanted, by)
            uow.campaigns.add(campaign)
            self._desk.record(uow, campaign, by, "CampaignCreated", new=plain(campaign))
            remember(uow, "CreateCampaign", by, {"id": campaign.id})
            uow.commit()
        return campaign.id

    def open(self, actor: Actor, campaign_id: str, *, revision: int, command_id: str) -> None:
        """Let its units be started. Raises `TransitionRefused`, `Conflict`."""
        self._move(actor, campaign_id, "open", revision, command_id)

    def close(self, actor: Actor, campaign_id: str, *, revision: int, command_id: str) -> None:
        """End the campaign once none of its cases is open. Raises `TransitionRefused`, `Conflict`."""
        self._move(actor, campaign_id, "close", revision, command_id)

    def change_deadline(
        self,
        actor: Actor,
        campaign_id: str,
        deadline_id: str,
        edit: DeadlineEdit,
        *,
        reason: str,
        revision: int,
        command_id: str,
    ) -> None:
        """Change one deadline; the running cases' tasks and timers follow through a job.

        Raises `InvalidInput`, `NotFound`, `Conflict`, `PermissionDenied`.
        """
        reason = required(reason, "reason", 2000)
        with self._desk.units() as uow:
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            old, by = self._desk.mine(uow, actor, campaign_id, command_id)
            if old.status not in (PLANNED, OPEN):
                raise InvalidInput(CLOSED_ALREADY)
            deadline = edited(
                old.deadlines, deadline_id, edit, self._desk.package(uow, old), self._desk.register.calendar(uow)
            )
            deadlines = {**old.deadlines, deadline_id: deadline}
            uow.campaigns.save(replace(old, deadlines=deadlines, revision=revision))
            change = {"deadline": deadline_id, "old": old.deadlines[deadline_id], "new": deadline, "reason": reason}
            self._desk.record(uow, old, by, "DeadlineChanged", **change)
            uow.jobs.add([job_for("campaign-reschedule", old, by, {})])
            remember(uow, "ChangeDeadline", by, {})
            uow.commit()

    def _planned(self, uow: UnitOfWork, wanted: NewCampaign, by: Provenance) -> CampaignRecord:
        province = self._desk.register.tree(uow).get(wanted.province)
        if province.kind != "province":
            raise InvalidInput(_NOT_PROVINCE, name=province.name_vi)
        if uow.campaigns.find(wanted.key, wanted.year, wanted.province) is not None:
            raise InvalidInput(_EXISTS, year=wanted.year, province=province.name_vi)
        version = effective_version(uow, wanted.key, campaign_day(wanted.year, by.at))
        if version is None:
            raise InvalidInput(_NO_VERSION)
        package = self._desk.programs.get(uow, version.id).package
        if package.province_scope and province.code not in package.province_scope:
            raise InvalidInput(_SCOPE, province=province.name_vi)
        return CampaignRecord(
            id=new_id(),
            key=wanted.key,
            version_id=version.id,
            year=wanted.year,
            province=wanted.province,
            name_vi=required(wanted.name_vi, "name_vi"),
            name_en=required(wanted.name_en, "name_en"),
            status=CAMPAIGN.initial,
            deadlines=resolve_deadlines(package, wanted.year, self._desk.register.calendar(uow)),
            created_by=by.actor,
            created_at=by.at,
            demonstration=wanted.demonstration,
        )

    def _move(self, actor: Actor, campaign_id: str, trigger: str, revision: int, command_id: str) -> None:
        with self._desk.units() as uow:
            if done_before(uow, command_id, actor.user_id) is not None:
                return
            old, by = self._desk.mine(uow, actor, campaign_id, command_id)
            if old.revision != revision:
                raise Conflict()
            context = CampaignContext(
                is_manager=True,
                version_published=uow.definitions.get(old.version_id).status == PUBLISHED,
                open_cases=sum(
                    uow.cases.search(CaseFilter(campaign_id=campaign_id, status=status), Page(limit=1))[1]
                    for status in ("active", "suspended")
                ),
            )
            state = CAMPAIGN.move(old.status, trigger, context)
            uow.campaigns.save(replace(old, status=state))
            kind = "CampaignOpened" if trigger == "open" else "CampaignClosed"
            self._desk.record(uow, old, by, kind, old=old.status, new=state)
            remember(uow, f"Campaign:{trigger}", by, {})
            uow.commit()


def campaign_day(year: int, at: datetime) -> date:
    """The day by which a campaign's version is chosen: today, but within the campaign's own year."""
    return max(date(year, 1, 1), min(local_date(at), date(year, 12, 31)))
