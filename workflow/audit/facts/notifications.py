"""Who was told what."""

from dataclasses import dataclass
from typing import ClassVar

from workflow.audit.facts.casework import CaseFact
from workflow.errors import N_
from workflow.model.event_fields import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleNotified(CaseFact):
    sentence: ClassVar[str] = N_("People notified: %(told)s. %(text)s")
    notice: ClassVar[str] = N_("%(business_key)s, %(unit)s: %(text)s")

    business_key: str
    unit: str
    unit_en: str
    text: str
    role: str
    organisation_id: str
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTold(CaseFact):
    """People were told of a task: `told` of them."""

    task_id: str
    node_id: Node
    told: int
    escalated_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReminded(TaskTold):
    sentence: ClassVar[str] = N_("The task “%(node_id)s” was called to mind. People told: %(told)s.")
    notice: ClassVar[str] = N_("Reminder: “%(task)s” for %(unit)s (%(business_key)s) is due on %(due)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEscalated(TaskTold):
    sentence: ClassVar[str] = N_("The overdue task “%(node_id)s” was escalated. People told: %(told)s.")
    notice: ClassVar[str] = N_("Overdue: “%(task)s” for %(unit)s (%(business_key)s) was due on %(due)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssigneeNotified(TaskTold):
    sentence: ClassVar[str] = N_("The assignee of “%(node_id)s” was notified.")
    notice: ClassVar[str] = N_("You have been given the task “%(task)s” for %(unit)s (%(business_key)s).")
    detail: ClassVar[bool] = True
