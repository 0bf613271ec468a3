"""Rows of a sheet agreed to and taken back; what the unit was asked about single criteria, and what it said to that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from workflow.audit.facts.casework import CaseFact
from workflow.audit.facts.fact import Audience
from workflow.errors import N_
from workflow.model.event_fields import Moment, Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsDecided(CaseFact):
    """Something about several criteria of one task's sheet."""

    task_id: str
    criteria: Sequence[str]

    @property
    def listed(self) -> str:
        """The criteria's numbers; none of an entry that was damaged."""
        held = self.criteria if isinstance(self.criteria, list | tuple) else ()
        return ", ".join(map(str, held))


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaAgreed(RowsDecided):
    """`together`: several at once, from a list that was confirmed."""

    sentence: ClassVar[str] = N_("%(actor)s agreed with the former result of: %(listed)s.")

    together: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaReopened(RowsDecided):
    sentence: ClassVar[str] = N_("%(actor)s took back what had been decided on: %(listed)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionKept(CaseFact):
    """The unit sends a row that the case came back for again as it was, and says why."""

    sentence: ClassVar[str] = N_(
        "%(actor)s sends criterion %(criterion_id)s again unchanged, though it was asked about. Reason: %(reason)s"
    )

    task_id: str
    criterion_id: str
    reason: Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryFact(CaseFact):
    """Something about what was asked of the unit; `task_id`: the task that asked."""

    inquiry_id: str
    task_id: str
    criterion_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryMade(InquiryFact):
    sentence: ClassVar[str] = N_(
        "%(actor)s asked the unit to explain criterion %(criterion_id)s, with an answer due by %(due_at)s: %(text)s"
    )
    notice: ClassVar[str] = N_(
        "%(actor)s asks %(unit)s (%(business_key)s) to explain criterion %(criterion)s: an answer is due on %(answer_due)s."
    )
    who: ClassVar[tuple[Audience, ...]] = ("unit",)
    urgent: ClassVar[bool] = True

    text: Remark
    due_at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryAnswered(InquiryFact):
    """`files`: the hashes of what came with the answer."""

    sentence: ClassVar[str] = N_("%(actor)s explained criterion %(criterion_id)s (files: %(number)s): %(text)s")
    notice: ClassVar[str] = N_(
        "%(unit)s (%(business_key)s) has explained criterion %(criterion)s: it can be decided now."
    )
    who: ClassVar[tuple[Audience, ...]] = ("assignee",)

    text: Remark
    files: Sequence[str]

    @property
    def number(self) -> int:
        """How many files came with the answer."""
        return len(self.files) if isinstance(self.files, list | tuple) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryLapsed(InquiryFact):
    sentence: ClassVar[str] = N_("The days for explaining criterion %(criterion_id)s went by without an answer.")
    notice: ClassVar[str] = N_(
        "The days for explaining criterion %(criterion)s of %(unit)s (%(business_key)s) are over, without an answer: it can be decided now."
    )
    who: ClassVar[tuple[Audience, ...]] = ("assignee", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryRecalled(InquiryFact):
    """Whoever asked no longer asks, or returned the whole dossier."""

    sentence: ClassVar[str] = N_("%(actor)s no longer asks for an explanation of criterion %(criterion_id)s.")
    notice: ClassVar[str] = N_("Criterion %(criterion)s of %(unit)s (%(business_key)s) need not be explained any more.")
    who: ClassVar[tuple[Audience, ...]] = ("unit",)
