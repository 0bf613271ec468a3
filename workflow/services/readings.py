"""Reading a case is itself recorded: by auditors always, by others unless the case is their own work."""

from datetime import datetime, timedelta

from workflow.errors import Conflict
from workflow.ids import new_id
from workflow.organisation.authority import Actor
from workflow.organisation.permissions import permissions_of
from workflow.services.access import Access, provenance
from workflow.services.desk import Desk
from workflow.services.recorder import Fact
from workflow.store.auditing import EventFilter
from workflow.store.cases import CaseRecord
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

TYPE = "CaseRead"
ONCE_IN = timedelta(hours=1)
_ATTEMPTS = 3


def record_reading(desk: Desk, actor: Actor, case_id: str) -> bool:
    """Append `CaseRead` to the case, at most once an hour an actor and case; say whether it was appended.

    Who takes part needs no record, their acts being on it: the unit's own people, whoever may act on an open task, whoever
    completed one. Raises `NotFound` for a case the actor may not see.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _attempt(desk, actor, case_id)
        except Conflict:
            continue  # somebody worked on the case in that instant
    return _attempt(desk, actor, case_id)


def _attempt(desk: Desk, actor: Actor, case_id: str) -> bool:
    with desk.units.reading() as uow:
        access = desk.access(uow, actor)
        case = desk.visible_case(uow, access, case_id)
        if _takes_part(desk, uow, access, case) or _read_lately(uow, actor, case_id, access.now):
            return False
    with desk.units() as uow:
        if _read_lately(uow, actor, case_id, access.now):
            return False
        assignment = access.assignment("audit", case) or access.assignment("read_case", case)
        by = provenance(actor, assignment, access.now, new_id())
        desk.steps.note(uow, case, by, Fact(type=TYPE))
        uow.commit()
    return True


def _read_lately(uow: UnitOfWork, actor: Actor, case_id: str, now: datetime) -> bool:
    where = EventFilter(case_id=case_id, actor=actor.user_id, type=TYPE, since=now - ONCE_IN)
    return bool(uow.events.search(where, Page(limit=1))[1])


def _takes_part(desk: Desk, uow: UnitOfWork, access: Access, case: CaseRecord) -> bool:
    """An auditor's reading is recorded even where they have another part in the case."""
    actor = access.actor
    if any("audit" in permissions_of(one.role) for one in actor.assignments):
        return False
    if any(one.organisation_id == case.unit_id for one in actor.assignments):
        return True
    for task in uow.tasks.open_of_case(case.id):
        if task.assignee_id == actor.user_id or actor.in_group(task.groups):
            return True
    package = desk.version(uow, case).package
    nodes = [node for process in package.bpmn.processes.values() for node in process.user_tasks]
    return any(actor.user_id in doers for doers in uow.tasks.doers(case.id, nodes).values())
