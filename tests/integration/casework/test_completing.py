"""Finishing a task: what is missing or wrong is said, and nothing is half done."""

from typing import Any

import pytest

from tests.support.at_once import at_once, raised
from tests.support.house import House
from workflow.demo.player import Deed
from workflow.demo.stories import COMMUNE
from workflow.errors import AssessmentIncomplete, InvalidInput, NotAssignee, TransitionRefused
from workflow.ids import new_id
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.comments import AddComment
from workflow.services.casework.completion import OutcomeRefused
from workflow.services.casework.fields import FormRefused
from workflow.services.casework.operations import OperateCase
from workflow.services.casework.tasks import CompleteTask, ReassignTask

REGISTERED = {
    "safety_recognised": "true",
    "safety_decision": "Minh họa 01/QĐ",
    "previous_class": "kha",
    "pilot": "district",
}


REFUSALS = (InvalidInput, FormRefused, TransitionRefused)


def complete(house: House, login: str, node_id: str, outcome: str, **more: Any) -> Any:
    task = house.task(node_id)
    command = CompleteTask(task_id=task.id, outcome=outcome, **more)
    return house.container.tasks.complete(house.actor(login), command)


def problems(error: pytest.ExceptionInfo[FormRefused]) -> set[str]:
    return {problem.field_id for problem in error.value.problems}


def test_an_unknown_outcome_is_refused(house: House) -> None:
    house.take("donvi.minhhoa", "registration")
    with pytest.raises(FormRefused) as refused:
        complete(house, "donvi.minhhoa", "registration", "approve", fields=REGISTERED)
    assert problems(refused) == {"outcome"}


def test_every_wrong_field_is_named_at_once(house: House) -> None:
    house.take("donvi.minhhoa", "registration")
    wrong = {"previous_class": "tuyet-voi", "safety_decision": "x" * 501}
    with pytest.raises(FormRefused) as refused:
        complete(house, "donvi.minhhoa", "registration", "submit", fields=wrong)
    assert problems(refused) == {"safety_recognised", "previous_class", "safety_decision", "pilot"}
    assert house.task("registration").state == "in_progress"


def test_a_second_completion_is_refused_and_a_repeated_click_is_not(house: House) -> None:
    task = house.take("donvi.minhhoa", "registration")
    actor = house.actor("donvi.minhhoa")
    click = CompleteTask(task_id=task.id, outcome="submit", fields=REGISTERED)

    first = house.container.tasks.complete(actor, click)

    assert house.container.tasks.complete(actor, click) == first
    with pytest.raises(TransitionRefused):
        house.container.tasks.complete(actor, CompleteTask(task_id=task.id, outcome="submit", fields=REGISTERED))
    assert len(house.events("xa-minh-hoa", "TaskCompleted")) == 1


def test_two_windows_that_complete_at_once_complete_once(house: House) -> None:
    task = house.take("donvi.minhhoa", "registration")
    actor = house.actor("donvi.minhhoa")
    windows = [CompleteTask(task_id=task.id, outcome="submit", fields=REGISTERED, command_id=new_id()) for _ in "ab"]

    results = at_once(*(lambda c=c: house.container.tasks.complete(actor, c) for c in windows))

    (refusal,) = raised(results)
    assert isinstance(refusal, TransitionRefused)
    assert len(house.events("xa-minh-hoa", "TaskCompleted")) == 1
    house.verify()


def test_who_has_not_claimed_it_cannot_complete_it(house: House) -> None:
    house.person("donvi.minhhoa.hai", ("unit-officer", "xa-minh-hoa"))
    house.take("donvi.minhhoa", "registration")
    with pytest.raises(NotAssignee):
        complete(house, "donvi.minhhoa.hai", "registration", "submit", fields=REGISTERED)


@pytest.mark.stage("to assess")
def test_missing_criteria_and_papers_are_listed(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    with pytest.raises(AssessmentIncomplete) as refused:
        complete(house, "donvi.minhhoa", "self_assessment", "submit")
    missing = refused.value.params["missing"]
    assert "I.1;" in missing
    assert "I.34" in missing
    assert "Tờ trình" in missing
    assert refused.value.who_can_act == ()


@pytest.mark.stage("to evaluate")
def test_what_is_missing_is_said_before_a_condition_about_it(house: House) -> None:
    house.take("danhgia.minhhoa", "evaluation")
    task = house.task("evaluation")
    house.player._assess(
        house.actor("danhgia.minhhoa"),
        house.container.task_views.view(house.actor("danhgia.minhhoa"), task.id),
        _deed(failing={"I.14": "Minh họa: chưa có quyết định khen thưởng."}),
    )
    with pytest.raises(OutcomeRefused) as refused:
        complete(house, "danhgia.minhhoa", "evaluation", "approve")
    assert refused.value.en
    assert house.task("evaluation").state == "in_progress"


def test_a_reason_is_compulsory_where_the_definition_says_so(house: House) -> None:
    house.register()
    house.take(COMMUNE.standing, "pilot_list")
    with pytest.raises(FormRefused) as refused:
        complete(house, COMMUNE.standing, "pilot_list", "return", reason="  ")
    assert problems(refused) == {"reason"}


NOTHING = "\u200b\u202e\u3164\u2800\ufffd"


@pytest.mark.stage("to evaluate")
def test_no_step_takes_a_text_for_given_in_which_nobody_sees_anything(house: House) -> None:
    manager, case, task = house.actor("quanly.tinh"), house.case(), house.take("danhgia.minhhoa", "evaluation")
    app, board = house.container, house.actor("danhgia.minhhoa")
    before = len(house.events("xa-minh-hoa"))
    for step in (
        lambda: app.comments.add(board, AddComment(case_id=case.id, text=NOTHING)),
        lambda: app.cases.move(manager, CaseCommand(case_id=case.id, trigger="suspend", reason=NOTHING)),
        lambda: app.cases.move(manager, CaseCommand(case_id=case.id, trigger="cancel", reason=NOTHING)),
        lambda: app.tasks.reassign(manager, ReassignTask(task_id=task.id, user_id=board.user_id, reason=NOTHING)),
        lambda: app.operations.operate(
            manager,
            OperateCase(case_id=case.id, reason=NOTHING, activity_id=task.activity_id, target_node="self_assessment"),
        ),
        lambda: complete(
            house, "danhgia.minhhoa", "evaluation", "return", reason="Bổ sung", criterion_reasons={"I.14": NOTHING}
        ),
        lambda: complete(
            house, "danhgia.minhhoa", "evaluation", "return", reason=NOTHING, criterion_reasons={"I.14": "Thiếu"}
        ),
    ):
        with pytest.raises(REFUSALS):
            step()
    assert len(house.events("xa-minh-hoa")) == before


@pytest.mark.stage("to evaluate")
def test_a_return_names_at_least_one_criterion_of_the_set(house: House) -> None:
    house.take("danhgia.minhhoa", "evaluation")
    for named in ({}, {"I.14": " "}, {"II.99": "Không có tiêu chí này"}):
        with pytest.raises(FormRefused) as refused:
            complete(house, "danhgia.minhhoa", "evaluation", "return", reason="Bổ sung", criterion_reasons=named)
        assert problems(refused) == {"criterion_reasons"}


@pytest.mark.stage("to evaluate")
def test_people_are_chosen_from_the_list_only(house: House) -> None:
    house.do("xa-minh-hoa", "danhgia.minhhoa", "evaluation", "approve")
    house.take(COMMUNE.standing, "team_forming")
    ours = [house.users[login] for login in COMMUNE.inspectors]
    wrong = {
        "too few": {"members": ours[:2], "leader": ours[:1]},
        "another district's": {"members": [*ours[:2], house.users["kiemtra1.tinh"]], "leader": ours[:1]},
        "a leader from outside": {"members": ours, "leader": [house.users["kiemtra1.tinh"]]},
    }
    for fields in wrong.values():
        with pytest.raises(FormRefused) as refused:
            complete(house, COMMUNE.standing, "team_forming", "form", fields={**fields, "team_decision": "Minh họa"})
        assert problems(refused) & {"members", "leader"}


@pytest.mark.stage("to inspect")
def test_members_who_report_at_the_same_moment_all_get_through(house: House) -> None:
    commands = []
    for login in COMMUNE.inspectors:
        task = house.task("member_findings", login=login)
        actor = house.actor(login)
        house.player._assess(actor, house.container.task_views.view(actor, task.id), _deed())
        commands.append((actor, CompleteTask(task_id=task.id, outcome="report")))

    results = at_once(*(lambda a=a, c=c: house.container.tasks.complete(a, c) for a, c in commands))

    assert not raised(results)
    assert [task.node_id for task in house.open_tasks()] == ["conclusion"]
    house.verify()


def _deed(**more: Any) -> Deed:
    return Deed(login="-", node_id="-", outcome="-", **more)
