"""Who people are, what they may do, and what they and their organisations are called."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflow.calendar.zone import local_date
from workflow.organisation.authority import Actor, Assignment, Deputyship, effective_assignments
from workflow.organisation.candidates import role_of
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord, UserRecord
from workflow.store.places import OrganisationRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork


def actor_in(uow: UnitOfWork, user_id: str, at: datetime) -> Actor:
    """The user with what they may do on that day, as a deputy too; an ended account may do nothing. Raises `NotFound`."""
    user = uow.accounts.get(user_id)
    if _is_ended(user, at):
        return Actor(user_id=user.id, name=user.name)
    deputyships = uow.accounts.deputyships_for(user_id)
    lent = uow.accounts.assignments({one.assignment_id for one in deputyships}) if deputyships else ()
    principals = uow.accounts.many({one.user_id for one in lent}) if lent else {}
    held = [*uow.accounts.assignments_of([user_id]), *(a for a in lent if not _is_ended(principals[a.user_id], at))]
    assignments = effective_assignments(
        user_id, map(assignment_of, held), map(_deputyship_of, deputyships), local_date(at)
    )
    return Actor(user_id=user.id, name=user.name, assignments=assignments)


def assignment_of(record: AssignmentRecord) -> Assignment:
    """The assignment as the authority rules know it."""
    return Assignment(
        id=record.id,
        user_id=record.user_id,
        role=record.role,
        organisation_id=record.organisation_id,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
    )


def _is_ended(user: UserRecord, at: datetime) -> bool:
    return user.ended_at is not None and user.ended_at <= at


def _deputyship_of(record: DeputyshipRecord) -> Deputyship:
    return Deputyship(
        id=record.id,
        assignment_id=record.assignment_id,
        deputy_user_id=record.deputy_user_id,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        paper=record.paper,
    )


SHOWN = 5


def user_names(uow: UnitOfWork, user_ids: Iterable[str | None]) -> dict[str, str]:
    """User id → name, for those that exist."""
    wanted = {user_id for user_id in user_ids if user_id}
    return {user_id: user.name for user_id, user in uow.accounts.many(wanted).items()}


def holders_of(uow: UnitOfWork, groups: Collection[str], on: date) -> dict[str, str]:
    """User id → group, for everybody who holds one of the groups on that day; deputies are not listed."""
    found: dict[str, str] = {}
    for group in groups:
        for assignment in uow.accounts.holders(*_role_and_place(group), on):
            found.setdefault(assignment.user_id, group)
    return found


def doers_of(uow: UnitOfWork, groups: Collection[str], on: date) -> set[str]:
    """Whoever may do the groups' tasks on that day: their holders, and those who stand in for them."""
    held = [one for group in groups for one in uow.accounts.holders(*_role_and_place(group), on)]
    deputies = uow.accounts.deputyships_on({one.id for one in held}) if held else ()
    standing_in = {one.deputy_user_id for one in deputies if one.valid_from <= on <= one.valid_to}
    return {one.user_id for one in held} | standing_in


def _role_and_place(group: str) -> tuple[str, str]:
    role, _, organisation_id = group.partition("@")
    return role, organisation_id


def who_can_act(
    uow: UnitOfWork,
    tree: OrganisationTree,
    package: ProcedurePackage,
    groups: Collection[str],
    on: date,
    exclude: Collection[str] = (),
) -> tuple[str, ...]:
    """Ready to be read: up to five people with role and organisation; only the groups where nobody holds them."""
    holders = {user: group for user, group in holders_of(uow, groups, on).items() if user not in exclude}
    names = user_names(uow, holders)
    people = [
        f"{names[user]} ({_group_text(tree, package, group)})" for user, group in holders.items() if user in names
    ]
    return tuple(people[:SHOWN]) or tuple(_group_text(tree, package, group) for group in groups)


def _group_text(tree: OrganisationTree, package: ProcedurePackage, group: str) -> str:
    role = role_of(group)
    label = package.roles[role].label.vi if role in package.roles else role
    return f"{label}, {tree.get(group.partition('@')[2]).name_vi}"


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
