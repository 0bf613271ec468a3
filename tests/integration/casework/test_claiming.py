"""Claiming, putting back and handing over: one person has a task, and everybody else learns who."""

import pytest

from tests.support.at_once import at_once, raised
from tests.support.house import House
from workflow.errors import (
    InvalidInput,
    NotAssignee,
    NotFound,
    SeparationOfDuties,
    TaskAlreadyClaimed,
    TaskRefused,
    TransitionRefused,
)
from workflow.ids import new_id
from workflow.services.casework.tasks import ClaimTask, DelegateTask, ReassignTask, ReleaseTask, SaveDraft, StartTask

BOARD = ("board-member", "bcd-antt-xa-minh-hoa")


@pytest.mark.stage("to evaluate")
def test_of_two_who_claim_at_once_one_wins_and_the_other_learns_who(house: House) -> None:
    first, second = house.actor("danhgia.minhhoa"), house.person("danhgia.hai", BOARD)
    task = house.task("evaluation")

    results = at_once(
        *(lambda a=a: house.container.tasks.claim(a, ClaimTask(task_id=task.id)) for a in (first, second))
    )

    (refusal,) = raised(results)
    assert isinstance(refusal, TaskAlreadyClaimed)
    winner = house.task("evaluation").assignee_id
    assert winner in (first.user_id, second.user_id)
    name = first.name if winner == first.user_id else second.name
    assert name in str(refusal)
    assert [event.actor for event in house.events("xa-minh-hoa", "TaskClaimed")][-1] == winner


def test_a_double_click_claims_once_and_both_clicks_get_the_same_answer(house: House) -> None:
    actor, task = house.actor("donvi.minhhoa"), house.task("registration")
    click = ClaimTask(task_id=task.id, command_id=new_id())

    results = at_once(*[lambda: house.container.tasks.claim(actor, click)] * 3)

    assert not raised(results)
    assert [result["state"] for result in results] == ["reserved"] * 3
    assert len(house.events("xa-minh-hoa", "TaskClaimed")) == 1


def test_a_command_id_is_nobody_elses(house: House) -> None:
    click = ClaimTask(task_id=house.task("registration").id)
    house.container.tasks.claim(house.actor("donvi.minhhoa"), click)

    with pytest.raises(NotFound):
        house.container.tasks.claim(house.actor("donvi.langgieng"), click)
    other = house.person("donvi.minhhoa.hai", ("unit-officer", "xa-minh-hoa"))
    with pytest.raises(InvalidInput):
        house.container.tasks.claim(other, click)


def test_a_command_id_does_one_kind_of_thing(house: House) -> None:
    actor, task = house.actor("donvi.minhhoa"), house.task("registration")
    house.container.tasks.claim(actor, ClaimTask(task_id=task.id, command_id="one-id"))
    with pytest.raises(InvalidInput):
        house.container.tasks.release(actor, ReleaseTask(task_id=task.id, command_id="one-id"))
    assert house.task("registration").state == "reserved"


def test_claiming_ones_own_task_again_changes_nothing(house: House) -> None:
    actor, task = house.actor("donvi.minhhoa"), house.task("registration")
    house.container.tasks.claim(actor, ClaimTask(task_id=task.id))

    assert house.container.tasks.claim(actor, ClaimTask(task_id=task.id))["state"] == "reserved"
    assert len(house.events("xa-minh-hoa", "TaskClaimed")) == 1


def test_a_released_task_waits_in_its_group_again_and_keeps_the_draft(house: House) -> None:
    house.person("donvi.minhhoa.hai", ("unit-officer", "xa-minh-hoa"))
    task = house.take("donvi.minhhoa", "registration")
    house.container.tasks.save_draft(
        house.actor("donvi.minhhoa"), SaveDraft(task_id=task.id, fields={"safety_decision": "12/QĐ"})
    )

    house.container.tasks.release(house.actor("donvi.minhhoa"), ReleaseTask(task_id=task.id))

    waiting = house.task("registration")
    assert (waiting.state, waiting.assignee_id) == ("ready", None)
    assert waiting.draft is not None
    assert waiting.draft["fields"] == {"safety_decision": "12/QĐ"}
    assert house.take("donvi.minhhoa.hai", "registration").assignee_id == house.users["donvi.minhhoa.hai"]


def test_only_the_assignee_or_a_manager_releases(house: House) -> None:
    other = house.person("donvi.minhhoa.hai", ("unit-officer", "xa-minh-hoa"))
    task = house.take("donvi.minhhoa", "registration")

    with pytest.raises(NotAssignee):
        house.container.tasks.release(other, ReleaseTask(task_id=task.id))
    house.container.tasks.release(house.actor("quanly.tinh"), ReleaseTask(task_id=task.id))

    assert house.task("registration").state == "ready"
    (event,) = house.events("xa-minh-hoa", "TaskReleased")
    assert (event.role, event.organisation) == ("manager", "thanh-hoa")
    assert event.payload["from"] == {"state": "in_progress", "assignee": house.users["donvi.minhhoa"]}
    assert event.payload["to"] == {"state": "ready", "assignee": None}


def test_one_hands_ones_own_task_over_to_another_candidate_who_is_told(house: House) -> None:
    other = house.person("donvi.minhhoa.hai", ("unit-officer", "xa-minh-hoa"))
    task = house.take("donvi.minhhoa", "registration")
    give = DelegateTask(task_id=task.id, user_id=other.user_id, reason="Nghỉ phép")

    house.container.tasks.delegate(house.actor("donvi.minhhoa"), give)
    house.settle()

    assert house.task("registration").assignee_id == other.user_id
    assert [note.template for note in house.container.notifications.list(other)] == [
        "You have been given the task “%(task)s” for %(unit)s (%(business_key)s)."
    ]
    with pytest.raises(TransitionRefused):
        house.container.tasks.start(house.actor("donvi.minhhoa"), StartTask(task_id=task.id))


def test_nobody_of_another_role_or_place_can_be_given_a_task(house: House) -> None:
    task = house.take("donvi.minhhoa", "registration")
    for login in ("donvi.langgieng", "danhgia.minhhoa"):
        give = DelegateTask(task_id=task.id, user_id=house.users[login])
        with pytest.raises(TaskRefused):
            house.container.tasks.delegate(house.actor("donvi.minhhoa"), give)
    with pytest.raises(InvalidInput):
        house.container.tasks.delegate(house.actor("donvi.minhhoa"), DelegateTask(task_id=task.id, user_id="nobody"))


def test_a_manager_reassigns_with_a_reason_and_not_without(house: House) -> None:
    other = house.person("donvi.minhhoa.hai", ("unit-officer", "xa-minh-hoa"))
    task = house.take("donvi.minhhoa", "registration")
    manager = house.actor("quanly.tinh")

    with pytest.raises(TaskRefused):
        house.container.tasks.reassign(manager, ReassignTask(task_id=task.id, user_id=other.user_id, reason=" "))
    with pytest.raises(TaskRefused):
        house.container.tasks.reassign(other, ReassignTask(task_id=task.id, user_id=other.user_id, reason="Tôi làm"))
    house.container.tasks.reassign(
        manager, ReassignTask(task_id=task.id, user_id=other.user_id, reason="Chuyển công tác")
    )

    assert house.task("registration").assignee_id == other.user_id
    assert house.events("xa-minh-hoa", "TaskReassigned")[-1].payload["reason"] == "Chuyển công tác"


@pytest.mark.stage("to assess")
def test_a_manager_cannot_give_a_review_to_whoever_assessed(house: House) -> None:
    house.person("vua.lam", ("unit-officer", "xa-minh-hoa"))
    both = house.formerly("vua.lam", *BOARD)
    house.do("xa-minh-hoa", "vua.lam", "self_assessment", "submit")

    give = ReassignTask(task_id=house.task("evaluation").id, user_id=both.user_id, reason="Thiếu người")
    with pytest.raises(SeparationOfDuties):
        house.container.tasks.reassign(house.actor("quanly.tinh"), give)


@pytest.mark.stage("to inspect")
def test_a_task_of_one_named_person_is_not_put_back_or_handed_over(house: House) -> None:
    task = house.task("member_findings", login="kiemtra1.thuongxuan")
    actor = house.actor("kiemtra1.thuongxuan")

    with pytest.raises(TaskRefused):
        house.container.tasks.release(actor, ReleaseTask(task_id=task.id))
    give = DelegateTask(task_id=task.id, user_id=house.users["kiemtra2.thuongxuan"])
    with pytest.raises(TaskRefused):
        house.container.tasks.delegate(actor, give)
