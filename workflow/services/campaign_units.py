"""Which units a campaign may take, and with which variables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.errors import N_, InvalidInput
from workflow.organisation.records import Organisation
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.store.campaigns import CampaignRecord

RESERVED = frozenset({"unit", "campaign", "deadlines"})
_NOT_VALID = N_("%(unit)s does not exist on %(on)s.")
_NOT_SUBJECT = N_("%(unit)s is of a kind that this procedure does not judge.")
_NOT_HERE = N_("%(unit)s is not in %(province)s.")
_BAD_VARIABLE = N_("%(name)s cannot be given to a case at its start.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A unit that may be added."""

    unit_id: str
    kind: str
    name_vi: str
    name_en: str
    managing_level: str | None


def campaign_as_of(campaign: CampaignRecord, today: date) -> date:
    """The day at which the campaign's units are looked up: today, but never past the campaign's own year."""
    return min(today, date(campaign.year, 12, 31))


def candidates(
    tree: OrganisationTree, package: ProcedurePackage, campaign: CampaignRecord, today: date
) -> Sequence[Candidate]:
    """Every unit that may be in the campaign, by name."""
    on = campaign_as_of(campaign, today)
    found = [unit for unit in tree.valid(on) if _unfit(tree, package, campaign, unit, on) is None]
    return [
        Candidate(
            unit_id=unit.id,
            kind=unit.kind,
            name_vi=unit.name_vi,
            name_en=unit.name_en,
            managing_level=unit.managing_level,
        )
        for unit in sorted(found, key=lambda unit: (unit.name_vi, unit.id))
    ]


def refuse_unfit(
    tree: OrganisationTree, package: ProcedurePackage, campaign: CampaignRecord, unit_ids: Iterable[str], today: date
) -> None:
    """Raise `InvalidInput` for the first unit that may not be in the campaign, `NotFound` for an unknown one."""
    on = campaign_as_of(campaign, today)
    for unit_id in unit_ids:
        refusal = _unfit(tree, package, campaign, tree.get(unit_id), on)
        if refusal is not None:
            raise refusal


def check_variables(variables: Mapping[str, Any]) -> None:
    """Raise `InvalidInput` for a reserved name or a value that is no text, whole number, truth value or nothing."""
    for name, value in variables.items():
        if not name.isidentifier() or name in RESERVED or not isinstance(value, str | int | bool | None):
            raise InvalidInput(_BAD_VARIABLE, name=name)


def _unfit(
    tree: OrganisationTree, package: ProcedurePackage, campaign: CampaignRecord, unit: Organisation, on: date
) -> InvalidInput | None:
    if not unit.is_valid(on):
        return InvalidInput(_NOT_VALID, unit=unit.name_vi, on=on.isoformat())
    if package.subjects and unit.kind not in package.subjects:
        return InvalidInput(_NOT_SUBJECT, unit=unit.name_vi)
    if campaign.province not in {area.id for area in tree.path(unit.id, on)}:
        return InvalidInput(_NOT_HERE, unit=unit.name_vi, province=tree.get(campaign.province).name_vi)
    return None
