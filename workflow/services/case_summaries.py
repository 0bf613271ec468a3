"""Cases in words for the auditor's pages: what is missing or was tampered with leaves a gap, never an error."""

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.model.user_task import Label
from workflow.packages.package import ProcedurePackage
from workflow.services.case_view import outcome_label
from workflow.services.event_names import EventNames
from workflow.store.campaigns import CampaignRecord
from workflow.store.cases import CaseRecord
from workflow.store.procedures import VersionRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A case with the names of what it mentions. `package` is None where its files are no longer what was published."""

    case: CaseRecord
    unit: Label
    campaign: CampaignRecord | None
    version: VersionRecord | None
    package: ProcedurePackage | None
    stage: Label | None
    outcome: Label | None
    opened_by: str


def summaries(uow: UnitOfWork, names: EventNames, cases: Iterable[CaseRecord]) -> list[CaseSummary]:
    """One summary a case, in their order."""
    cases = list(cases)
    campaigns = uow.campaigns.many({case.campaign_id for case in cases})
    people = {user_id: user.name for user_id, user in uow.accounts.many({case.started_by for case in cases}).items()}
    return [
        _summary(
            case, names, campaigns.get(case.campaign_id), people.get(case.started_by, names.person(case.started_by))
        )
        for case in cases
    ]


def _summary(case: CaseRecord, names: EventNames, campaign: CampaignRecord | None, opened_by: str) -> CaseSummary:
    package = names.package(case)
    outcome = case.outcome
    if package is not None:
        label = outcome_label(package, outcome)
    else:
        label = Label(vi=outcome, en=outcome) if outcome else None
    return CaseSummary(
        case=case,
        unit=names.organisation(case.unit_id),
        campaign=campaign,
        version=names.version(case),
        package=package,
        stage=next((stage.label for stage in package.stages if stage.id == case.stage), None) if package else None,
        outcome=label,
        opened_by=opened_by,
    )
