"""The running cases of a version as a list to choose from."""

from dataclasses import dataclass

from workflow.model.user_task import Label
from workflow.services.access import Access
from workflow.services.desk import Desk
from workflow.services.migration.planning import RUNNING
from workflow.services.migration.showing import unit_label
from workflow.store.cases import CaseFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_ALL = Page(limit=1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChoice:
    """One running case. `stage`: the label of the stage that it is in."""

    case_id: str
    business_key: str
    unit: Label
    stage_id: str
    stage: Label
    status: str


def case_choices(desk: Desk, uow: UnitOfWork, access: Access, version_id: str) -> list[CaseChoice]:
    """By unit and number. Raises `NotFound` for a version that does not exist."""
    version = uow.definitions.get(version_id)
    reach = access.units("administer_definitions")
    found = [
        case
        for status in RUNNING
        for case in uow.cases.search(CaseFilter(version_id=version.id, status=status, unit_ids=reach), _ALL)[0]
    ]
    package = desk.steps.compiled(uow, version.id).package if found else None
    stages = {stage.id: stage.label for stage in package.stages} if package else {}
    lines = [
        CaseChoice(
            case_id=case.id,
            business_key=case.business_key,
            unit=unit_label(access.tree, case.unit_id),
            stage_id=case.stage or "",
            stage=stages.get(case.stage or "") or Label(vi=case.stage or "–", en=case.stage or "–"),
            status=case.status,
        )
        for case in found
    ]
    return sorted(lines, key=lambda line: (line.unit.vi, line.business_key))
