"""Who could take a step of a case's own lifecycle, for a refusal to say."""

from collections.abc import Callable, Mapping

from workflow.organisation.permissions import PERMISSIONS
from workflow.services.access import Access, local_date
from workflow.services.assignment import SUBJECT, group_key
from workflow.services.desk import Desk
from workflow.services.people import holders_of, who_can_act
from workflow.store.cases import CaseRecord
from workflow.store.unit_of_work import UnitOfWork

_MANAGERS = tuple(role for role, permitted in PERMISSIONS.items() if "operate" in permitted)


def managers(desk: Desk, uow: UnitOfWork, access: Access, case: CaseRecord) -> tuple[str, ...]:
    """Those who may operate the case, at the areas and bodies over its unit."""
    on = local_date(access.now)
    over = [one.id for one in access.tree.valid(on) if access.tree.covers(one.id, case.unit_id, on)]
    return _people(desk, uow, access, case, [group_key(role, place) for place in over for role in _MANAGERS])


def applicants(desk: Desk, uow: UnitOfWork, access: Access, case: CaseRecord) -> tuple[str, ...]:
    """The unit's own officers."""
    roles = [role.id for role in desk.version(uow, case).package.roles.values() if role.body == SUBJECT]
    return _people(desk, uow, access, case, [group_key(role, case.unit_id) for role in roles])


def _people(desk: Desk, uow: UnitOfWork, access: Access, case: CaseRecord, groups: list[str]) -> tuple[str, ...]:
    on, package = local_date(access.now), desk.version(uow, case).package
    staffed = [group for group in groups if holders_of(uow, [group], on)]
    return who_can_act(uow, access.tree, package, staffed, on)


WHO: Mapping[str, Callable[[Desk, UnitOfWork, Access, CaseRecord], tuple[str, ...]]] = {
    "is_manager": managers,
    "is_applicant": applicants,
}
"""Guard of the lifecycle → who could pass it."""
