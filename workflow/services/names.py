"""Names for pages that hold only ids: who made a version, which unit waits in a campaign."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflow.services.people import user_names
from workflow.store.places import OrganisationRecord
from workflow.store.unit_of_work import UnitsOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationName:
    """An organisation as it is named in both languages."""

    id: str
    name_vi: str
    name_en: str
    kind: str
    territory_id: str | None


class NameService:
    """Whoever was shown an id by another service may read the name behind it."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    def users(self, user_ids: Iterable[str | None]) -> Mapping[str, str]:
        """User id → name, for those that exist."""
        with self._units.reading() as uow:
            return user_names(uow, user_ids)

    def organisations(self, organisation_ids: Iterable[str | None]) -> Mapping[str, OrganisationName]:
        """Organisation id → its names, ended ones included."""
        wanted = {one for one in organisation_ids if one}
        with self._units.reading() as uow:
            return {one.id: _name(one) for one in uow.organisations.all() if one.id in wanted}

    def of_kind(self, kind: str) -> Sequence[OrganisationName]:
        """Every organisation of the kind, ended ones included, by name: provinces to choose from."""
        with self._units.reading() as uow:
            found = [_name(one) for one in uow.organisations.all() if one.kind == kind]
        return sorted(found, key=lambda one: (one.name_vi, one.id))


def _name(one: OrganisationRecord) -> OrganisationName:
    return OrganisationName(
        id=one.id, name_vi=one.name_vi, name_en=one.name_en, kind=one.kind, territory_id=one.territory_id
    )
