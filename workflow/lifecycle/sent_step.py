"""A step that somebody has sent: it may be taken back as long as nobody has begun with what follows."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import N_, NotCandidate, PastDeadline, TaskRefused
from workflow.lifecycle.lifecycle import Guard, Lifecycle, Transition, refuse_with
from workflow.spelling import entered


class SentState(StrEnum):
    SENT = "sent"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentContext:
    """What is true of the step and of the case since.

    `runs`: the case does, neither ended nor suspended. `in_round`: the step is somebody's part of a round, or what follows is one. `places`: how many
    steps wait because of it; `a_task`: the one that does is a person's, beside the one that was sent. `later`: somebody has finished a later step.
    `begun_by`: who has taken or begun what follows. `may_do`: the sender could do the step anew.
    """

    is_sender: bool = False
    runs: bool = False
    in_round: bool = False
    places: int = 0
    a_task: bool = False
    later: bool = False
    begun_by: str = ""
    may_do: bool = False
    past_hard_deadline: bool = False
    reason: str = ""
    who_can_act: tuple[str, ...] = ()


def _refused(name: str, text: str) -> Guard[SentContext]:
    """A guard that asks a truth of the context by its name."""
    return Guard(name, lambda c: bool(getattr(c, name)), refuse_with(TaskRefused, text), of_actor=False)


IS_SENDER = _refused("is_sender", N_("Only whoever sent this step can take it back."))
RUNS = _refused("runs", N_("The case has ended or is suspended: what was sent stays sent."))
NO_ROUND: Guard[SentContext] = Guard(
    "no_round",
    lambda c: not c.in_round,
    refuse_with(TaskRefused, N_("A vote, or a part of a team's findings, is not taken back, nor what has opened one.")),
    of_actor=False,
)
NOT_LATER: Guard[SentContext] = Guard(
    "not_later",
    lambda c: not c.later,
    refuse_with(TaskRefused, N_("Somebody has finished a later step of this case: what was sent stays sent.")),
    of_actor=False,
)
ONE_PLACE: Guard[SentContext] = Guard(
    "one_place",
    lambda c: c.places == 1,
    refuse_with(
        TaskRefused,
        N_("The case has gone on several ways, or to work of the system: it cannot be taken back from there."),
    ),
    of_actor=False,
)
A_TASK = _refused(
    "a_task", N_("The case has gone on to another part of the procedure: it cannot be taken back from there.")
)
NOBODY_BEGAN: Guard[SentContext] = Guard(
    "nobody_began",
    lambda c: not c.begun_by,
    refuse_with(
        TaskRefused,
        N_("%(who)s has already taken or begun the next step. Ask them to return it."),
        who=lambda c: c.begun_by,
    ),
    of_actor=False,
)
MAY_DO: Guard[SentContext] = Guard("may_do", lambda c: c.may_do, refuse_with(NotCandidate), of_actor=False)
IN_TIME: Guard[SentContext] = Guard("in_time", lambda c: not c.past_hard_deadline, refuse_with(PastDeadline))
HAS_REASON: Guard[SentContext] = Guard(
    "has_reason",
    lambda c: bool(entered(c.reason)),
    refuse_with(TaskRefused, N_("Give a reason.")),
    of_input=True,
    of_actor=False,
)

SENT, TAKEN_BACK = SentState.SENT.value, SentState.TAKEN_BACK.value
TRANSITIONS: tuple[Transition[SentContext], ...] = (
    Transition(
        "take_back",
        (SENT,),
        TAKEN_BACK,
        (IS_SENDER, RUNS, NO_ROUND, NOT_LATER, ONE_PLACE, A_TASK, NOBODY_BEGAN, MAY_DO, IN_TIME, HAS_REASON),
    ),
)

SENT_STEP = Lifecycle("sent step", SentState, SentState.SENT, TRANSITIONS)
