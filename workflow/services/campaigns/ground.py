"""What the campaign services share: whose a campaign is, its package, its audit stream, jobs in the asker's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.errors import N_
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.packages.package import ProcedurePackage
from workflow.ports import Clock
from workflow.runtime.programs import Programs
from workflow.runtime.recorder import Fact, Provenance, record
from workflow.services.ground.access import authorise, provenance
from workflow.services.ground.register import OrganisationRegister
from workflow.store.campaigns import CampaignRecord
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

CLOSED_ALREADY = N_("The campaign is closed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignGround:
    """Wired once. Only managers and administrators of the campaign's province pass."""

    units: UnitsOfWork
    clock: Clock
    register: OrganisationRegister
    programs: Programs

    def mine(
        self, uow: UnitOfWork, actor: Actor, campaign_id: str, command_id: str = ""
    ) -> tuple[CampaignRecord, Provenance]:
        """The campaign and in whose name the actor acts on it. Raises `NotFound`, `PermissionDenied`."""
        campaign = uow.campaigns.get(campaign_id)
        return campaign, self.by(uow, actor, campaign.province, self.clock.now(), command_id)

    def by(self, uow: UnitOfWork, actor: Actor, province: str, now: datetime, command_id: str) -> Provenance:
        """Raise `PermissionDenied` for who manages no campaigns in the province."""
        held = authorise(actor, "manage_campaigns", province, self.register.tree(uow), now)
        return provenance(actor, held, now, command_id)

    def package(self, uow: UnitOfWork, campaign: CampaignRecord) -> ProcedurePackage:
        """The procedure as the campaign runs it."""
        return self.programs.get(uow, campaign.version_id).package

    @staticmethod
    def record(uow: UnitOfWork, campaign: CampaignRecord, by: Provenance, kind: str, **payload: Any) -> None:
        """Append an event to the campaign's own stream."""
        fact = Fact(type=kind, payload=payload)
        record(uow, f"campaign:{campaign.id}", [fact], by, province=campaign.province)


def job_for(kind: str, campaign: CampaignRecord, by: Provenance, more: Mapping[str, Any]) -> JobRecord:
    """A job in the name of who asked for it."""
    asked = {"actor": by.actor, "role": by.role, "organisation": by.organisation, "on_behalf_of": by.on_behalf_of}
    return JobRecord(
        id=new_id(),
        kind=kind,
        payload={"campaign_id": campaign.id, "by": asked, **more},
        run_at=by.at,
        created_at=by.at,
        province=campaign.province,
    )
