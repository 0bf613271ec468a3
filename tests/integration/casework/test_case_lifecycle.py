"""Suspending, resuming, withdrawing and cancelling a case."""

import pytest

from tests.support.house import ENTERPRISE_UNIT, House
from workflow.demo.player import Deed
from workflow.demo.stories import ENTERPRISE
from workflow.errors import NotFound, TransitionRefused
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.tasks import ClaimTask


def move(house: House, login: str, trigger: str, reason: str = "", unit: str = "xa-minh-hoa") -> str:
    command = CaseCommand(case_id=house.case(unit).id, trigger=trigger, reason=reason)
    return str(house.container.cases.move(house.actor(login), command)["status"])


def test_a_suspended_case_lets_nobody_work_and_goes_on_where_it_stood(house: House) -> None:
    task = house.take("donvi.minhhoa", "registration")
    move(house, "quanly.tinh", "suspend", "Chờ văn bản (minh họa)")

    assert house.open_tasks() == []
    with pytest.raises(TransitionRefused):
        house.container.tasks.claim(house.actor("donvi.minhhoa"), ClaimTask(task_id=task.id))
    assert move(house, "quanly.tinh", "resume") == "active"

    again = house.task("registration")
    assert (again.state, again.assignee_id) == ("reserved", house.users["donvi.minhhoa"])
    house.verify()


@pytest.mark.stage("to assess")
def test_timers_and_reminders_wait_while_a_case_is_suspended(house: House) -> None:
    move(house, "quanly.tinh", "suspend", "Chờ văn bản (minh họa)")
    (timer,) = house.jobs("timer")
    # Straight to the new year: no job is done at its own time, all are due at once.
    house.clock.move_to(timer.run_at.replace(year=2024, month=1, day=2))
    house.container.jobs.run_due()

    assert house.case().outcome is None
    assert house.events("xa-minh-hoa", "TaskReminded", "TaskEscalated", "TimerFired") == []
    (waiting,) = house.jobs("timer")
    assert waiting.attempts == 0

    move(house, "quanly.tinh", "resume")
    house.clock.move_to(waiting.run_at)
    house.settle()
    assert house.case().outcome == "expired"
    house.verify()


def test_a_service_job_waits_while_a_case_is_suspended(house: House) -> None:
    house.register(previous_class="yeu")
    house.player.do(house.case().id, _close())
    move(house, "quanly.tinh", "suspend", "Chờ văn bản (minh họa)")
    house.container.jobs.run_due()
    assert house.case().outcome is None

    move(house, "quanly.tinh", "resume")
    house.clock.move_to(house.jobs("service")[0].run_at)
    house.settle()
    assert (house.case().status, house.case().outcome) == ("completed", "not_eligible")


@pytest.mark.stage("to evaluate")
def test_the_unit_withdraws_before_the_decision(house: House) -> None:
    house.take("danhgia.minhhoa", "evaluation")

    assert move(house, "donvi.minhhoa", "withdraw", "Đơn vị xin rút (minh họa)") == "withdrawn"

    assert house.open_tasks() == []
    assert house.tasks("evaluation")[0].state == "cancelled"
    assert house.jobs("escalate") == house.jobs("timer") == house.jobs("remind") == []
    event = house.events("xa-minh-hoa", "CaseWithdrawn")[-1]
    assert (event.role, event.organisation) == ("unit-officer", "xa-minh-hoa")
    assert event.payload == {"from": "active", "to": "withdrawn", "reason": "Đơn vị xin rút (minh họa)"}
    house.verify()


def test_not_once_the_decision_has_been_made_even_before_the_worker_wrote_it_down(house: House) -> None:
    house.until_evaluation(ENTERPRISE_UNIT)
    deed = Deed(
        login=str(ENTERPRISE.evaluator),
        node_id="evaluation",
        outcome="reject",
        reason="Minh họa: chưa đạt",
        failing={"II.6": "Minh họa: có vi phạm."},
    )
    house.player.do(house.case(ENTERPRISE_UNIT).id, deed)
    with pytest.raises(TransitionRefused) as refused:
        move(house, ENTERPRISE.unit, "withdraw", unit=ENTERPRISE_UNIT)
    assert refused.value.guard == "undecided"

    house.settle()
    assert house.case(ENTERPRISE_UNIT).outcome == "not_recognised"
    with pytest.raises(TransitionRefused):
        move(house, ENTERPRISE.unit, "withdraw", unit=ENTERPRISE_UNIT)


def test_nobody_else_withdraws_and_the_refusal_says_who_could(house: House) -> None:
    house.person("kiemsoat.xa", ("auditor", "xa-minh-hoa"))
    for login in ("quanly.tinh", "danhgia.minhhoa", "kiemsoat.xa"):
        with pytest.raises(TransitionRefused) as refused:
            move(house, login, "withdraw")
        assert any("Đặng Minh Họa" in person for person in refused.value.who_can_act)
    with pytest.raises(NotFound):
        move(house, "donvi.langgieng", "withdraw")


def test_a_manager_cancels_with_a_reason(house: House) -> None:
    with pytest.raises(TransitionRefused):
        move(house, "quanly.tinh", "cancel", "  ")
    with pytest.raises(TransitionRefused) as refused:
        move(house, "donvi.minhhoa", "cancel", "Tôi muốn hủy")
    assert any("Phạm Minh Họa Bốn" in person for person in refused.value.who_can_act)

    assert move(house, "quanly.tinh", "cancel", "Mở nhầm hồ sơ (minh họa)") == "cancelled"
    assert house.case().ended_at is not None
    house.verify()


def test_a_suspended_case_can_be_cancelled(house: House) -> None:
    move(house, "quanly.tinh", "suspend", "Chờ")
    assert move(house, "quanly.tinh", "cancel", "Không còn đơn vị này (minh họa)") == "cancelled"
    assert house.tasks("registration")[0].state == "cancelled"
    house.verify()


def test_a_repeated_click_suspends_once(house: House) -> None:
    command = CaseCommand(case_id=house.case().id, trigger="suspend", reason="Chờ")
    first = house.container.cases.move(house.actor("quanly.tinh"), command)
    assert house.container.cases.move(house.actor("quanly.tinh"), command) == first
    assert len(house.events("xa-minh-hoa", "CaseSuspended")) == 1


def _close() -> Deed:
    return Deed(
        login="thuongtruc.thuongxuan", node_id="eligibility_review", outcome="close", reason="Không đủ điều kiện"
    )
