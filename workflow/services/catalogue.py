"""What the procedures with campaigns call themselves, their stages and roles: the choices of filters."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.model.user_task import Label
from workflow.organisation.records import Organisation
from workflow.packages.package import ProcedurePackage
from workflow.services.access import Access
from workflow.services.steps import Steps
from workflow.store.unit_of_work import UnitOfWork

MOST_UNITS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """By id. `units` is empty where there are too many to choose from: then people search by text."""

    procedures: Mapping[str, Label]
    stages: Mapping[str, Label]
    roles: Mapping[str, Label]
    units: Mapping[str, Organisation]
    years: tuple[int, ...]


def read_choices(uow: UnitOfWork, access: Access, steps: Steps) -> Choices:
    """Read them from the campaigns; where versions differ, the newest word holds."""
    campaigns = uow.campaigns.all()
    packages = _packages(uow, steps, dict.fromkeys(one.version_id for one in campaigns))
    reach = access.units()
    units = {
        one.unit_id: access.tree.get(one.unit_id)
        for campaign in campaigns
        for one in uow.campaigns.units(campaign.id, limit=MOST_UNITS + 1)
        if one.unit_id in reach
    }
    stages: dict[str, Label] = {}
    roles: dict[str, Label] = {}
    for package in packages:
        for stage in package.stages:
            stages.setdefault(stage.id, stage.label)
        for role_id, role in package.roles.items():
            roles.setdefault(role_id, role.label)
    return Choices(
        procedures={package.key: package.title for package in reversed(packages)},
        stages=stages,
        roles=roles,
        units=dict(sorted(units.items(), key=lambda item: item[1].name_vi)) if len(units) <= MOST_UNITS else {},
        years=tuple(dict.fromkeys(one.year for one in campaigns)),
    )


def _packages(uow: UnitOfWork, steps: Steps, version_ids: Mapping[str, None]) -> list[ProcedurePackage]:
    return [steps.compiled(uow, version_id).package for version_id in version_ids]
