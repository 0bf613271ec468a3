"""The case: it runs, may rest, and ends by decision, by withdrawal or by cancellation."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import N_, TransitionRefused
from workflow.lifecycle.lifecycle import Guard, Lifecycle, Transition, refuse_with
from workflow.spelling import entered


class CaseState(StrEnum):
    """How it was decided is the case's outcome, not its state."""

    DRAFT = "draft"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContext:
    """What is true of the actor and the case. `decided`: an outcome has been recorded. `by_system`: the engine acts.

    `voting`: the members of a session are voting on it.
    """

    is_applicant: bool = False
    is_manager: bool = False
    by_system: bool = False
    decided: bool = False
    voting: bool = False
    reason: str = ""
    who_can_act: tuple[str, ...] = ()


_ONLY_STARTER = N_("Only the unit itself or a manager may start this case.")
_ONLY_MANAGER = N_("Only a manager whose jurisdiction covers this case may do that.")
_ONLY_APPLICANT = N_("Only the unit that this case is about may withdraw it.")
_DECIDED = N_("The case has been decided and can no longer be withdrawn or cancelled.")
_VOTING = N_(
    "A vote on this case is under way, so that it cannot be withdrawn now: withdraw it when the vote has closed, or ask a manager "
    "to move the case back first."
)
_ONLY_SYSTEM = N_("A case is completed by the last step of its procedure, not by hand.")
_NO_REASON = N_("Give a reason.")

MAY_START: Guard[CaseContext] = Guard(
    "may_start",
    lambda c: c.is_applicant or c.is_manager or c.by_system,
    refuse_with(TransitionRefused, _ONLY_STARTER),
)
IS_MANAGER: Guard[CaseContext] = Guard(
    "is_manager", lambda c: c.is_manager, refuse_with(TransitionRefused, _ONLY_MANAGER)
)
IS_APPLICANT: Guard[CaseContext] = Guard(
    "is_applicant", lambda c: c.is_applicant, refuse_with(TransitionRefused, _ONLY_APPLICANT)
)
UNDECIDED: Guard[CaseContext] = Guard(
    "undecided", lambda c: not c.decided, refuse_with(TransitionRefused, _DECIDED), of_actor=False
)
NO_VOTE_RUNS: Guard[CaseContext] = Guard(
    "no_vote_runs", lambda c: not c.voting, refuse_with(TransitionRefused, _VOTING), of_actor=False
)
BY_SYSTEM: Guard[CaseContext] = Guard(
    "by_system", lambda c: c.by_system, refuse_with(TransitionRefused, _ONLY_SYSTEM), of_actor=False
)
HAS_REASON: Guard[CaseContext] = Guard(
    "has_reason",
    lambda c: bool(entered(c.reason)),
    refuse_with(TransitionRefused, _NO_REASON),
    of_input=True,
    of_actor=False,
)

DRAFT, ACTIVE, SUSPENDED = CaseState.DRAFT.value, CaseState.ACTIVE.value, CaseState.SUSPENDED.value
RUNNING = (ACTIVE, SUSPENDED)
ENDED = (CaseState.COMPLETED.value, CaseState.WITHDRAWN.value, CaseState.CANCELLED.value)

TRANSITIONS: tuple[Transition[CaseContext], ...] = (
    Transition("start", (DRAFT,), ACTIVE, (MAY_START,)),
    Transition("suspend", (ACTIVE,), SUSPENDED, (IS_MANAGER, HAS_REASON)),
    Transition("resume", (SUSPENDED,), ACTIVE, (IS_MANAGER,)),
    Transition("withdraw", (DRAFT, *RUNNING), CaseState.WITHDRAWN.value, (IS_APPLICANT, UNDECIDED, NO_VOTE_RUNS)),
    Transition("cancel", (DRAFT, *RUNNING), CaseState.CANCELLED.value, (IS_MANAGER, UNDECIDED, HAS_REASON)),
    Transition("complete", (ACTIVE,), CaseState.COMPLETED.value, (BY_SYSTEM,)),
)

CASE = Lifecycle("case", CaseState, CaseState.DRAFT, TRANSITIONS)
