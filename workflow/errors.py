"""The one tree of errors.

A class's docstring is its default message; both it and any message given are templates with `%(name)s` places, so that the
pages can translate them before the values go in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


def N_(template: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark a message template for translation and return it unchanged."""
    return template


def C_(context: str, template: str) -> str:  # noqa: N802 - as above
    """Mark a template whose translation depends on where it stands, and return it as catalogues know it."""
    return f"{context}\4{template}"


class WorkflowError(Exception):
    """The request could not be carried out."""

    def __init__(self, template: str | None = None, /, **params: Any) -> None:
        self.template = template or (type(self).__doc__ or "").strip().splitlines()[0]
        self.params = params
        super().__init__(self.template, params)

    def __str__(self) -> str:
        return self.template % self.params if self.params else self.template


class NotFound(WorkflowError):
    """There is nothing here under that name, or you may not see it."""


class PermissionDenied(WorkflowError):
    """Your role does not permit this here."""


class InvalidInput(WorkflowError):
    """What was entered cannot be accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What somebody is asked before it is done. `key` names it, so that only this very thing is confirmed; the rest is its sentence."""

    key: str
    template: str
    params: Mapping[str, Any] = field(default_factory=dict)


class Unconfirmed(InvalidInput):
    """Please look at this once more. If it is meant so, confirm it."""

    def __init__(self, doubts: "tuple[Doubt, ...]" = ()) -> None:
        super().__init__()
        self.doubts = doubts


class Rehearsed(WorkflowError):
    """This has not been sent yet. Look it over, then send it."""


class Conflict(WorkflowError):
    """Somebody else changed this in the meantime. Reload the page and try again."""


class Bilingual(str):
    """A text ready to be read in Vietnamese, which says itself in English too."""

    en: str

    @classmethod
    def of(cls, vi: str, en: str) -> "Bilingual":
        """The text in both languages."""
        made = cls(vi)
        made.en = en or vi
        return made


class TransitionRefused(WorkflowError):
    """This step is not possible in the present state.

    `guard` names the rule that refused; `who_can_act` lists, ready to be read, who could take the step instead. Pages append
    `WHO_CAN_ACT` in their own language; `str()` does it in English.
    """

    WHO_CAN_ACT = N_("Who can act instead: %(who_can_act)s.")

    def __init__(
        self, template: str | None = None, /, *, guard: str = "", who_can_act: tuple[str, ...] = (), **params: Any
    ) -> None:
        super().__init__(template, **params)
        self.guard = guard
        self.who_can_act = who_can_act

    def __str__(self) -> str:
        if not self.who_can_act:
            return super().__str__()
        return f"{super().__str__()} {self.WHO_CAN_ACT % {'who_can_act': '; '.join(self.who_can_act)}}"


class TaskRefused(TransitionRefused):
    """This task does not permit that step."""


class TaskAlreadyClaimed(TaskRefused):
    """Another person has already claimed this task."""


class NotCandidate(TaskRefused):
    """This task is meant for another role."""


class NotAssignee(TaskRefused):
    """Only the person who has claimed this task may do that."""


class OutsideJurisdiction(TaskRefused):
    """This task is outside your jurisdiction."""


class SeparationOfDuties(TaskRefused):
    """Whoever did an earlier task of this case (%(tasks)s) may not do this one."""


class Recused(TaskRefused):
    """%(who)s was recused in this case and takes no part in what follows: neither in person nor through a deputy."""


class OwnUnit(TaskRefused):
    """%(who)s holds or held a role at the unit that this case is about, and nobody judges their own unit."""


class OneVoteEach(TaskRefused):
    """%(who)s already has or had a part in this round, and one person has one part in it."""


class AssessmentIncomplete(TaskRefused):
    """This task cannot be completed yet. Still missing: %(missing)s."""


class TaskChanged(TaskRefused):
    """This task has changed since the list was made. Look at it again before you decide."""


class RowRefused(TaskRefused):
    """This criterion does not permit that step."""


class PastDeadline(TaskRefused):
    """The deadline of this task has passed."""


class SignInRefused(WorkflowError):
    """Login, password or code is not right."""


class TooManyAttempts(WorkflowError):
    """There were too many attempts. Try again in %(seconds)s seconds."""


class Busy(WorkflowError):
    """Too much is going on at this moment. Nothing was changed. Try again in %(seconds)s seconds."""


class Unavailable(WorkflowError):
    """The database cannot be reached at this moment. Nothing was changed. Try again in %(seconds)s seconds."""


class StorageRefused(WorkflowError):
    """The server cannot store anything: its disk is full, or may only be read. Nothing was changed. Please tell your administrator."""


class CannotBeShown(WorkflowError):
    """This file cannot be shown here. Open the original."""

    SAID: ClassVar[dict[str, str]] = {
        "locked": N_("This file is locked with a password and cannot be shown here. Open the original."),
        "costly": N_("Showing this file takes too long or too much memory. Open the original."),
    }

    def __init__(self, why: str = "damaged") -> None:
        super().__init__(self.SAID.get(why))


class DefinitionRejected(WorkflowError):
    """The definition has %(count)s findings and cannot be published."""

    def __init__(self, findings: "tuple[Any, ...]" = ()) -> None:
        super().__init__(count=len(findings))
        self.findings = findings


class ExpressionError(WorkflowError):
    """The expression cannot be read or evaluated."""


class BudgetSpent(ExpressionError):
    """It was stopped because it takes more than it may."""


class AuditBroken(WorkflowError):
    """The audit trail does not verify."""


class ConfigurationError(WorkflowError):
    """The installation is not set up as it must be."""
