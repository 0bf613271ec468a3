"""What a task rests on: the latest work of the case's other tasks, votes tallied, papers; and why tasks were taken away."""

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, House
from workflow.model.user_task import Label
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.operations import OperateCase
from workflow.services.casework.record import Basis
from workflow.services.casework.tasks import CompleteTask

CAST = CASTS[COMMUNE_UNIT]


def basis(house: House, login: str, node_id: str) -> Basis:
    view = house.container.task_views.view(house.actor(login), house.task(node_id).id)
    return house.container.task_views.basis(view)


def labels(found: Basis) -> list[str]:
    return [task.label.vi for task in found.tasks]


def test_the_first_task_rests_on_nothing(house: House) -> None:
    assert basis(house, CAST.unit, "registration") == Basis(tasks=[], papers=[])


def test_a_task_rests_on_what_was_entered_before_it(house: House) -> None:
    house.register()
    (task,) = basis(house, CAST.standing, "pilot_list").tasks
    lines = {line.label.vi: line.value for line in task.steps[0].lines}
    assert task.label.vi == "Đăng ký xây dựng đơn vị điển hình"
    assert not task.tally
    assert lines["Được lựa chọn làm điểm"] == Label(vi="Điểm cấp huyện", en="District pilot")


@pytest.mark.stage("to evaluate")
def test_a_dossier_comes_with_its_papers_and_counts_of_criteria(house: House) -> None:
    found = basis(house, str(CAST.evaluator), "evaluation")
    assert labels(found)[0] == "Tự đánh giá theo bộ tiêu chí"
    assert {"met", "not_met", "not_applicable"} <= found.tasks[0].steps[0].assessment.keys()
    assert all(files for _label, files in found.papers)
    assert len(found.papers) >= 3


@pytest.mark.stage("to evaluate")
def test_a_task_done_over_again_shows_its_latest_round_only(house: House) -> None:
    back = {"reason": "Bổ sung", "criterion_reasons": {"I.5": "Thiếu ảnh"}}
    house.do(COMMUNE_UNIT, str(CAST.evaluator), "evaluation", "return", **back)
    returned = basis(house, CAST.unit, "self_assessment")
    assert "Tự đánh giá theo bộ tiêu chí" not in labels(returned)
    house.do(COMMUNE_UNIT, CAST.unit, "self_assessment", "submit")
    again = basis(house, str(CAST.evaluator), "evaluation")
    assert [len(task.steps) for task in again.tasks] == [1] * len(again.tasks)
    assert again.tasks[0].steps[0].at > returned.tasks[0].steps[0].at


@pytest.mark.stage("to inspect")
def test_what_several_people_found_is_tallied(house: House) -> None:
    for inspector in CAST.inspectors:
        house.do(COMMUNE_UNIT, inspector, "member_findings", "report")
    newest = basis(house, CAST.inspectors[0], "conclusion").tasks[0]
    assert len(newest.steps) == len(CAST.inspectors)
    assert [count for _label, count in newest.tally] == [len(CAST.inspectors)]


@pytest.mark.stage("to inspect")
def test_whoever_works_beside_others_does_not_see_what_they_just_did(house: House) -> None:
    house.do(COMMUNE_UNIT, CAST.inspectors[0], "member_findings", "report")
    shown = labels(basis(house, CAST.inspectors[1], "member_findings"))
    assert shown
    assert "Thành viên kiểm tra, ghi nhận" not in shown


@pytest.mark.stage("to assess")
def test_a_task_that_a_manager_moved_away_says_who_and_why(house: House) -> None:
    gone = house.task("self_assessment")
    manager = house.actor("quanly.tinh")
    command = OperateCase(
        case_id=gone.case_id, reason="Danh sách sai", activity_id=gone.activity_id, target_node="pilot_list"
    )
    house.container.operations.operate(manager, command)
    lines = house.container.case_views.view(manager, gone.case_id).done_tasks
    why = next(line.cancellation for line in lines if line.task.id == gone.id)
    assert why is not None
    assert (why.person, why.reason) == (manager.name, "Danh sách sai")
    assert [line.cancellation for line in lines if line.task.id != gone.id] == [None] * (len(lines) - 1)
    assert house.container.task_views.view(manager, gone.id).cancellation == why


@pytest.mark.stage("to evaluate")
@pytest.mark.parametrize(("result", "kept"), [("met", ""), ("not_met", "Thiếu văn bản")])
def test_a_reason_for_differing_goes_once_the_level_before_agrees(house: House, result: str, kept: str) -> None:
    """`result`: what the steering committee found; the unit says “met” before and after the return."""
    evaluator = str(CAST.evaluator)
    _judge(house, evaluator, result)
    back = CompleteTask(
        task_id=house.task("evaluation").id,
        outcome="return",
        reason="Bổ sung",
        criterion_reasons={"I.5": "Thiếu ảnh"},
    )
    house.container.tasks.complete(house.actor(evaluator), back)
    house.settle()
    house.do(COMMUNE_UNIT, CAST.unit, "self_assessment", "submit")
    sheet = house.container.task_views.view(house.actor(evaluator), house.task("evaluation").id).sheet
    assert sheet is not None
    row = sheet.criteria["I.1"].row
    assert row is not None
    assert (row.result, row.reason) == (result, kept)


def _judge(house: House, evaluator: str, result: str) -> None:
    task = house.take(evaluator, "evaluation")
    house.look(house.actor(evaluator), task.id, "I.1")
    house.container.assessments.save_result(
        house.actor(evaluator),
        SaveResult(
            task_id=task.id, criterion_id="I.1", result=result, figures={}, statement="Đã xem.", reason="Thiếu văn bản"
        ),
    )
