"""Who was told what: facts that count whom they told, and notices of what the engine does, which are no events of their own."""

from dataclasses import dataclass
from typing import ClassVar

from workflow.audit.facts.casework import CaseFact
from workflow.audit.facts.fact import ABSENT, Absent, Audience
from workflow.errors import N_
from workflow.model.event_fields import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleNotified(CaseFact):
    sentence: ClassVar[str] = N_("People notified: %(told)s. %(text)s")
    notice: ClassVar[str] = N_("%(business_key)s, %(unit)s: %(text)s")
    who: ClassVar[tuple[Audience, ...]] = ("named",)
    counted: ClassVar[bool] = True

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

    counted: ClassVar[bool] = True

    task_id: str
    node_id: Node
    told: int
    escalated_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReminded(TaskTold):
    sentence: ClassVar[str] = N_("The task “%(node_id)s” was called to mind. People told: %(told)s.")
    notice: ClassVar[str] = N_("Reminder: “%(task)s” for %(unit)s (%(business_key)s) is due on %(due)s.")
    who: ClassVar[tuple[Audience, ...]] = ("assignee", "doers")
    urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEscalated(TaskTold):
    """`nowhere`: what the deadline names where no such body or role is found; the managers are told in its place."""

    sentence: ClassVar[str] = N_("The overdue task “%(node_id)s” was escalated. People told: %(told)s.")
    notice: ClassVar[str] = N_("Overdue: “%(task)s” for %(unit)s (%(business_key)s) was due on %(due)s.")
    who: ClassVar[tuple[Audience, ...]] = ("assignee", "doers", "escalated")
    urgent: ClassVar[bool] = True
    to_nobody: ClassVar[str] = N_(
        "The overdue task “%(node_id)s” could not be escalated: “%(nowhere)s”, whom its deadline names, is nowhere. The managers were told "
        "instead. People told: %(told)s."
    )

    nowhere: str | Absent = ABSENT

    @property
    def said(self) -> str:
        return self.sentence if self.nowhere is ABSENT else self.to_nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class AssigneeNotified(TaskTold):
    sentence: ClassVar[str] = N_("The assignee of “%(node_id)s” was notified.")
    notice: ClassVar[str] = N_("You have been given the task “%(task)s” for %(unit)s (%(business_key)s).")
    who: ClassVar[tuple[Audience, ...]] = ("assignee",)
    detail: ClassVar[bool] = True


class Notice:
    """What people are told of when the engine does something: `happens` says what, the rest is as in a fact."""

    happens: ClassVar[str]
    notice: ClassVar[str]
    who: ClassVar[tuple[Audience, ...]]
    urgent: ClassVar[bool] = False


class TaskOffered(Notice):
    happens = "A task waits in a group."
    notice = N_("New in your group: “%(task)s” for %(unit)s (%(business_key)s), due on %(due)s.")
    who = ("doers",)


class CaseReturned(Notice):
    happens = "A step was returned."
    notice = N_("The case of %(unit)s (%(business_key)s) has been returned: “%(task)s”.")
    who = ("unit", "doers")


class TaskRecalled(Notice):
    happens = "A task that somebody had is no longer needed."
    notice = N_("“%(task)s” for %(unit)s (%(business_key)s) is no longer needed.")
    who = ("assignee",)


class CaseStuck(Notice):
    happens = "A case got stuck: an incident."
    notice = N_("The case of %(unit)s (%(business_key)s) got stuck at “%(task)s”.")
    who = ("managers",)
    urgent = True


NOTICES: tuple[type[Notice], ...] = (TaskOffered, CaseReturned, TaskRecalled, CaseStuck)
