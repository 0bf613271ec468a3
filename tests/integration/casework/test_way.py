"""A manager moves a case only back on its present way; what a round has decided counts until the round is gone back over."""

from dataclasses import replace

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, House
from tests.support.versions import Move, renamed
from tests.support.world import shipped_package
from workflow.demo.player import Deed
from workflow.demo.stories import opened
from workflow.engine.codec import state_from_json
from workflow.errors import TransitionRefused
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.casework.completion import OutcomeRefused
from workflow.services.casework.operations import OperateCase, Position

CAST = CASTS[COMMUNE_UNIT]
CHAIR, *MEMBERS = CAST.committee
DECISION = {"decision_number": "Minh họa 09/QĐ-BCĐ", "decided_on": "21/12/2023"}
MANAGER = "quanly.tinh"


@pytest.fixture
def decided(house: House) -> House:
    """All but the last member, who is recused, have agreed; the chair is to decide."""
    house.convene()
    open_with_recused(house, MEMBERS[-1])
    for voter in CAST.committee[:-1]:
        house.do(COMMUNE_UNIT, voter, "vote", "agree")
    return house


def open_with_recused(house: House, login: str) -> None:
    opening = opened(CAST, present=CAST.committee, outcome="open", recused=(login,))
    each = {f"recusal_reasons:{one}": "Minh họa: lý do riêng" for one in CAST.committee}
    house.player.do(house.case().id, replace(opening, fields={**opening.fields, **each}))
    house.settle()


def place(house: House) -> Position:
    return house.container.operations.positions(house.actor(MANAGER), house.case().id)[0]


def targets(house: House) -> list[str]:
    return [node for node, _ in place(house).targets]


def move(house: House, target: str) -> None:
    command = OperateCase(
        case_id=house.case().id, reason="Minh họa", activity_id=place(house).activity_id, target_node=target
    )
    house.container.operations.operate(house.actor(MANAGER), command)
    house.settle()


def votes(house: House) -> object:
    return state_from_json(house.case().state or {}).variables["votes"]


def stands_at(house: House) -> set[str]:
    return {task.node_id for task in house.open_tasks()}


class TestTheWay:
    @pytest.mark.stage("to evaluate")
    def test_ends_where_a_return_leads_for_what_lay_after_has_to_be_done_anew(self, house: House) -> None:
        assert targets(house) == ["registration", "pilot_list", "self_assessment"]

        why = {"I.14": "Minh họa: thiếu quyết định."}
        house.do(COMMUNE_UNIT, str(CAST.evaluator), "evaluation", "return", reason="Minh họa", criterion_reasons=why)

        assert targets(house) == ["registration", "pilot_list"]
        with pytest.raises(TransitionRefused) as refusal:
            move(house, "evaluation")
        assert "“Đăng ký xây dựng đơn vị điển hình”, “Đưa vào danh sách điểm”" in str(refusal.value)
        house.verify()

    @pytest.mark.stage("to evaluate")
    def test_ends_where_a_manager_has_gone_back_to(self, house: House) -> None:
        move(house, "pilot_list")

        assert targets(house) == ["registration"]
        with pytest.raises(TransitionRefused):
            move(house, "self_assessment")
        assert stands_at(house) == {"pilot_list"}

    def test_leads_nowhere_at_the_first_step(self, house: House) -> None:
        assert targets(house) == []
        with pytest.raises(TransitionRefused) as refusal:
            move(house, "registration")
        assert (
            str(refusal.value)
            == "No step lies behind “Đăng ký xây dựng đơn vị điển hình” to which the case could be moved back."
        )

    @pytest.mark.stage("to evaluate")
    def test_goes_on_over_another_version_that_renames_its_steps(self, house: House) -> None:
        by = Provenance(actor=SYSTEM, at=house.clock.now())
        new = house.container.publishing.install(renamed(shipped_package()), by)
        Move(house=house, old=house.case().version_id, new=new).make(COMMUNE_UNIT, registration="sign_up")
        assert targets(house) == ["sign_up", "pilot_list", "self_assessment"]

        move(house, "sign_up")

        assert stands_at(house) == {"sign_up"}
        house.verify()

    @pytest.mark.stage("session")
    def test_of_a_dossier_returned_before_the_session_has_no_session_on_it(self, house: House) -> None:
        move(house, "put_forward")
        why = {"I.14": "Minh họa: thiếu quyết định."}
        house.do(COMMUNE_UNIT, CAST.standing, "put_forward", "return", reason="Minh họa", criterion_reasons=why)

        with pytest.raises(TransitionRefused):
            move(house, "convene")

        assert targets(house) == ["registration", "pilot_list"]
        house.verify()


@pytest.mark.stage("session")
class TestARound:
    def test_is_not_left_for_the_decision_that_an_earlier_one_led_to(self, decided: House) -> None:
        move(decided, "open_session")
        open_with_recused(decided, MEMBERS[0])
        assert votes(decided) is None, "the votes of the first round count no more"
        for member in MEMBERS[1:3]:
            decided.do(COMMUNE_UNIT, member, "vote", "disagree", reason="Minh họa: không đạt")

        with pytest.raises(TransitionRefused):
            move(decided, "decision")

        assert stands_at(decided) == {"vote"}
        decided.verify()

    def test_that_is_voted_anew_decides_alone(self, decided: House) -> None:
        move(decided, "vote")
        assert votes(decided) is None
        for voter in CAST.committee[:-1]:
            decided.do(COMMUNE_UNIT, voter, "vote", "disagree", reason="Minh họa: không đạt")
        decided.move_to(*CAST.days["decision"])

        with pytest.raises(OutcomeRefused):
            decided.player.do(
                decided.case().id, Deed(login=CHAIR, node_id="decision", outcome="recognise", fields=DECISION)
            )

        decided.do(COMMUNE_UNIT, CHAIR, "decision", "not_recognise", reason="Minh họa", fields=DECISION)
        assert decided.case().outcome == "not_recognised"
        decided.verify()
