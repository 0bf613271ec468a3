"""What people may do by their roles, as the one table of duties judges it: which role can be held where, and together with which."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.errors import N_, InvalidInput
from workflow.organisation.duties import Duty, DutyTable, Held
from workflow.organisation.tree import OrganisationTree
from workflow.services.ground.register import OrganisationRegister
from workflow.services.ground.roles import RoleRegister, known_roles
from workflow.store.unit_of_work import UnitOfWork

_NO_ROLE = N_("There is no such role: it must be one of the installation, or of a published procedure.")
_NO_PLACE = N_("This role cannot be held at %(organisation)s: no procedure looks for it there.")
_CLASH = N_(
    "One person must not have both: “%(first)s” at %(here)s and “%(second)s” at %(there)s. "
    "Choose somebody else, or end the other role first."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """A role at an organisation on certain days, held or lent."""

    role: str
    organisation_id: str
    valid_from: date
    valid_to: date | None = None


class Powers:
    """`roles`: the register of roles."""

    def __init__(self, register: OrganisationRegister, table: DutyTable, roles: RoleRegister) -> None:
        self._register = register
        self._roles = roles
        self.table = table

    def duty(self, uow: UnitOfWork, held: Held) -> Duty:
        """What the role does."""
        return self.table.duty(held.role, held.organisation_id, self._register.tree(uow))

    def needs_second_factor(self, uow: UnitOfWork, held: Collection[Held]) -> bool:
        """Whether one of the roles counts only with a second factor."""
        return bool(held) and self.table.needs_second_factor(held, self._register.tree(uow))

    def is_powerful(self, uow: UnitOfWork, user_id: str, today: date) -> bool:
        """Whether the user has, or will have, a role that two people give; as a deputy too."""
        lasting = [one for one in rights_of(uow, user_id) if one.valid_to is None or one.valid_to >= today]
        return self.table.takes_second_person(lasting, self._register.tree(uow))

    def check_place(self, uow: UnitOfWork, new: Held) -> None:
        """Raise `InvalidInput` unless there is such a role and it can be held there, `NotFound` for an unknown organisation."""
        tree = self._register.tree(uow)
        place = tree.get(new.organisation_id)
        known = known_roles(uow, self._roles).get(new.role)
        if known is None:
            raise InvalidInput(_NO_ROLE)
        if not self.table.may_sit(new.role, known.bodies, place.id, tree):
            raise InvalidInput(_NO_PLACE, organisation=place.name_vi, organisation_en=place.name_en)

    def check_compatible(self, uow: UnitOfWork, user_id: str | None, new: Held, beside: Collection[Held] = ()) -> None:
        """Raise `InvalidInput` where the user, or who is to have the roles `beside`, may not have this one as well."""
        tree = self._register.tree(uow)
        held = [*beside, *(rights_of(uow, user_id) if user_id is not None else ())]
        found = self.table.clash(new, held, tree)
        if found is not None:
            raise InvalidInput(_CLASH, **self._clash(new, found, tree))

    def _clash(self, new: Held, old: Held, tree: OrganisationTree) -> Mapping[str, Any]:
        said: dict[str, str] = {}
        for one, duty, place in ((new, "first", "here"), (old, "second", "there")):
            does = self.table.duty(one.role, one.organisation_id, tree)
            at = tree.get(one.organisation_id)
            said |= {duty: does.vi, f"{duty}_en": does.en, place: at.name_vi, f"{place}_en": at.name_en}
        return said


def rights_of(uow: UnitOfWork, user_id: str) -> list[Right]:
    """Every role that the user has had, has or will have, their own and, within the deputy's days, those of others."""
    found = [
        Right(role=one.role, organisation_id=one.organisation_id, valid_from=one.valid_from, valid_to=one.valid_to)
        for one in uow.accounts.assignments_of([user_id])
    ]
    deputyships = uow.accounts.deputyships_for(user_id)
    lent = {one.id: one for one in uow.accounts.assignments({one.assignment_id for one in deputyships})}
    for one in deputyships:
        held = lent[one.assignment_id]
        until = min(one.valid_to, held.valid_to) if held.valid_to is not None else one.valid_to
        found.append(
            Right(
                role=held.role,
                organisation_id=held.organisation_id,
                valid_from=max(one.valid_from, held.valid_from),
                valid_to=until,
            )
        )
    return found
