"""What the unit was asked about one criterion: with the dossier that went back to it, or by itself, with days of its own."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import N_, TransitionRefused
from workflow.lifecycle.lifecycle import Guard, Lifecycle, Transition, refuse_with
from workflow.spelling import entered


class InquiryState(StrEnum):
    """`returned`: it came with the dossier, and what is sent again is the answer. `open`: it waits. `lapsed`: its days went by without one.

    `recalled`: whoever asked no longer asks, or returned the whole dossier.
    """

    RETURNED = "returned"
    OPEN = "open"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryContext:
    """`of_unit`: the actor acts for the unit that was asked. `runs`: its case goes on and the task that asked is open. `is_due`: its days are over."""

    of_unit: bool = False
    runs: bool = True
    words: str = ""
    files: int = 0
    is_due: bool = False
    who_can_act: tuple[str, ...] = ()


_NOT_OF_UNIT = N_("Only officers of the unit that was asked can answer.")
_STANDS_STILL = N_("The case stands still, or the task that asked has been sent: there is nothing to answer now.")
_NO_ANSWER = N_("Write an answer, or add a file.")
_NOT_DUE = N_("This can still be answered.")
_OVER = N_("This has been answered, taken back, or its days are over.")

OF_UNIT: Guard[InquiryContext] = Guard("of_unit", lambda c: c.of_unit, refuse_with(TransitionRefused, _NOT_OF_UNIT))
RUNS: Guard[InquiryContext] = Guard(
    "runs", lambda c: c.runs, refuse_with(TransitionRefused, _STANDS_STILL), of_actor=False
)
SAYS_SOMETHING: Guard[InquiryContext] = Guard(
    "says_something",
    lambda c: bool(entered(c.words)) or c.files > 0,
    refuse_with(TransitionRefused, _NO_ANSWER),
    of_input=True,
    of_actor=False,
)
IS_DUE: Guard[InquiryContext] = Guard(
    "due", lambda c: c.is_due, refuse_with(TransitionRefused, _NOT_DUE), of_actor=False
)
IS_OPEN: Guard[InquiryContext] = Guard("open", lambda c: False, refuse_with(TransitionRefused, _OVER), of_actor=False)

OPEN, RETURNED = InquiryState.OPEN.value, InquiryState.RETURNED.value
ANSWERED, LAPSED, RECALLED = InquiryState.ANSWERED.value, InquiryState.LAPSED.value, InquiryState.RECALLED.value
CLOSED = (RETURNED, ANSWERED, LAPSED, RECALLED)

TRANSITIONS: tuple[Transition[InquiryContext], ...] = (
    Transition("answer", (OPEN,), ANSWERED, (OF_UNIT, RUNS, SAYS_SOMETHING)),
    Transition("answer", CLOSED, ANSWERED, (IS_OPEN,), explains=True),
    Transition("lapse", (OPEN,), LAPSED, (IS_DUE,)),
    Transition("recall", (OPEN,), RECALLED),
    Transition("recall", CLOSED, RECALLED, (IS_OPEN,), explains=True),
)

INQUIRY = Lifecycle("inquiry", InquiryState, InquiryState.OPEN, TRANSITIONS)
"""How what was asked about a criterion comes to an end. The row that asked is moved beside it: see `criterion_row`."""
