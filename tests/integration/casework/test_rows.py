"""Nothing counts until it was seen: how the rows of a sheet come to count, and what a file is refused for."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.support.house import House
from tests.support.judging import KEYS, OFFICER, Judging, judging_package, open_procedure
from workflow.errors import AssessmentIncomplete, InvalidInput, NotFound, RowRefused, TransitionRefused
from workflow.ids import new_id
from workflow.services.casework.assessments import SaveResult
from workflow.services.casework.criteria.judgements import (
    AgreeCriterion,
    AgreeTogether,
    KeepCriterion,
    LookAtCriterion,
    TakeBack,
    TakeComputed,
)
from workflow.services.casework.criteria.sheet_view import SheetView
from workflow.services.casework.evidence import AddEvidence
from workflow.services.casework.tasks import CompleteTask, ReleaseTask

NUMBERS = itertools.count(1)
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer<<>>\n%%EOF"
BOARD = "danhgia.minhhoa"


class Desk:
    """The second of two levels, at which the same officer reviews what the first has said."""

    def __init__(self, house: House, first: Sequence[str] = ("met",) * len(KEYS), *, files: bool = False) -> None:
        key = f"xem{next(NUMBERS)}"
        open_procedure(house, judging_package(key, [Judging(), Judging(beside="step_1")]), key)
        self.house, self.actor = house, house.actor(OFFICER)
        self.task_id = house.take(OFFICER, "step_1").id
        for criterion, result in zip(KEYS, first, strict=True):
            self.enter(criterion, result)
            if files:
                add = AddEvidence(
                    task_id=self.task_id,
                    filename=f"{criterion}.pdf",
                    content=PDF + criterion.encode(),
                    criterion_id=criterion,
                )
                house.container.evidence.add(self.actor, add)
        self.send()
        self.task_id = house.take(OFFICER, "step_2").id

    @property
    def sheet(self) -> SheetView:
        found = self.house.container.task_views.view(self.actor, self.task_id).sheet
        assert found is not None
        return found

    @property
    def states(self) -> dict[str, str]:
        return {key: one.mine.state for key, one in self.sheet.criteria.items()}

    def look(self, *keys: str) -> None:
        self.house.look(self.actor, self.task_id, *keys)

    def agree(self, key: str) -> None:
        self.house.container.judgements.agree(self.actor, AgreeCriterion(task_id=self.task_id, criterion_id=key))

    def enter(self, key: str, result: str | None, reason: str = "") -> None:
        entry = SaveResult(task_id=self.task_id, criterion_id=key, result=result, statement="Đã xem.", reason=reason)
        self.house.container.assessments.save_result(self.actor, entry)

    def together(self, *keys: str, command: str | None = None) -> None:
        act = AgreeTogether(task_id=self.task_id, criteria=keys, command_id=command or new_id())
        self.house.container.judgements.agree_together(self.actor, act)

    def take_back(self, *keys: str) -> None:
        self.house.container.judgements.take_back(self.actor, TakeBack(task_id=self.task_id, criteria=keys))

    def send(self) -> None:
        done = CompleteTask(task_id=self.task_id, outcome="approve")
        self.house.container.tasks.complete(self.actor, done)
        self.house.settle()


def test_what_nobody_has_looked_at_neither_counts_nor_can_be_decided(house: House) -> None:
    desk = Desk(house)
    assert desk.states == dict.fromkeys(KEYS, "unseen")
    assert (desk.sheet.done, desk.sheet.summary.met) == (0, 0)

    with pytest.raises(RowRefused):
        desk.agree("1")
    with pytest.raises(RowRefused):
        desk.enter("1", "met")
    with pytest.raises(RowRefused):
        desk.together("1", "2")

    assert desk.states == dict.fromkeys(KEYS, "unseen")


def test_looking_alone_decides_nothing(house: House) -> None:
    desk = Desk(house)
    desk.look(*KEYS)
    assert desk.states == dict.fromkeys(KEYS, "seen")
    assert (desk.sheet.done, desk.sheet.summary.met) == (0, 0)
    with pytest.raises(AssessmentIncomplete) as refused:
        desk.send()
    assert refused.value.params["missing"] == "; ".join(KEYS)


def test_a_file_is_refused_with_where_it_is_while_one_row_is_unseen(house: House) -> None:
    desk = Desk(house)
    desk.look("1", "2", "4")
    for key in ("1", "2", "4"):
        desk.agree(key)
    assert desk.sheet.done == 3
    with pytest.raises(AssessmentIncomplete) as refused:
        desk.send()
    assert refused.value.params["missing"] == "3"

    desk.look("3")
    desk.agree("3")
    desk.send()
    assert house.case().outcome == "recognised"


def test_agreeing_takes_the_result_over_and_differing_asks_for_a_reason(house: House) -> None:
    desk = Desk(house, ("met", "not_met", "met", "met"))
    desk.look(*KEYS)
    for key in KEYS[:3]:
        desk.agree(key)
    desk.enter("4", "not_met")

    assert desk.states == {"1": "agreed", "2": "agreed", "3": "agreed", "4": "differs"}
    assert (desk.sheet.summary.met, desk.sheet.summary.not_met) == (2, 2)
    with pytest.raises(AssessmentIncomplete):
        desk.send()
    desk.enter("4", "not_met", reason="Thiếu ảnh")
    desk.send()


def test_the_event_of_sending_says_how_each_row_stood_and_which_files_were_opened(house: House) -> None:
    desk = Desk(house, files=True)
    (file,) = desk.sheet.criteria["1"].evidence
    desk.look(*KEYS)
    look = LookAtCriterion(task_id=desk.task_id, criterion_id="1", evidence_id=file.id)
    for _again in range(2):
        house.container.judgements.look(desk.actor, look)
    for key in KEYS[:3]:
        desk.agree(key)
    desk.enter("4", "not_met", reason="Thiếu")
    desk.send()

    told = house.events("xa-minh-hoa", "TaskCompleted")[-1].payload["results"]
    assert {key: one["state"] for key, one in told.items()} == desk_states("agreed", "agreed", "agreed", "differs")
    assert {key: one["opened"] for key, one in told.items()} == {"1": [file.sha256], "2": [], "3": [], "4": []}
    house.verify()


def desk_states(*states: str) -> dict[str, str]:
    return dict(zip(KEYS, states, strict=True))


def test_a_file_of_another_criterion_is_not_opened_here(house: House) -> None:
    desk = Desk(house, files=True)
    (file,) = desk.sheet.criteria["2"].evidence
    look = LookAtCriterion(task_id=desk.task_id, criterion_id="1", evidence_id=file.id)
    with pytest.raises(NotFound):
        house.container.judgements.look(desk.actor, look)
    assert desk.states["1"] == "unseen"


def test_together_takes_seen_undecided_rows_only_and_all_or_none(house: House) -> None:
    desk = Desk(house)
    desk.look("1", "2", "3")
    desk.enter("3", "not_met", reason="Khác")

    for keys in (("1", "4"), ("1", "3"), ("1", "x")):
        with pytest.raises((RowRefused, NotFound)):
            desk.together(*keys)
    with pytest.raises(InvalidInput):
        desk.together()
    assert desk.states == desk_states("seen", "seen", "differs", "unseen")

    desk.together("1", "2")
    assert desk.states == desk_states("agreed", "agreed", "differs", "unseen")
    (told,) = house.events("xa-minh-hoa", "CriteriaAgreed")
    assert (told.payload["criteria"], told.payload["together"]) == (["1", "2"], True)


def test_what_was_agreed_together_can_be_undone_until_it_is_sent(house: House) -> None:
    desk = Desk(house)
    desk.look(*KEYS)
    desk.together(*KEYS)
    desk.take_back("1", "2")
    assert desk.states == desk_states("seen", "seen", "agreed", "agreed")
    assert desk.sheet.done == 2

    desk.together("1", "2")
    desk.send()
    with pytest.raises(TransitionRefused):
        desk.take_back("1")


def test_a_second_click_is_the_same_act(house: House) -> None:
    desk = Desk(house)
    desk.look("1", "2")
    command = new_id()
    for _click in range(2):
        desk.together("1", "2", command=command)
    assert len(house.events("xa-minh-hoa", "CriteriaAgreed")) == 1


def test_levels_that_differ_are_never_agreed_to_together(house: House) -> None:
    key = f"xem{next(NUMBERS)}"
    steps = [Judging(), Judging(beside="step_1"), Judging(beside="step_1 step_2")]
    open_procedure(house, judging_package(key, steps), key)
    desk = Desk.__new__(Desk)
    desk.house, desk.actor = house, house.actor(OFFICER)
    desk.task_id = house.take(OFFICER, "step_1").id
    for criterion in KEYS:
        desk.enter(criterion, "met")
    desk.send()
    desk.task_id = house.take(OFFICER, "step_2").id
    desk.look(*KEYS)
    desk.together(*KEYS[1:])
    desk.enter("1", "not_met", reason="Thiếu")
    desk.send()
    desk.task_id = house.take(OFFICER, "step_3").id
    desk.look(*KEYS)

    with pytest.raises(RowRefused):
        desk.together(*KEYS)
    desk.together(*KEYS[1:])
    desk.agree("1")
    assert desk.sheet.summary.not_met == 1


def test_whoever_does_not_have_the_task_looks_without_leaving_a_mark_and_decides_nothing(house: House) -> None:
    desk = Desk(house)
    other = house.person("donvi.minhhoa.hai", (OFFICER_ROLE, "xa-minh-hoa"))
    look = LookAtCriterion(task_id=desk.task_id, criterion_id="1")
    assert house.container.judgements.look(other, look) is None
    desk.look("1")
    with pytest.raises(TransitionRefused):
        house.container.judgements.agree(other, AgreeCriterion(task_id=desk.task_id, criterion_id="1"))
    stranger = house.person("nguoi.la", (OFFICER_ROLE, "xa-lang-gieng"))
    with pytest.raises(NotFound):
        house.container.judgements.look(stranger, look)
    assert desk.states == desk_states("seen", "unseen", "unseen", "unseen")


OFFICER_ROLE = "unit-officer"


def test_a_task_that_was_put_back_keeps_what_was_decided(house: House) -> None:
    desk = Desk(house)
    desk.look(*KEYS[:2])
    desk.agree("1")
    house.container.tasks.release(desk.actor, ReleaseTask(task_id=desk.task_id))
    house.take(OFFICER, "step_2")
    assert desk.states == desk_states("agreed", "seen", "unseen", "unseen")


@pytest.mark.stage("to evaluate")
def test_what_the_figures_prove_is_taken_over_by_one_act(house: House) -> None:
    actor, task = house.actor(BOARD), house.take(BOARD, "evaluation")
    house.look(actor, task.id, "I.18", "I.1")

    house.container.judgements.take_computed(actor, TakeComputed(task_id=task.id, criterion_id="I.18"))

    sheet = house.container.task_views.view(actor, task.id).sheet
    assert sheet is not None
    one = sheet.criteria["I.18"]
    assert one.computation is not None
    assert one.mine.state == "agreed"
    assert one.row is not None
    assert one.row.result == ("met" if one.computation.met else "not_met")
    with pytest.raises(InvalidInput):
        house.container.judgements.take_computed(actor, TakeComputed(task_id=task.id, criterion_id="I.1"))


class TestARound:
    @pytest.mark.stage("to evaluate")
    def test_that_was_returned_asks_the_unit_for_the_named_rows_only(self, house: House) -> None:
        self.give_back(house, {"I.5": "Thiếu ảnh bảng niêm yết"})
        sheet = house.container.task_views.view(house.actor("donvi.minhhoa"), house.task("self_assessment").id).sheet
        assert sheet is not None
        assert [key for key, one in sheet.criteria.items() if one.mine.state != "agreed"] == ["I.5"]

    @pytest.mark.stage("to evaluate")
    def test_keeps_what_was_decided_where_nothing_has_changed(self, house: House) -> None:
        actor, task = house.actor(BOARD), house.take(BOARD, "evaluation")
        house.look(actor, task.id, "I.1", "I.2", "I.5")
        for key in ("I.1", "I.2", "I.5"):
            house.container.judgements.agree(actor, AgreeCriterion(task_id=task.id, criterion_id=key))
        self.give_back(house, {"I.5": "Thiếu ảnh"})
        unit, task = house.actor("donvi.minhhoa"), house.take("donvi.minhhoa", "self_assessment")
        changed = SaveResult(task_id=task.id, criterion_id="I.2", result="met", statement="Sửa lời")
        house.container.assessments.save_result(unit, changed)
        house.look(unit, task.id, "I.5")
        with pytest.raises(RowRefused):
            house.container.judgements.agree(unit, AgreeCriterion(task_id=task.id, criterion_id="I.5"))
        keep = KeepCriterion(task_id=task.id, criterion_id="I.5", reason="Ảnh đã nộp ở tiêu chí I.4")
        house.container.judgements.keep(unit, keep)
        house.container.tasks.complete(unit, CompleteTask(task_id=task.id, outcome="submit"))
        house.settle()

        again = house.container.task_views.view(actor, house.task("evaluation").id).sheet

        assert again is not None
        states = {key: one.mine.state for key, one in again.criteria.items()}
        assert (states["I.1"], states["I.2"], states["I.5"]) == ("agreed", "unseen", "unseen")

    @staticmethod
    def give_back(house: House, why: dict[str, str]) -> None:
        task = house.task("evaluation")
        if task.assignee_id is None:
            house.take(BOARD, "evaluation")
        back = CompleteTask(task_id=task.id, outcome="return", reason="Bổ sung", criterion_reasons=why)
        house.container.tasks.complete(house.actor(BOARD), back)
        house.settle()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["look", "agree", "together", "take_back", "met", "not_met", "nothing", "release"]),
        st.sets(st.sampled_from(KEYS), min_size=1),
    ),
    max_size=10,
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_whatever_is_done_nothing_unseen_is_ever_decided_or_sent(
    house: House, acts: list[tuple[str, set[str]]]
) -> None:
    desk = Desk(house)
    looked: set[str] = set()
    for act, keys in acts:
        before = desk.states
        try:
            do(desk, act, sorted(keys))
        except TransitionRefused:
            assert desk.states == before, "a refused act changes nothing"
        looked |= keys if act == "look" else set()
        decided = {key for key, state in desk.states.items() if state in ("agreed", "differs")}
        assert decided <= looked
        assert desk.sheet.done <= len(decided)
        assert {key for key, state in desk.states.items() if state == "unseen"} == set(KEYS) - looked
    try:
        desk.send()
    except AssessmentIncomplete:
        assert house.case().outcome is None
    else:
        assert looked == set(KEYS)


def do(desk: Desk, act: str, keys: list[str]) -> None:
    match act:
        case "look":
            desk.look(*keys)
        case "agree":
            desk.agree(keys[0])
        case "together":
            desk.together(*keys)
        case "take_back":
            desk.take_back(*keys)
        case "release":
            desk.house.container.tasks.release(desk.actor, ReleaseTask(task_id=desk.task_id))
            desk.house.take(OFFICER, "step_2")
        case result:
            desk.enter(keys[0], None if result == "nothing" else result, reason="Vì sao")
