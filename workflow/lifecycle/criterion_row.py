"""A criterion's row on the sheet of one task: nothing about it counts until whoever works there has seen it and decided."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import N_, RowRefused
from workflow.lifecycle.lifecycle import Guard, Lifecycle, Transition, refuse_with
from workflow.spelling import entered


class RowState(StrEnum):
    """`seen`: opened, not decided yet. `agreed`: the former level's result is mine. `differs`: mine is another. `asked`: it waits for an answer.

    On the sheet of a first level, which has nothing to differ from, what has a result is `agreed`.
    """

    UNSEEN = "unseen"
    SEEN = "seen"
    AGREED = "agreed"
    DIFFERS = "differs"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowContext:
    """What is true of the row. `entered`: the result that stands there after the step, None for none yet.

    `differs`: that is another than the former level's. `first_level`: there is no former level, so that whoever enters a result says what they did
    instead of judging what another did. `proposed`: there is a result to agree with. `levels_differ`: the levels before do not say the same.
    `unchanged`: the unit was asked about the row and would send it again as it was; `words`: why.
    """

    criterion_id: str
    entered: bool = False
    differs: bool = False
    first_level: bool = False
    proposed: bool = False
    levels_differ: bool = False
    unchanged: bool = False
    words: str = ""
    question: str = ""
    who_can_act: tuple[str, ...] = ()


_UNSEEN = N_("Criterion %(number)s has not been looked at yet: open it first.")
_ASKED = N_(
    "Criterion %(number)s waits for an answer: it can be decided when that is there, or when its days are over."
)
_NOTHING = N_("Criterion %(number)s has no result that could be agreed with: enter one.")
_LEVELS = N_("The levels before differ on criterion %(number)s: it is decided by itself.")
_DECIDED = N_("Criterion %(number)s has been decided already.")
_UNCHANGED = N_(
    "You were asked about criterion %(number)s, and nothing in it has changed: change it, or say why it stays."
)
_NO_QUESTION = N_("Say what the unit is to explain about criterion %(number)s.")


def _number(context: RowContext) -> str:
    return context.criterion_id


NEVER: Guard[RowContext] = Guard(
    "seen", lambda c: False, refuse_with(RowRefused, _UNSEEN, number=_number), of_actor=False
)
ANSWERED: Guard[RowContext] = Guard(
    "answered", lambda c: False, refuse_with(RowRefused, _ASKED, number=_number), of_actor=False
)
UNDECIDED: Guard[RowContext] = Guard(
    "undecided", lambda c: False, refuse_with(RowRefused, _DECIDED, number=_number), of_actor=False
)
PROPOSED: Guard[RowContext] = Guard(
    "proposed", lambda c: c.proposed, refuse_with(RowRefused, _NOTHING, number=_number), of_actor=False
)
LEVELS_AGREE: Guard[RowContext] = Guard(
    "levels_agree", lambda c: not c.levels_differ, refuse_with(RowRefused, _LEVELS, number=_number), of_actor=False
)
HAS_QUESTION: Guard[RowContext] = Guard(
    "has_question",
    lambda c: bool(entered(c.question)),
    refuse_with(RowRefused, _NO_QUESTION, number=_number),
    of_input=True,
    of_actor=False,
)
SAYS_WHY: Guard[RowContext] = Guard(
    "says_why",
    lambda c: not c.unchanged or bool(entered(c.words)),
    refuse_with(RowRefused, _UNCHANGED, number=_number),
    of_input=True,
    of_actor=False,
)
STAYS: Guard[RowContext] = Guard("stays", lambda c: c.unchanged)
FIRST_LEVEL: Guard[RowContext] = Guard("first_level", lambda c: c.first_level)
NO_RESULT: Guard[RowContext] = Guard("no_result", lambda c: not c.entered)
SAME: Guard[RowContext] = Guard("same_as_before", lambda c: c.entered and not c.differs)
OTHER: Guard[RowContext] = Guard("other_than_before", lambda c: c.entered and c.differs)

UNSEEN, SEEN = RowState.UNSEEN.value, RowState.SEEN.value
AGREED, DIFFERS, ASKED = RowState.AGREED.value, RowState.DIFFERS.value, RowState.ASKED.value
DECIDED = (AGREED, DIFFERS)
OPENED = (SEEN, *DECIDED)

TRANSITIONS: tuple[Transition[RowContext], ...] = (
    Transition("look", (UNSEEN,), SEEN),
    Transition("agree", OPENED, AGREED, (PROPOSED, SAYS_WHY)),
    Transition("agree", (UNSEEN,), AGREED, (NEVER,), explains=True),
    Transition("agree", (ASKED,), AGREED, (ANSWERED,), explains=True),
    Transition("agree_together", (SEEN,), AGREED, (PROPOSED, LEVELS_AGREE, SAYS_WHY)),
    Transition("agree_together", (UNSEEN,), AGREED, (NEVER,), explains=True),
    Transition("agree_together", (ASKED,), AGREED, (ANSWERED,), explains=True),
    Transition("agree_together", DECIDED, AGREED, (UNDECIDED,), explains=True),
    Transition("enter", OPENED, SEEN, (NO_RESULT,)),
    Transition("enter", OPENED, SEEN, (STAYS,)),
    Transition("enter", OPENED, AGREED, (SAME,)),
    Transition("enter", OPENED, DIFFERS, (OTHER,)),
    Transition("enter", (UNSEEN,), SEEN, (FIRST_LEVEL, NO_RESULT)),
    Transition("enter", (UNSEEN,), SEEN, (FIRST_LEVEL, STAYS)),
    Transition("enter", (UNSEEN,), AGREED, (FIRST_LEVEL, SAME)),
    Transition("enter", (UNSEEN,), AGREED, (NEVER,), explains=True),
    Transition("enter", (ASKED,), AGREED, (ANSWERED,), explains=True),
    Transition("take_back", DECIDED, SEEN),
    Transition("ask", OPENED, ASKED, (HAS_QUESTION,)),
    Transition("ask", (UNSEEN,), ASKED, (NEVER,), explains=True),
    Transition("ask", (ASKED,), ASKED, (ANSWERED,), explains=True),
    Transition("answer", (ASKED,), SEEN),
)

CRITERION_ROW = Lifecycle("criterion row", RowState, RowState.UNSEEN, TRANSITIONS)
