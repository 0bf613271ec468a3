"""The user task: who may take it, hand it over and finish it."""

from dataclasses import dataclass
from enum import StrEnum

from workflow.errors import (
    N_,
    AssessmentIncomplete,
    NotAssignee,
    NotCandidate,
    OneVoteEach,
    OutsideJurisdiction,
    OwnUnit,
    PastDeadline,
    Recused,
    SeparationOfDuties,
    TaskAlreadyClaimed,
    TaskRefused,
)
from workflow.lifecycle.lifecycle import Guard, Lifecycle, Transition, refuse_with
from workflow.spelling import entered


class TaskState(StrEnum):
    """`ready`: nobody has it. `reserved`: somebody has it. `in_progress`: that person has begun."""

    READY = "ready"
    RESERVED = "reserved"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What keeps a person from a task whatever role they hold; empty where nothing does.

    `did_separate_task`: labels of tasks of this case that the person (or whoever they stand in for) did and whose doer may not do
    this one. The others are the name of whom it is about, which may be the person stood in for. `recused`: recused in this case.
    `own_unit`: tied to the unit that is judged. `in_round`: has another part in the round that this task belongs to.
    """

    did_separate_task: tuple[str, ...] = ()
    recused: str = ""
    own_unit: str = ""
    in_round: str = ""

    def __bool__(self) -> bool:
        return bool(self.did_separate_task or self.recused or self.own_unit or self.in_round)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """The person who is to get the task by delegation or reassignment."""

    name: str
    is_candidate: bool
    in_jurisdiction: bool
    bars: Bars = Bars()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskContext:
    """What is true of the actor and the task at this instant, as the service found out.

    Everything is refused by default. `is_candidate`: holds a candidate group's role or is named as assignee.
    `in_jurisdiction`: holds it at the body that the task belongs to. `is_assignee`: has the task, or stands in for who has.
    `bars`: what keeps the actor (or whoever they stand in for) from it all the same. `missing`: what the assessment, the
    papers or the form still lack; for an outcome that needs nothing complete, such as a return, the service says
    `assessment_complete=True` and leaves `missing` empty. `is_manager`: may manage tasks of that body. `personal`: the
    definition names one person, so nobody else may take it. `by_system`: the engine acts, not a person. `assigned`,
    `assignee_name`: whether somebody has it, and who. `who_can_act`: ready to be read.
    """

    is_candidate: bool = False
    in_jurisdiction: bool = False
    is_assignee: bool = False
    is_manager: bool = False
    by_system: bool = False
    assigned: bool = False
    assignee_name: str = ""
    personal: bool = False
    bars: Bars = Bars()
    assessment_complete: bool = False
    missing: tuple[str, ...] = ()
    past_hard_deadline: bool = False
    reason: str = ""
    receiver: Receiver | None = None
    who_can_act: tuple[str, ...] = ()


_CLAIMED = N_("%(assignee)s has already claimed this task.")
_ONLY_ASSIGNEE = N_("Only the person who has claimed this task may do that; now it is %(assignee)s.")
_ONLY_MANAGER = N_("Only a manager of the body that this task belongs to may do that.")
_ONLY_RELEASER = N_("Only the person who has claimed this task, or a manager, may put it back.")
_PERSONAL = N_("This task belongs to one named person and cannot be given to others.")
_NO_RECEIVER = N_("Say who is to get the task.")
_RECEIVER_UNFIT = N_("%(receiver)s cannot get this task: another role, or outside that person's jurisdiction.")
_RECEIVER_SEPARATED = N_("%(receiver)s did an earlier task of this case (%(tasks)s) and may not do this one.")
_NO_REASON = N_("Give a reason.")


def _receiver_bars(context: TaskContext) -> Bars:
    return context.receiver.bars if context.receiver else Bars()


def _receiver_name(context: TaskContext) -> str:
    return context.receiver.name if context.receiver else ""


def _assignee(context: TaskContext) -> str:
    return context.assignee_name or "-"


IS_CANDIDATE: Guard[TaskContext] = Guard("is_candidate", lambda c: c.is_candidate, refuse_with(NotCandidate))
IN_JURISDICTION: Guard[TaskContext] = Guard(
    "in_jurisdiction", lambda c: c.in_jurisdiction, refuse_with(OutsideJurisdiction)
)
DUTIES_SEPARATE: Guard[TaskContext] = Guard(
    "duties_separate",
    lambda c: not c.bars.did_separate_task,
    refuse_with(SeparationOfDuties, tasks=lambda c: ", ".join(c.bars.did_separate_task)),
)
NOT_RECUSED: Guard[TaskContext] = Guard(
    "not_recused", lambda c: not c.bars.recused, refuse_with(Recused, who=lambda c: c.bars.recused)
)
NOT_OWN_UNIT: Guard[TaskContext] = Guard(
    "not_own_unit", lambda c: not c.bars.own_unit, refuse_with(OwnUnit, who=lambda c: c.bars.own_unit)
)
ONE_PART_A_ROUND: Guard[TaskContext] = Guard(
    "one_part_a_round", lambda c: not c.bars.in_round, refuse_with(OneVoteEach, who=lambda c: c.bars.in_round)
)
UNCLAIMED: Guard[TaskContext] = Guard(
    "unclaimed", lambda c: False, refuse_with(TaskAlreadyClaimed, _CLAIMED, assignee=_assignee)
)
IS_ASSIGNEE: Guard[TaskContext] = Guard(
    "is_assignee", lambda c: c.is_assignee, refuse_with(NotAssignee, _ONLY_ASSIGNEE, assignee=_assignee)
)
IS_MANAGER: Guard[TaskContext] = Guard("is_manager", lambda c: c.is_manager, refuse_with(TaskRefused, _ONLY_MANAGER))
MAY_MANAGE: Guard[TaskContext] = Guard(
    "is_manager_or_system", lambda c: c.is_manager or c.by_system, refuse_with(TaskRefused, _ONLY_MANAGER)
)
MAY_RELEASE: Guard[TaskContext] = Guard(
    "is_assignee_or_manager", lambda c: c.is_assignee or c.is_manager, refuse_with(NotAssignee, _ONLY_RELEASER)
)
NOT_PERSONAL: Guard[TaskContext] = Guard(
    "not_personal", lambda c: not c.personal, refuse_with(TaskRefused, _PERSONAL), of_actor=False
)
COMPLETE: Guard[TaskContext] = Guard(
    "assessment_complete",
    lambda c: c.assessment_complete and not c.missing,
    refuse_with(AssessmentIncomplete, missing=lambda c: "; ".join(c.missing) or "-"),
    of_actor=False,
)
IN_TIME: Guard[TaskContext] = Guard("in_time", lambda c: not c.past_hard_deadline, refuse_with(PastDeadline))
RECEIVER_NAMED: Guard[TaskContext] = Guard(
    "receiver_named",
    lambda c: c.receiver is not None,
    refuse_with(TaskRefused, _NO_RECEIVER),
    of_input=True,
    of_actor=False,
)
RECEIVER_FIT: Guard[TaskContext] = Guard(
    "receiver_fit",
    lambda c: c.receiver is not None and c.receiver.is_candidate and c.receiver.in_jurisdiction,
    refuse_with(TaskRefused, _RECEIVER_UNFIT, receiver=_receiver_name),
    of_input=True,
    of_actor=False,
)
RECEIVER_SEPARATE: Guard[TaskContext] = Guard(
    "receiver_duties_separate",
    lambda c: not _receiver_bars(c).did_separate_task,
    refuse_with(
        SeparationOfDuties,
        _RECEIVER_SEPARATED,
        receiver=_receiver_name,
        tasks=lambda c: ", ".join(_receiver_bars(c).did_separate_task),
    ),
    of_input=True,
    of_actor=False,
)
RECEIVER_NOT_RECUSED: Guard[TaskContext] = Guard(
    "receiver_not_recused",
    lambda c: not _receiver_bars(c).recused,
    refuse_with(Recused, who=lambda c: _receiver_bars(c).recused),
    of_input=True,
    of_actor=False,
)
RECEIVER_NOT_OWN_UNIT: Guard[TaskContext] = Guard(
    "receiver_not_own_unit",
    lambda c: not _receiver_bars(c).own_unit,
    refuse_with(OwnUnit, who=lambda c: _receiver_bars(c).own_unit),
    of_input=True,
    of_actor=False,
)
RECEIVER_ONE_PART: Guard[TaskContext] = Guard(
    "receiver_one_part_a_round",
    lambda c: not _receiver_bars(c).in_round,
    refuse_with(OneVoteEach, who=lambda c: _receiver_bars(c).in_round),
    of_input=True,
    of_actor=False,
)
HAS_REASON: Guard[TaskContext] = Guard(
    "has_reason",
    lambda c: c.by_system or bool(entered(c.reason)),
    refuse_with(TaskRefused, _NO_REASON),
    of_input=True,
    of_actor=False,
)
IS_ASSIGNED: Guard[TaskContext] = Guard("is_assigned", lambda c: c.assigned)
IS_UNASSIGNED: Guard[TaskContext] = Guard("is_unassigned", lambda c: not c.assigned)

READY, RESERVED, IN_PROGRESS = TaskState.READY.value, TaskState.RESERVED.value, TaskState.IN_PROGRESS.value
SUSPENDED, COMPLETED, CANCELLED = TaskState.SUSPENDED.value, TaskState.COMPLETED.value, TaskState.CANCELLED.value
TAKEN = (RESERVED, IN_PROGRESS)
OPEN = (READY, *TAKEN)

MAY_DO = (IN_JURISDICTION, DUTIES_SEPARATE, NOT_RECUSED, NOT_OWN_UNIT, ONE_PART_A_ROUND)
RECEIVER_MAY_DO = (
    RECEIVER_NAMED,
    RECEIVER_FIT,
    RECEIVER_SEPARATE,
    RECEIVER_NOT_RECUSED,
    RECEIVER_NOT_OWN_UNIT,
    RECEIVER_ONE_PART,
)

# A resumed task is reserved again even if work had begun: the state does not remember, and the draft is kept elsewhere.
TRANSITIONS: tuple[Transition[TaskContext], ...] = (
    Transition("claim", (READY,), RESERVED, (IS_CANDIDATE, *MAY_DO)),
    Transition("claim", TAKEN, RESERVED, (UNCLAIMED,), explains=True),
    Transition("start", (RESERVED,), IN_PROGRESS, (IS_ASSIGNEE, *MAY_DO)),
    Transition("complete", TAKEN, COMPLETED, (IS_ASSIGNEE, *MAY_DO, IN_TIME, COMPLETE)),
    Transition("release", TAKEN, READY, (MAY_RELEASE, NOT_PERSONAL)),
    Transition("delegate", TAKEN, RESERVED, (IS_ASSIGNEE, NOT_PERSONAL, *RECEIVER_MAY_DO)),
    Transition("reassign", OPEN, RESERVED, (IS_MANAGER, *RECEIVER_MAY_DO, HAS_REASON)),
    Transition("suspend", OPEN, SUSPENDED, (MAY_MANAGE, HAS_REASON)),
    Transition("resume", (SUSPENDED,), RESERVED, (MAY_MANAGE, IS_ASSIGNED)),
    Transition("resume", (SUSPENDED,), READY, (MAY_MANAGE, IS_UNASSIGNED)),
    Transition("cancel", (*OPEN, SUSPENDED), CANCELLED, (MAY_MANAGE, HAS_REASON)),
)

USER_TASK = Lifecycle("user task", TaskState, TaskState.READY, TRANSITIONS)
