"""Names of users and organisations for messages: who has a task, who could act."""

from collections.abc import Collection, Iterable
from datetime import date

from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.services.assignment import role_of
from workflow.store.unit_of_work import UnitOfWork

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
