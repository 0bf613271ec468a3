"""To whom an overdue task is escalated: what the deadline it hangs on says."""

import re

from workflow.calendar.zone import local_date
from workflow.errors import NotFound
from workflow.organisation.candidates import group_key, resolve_body
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
from workflow.runtime.recorder import Provenance
from workflow.services.ground.people import holders_of
from workflow.store.campaigns import CampaignRecord
from workflow.store.cases import CaseRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LEVELS = ("commune", "district", "province")
_DEADLINE = re.compile(r"\bdeadlines\.(\w+)\.")


def deadline_id(package: ProcedurePackage, task: TaskRecord) -> str | None:
    """The deadline that the task's due date is read from, or None."""
    due = spec_of(package, task.node_id).due_date
    match = _DEADLINE.search(due.text) if due is not None else None
    return match.group(1) if match else None


def escalation_group(
    uow: UnitOfWork,
    tree: OrganisationTree,
    package: ProcedurePackage,
    campaign: CampaignRecord,
    case: CaseRecord,
    task: TaskRecord,
    by: Provenance,
) -> str | None:
    """The group that watches the overdue task, or None where the deadline names nobody.

    The deadline names a role, whose kind of body the procedure gives. It is looked for upward from the level of the body that is
    late; a body where nobody holds the role is passed over if a higher one has somebody.
    """
    name = deadline_id(package, task)
    wanted = str(campaign.deadlines.get(name or "", {}).get("escalate_to") or "")
    role, _, jurisdiction = wanted.partition("@")
    if not role:
        return None
    kind = package.roles[role].body if role in package.roles else ""
    places = [jurisdiction] if jurisdiction else [f"{kind}@{level}" for level in _upward(tree, task, case)]
    found = []
    for place in places:
        try:
            found.append(group_key(role, resolve_body(tree, place, case.unit_id, case.as_of_on)))
        except NotFound:
            continue
    staffed = (group for group in found if holders_of(uow, [group], local_date(by.at)))
    return next(staffed, found[0] if found else None)


def _upward(tree: OrganisationTree, task: TaskRecord, case: CaseRecord) -> tuple[str, ...]:
    late = tree.get(task.organisation_id or case.unit_id)
    level = late.level or late.managing_level or LEVELS[0]
    return LEVELS[LEVELS.index(level) :] if level in LEVELS else LEVELS
