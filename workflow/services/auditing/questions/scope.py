"""Within which bounds somebody asks: what their jurisdiction covers, and what a name or a day of a filter means."""

from dataclasses import replace

from workflow.errors import PermissionDenied
from workflow.organisation.authority import Actor, Assignment
from workflow.organisation.permissions import permissions_of
from workflow.organisation.tree import OrganisationTree
from workflow.runtime.recorder import SYSTEM
from workflow.services.auditing.names import THE_SYSTEM
from workflow.services.casework.ground import CaseGround
from workflow.services.ground.access import NEEDS, Access
from workflow.services.ground.language import translated
from workflow.spelling import fits, sought
from workflow.store.accounts import UserFilter
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

_MANY = Page(limit=1000)


def auditors_access(ground: CaseGround, uow: UnitOfWork, actor: Actor) -> Access:
    """What the actor may do. Raises `PermissionDenied` for who may neither audit nor inspect anything."""
    access = ground.access(uow, actor)
    if auditors(access) is None:
        raise PermissionDenied(NEEDS["audit"])
    return access


def auditors(access: Access) -> Assignment | None:
    """The assignment by which the actor audits, else that by which they inspect."""
    held = access.actor.assignments
    inspecting = (one for one in held if "inspect" in permissions_of(one.role))
    return next((one for one in held if "audit" in permissions_of(one.role)), None) or next(inspecting, None)


def bounded(where: CaseFilter, access: Access) -> CaseFilter:
    """The same, of what the jurisdiction or an inspection's scope covers."""
    return replace(where, areas=access.areas())


def people(uow: UnitOfWork, text: str) -> list[str] | None:
    """The ids of whoever the text may mean; an empty list finds nothing; None for no text."""
    if not text:
        return None
    found, _ = uow.accounts.search(UserFilter(text=text, with_ended=True), _MANY)
    return [
        text,
        *(user.id for user in found),
        *([SYSTEM] if fits(sought(text), SYSTEM, translated("vi", THE_SYSTEM)) else []),
    ]


def organisations(tree: OrganisationTree, text: str) -> frozenset[str] | None:
    """The ids of those with this id or with this in their name, in either language; None for no text."""
    if not text.strip():
        return None
    wanted = sought(text)
    return frozenset(one.id for one in tree.all() if text.strip() == one.id or fits(wanted, one.name_vi, one.name_en))
