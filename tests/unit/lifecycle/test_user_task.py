"""The user task's guards: candidate, jurisdiction, separation of duties, completeness, deadline, managers."""

from dataclasses import replace

import pytest

from workflow.errors import (
    AssessmentIncomplete,
    NotAssignee,
    NotCandidate,
    OutsideJurisdiction,
    PastDeadline,
    SeparationOfDuties,
    TaskAlreadyClaimed,
    TaskRefused,
    TransitionRefused,
)
from workflow.lifecycle.user_task import USER_TASK, Bars, Receiver, TaskContext, TaskState

CANDIDATE = TaskContext(is_candidate=True, in_jurisdiction=True, who_can_act=("Nguyễn Văn Mẫu (Ban Chỉ đạo xã)",))
ASSIGNEE = replace(CANDIDATE, is_assignee=True, assigned=True, assignee_name="Lan", assessment_complete=True)
MANAGER = TaskContext(is_manager=True, assigned=True, reason="nghỉ phép")
FIT = Receiver(name="Hoa", is_candidate=True, in_jurisdiction=True)


def test_from_claim_to_completion() -> None:
    state: str = TaskState.READY
    for trigger, expected in (("claim", "reserved"), ("start", "in_progress"), ("complete", "completed")):
        state = USER_TASK.move(state, trigger, ASSIGNEE)
        assert state == expected


def test_a_reserved_task_can_be_completed_without_a_separate_start() -> None:
    assert USER_TASK.move("reserved", "complete", ASSIGNEE) == "completed"


@pytest.mark.parametrize(
    ("context", "error", "guard"),
    [
        (replace(CANDIDATE, is_candidate=False), NotCandidate, "is_candidate"),
        (replace(CANDIDATE, in_jurisdiction=False), OutsideJurisdiction, "in_jurisdiction"),
        (replace(CANDIDATE, bars=Bars(did_separate_task=("Tự đánh giá",))), SeparationOfDuties, "duties_separate"),
    ],
)
def test_a_claim_is_refused_by_the_guard_that_fails_and_says_who_can_act(
    context: TaskContext, error: type[TaskRefused], guard: str
) -> None:
    with pytest.raises(error) as refusal:
        USER_TASK.move("ready", "claim", context)
    assert refusal.value.guard == guard
    assert refusal.value.who_can_act == CANDIDATE.who_can_act
    assert "Nguyễn Văn Mẫu" in str(refusal.value)


def test_separation_of_duties_names_the_earlier_task() -> None:
    with pytest.raises(SeparationOfDuties, match="Tự đánh giá"):
        USER_TASK.move("ready", "claim", replace(CANDIDATE, bars=Bars(did_separate_task=("Tự đánh giá",))))


@pytest.mark.parametrize("state", ["reserved", "in_progress"])
def test_a_second_claim_says_who_was_first(state: str) -> None:
    with pytest.raises(TaskAlreadyClaimed, match="Lan"):
        USER_TASK.move(state, "claim", replace(CANDIDATE, assignee_name="Lan"))


@pytest.mark.parametrize(
    ("context", "error"),
    [
        (replace(ASSIGNEE, is_assignee=False), NotAssignee),
        (replace(ASSIGNEE, in_jurisdiction=False), OutsideJurisdiction),
        (replace(ASSIGNEE, bars=Bars(did_separate_task=("Đăng ký",))), SeparationOfDuties),
        (replace(ASSIGNEE, past_hard_deadline=True), PastDeadline),
        (replace(ASSIGNEE, assessment_complete=False), AssessmentIncomplete),
        (replace(ASSIGNEE, missing=("Tờ trình",)), AssessmentIncomplete),
    ],
)
def test_completion_is_refused_until_every_guard_holds(context: TaskContext, error: type[TaskRefused]) -> None:
    with pytest.raises(error):
        USER_TASK.move("in_progress", "complete", context)


def test_an_incomplete_assessment_names_what_is_missing_and_nobody_else() -> None:
    with pytest.raises(AssessmentIncomplete) as refusal:
        USER_TASK.move("in_progress", "complete", replace(ASSIGNEE, missing=("I.18", "Tờ trình")))
    assert "I.18; Tờ trình" in str(refusal.value)
    assert refusal.value.who_can_act == ()


@pytest.mark.parametrize(
    ("context", "error"),
    [
        (replace(ASSIGNEE, is_assignee=False), NotAssignee),
        (replace(ASSIGNEE, in_jurisdiction=False), OutsideJurisdiction),
        (replace(ASSIGNEE, bars=Bars(did_separate_task=("Đăng ký",))), SeparationOfDuties),
    ],
)
def test_only_the_assignee_who_still_may_do_it_begins(context: TaskContext, error: type[TaskRefused]) -> None:
    with pytest.raises(error):
        USER_TASK.move("reserved", "start", context)


@pytest.mark.parametrize("assigned", [True, False])
def test_only_a_manager_or_the_engine_resumes(assigned: bool) -> None:
    with pytest.raises(TaskRefused) as refusal:
        USER_TASK.move("suspended", "resume", replace(CANDIDATE, assigned=assigned))
    assert refusal.value.guard == "is_manager_or_system"


@pytest.mark.parametrize("context", [ASSIGNEE, MANAGER], ids=["assignee", "manager"])
def test_the_assignee_or_a_manager_puts_a_task_back(context: TaskContext) -> None:
    assert USER_TASK.move("in_progress", "release", context) == "ready"


def test_a_task_that_names_one_person_cannot_be_put_back_or_handed_over() -> None:
    personal = replace(ASSIGNEE, personal=True, receiver=FIT)
    for trigger in ("release", "delegate"):
        with pytest.raises(TaskRefused) as refusal:
            USER_TASK.move("reserved", trigger, personal)
        assert refusal.value.guard == "not_personal"


def test_delegation_goes_to_somebody_who_may_do_the_task() -> None:
    assert USER_TASK.move("in_progress", "delegate", replace(ASSIGNEE, receiver=FIT)) == "reserved"


@pytest.mark.parametrize(
    ("receiver", "guard"),
    [
        (None, "receiver_named"),
        (replace(FIT, is_candidate=False), "receiver_fit"),
        (replace(FIT, in_jurisdiction=False), "receiver_fit"),
        (replace(FIT, bars=Bars(did_separate_task=("Tự đánh giá",))), "receiver_duties_separate"),
    ],
)
@pytest.mark.parametrize(("trigger", "giver"), [("delegate", ASSIGNEE), ("reassign", MANAGER)])
def test_a_receiver_who_may_not_do_it_gets_nothing(
    receiver: Receiver | None, guard: str, trigger: str, giver: TaskContext
) -> None:
    with pytest.raises(TaskRefused) as refusal:
        USER_TASK.move("reserved", trigger, replace(giver, receiver=receiver))
    assert refusal.value.guard == guard


def test_a_manager_reassigns_an_unclaimed_task_with_a_reason() -> None:
    assert USER_TASK.move("ready", "reassign", replace(MANAGER, receiver=FIT)) == "reserved"
    with pytest.raises(TaskRefused) as refusal:
        USER_TASK.move("ready", "reassign", replace(MANAGER, receiver=FIT, reason="  "))
    assert refusal.value.guard == "has_reason"


def test_an_assignee_is_no_manager() -> None:
    for trigger in ("reassign", "suspend", "cancel"):
        with pytest.raises(TaskRefused) as refusal:
            USER_TASK.move("in_progress", trigger, replace(ASSIGNEE, receiver=FIT, reason="x"))
        assert refusal.value.guard.startswith("is_manager")


@pytest.mark.parametrize(("assigned", "state"), [(True, "reserved"), (False, "ready")])
def test_a_resumed_task_goes_back_to_whoever_had_it(assigned: bool, state: str) -> None:
    suspended = USER_TASK.move("in_progress", "suspend", MANAGER)
    assert suspended == "suspended"
    assert USER_TASK.move(suspended, "resume", replace(MANAGER, assigned=assigned)) == state


@pytest.mark.parametrize("state", ["ready", "reserved", "in_progress", "suspended"])
def test_the_engine_cancels_any_open_task_without_a_reason(state: str) -> None:
    assert USER_TASK.move(state, "cancel", TaskContext(by_system=True)) == "cancelled"


@pytest.mark.parametrize("trigger", ["suspend", "cancel"])
def test_a_manager_who_stops_a_task_says_why(trigger: str) -> None:
    with pytest.raises(TaskRefused) as refusal:
        USER_TASK.move("ready", trigger, replace(MANAGER, reason=" "))
    assert refusal.value.guard == "has_reason"


def test_a_suspended_task_cannot_be_worked_on() -> None:
    for trigger in ("claim", "start", "complete", "release"):
        with pytest.raises(TransitionRefused, match="suspended"):
            USER_TASK.move("suspended", trigger, ASSIGNEE)
