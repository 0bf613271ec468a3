"""Criterion by criterion: two windows, former results, returns, figures."""

import pytest

from tests.support.at_once import at_once, raised
from tests.support.house import House
from workflow.errors import AssessmentIncomplete, Conflict, NotFound, TransitionRefused
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.criteria.judgements import AgreeCriterion
from workflow.services.casework.criteria.sheet_view import CriterionView
from workflow.services.casework.fields import FormRefused
from workflow.services.casework.task_view import TaskView
from workflow.services.casework.tasks import CompleteTask, SaveDraft


def view(house: House, login: str, node_id: str) -> TaskView:
    return house.container.task_views.view(house.actor(login), house.task(node_id).id)


def criterion(house: House, login: str, node_id: str, key: str) -> CriterionView:
    sheet = view(house, login, node_id).sheet
    assert sheet is not None
    return sheet.criteria[key]


@pytest.mark.stage("to assess")
def test_of_two_windows_with_one_criterion_the_second_is_told_and_nothing_is_lost(house: House) -> None:
    actor, task = house.actor("donvi.minhhoa"), house.take("donvi.minhhoa", "self_assessment")
    save = house.container.assessments.save_result

    save(actor, SaveResult(task_id=task.id, criterion_id="I.1", result="met", statement="Cửa sổ một", revision=0))
    with pytest.raises(Conflict):
        save(
            actor, SaveResult(task_id=task.id, criterion_id="I.1", result="not_met", statement="Cửa sổ hai", revision=0)
        )

    row = criterion(house, "donvi.minhhoa", "self_assessment", "I.1").row
    assert row is not None
    assert (row.result, row.statement, row.revision) == ("met", "Cửa sổ một", 1)
    save(actor, SaveResult(task_id=task.id, criterion_id="I.1", result="not_met", statement="Sửa", revision=1))
    changed = house.events("xa-minh-hoa", "CriterionAssessed")[-1].payload
    assert (changed["from"]["statement"], changed["to"]["statement"]) == ("Cửa sổ một", "Sửa")


@pytest.mark.stage("to assess")
def test_two_windows_with_different_criteria_at_the_same_moment_both_save(house: House) -> None:
    actor, task = house.actor("donvi.minhhoa"), house.take("donvi.minhhoa", "self_assessment")
    keys = ["I.1", "I.2", "I.3"]

    results = at_once(
        *(
            lambda key=key: house.container.assessments.save_result(
                actor, SaveResult(task_id=task.id, criterion_id=key, result="met", statement=key, revision=0)
            )
            for key in keys
        )
    )

    assert not raised(results)
    rows = [criterion(house, "donvi.minhhoa", "self_assessment", key).row for key in keys]
    assert [row.statement for row in rows if row] == keys
    house.verify()


@pytest.mark.stage("to assess")
def test_saving_the_same_again_records_nothing(house: House) -> None:
    actor, task = house.actor("donvi.minhhoa"), house.take("donvi.minhhoa", "self_assessment")
    for _ in range(2):
        house.container.assessments.save_result(actor, SaveResult(task_id=task.id, criterion_id="I.1", result="met"))
    assert len(house.events("xa-minh-hoa", "CriterionAssessed")) == 1


@pytest.mark.stage("to assess")
def test_unusable_entries_and_unknown_criteria_are_refused(house: House) -> None:
    actor, task = house.actor("donvi.minhhoa"), house.take("donvi.minhhoa", "self_assessment")
    save = house.container.assessments.save_result
    with pytest.raises(NotFound):
        save(actor, SaveResult(task_id=task.id, criterion_id="II.1", result="met"))
    figure = criterion(house, "donvi.minhhoa", "self_assessment", "I.18").criterion.figures[0].id
    for text in ("nhiều", "1e5", "--3", "١٢"):
        with pytest.raises(FormRefused):
            save(actor, SaveResult(task_id=task.id, criterion_id="I.18", figures={figure: text}))
    with pytest.raises(FormRefused):
        save(actor, SaveResult(task_id=task.id, criterion_id="I.1", result="perhaps"))
    assert house.events("xa-minh-hoa", "CriterionAssessed") == []


@pytest.mark.stage("to assess")
def test_figures_are_read_as_people_here_write_them(house: House) -> None:
    actor, task = house.actor("donvi.minhhoa"), house.take("donvi.minhhoa", "self_assessment")
    figure = criterion(house, "donvi.minhhoa", "self_assessment", "I.18").criterion.figures[0].id
    for entered, stored in (("1.234,5", "1234.5"), ("0.125", "0.125"), ("12,50", "12.5"), ("100", "100")):
        command = SaveResult(task_id=task.id, criterion_id="I.18", figures={figure: entered})
        assert house.container.assessments.save_result(actor, command).figures == {figure: stored}


@pytest.mark.stage("to assess")
def test_who_does_not_have_the_task_cannot_write_in_it(house: House) -> None:
    task = house.take("donvi.minhhoa", "self_assessment")
    other = house.person("donvi.minhhoa.hai", ("unit-officer", "xa-minh-hoa"))
    with pytest.raises(TransitionRefused):
        house.container.assessments.save_result(other, SaveResult(task_id=task.id, criterion_id="I.1", result="met"))


@pytest.mark.stage("to evaluate")
def test_a_returned_case_keeps_the_former_results_as_a_draft_and_names_the_criteria(house: House) -> None:
    why = {"I.14": "Minh họa: thiếu quyết định khen thưởng."}
    house.do("xa-minh-hoa", "danhgia.minhhoa", "evaluation", "return", reason="Đề nghị bổ sung", criterion_reasons=why)

    again = view(house, "donvi.minhhoa", "self_assessment")

    assert again.sheet is not None
    assert again.returned is not None
    assert again.returned.reason == "Đề nghị bổ sung"
    assert again.returned.by == "Phạm Minh Họa Hai"
    assert again.sheet.criteria["I.14"].to_correct == why["I.14"]
    assert again.sheet.criteria["I.1"].to_correct == ""
    assert all(one.row is not None and one.row.result == "met" for one in again.sheet.criteria.values())
    assert len(again.papers[0].files) == 1
    former = house.tasks("self_assessment")[-1]
    with house.container.units.reading() as uow:
        kept = uow.assessments.of_task(former.id)
        assert kept is not None
        assert kept.submitted_at is not None


@pytest.mark.stage("to evaluate")
def test_the_second_round_corrects_without_touching_the_first(house: House) -> None:
    house.do(
        "xa-minh-hoa", "danhgia.minhhoa", "evaluation", "return", reason="Bổ sung", criterion_reasons={"I.1": "Thiếu"}
    )
    task = house.take("donvi.minhhoa", "self_assessment")
    row = criterion(house, "donvi.minhhoa", "self_assessment", "I.1").row
    assert row is not None

    house.container.assessments.save_result(
        house.actor("donvi.minhhoa"),
        SaveResult(task_id=task.id, criterion_id="I.1", result="met", statement="Đã bổ sung", revision=row.revision),
    )
    house.container.tasks.complete(house.actor("donvi.minhhoa"), CompleteTask(task_id=task.id, outcome="submit"))

    first, second = reversed(house.tasks("self_assessment"))
    with house.container.units.reading() as uow:
        sheets = [uow.assessments.of_task(one.id) for one in (first, second)]
        statements = [uow.assessments.results(sheet.id)["I.1"].statement for sheet in sheets if sheet]
    assert statements == ["Dữ liệu minh họa: đã thực hiện, có hồ sơ kèm theo.", "Đã bổ sung"]
    house.verify()


@pytest.mark.stage("to evaluate")
def test_the_evaluator_starts_from_the_units_results_and_must_explain_a_difference(house: House) -> None:
    task = house.take("danhgia.minhhoa", "evaluation")
    actor = house.actor("danhgia.minhhoa")
    before = criterion(house, "danhgia.minhhoa", "evaluation", "I.1")
    assert before.row is not None
    assert (before.row.result, before.row.statement) == ("met", "")
    assert before.earlier[0][1] is not None

    sheet = view(house, "danhgia.minhhoa", "evaluation").sheet
    assert sheet is not None
    house.look(actor, task.id, *sheet.criteria)
    for key in sheet.criteria:
        house.container.judgements.agree(actor, AgreeCriterion(task_id=task.id, criterion_id=key))

    other = SaveResult(task_id=task.id, criterion_id="I.1", result="not_met", revision=before.row.revision)
    house.container.assessments.save_result(actor, other)

    assert criterion(house, "danhgia.minhhoa", "evaluation", "I.1").needs_reason
    finish = CompleteTask(task_id=task.id, outcome="reject", reason="Chưa đạt")
    with pytest.raises(AssessmentIncomplete) as refused:
        house.container.tasks.complete(actor, finish)
    assert refused.value.params["missing"] == "I.1"

    explained = SaveResult(task_id=task.id, criterion_id="I.1", result="not_met", reason="Minh họa: thiếu hồ sơ")
    house.container.assessments.save_result(actor, explained)
    assert house.container.tasks.complete(actor, finish)["outcome"] == "reject"


def test_of_two_windows_with_one_draft_the_second_is_told(house: House) -> None:
    task = house.take("donvi.minhhoa", "registration")
    actor = house.actor("donvi.minhhoa")
    save = house.container.tasks.save_draft
    after = save(actor, SaveDraft(task_id=task.id, fields={"safety_decision": "một"}, revision=task.revision))

    with pytest.raises(Conflict):
        save(actor, SaveDraft(task_id=task.id, fields={"safety_decision": "hai"}, revision=task.revision))

    assert (house.task("registration").draft or {})["fields"] == {"safety_decision": "một"}
    assert save(actor, SaveDraft(task_id=task.id, fields={"safety_decision": "ba"}, revision=after)) == after + 1
