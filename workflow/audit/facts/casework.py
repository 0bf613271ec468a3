"""What happens in cases, beside what the engine does: people's steps, evidence, remarks, results."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from workflow.audit.facts.fact import ABSENT, Absent, Audience, Fact, part
from workflow.errors import C_, N_
from workflow.model.event_fields import Moment, Node, Organisation, Outcome, Person, Place, Remark, Result, Words

RESULTS: Mapping[str, str] = {
    "met": N_("met"),
    "not_met": C_("value", "not met"),
    "not_applicable": N_("not applicable"),
}
"""The results that a criterion may have, in words."""
CLOCKS: Mapping[str, str] = {
    "reminder": C_("clock", "reminder"),
    "timer": C_("clock", "timer"),
    "answer": C_("clock", "time for an explanation"),
}
"""What else than a due date moves with a suspension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFact(Fact):
    family: ClassVar[str] = "Cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(CaseFact):
    """The files are named by hash, so that a bundle of the case proves under which definition and criteria it ran."""

    sentence: ClassVar[str] = N_("%(actor)s opened the case %(business_key)s for %(unit_id)s.")

    business_key: str
    unit_id: Organisation
    campaign_id: str
    version_id: str
    as_of_on: Moment
    demonstration: bool
    definition_sha256: Mapping[str, str]
    criteria_sha256: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved(CaseFact):
    """A step of the case's own lifecycle, from one state to another."""

    from_: str
    to: str
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuspended(CaseMoved):
    sentence: ClassVar[str] = N_("%(actor)s suspended the case. Reason: %(reason)s")
    notice: ClassVar[str] = N_("The case of %(unit)s (%(business_key)s) has been suspended.")
    who: ClassVar[tuple[Audience, ...]] = ("handlers", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(CaseMoved):
    sentence: ClassVar[str] = N_("%(actor)s let the case go on. %(reason)s")
    notice: ClassVar[str] = N_("The case of %(unit)s (%(business_key)s) goes on.")
    who: ClassVar[tuple[Audience, ...]] = ("handlers", "unit")
    unsettles: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateMoved(CaseFact):
    """The case was suspended, and this due date is counted in working time: it has moved by that of the pause."""

    sentence: ClassVar[str] = N_(
        "The due date of “%(node_id)s” moved from %(from_)s to %(to)s: it stood still while the case was suspended."
    )
    notice: ClassVar[str] = N_(
        "“%(task)s” for %(unit)s (%(business_key)s) is now due on %(due)s: the suspension does not count."
    )
    who: ClassVar[tuple[Audience, ...]] = ("doers",)

    task_id: str | None
    node_id: Node
    from_: Moment
    to: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMoved(CaseFact):
    """As `DueDateMoved`, of a task's reminder, of a timer of the diagram, or of the days that the unit has for an explanation."""

    sentence: ClassVar[str] = N_(
        "The %(kind)s of “%(node_id)s” moved from %(from_)s to %(to)s: it stood still while the case was suspended."
    )

    kind: Annotated[str, Words(CLOCKS)]
    node_id: Node
    from_: Moment
    to: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn(CaseMoved):
    sentence: ClassVar[str] = N_("%(actor)s withdrew the case. %(reason)s")
    notice: ClassVar[str] = N_("The unit has withdrawn the case of %(unit)s (%(business_key)s).")
    who: ClassVar[tuple[Audience, ...]] = ("managers", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCancelled(CaseMoved):
    sentence: ClassVar[str] = N_("%(actor)s cancelled the case. Reason: %(reason)s")
    notice: ClassVar[str] = N_("The case of %(unit)s (%(business_key)s) has been cancelled.")
    who: ClassVar[tuple[Audience, ...]] = ("managers", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOperated(CaseFact):
    """An operator intervened: `command` says by which command of the engine, the fields below it with what."""

    sentence: ClassVar[str] = N_("%(actor)s intervened in the case. Reason: %(reason)s")
    unsettles: ClassVar[bool] = True
    interventions: ClassVar[Mapping[str, str]] = {
        "MoveToken": N_("%(actor)s moved the case to another step. Reason: %(reason)s"),
        "RetryIncident": N_("%(actor)s had the stuck step tried again. Reason: %(reason)s"),
        "ResolveIncident": N_("%(actor)s resolved what the case was stuck on. Reason: %(reason)s"),
    }

    command: str
    reason: Remark
    name: str | Absent = ABSENT
    incident_id: str | Absent | None = ABSENT
    activity_id: str | Absent | None = ABSENT
    target_node: str | Absent | None = ABSENT
    flow_id: str | Absent | None = ABSENT
    variables: Sequence[str] | Absent = ABSENT
    asked_by: Person | Absent = ABSENT
    """Who asked for the way that the actor confirmed as the second person."""

    with_second: ClassVar[str] = N_(
        "%(actor)s confirmed, as the second person, the way out of the stuck gateway that %(asked_by)s asked for. Reason: %(reason)s"
    )

    @property
    def said(self) -> str:
        if self.asked_by is not ABSENT:
            return self.with_second
        return self.interventions.get(str(self.command), self.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayAsked(CaseFact):
    """A manager asks that a stuck gateway be left by this flow: it is, when a second manager asks for the same."""

    sentence: ClassVar[str] = N_(
        "%(actor)s asked that the stuck case go on from “%(node_id)s” to “%(to_node)s”, which takes a second manager. Reason: %(reason)s"
    )
    notice: ClassVar[str] = N_(
        "%(actor)s asks that the stuck case of %(unit)s (%(business_key)s) go on by hand: it waits for you or another manager to choose the same way."
    )
    who: ClassVar[tuple[Audience, ...]] = ("managers",)
    urgent: ClassVar[bool] = True

    incident_id: str
    flow_id: str
    node_id: Node
    to_node: Node
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseValuesSet(CaseFact):
    """The operator set values of the case, or let a message bring them. `values`: of each, `from` (absent: there was none) and `to`."""

    sentence: ClassVar[str] = N_("%(actor)s set values of the case: %(changes)s. Reason: %(reason)s")
    notice: ClassVar[str] = N_("%(actor)s has set values of the case of %(unit)s (%(business_key)s): %(changes)s.")
    who: ClassVar[tuple[Audience, ...]] = ("managers", "handlers")
    urgent: ClassVar[bool] = True

    values: Mapping[str, Mapping[str, Any]]
    reason: Remark

    @property
    def changes(self) -> str:
        """Which values, from what to what: names and values as they are, without a word of any language."""
        held = self.values if isinstance(self.values, Mapping) else {}
        return "; ".join(f"{name}: {_value(one, 'from')} → {_value(one, 'to')}" for name, one in sorted(held.items()))


_LONGEST_VALUE = 300


def _value(change: Any, key: str) -> str:
    if not isinstance(change, Mapping) or key not in change:
        return "–"
    text = json.dumps(change[key], ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecorded(CaseFact):
    sentence: ClassVar[str] = N_(
        "The result was recorded: %(outcome)s (decision: %(decision_number)s; date: %(decided_on)s)."
    )

    outcome: Result
    decision_number: str | None
    decided_on: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAdded(CaseFact):
    """`for_unit`: whether the people of the subject unit read it too. Where it is absent, nobody was asked, and they do."""

    sentence: ClassVar[str] = N_("%(actor)s wrote: %(text)s")
    notice: ClassVar[str] = N_("%(actor)s has written a comment on the case of %(unit)s (%(business_key)s).")
    who: ClassVar[tuple[Audience, ...]] = ("handlers", "unit", "mentioned")

    comment_id: str
    task_id: str | None
    criterion_id: str | None
    text: str
    for_unit: bool | Absent = ABSENT

    @property
    def internal(self) -> bool:
        """Whether the people of the subject unit must not read it."""
        return self.for_unit is False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFact(CaseFact):
    """A file for a criterion or for a paper of the dossier."""

    evidence_id: str
    task_id: str | None
    criterion_id: str | None
    paper_id: str | None
    evidence_sha256: str
    filename: str
    media_type: str
    size: int

    @property
    def place(self) -> Place:
        return self.criterion_id or self.paper_id


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAdded(EvidenceFact):
    """`same_as`: earlier files of the case with the same content, in spite of which it was added.

    `taken_from`: the unit's file of an earlier year that it took over: `evidence_id`, `case` (its number), `year`.
    """

    sentence: ClassVar[str] = N_("%(actor)s added the file “%(filename)s” to %(place)s.")
    taken_over: ClassVar[str] = N_(
        "%(actor)s took the file “%(filename)s” over from the case %(former_case)s to %(place)s."
    )

    same_as: Sequence[str] | Absent = ABSENT
    taken_from: Mapping[str, Any] | Absent = ABSENT

    @property
    def former_case(self) -> str:
        """The number of the case from which it was taken over."""
        return part(self.taken_from, "case") or "–"

    @property
    def said(self) -> str:
        return self.sentence if self.taken_from is ABSENT else self.taken_over


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceWithdrawn(EvidenceFact):
    """`by_task`: the task in which it was withdrawn, which may be a later one than that in which it was added."""

    sentence: ClassVar[str] = N_("%(actor)s withdrew the file “%(filename)s” from %(place)s.")

    by_task: str | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionAssessed(CaseFact):
    """`from_` and `to`: result, figures, statement and reason; `from_` is None where there was nothing."""

    sentence: ClassVar[str] = N_("%(actor)s assessed criterion %(criterion_id)s: %(result)s.")

    task_id: str
    criterion_id: str
    from_: Mapping[str, Any] | None
    to: Mapping[str, Any]

    @property
    def result(self) -> Annotated[str | None, Words(RESULTS)]:
        return part(self.to, "result")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMoved(CaseFact):
    """A user task changed hands or state; `from_` and `to`: state and assignee, and for whom that person stands in if they do."""

    task_id: str
    node_id: Node
    from_: Mapping[str, Any]
    to: Mapping[str, Any]

    @property
    def assignee(self) -> Person:
        return part(self.to, "assignee")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskClaimed(TaskMoved):
    sentence: ClassVar[str] = N_("%(actor)s took the task “%(node_id)s”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReleased(TaskMoved):
    sentence: ClassVar[str] = N_("%(actor)s put the task “%(node_id)s” back.")
    notice: ClassVar[str] = N_("“%(task)s” for %(unit)s (%(business_key)s) waits in your group again.")
    who: ClassVar[tuple[Audience, ...]] = ("doers",)
    unsettles: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGivenBack(TaskMoved):
    """Whoever had it can no longer do it: an account, a role or a deputyship has ended. What was entered stays."""

    sentence: ClassVar[str] = N_("The task “%(node_id)s” went back to its group: %(former)s can no longer do it.")
    notice: ClassVar[str] = N_(
        "“%(task)s” for %(unit)s (%(business_key)s) waits in its group again: whoever had it can no longer do it."
    )
    who: ClassVar[tuple[Audience, ...]] = ("doers", "managers")
    urgent: ClassVar[bool] = True

    @property
    def former(self) -> Person:
        return part(self.from_, "assignee")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSentBack(TaskMoved):
    """The step before was returned: it goes to whoever did it."""

    sentence: ClassVar[str] = N_("The returned task “%(node_id)s” went to %(assignee)s, who did it before.")
    notice: ClassVar[str] = N_("Returned to you: “%(task)s” for %(unit)s (%(business_key)s), due on %(due)s.")
    who: ClassVar[tuple[Audience, ...]] = ("assignee",)
    urgent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStarted(TaskMoved):
    sentence: ClassVar[str] = N_("%(actor)s began the task “%(node_id)s”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDelegated(TaskMoved):
    sentence: ClassVar[str] = N_("%(actor)s handed the task “%(node_id)s” over to %(assignee)s. %(reason)s")
    unsettles: ClassVar[bool] = True

    reason: Remark | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReassigned(TaskMoved):
    sentence: ClassVar[str] = N_("%(actor)s gave the task “%(node_id)s” to %(assignee)s. Reason: %(reason)s")
    notice: ClassVar[str] = N_("“%(task)s” for %(unit)s (%(business_key)s) has been given to somebody else.")
    who: ClassVar[tuple[Audience, ...]] = ("former",)
    unsettles: ClassVar[bool] = True

    reason: Remark | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTakenBack(CaseFact):
    """Whoever sent a step took it back before anybody began with the next. `task_id`: the task that waited; `sent`: the one that was finished."""

    sentence: ClassVar[str] = N_(
        "%(actor)s took “%(node_id)s” back from “%(from_node)s”, which nobody had begun. Reason: %(reason)s"
    )
    notice: ClassVar[str] = N_(
        "“%(task)s” for %(unit)s (%(business_key)s) no longer waits: %(actor)s has taken back what was sent."
    )
    who: ClassVar[tuple[Audience, ...]] = ("doers",)

    task_id: str
    node_id: Node
    from_node: Node
    sent: str
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReaddressed(CaseFact):
    """The task waited at a body that has ended, and now waits at what took its place."""

    sentence: ClassVar[str] = N_(
        "%(actor)s handed the task “%(node_id)s” over from %(former_body)s, which has ended, to %(body)s. Reason: %(reason)s"
    )
    notice: ClassVar[str] = N_(
        "“%(task)s” for %(unit)s (%(business_key)s) now waits at the successor of the body that has ended."
    )
    who: ClassVar[tuple[Audience, ...]] = ("doers", "managers")
    unsettles: ClassVar[bool] = True

    task_id: str
    node_id: Node
    former_body: Organisation
    body: Organisation
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSaved(CaseFact):
    sentence: ClassVar[str] = N_("%(actor)s saved a draft.")
    detail: ClassVar[bool] = True

    task_id: str
    changed: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted(CaseFact):
    """`result` is what the process sees; `results`: each criterion of a task that judges by a criteria set.

    `results` also say of each criterion how its row stood (`state`) and which of its files had been opened there (`opened`: their hashes). Where that
    is absent, nobody took it down. `unchanged`: why the unit sends one that it was asked about again as it was.
    """

    sentence: ClassVar[str] = N_("%(actor)s completed the task “%(node_id)s”: %(outcome)s. %(reason)s")

    task_id: str
    node_id: Node
    outcome: Outcome
    reason: Remark
    result: Mapping[str, Any]
    results: Mapping[str, Any] | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFilter(CaseFact):
    """Stands in the stream of the body. `query`: the parameters of the list's address."""

    filter_id: str
    name: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterShared(SharedFilter):
    sentence: ClassVar[str] = N_("%(actor)s shared the filter “%(name)s” of the list of tasks with %(subject)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterWithdrawn(SharedFilter):
    sentence: ClassVar[str] = N_("%(actor)s removed the shared filter “%(name)s” of %(subject)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRetried(CaseFact):
    sentence: ClassVar[str] = N_("%(actor)s had failed work of the system tried again.")

    job: str
    kind: str
    case: str | None
    error: str | None
