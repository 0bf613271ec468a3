"""What the worker does for campaigns: one unit's case a job, and changed deadlines one case a job."""

import string
from dataclasses import replace

from workflow.audit.facts.campaigns import DeadlinesChanged
from workflow.engine import commands as cmd
from workflow.errors import N_, Conflict, InvalidInput, WorkflowError
from workflow.ids import new_id
from workflow.runtime.recorder import Provenance
from workflow.runtime.steps import Steps
from workflow.services.campaigns.ground import CampaignGround
from workflow.services.casework.cases import CaseService
from workflow.services.casework.clocks import deadline_variables
from workflow.store.campaigns import CampaignRecord, CampaignUnitRecord
from workflow.store.casework import CaseFilter, UnitCase
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork

_TAKEN = N_("The case number %(business_key)s is already in use.")


class CampaignJobs:
    """Runners for `JobService`: each works inside the job's own transaction."""

    def __init__(self, ground: CampaignGround, cases: CaseService, steps: Steps) -> None:
        self._ground = ground
        self._cases = cases
        self._steps = steps

    def start_unit(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """`campaign-start`: open the unit's case; a refusal is kept beside the unit and nothing else of the attempt."""
        campaign = uow.campaigns.get(job.payload["campaign_id"])
        unit = uow.campaigns.unit(campaign.id, job.payload["unit_id"])
        if unit is None or unit.status != "pending":
            return
        asked = Provenance(at=by.at, command_id=job.id, **job.payload["by"])
        try:
            with uow.savepoint():
                case = self._start(uow, campaign, unit, asked)
        except Conflict:
            raise  # another writer was faster: the job is tried again
        except WorkflowError as error:
            params = {name: str(value) for name, value in error.params.items()}
            uow.campaigns.save_unit(replace(unit, status="failed", template=error.template, params=params))
            return
        uow.campaigns.save_unit(replace(unit, status="started", case_id=case.id))

    def reschedule_campaign(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """`campaign-reschedule`: one job for each case that is still open."""
        campaign_id = job.payload["campaign_id"]
        for status in ("active", "suspended"):
            for case_id in uow.unit_cases.ids(CaseFilter(campaign_id=campaign_id, status=status)):
                self._later(uow, job, case_id, by)

    def reschedule_case(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """`case-reschedule`: give the case the campaign's deadlines as they are now, and evaluate its due times again."""
        case = uow.unit_cases.get(str(job.case_id))
        if case.ended_at is not None or case.status not in ("active", "suspended"):
            return
        asked = Provenance(at=by.at, command_id=job.id, **job.payload["by"])
        campaign = uow.campaigns.get(case.campaign_id)
        variables = {"deadlines": deadline_variables(campaign.deadlines)}
        fact = DeadlinesChanged(deadlines=campaign.deadlines)
        self._steps.apply(uow, case, cmd.RescheduleTimers(variables=variables), asked, [fact])

    def _start(self, uow: UnitOfWork, campaign: CampaignRecord, unit: CampaignUnitRecord, by: Provenance) -> UnitCase:
        package = self._ground.package(uow, campaign)
        province = self._ground.register.tree(uow).get(campaign.province)
        business_key = string.Formatter().format(
            package.business_key,
            key=campaign.key,
            year=campaign.year,
            number=uow.campaigns.next_number(campaign.id),
            province=province.code,
        )
        if uow.cases.by_business_key(business_key) is not None:
            raise InvalidInput(_TAKEN, business_key=business_key)
        return self._cases.start(
            uow,
            by,
            campaign=campaign,
            unit_id=unit.unit_id,
            business_key=business_key,
            variables={"deadlines": deadline_variables(campaign.deadlines), **unit.variables},
        )

    @staticmethod
    def _later(uow: UnitOfWork, job: JobRecord, case_id: str, by: Provenance) -> None:
        uow.jobs.add(
            [
                JobRecord(
                    id=new_id(),
                    kind="case-reschedule",
                    payload={"campaign_id": job.payload["campaign_id"], "by": job.payload["by"]},
                    run_at=by.at,
                    created_at=by.at,
                    province=job.province,
                    case_id=case_id,
                    ref="reschedule",
                )
            ]
        )
