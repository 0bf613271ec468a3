"""Who holds a role, and what people and their organisations are called."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from workflow.errors import Bilingual
from workflow.model.user_task import Label
from workflow.organisation.candidates import role_of
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.services.ground.ground import Ground
from workflow.services.ground.labels import joined, role_label, same
from workflow.services.ground.roles import KnownRole, RoleRegister, known_roles
from workflow.spelling import by_name
from workflow.store.places import OrganisationRecord
from workflow.store.unit_of_work import UnitOfWork

SHOWN = 5


def user_names(uow: UnitOfWork, user_ids: Iterable[str | None]) -> dict[str, str]:
    """User id → name, for those that exist."""
    wanted = {user_id for user_id in user_ids if user_id}
    return {user_id: user.name for user_id, user in uow.accounts.many(wanted).items()}


def root_of(uow: UnitOfWork, user_id: str) -> str:
    """The person at whom the way into the account begins: the user, or who printed its link, and whose own link that person's way in …"""
    seen: list[str] = []
    while user_id not in seen:
        seen.append(user_id)
        user = uow.accounts.many([user_id]).get(user_id)
        user_id = user.way_in_by if user is not None and user.way_in_by is not None else user_id
    return min(seen[seen.index(user_id) :])


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


def standing_in(uow: UnitOfWork, user_id: str, groups: Collection[str], on: date) -> set[str]:
    """Whoever may do, in the user's place, what the user has in one of the groups on that day."""
    held = [one for group in groups for one in uow.accounts.holders(*_role_and_place(group), on)]
    own = {one.id for one in held if one.user_id == user_id}
    deputies = uow.accounts.deputyships_on(own) if own else ()
    return {one.deputy_user_id for one in deputies if one.valid_from <= on <= one.valid_to}


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
    people = []
    for user in sorted(holders.keys() & names.keys(), key=lambda one: by_name(names[one], one)):
        place = _group_text(tree, package, holders[user])
        people.append(Bilingual.of(f"{names[user]} ({place})", f"{names[user]} ({place.en})"))
    return tuple(people[:SHOWN]) or tuple(_group_text(tree, package, group) for group in groups)


def offices_of(
    uow: UnitOfWork, tree: OrganisationTree, package: ProcedurePackage, users: Collection[str], on: date
) -> dict[str, Label]:
    """User id → the roles of the procedure that they hold on that day and where, so that whoever chooses knows whom."""
    found: dict[str, list[Label]] = {}
    for one in uow.accounts.assignments_of(users) if users else ():
        if (
            package.role_held(one.role) is not None
            and one.valid_from <= on
            and (one.valid_to is None or on <= one.valid_to)
        ):
            place = tree.get(one.organisation_id)
            where = Label(vi=place.name_vi, en=place.name_en or place.name_vi)
            found.setdefault(one.user_id, []).append(joined([role_label(package, one.role), where]))
    return {user: joined(dict.fromkeys(held), "; ") for user, held in found.items()}


def _group_text(tree: OrganisationTree, package: ProcedurePackage, group: str) -> Bilingual:
    role = package.role_held(role_of(group))
    label = role.label if role is not None else same(role_of(group))
    place = tree.get(group.partition("@")[2])
    return Bilingual.of(f"{label.vi}, {place.name_vi}", f"{label.en or label.vi}, {place.name_en or place.name_vi}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationName:
    """An organisation as it is named in both languages."""

    id: str
    name_vi: str
    name_en: str
    kind: str
    territory_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Key or id → name."""

    procedures: Mapping[str, Label]
    campaigns: Mapping[str, Label]


class NameService:
    """Whoever was shown an id by another service may read the name behind it."""

    def __init__(self, ground: Ground, register: RoleRegister) -> None:
        self._ground = ground
        self._register = register

    def roles(self) -> Mapping[str, KnownRole]:
        """What assignments call a role → the role, of all that somebody may be given."""
        with self._ground.units.reading() as uow:
            return known_roles(uow, self._register)

    def users(self, user_ids: Iterable[str | None]) -> Mapping[str, str]:
        """User id → name, for those that exist."""
        with self._ground.units.reading() as uow:
            return user_names(uow, user_ids)

    def organisations(self, organisation_ids: Iterable[str | None]) -> Mapping[str, OrganisationName]:
        """Organisation id → its names, ended ones included."""
        wanted = {one for one in organisation_ids if one}
        with self._ground.units.reading() as uow:
            return {one.id: _name(one) for one in uow.organisations.all() if one.id in wanted}

    def bounds(self) -> Bounds:
        """What an inspection can be bounded to."""
        with self._ground.units.reading() as uow:
            campaigns = uow.campaigns.all()
            titles = {one.key: Label(vi=one.title_vi, en=one.title_en or one.title_vi) for one in uow.definitions.all()}
        return Bounds(
            procedures={one.key: titles.get(one.key, same(one.key)) for one in campaigns},
            campaigns={one.id: Label(vi=one.name_vi, en=one.name_en or one.name_vi) for one in campaigns},
        )

    def of_kind(self, kind: str) -> Sequence[OrganisationName]:
        """Every organisation of the kind, ended ones included, by name: provinces to choose from."""
        with self._ground.units.reading() as uow:
            found = [_name(one) for one in uow.organisations.all() if one.kind == kind]
        return sorted(found, key=lambda one: by_name(one.name_vi, one.id))


def _name(one: OrganisationRecord) -> OrganisationName:
    return OrganisationName(
        id=one.id, name_vi=one.name_vi, name_en=one.name_en, kind=one.kind, territory_id=one.territory_id
    )
