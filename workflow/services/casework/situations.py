"""What the user-task lifecycle must know of an actor and a task before it says whether a step is allowed."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from workflow.calendar.zone import local_date
from workflow.lifecycle.user_task import Receiver, TaskContext
from workflow.organisation.authority import Actor, Assignment
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import deadline_id, spec_of, task_label
from workflow.services.ground.access import Access
from workflow.services.ground.people import user_names, who_can_act
from workflow.store.casework import UnitCase
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSituation:
    """A task with its case, the actor's standing towards it, and the lifecycle's context."""

    task: TaskRecord
    case: UnitCase
    package: ProcedurePackage
    assignment: Assignment | None
    context: TaskContext


def situation(
    uow: UnitOfWork, access: Access, package: ProcedurePackage, case: UnitCase, task: TaskRecord
) -> TaskSituation:
    """Find out how the actor stands towards the task."""
    actor = access.actor
    member = actor.in_group(task.groups)
    named = task.assignee_id is not None and task.assignee_id == actor.user_id
    manager = access.assignment("manage_tasks", case)
    on_behalf = member.via_deputy_of if member else None
    roles = {group.partition("@")[0] for group in task.groups}
    personal = _is_personal(package, task)
    separate = _did_separate(uow, package, case, task, {actor.user_id, on_behalf})
    context = TaskContext(
        is_candidate=(member is not None or any(actor.has_role(role) for role in roles)) and (named or not personal),
        in_jurisdiction=member is not None,
        is_assignee=named,
        is_manager=manager is not None,
        assigned=task.assignee_id is not None,
        assignee_name=actor.name if named else user_names(uow, [task.assignee_id]).get(task.assignee_id or "", ""),
        personal=personal,
        did_separate_task=separate,
        assessment_complete=True,
        past_hard_deadline=_is_too_late(uow, access, package, case, task),
        who_can_act=(),
    )
    return TaskSituation(task=task, case=case, package=package, assignment=member or manager, context=context)


def _is_too_late(uow: UnitOfWork, access: Access, package: ProcedurePackage, case: UnitCase, task: TaskRecord) -> bool:
    """Whether the task hangs on a deadline after which the campaign refuses it."""
    if task.due_at is None or access.now <= task.due_at:
        return False
    deadlines = uow.campaigns.get(case.campaign_id).deadlines
    late: str | None = deadlines.get(deadline_id(package, task.node_id) or "", {}).get("late")
    return late == "refused"


def with_who_can_act(uow: UnitOfWork, access: Access, found: TaskSituation) -> TaskSituation:
    """Add who could act instead: looked up only when a refusal or a page needs it."""
    task = found.task
    excluded = _excluded(uow, found)
    names = who_can_act(uow, access.tree, found.package, task.groups, local_date(access.now), excluded)
    return replace(found, context=replace(found.context, who_can_act=names))


def receiver(uow: UnitOfWork, found: TaskSituation, actor: Actor) -> Receiver:
    """How somebody stands who is to get the task."""
    member = actor.in_group(found.task.groups)
    on_behalf = member.via_deputy_of if member else None
    return Receiver(
        name=actor.name,
        is_candidate=member is not None,
        in_jurisdiction=member is not None,
        did_separate_task=_did_separate(uow, found.package, found.case, found.task, {actor.user_id, on_behalf}),
    )


def _is_personal(package: ProcedurePackage, task: TaskRecord) -> bool:
    return spec_of(package, task.node_id).assignee is not None


def _did_separate(
    uow: UnitOfWork, package: ProcedurePackage, case: UnitCase, task: TaskRecord, people: Collection[str | None]
) -> tuple[str, ...]:
    nodes = spec_of(package, task.node_id).separate_from
    if not nodes:
        return ()
    known = {person for person in people if person}
    doers = uow.tasks.doers(case.id, nodes, among=known)
    return tuple(task_label(package, node)[0] for node in nodes if doers.get(node, set()) & known)


def _excluded(uow: UnitOfWork, found: TaskSituation) -> set[str]:
    nodes = spec_of(found.package, found.task.node_id).separate_from
    doers = uow.tasks.doers(found.case.id, nodes) if nodes else {}
    return {person for people in doers.values() for person in people}
