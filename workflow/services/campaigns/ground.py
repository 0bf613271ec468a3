"""What the campaign services share: whose a campaign is, its package, its audit stream, jobs in the asker's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.audit.facts.campaigns import CampaignFact
from workflow.errors import N_
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.packages.package import ProcedurePackage
from workflow.runtime.programs import Programs
from workflow.runtime.recorder import Provenance, record
from workflow.services.ground.ground import Ground
from workflow.services.ground.idempotence import Command
from workflow.store.campaigns import CampaignRecord
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork

CLOSED_ALREADY = N_("The campaign is closed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCommand(Command):
    """What every command on a campaign says."""

    campaign_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignGround(Ground):
    """Only managers and administrators of the campaign's province pass."""

    programs: Programs

    def mine(self, uow: UnitOfWork, actor: Actor, campaign_id: str) -> CampaignRecord:
        """The campaign, to be read. Raises `NotFound`, `PermissionDenied`."""
        campaign = uow.campaigns.get(campaign_id)
        self.require(uow, actor, "manage_campaigns", campaign.province)
        return campaign

    def managed(self, uow: UnitOfWork, actor: Actor, command: CampaignCommand) -> tuple[CampaignRecord, Provenance]:
        """The command's campaign and in whose name the actor changes it. Raises as `mine`."""
        campaign = uow.campaigns.get(command.campaign_id)
        return campaign, self.by(uow, actor, command, "manage_campaigns", campaign.province)

    def package(self, uow: UnitOfWork, campaign: CampaignRecord) -> ProcedurePackage:
        """The procedure as the campaign runs it."""
        return self.programs.get(uow, campaign.version_id).package

    @staticmethod
    def record(uow: UnitOfWork, campaign: CampaignRecord, by: Provenance, fact: CampaignFact) -> None:
        """Append a fact to the campaign's own stream."""
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
