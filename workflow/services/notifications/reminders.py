"""Calling open tasks to mind, and telling whoever watches over overdue ones: what the deadline a task hangs on says."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from workflow.audit.facts.fact import ABSENT
from workflow.audit.facts.notifications import AssigneeNotified, TaskEscalated, TaskReminded, TaskTold
from workflow.calendar.zone import local_date
from workflow.errors import InvalidInput, NotFound
from workflow.organisation.candidates import group_key, resolve_body
from workflow.organisation.tree import OrganisationTree
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import deadline_id
from workflow.runtime.jobs import Runner
from workflow.runtime.recorder import Provenance
from workflow.runtime.steps import Steps
from workflow.services.ground.ground import Ground
from workflow.services.ground.people import doers_of, holders_of, standing_in
from workflow.services.notifications.audiences import Scene, managers
from workflow.services.notifications.telling import tell
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import UnitCase
from workflow.store.jobs import JobRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LEVELS = ("commune", "district", "province")
MOST_SHOWN = 80
"""How much of a text that nobody can be found by is shown."""


class TaskReminders:
    """Runners of jobs: `remind` and `escalate` fall due with a task's dates, `notify-assigned` when somebody is given one."""

    def __init__(self, ground: Ground, steps: Steps) -> None:
        self._ground = ground
        self._steps = steps

    def runners(self) -> dict[str, Runner]:
        """Runner by kind of job."""
        return {"remind": self.remind, "escalate": self.escalate, "notify-assigned": self.assigned}

    def remind(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        task = uow.tasks.get(job.payload["task_id"])
        self._tell(uow, task, self._doers(uow, task, by), by, TaskReminded)

    def escalate(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        task = uow.tasks.get(job.payload["task_id"])
        if task.ended_at is not None:
            return
        case = uow.unit_cases.get(task.case_id)
        package = self._steps.version(uow, case).package
        campaign = uow.campaigns.get(case.campaign_id)
        group = escalation_group(uow, self._ground.register.tree(uow), package, campaign, case, task, by)
        task = uow.tasks.save(replace(task, escalated_at=by.at, escalated_to=group))
        watchers = doers_of(uow, [group] if group else [], local_date(by.at))
        nowhere = "" if group else escalation_of(package, campaign, task)[:MOST_SHOWN]
        if nowhere:  # what nobody can be found by must not end in silence
            watchers = managers(
                Scene(uow=uow, tree=self._ground.register.tree(uow), at=by.at, on=local_date(by.at), case=case)
            )
        people = {*watchers, *self._doers(uow, task, by)}
        self._tell(uow, task, people, by, TaskEscalated, nowhere=nowhere or ABSENT)

    def assigned(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        task = uow.tasks.get(job.payload["task_id"])
        if task.ended_at is None:
            self.tell_assignee(uow, task, by)

    def tell_assignee(self, uow: UnitOfWork, task: TaskRecord, by: Provenance) -> None:
        """Somebody has been given the task."""
        if task.assignee_id is not None:
            self._tell(uow, task, self._doers(uow, task, by), by, AssigneeNotified)

    def _doers(self, uow: UnitOfWork, task: TaskRecord, by: Provenance) -> set[str]:
        """Who has the task, with whoever stands in for them; where nobody has it, everybody who may take it."""
        today = local_date(by.at)
        if task.assignee_id is None:
            return doers_of(uow, task.groups, today)
        return {task.assignee_id, *standing_in(uow, task.assignee_id, task.groups, today)}

    def _tell(
        self,
        uow: UnitOfWork,
        task: TaskRecord,
        people: Collection[str],
        by: Provenance,
        kind: type[TaskTold],
        **more: Any,
    ) -> None:
        case = uow.unit_cases.get(task.case_id)
        unit = self._ground.register.tree(uow).get(case.unit_id)
        params = {
            "task": task.name_vi,
            "task_en": task.name_en,
            "unit": unit.name_vi,
            "unit_en": unit.name_en,
            "business_key": case.business_key,
            "due": local_date(task.due_at).strftime("%d/%m/%Y") if task.due_at else "",
        }
        told = tell(uow, people, kind.notice, params, by, case=case, task_id=task.id)
        fact = kind(task_id=task.id, node_id=task.node_id, told=told, escalated_to=task.escalated_to, **more)
        self._steps.note(uow, case, by, fact)


def escalation_of(package: ProcedurePackage, campaign: CampaignRecord, task: TaskRecord) -> str:
    """Whom the task's deadline names: a role, perhaps with a jurisdiction, or empty."""
    name = deadline_id(package, task.node_id)
    return str(campaign.deadlines.get(name or "", {}).get("escalate_to") or "")


def escalation_group(
    uow: UnitOfWork,
    tree: OrganisationTree,
    package: ProcedurePackage,
    campaign: CampaignRecord,
    case: UnitCase,
    task: TaskRecord,
    by: Provenance,
) -> str | None:
    """The group that watches the overdue task, or None where the deadline names nobody who is anywhere.

    The deadline names a role, whose kind of body the procedure gives. It is looked for upward from the level of the body that is
    late; a body where nobody holds the role is passed over if a higher one has somebody.
    """
    role, _, jurisdiction = escalation_of(package, campaign, task).partition("@")
    if not role:
        return None
    kind = package.roles[role].body if role in package.roles else ""
    places = [jurisdiction] if jurisdiction else [f"{kind}@{level}" for level in _upward(tree, task, case)]
    found = []
    for place in places:
        try:
            found.append(group_key(package.held_as(role), resolve_body(tree, place, case.unit_id, case.as_of_on)))
        except (NotFound, InvalidInput):
            continue
    staffed = (group for group in found if holders_of(uow, [group], local_date(by.at)))
    return next(staffed, found[0] if found else None)


def _upward(tree: OrganisationTree, task: TaskRecord, case: UnitCase) -> tuple[str, ...]:
    late = tree.get(task.organisation_id or case.unit_id)
    level = late.level or late.managing_level or LEVELS[0]
    return LEVELS[LEVELS.index(level) :] if level in LEVELS else LEVELS
