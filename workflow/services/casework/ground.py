"""What the services about cases share: steps, evidence files, which case and which task an actor may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workflow.errors import NotFound, TransitionRefused
from workflow.lifecycle.user_task import USER_TASK, TaskContext
from workflow.ports import BlobStore
from workflow.runtime.programs import CompiledVersion
from workflow.runtime.steps import Steps
from workflow.services.casework.situations import TaskSituation, situation, with_who_can_act
from workflow.services.ground.access import Access
from workflow.services.ground.ground import Ground
from workflow.store.casework import UnitCase
from workflow.store.unit_of_work import UnitOfWork

_OF_ACTOR = frozenset(guard.name for line in USER_TASK.table for guard in line.guards if guard.of_actor)
"""The guards that another person could pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseGround(Ground):
    """The common ground of the case services."""

    steps: Steps
    blobs: BlobStore

    def version(self, uow: UnitOfWork, case: UnitCase) -> CompiledVersion:
        """The compiled version that the case runs on."""
        return self.steps.version(uow, case)

    def visible_case(self, uow: UnitOfWork, access: Access, case_id: str) -> UnitCase:
        """Raise `NotFound` for a case that is not there or that the actor may not see: no difference shows."""
        case = uow.unit_cases.get(case_id)
        if access.assignment("read_case", case) is None and not self._has_task(uow, access, case):
            raise NotFound()
        return case

    def situation(self, uow: UnitOfWork, access: Access, task_id: str) -> TaskSituation:
        """The task as it stands for the actor. Raises `NotFound` when they may not even see its case."""
        task = uow.tasks.get(task_id)
        case = self.visible_case(uow, access, task.case_id)
        return situation(uow, access, self.version(uow, case).package, case, task)

    @contextmanager
    def refusals(self, uow: UnitOfWork, access: Access, found: TaskSituation) -> Iterator[TaskContext]:
        """Make a refusal inside say who can act instead."""
        try:
            yield found.context
        except TransitionRefused as refusal:
            if refusal.guard in _OF_ACTOR:
                refusal.who_can_act = with_who_can_act(uow, access, found).context.who_can_act
            raise

    @staticmethod
    def _has_task(uow: UnitOfWork, access: Access, case: UnitCase) -> bool:
        return any(
            task.assignee_id == access.actor.user_id or access.actor.in_group(task.groups)
            for task in uow.tasks.open_of_case(case.id)
        )
