"""A step that was sent is taken back while nobody has begun with the next: given back to the sender as it was, told, and on the record."""

from dataclasses import replace

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, House
from workflow.demo.stories import opened
from workflow.errors import NotFound, TaskRefused, TransitionRefused
from workflow.services.casework.queue.taking_back import TakeBackStep
from workflow.services.casework.tasks import ClaimTask, CompleteTask, ReleaseTask
from workflow.store.rows import Page

UNIT, EVALUATOR = "donvi.minhhoa", "danhgia.minhhoa"
CAST = CASTS[COMMUNE_UNIT]
WHY = "Minh họa: gửi nhầm tệp"


def sent(house: House, node: str, login: str | None = None) -> str:
    """The id of the task of that node that was finished last, by anybody or by that person."""
    who = house.users[login] if login else None
    return next(one.id for one in house.tasks(node) if one.state == "completed" and who in (None, one.completed_by))


def take_back(house: House, login: str, node: str, reason: str = WHY) -> str:
    found = house.container.taking_back.take_back(
        house.actor(login), TakeBackStep(task_id=sent(house, node), reason=reason)
    )
    house.settle()
    return str(found["task_id"])


def why_not(house: House, login: str, node: str, sender: str | None = None) -> str:
    """Why the page says that it cannot be taken back; it is refused for the same reason, and nothing changes."""
    step = sent(house, node) if sender is None else sent(house, node, sender)
    told = house.container.taking_back.sent(house.actor(login), step).refusal
    before = len(house.events())
    with pytest.raises(TransitionRefused) as refused:
        house.container.taking_back.take_back(house.actor(login), TakeBackStep(task_id=step, reason=WHY))
    assert len(house.events()) == before
    assert str(refused.value) == str(told)
    return str(told)


def told(house: House, login: str) -> list[str]:
    with house.container.units.reading() as uow:
        found = uow.notifications.of_user(house.users[login], Page(limit=20))
        rows = found[0] if isinstance(found, tuple) else found
        return [one.template for one in rows]


@pytest.mark.stage("evaluation")
def test_what_was_sent_comes_back_with_what_was_entered(house: House) -> None:
    before = house.container.task_views.view(house.actor(UNIT), sent(house, "self_assessment"))
    assert before.task.state == "completed"

    task_id = take_back(house, UNIT, "self_assessment")

    (task,) = house.open_tasks()
    assert (task.id, task.node_id, task.state) == (task_id, "self_assessment", "in_progress")
    assert task.assignee_id == house.users[UNIT]
    view = house.container.task_views.view(house.actor(UNIT), task.id)
    assert view.sheet is not None
    assert view.sheet.open == []
    assert view.returned is None
    house.verify()
    house.container.tasks.complete(house.actor(UNIT), CompleteTask(task_id=task.id, outcome="submit"))
    house.settle()
    assert house.task("evaluation").state == "ready"
    house.verify()


@pytest.mark.stage("evaluation")
def test_it_is_an_event_and_those_are_told_who_had_been_told_of_the_arrival(house: House) -> None:
    waiting = house.task("evaluation")

    take_back(house, UNIT, "self_assessment")

    (event,) = house.events(COMMUNE_UNIT, "TaskTakenBack")
    assert event.payload == {
        "task_id": waiting.id,
        "node_id": "self_assessment",
        "from_node": "evaluation",
        "sent": sent(house, "self_assessment"),
        "reason": WHY,
    }
    assert event.actor == house.users[UNIT]
    assert house.task_by_id(waiting.id).state == "cancelled"
    assert any("has taken back what was sent" in one for one in told(house, EVALUATOR))
    assert not any("has taken back" in one for one in told(house, UNIT))
    case = house.container.case_views.view(house.actor(EVALUATOR), house.case().id)
    gone = next(one for one in case.done_tasks if one.task.id == waiting.id)
    assert gone.cancellation is not None
    assert gone.cancellation.reason == WHY


@pytest.mark.stage("evaluation")
def test_only_the_sender_and_only_while_nobody_has_begun(house: House) -> None:
    evaluator, task = house.actor(EVALUATOR), house.task("evaluation")
    assert "Only whoever sent" in why_not(house, EVALUATOR, "self_assessment")
    with pytest.raises(NotFound):
        house.container.taking_back.sent(house.actor("danhgia.langgieng"), sent(house, "self_assessment"))
    with pytest.raises(TaskRefused, match="reason"):
        take_back(house, UNIT, "self_assessment", " ")

    house.container.tasks.claim(evaluator, ClaimTask(task_id=task.id))
    assert "has already taken or begun" in why_not(house, UNIT, "self_assessment")

    house.container.tasks.release(evaluator, ReleaseTask(task_id=task.id))
    assert house.container.taking_back.sent(house.actor(UNIT), sent(house, "self_assessment")).refusal is None
    house.take(EVALUATOR, "evaluation")
    house.look(evaluator, task.id, "I.1")
    house.do(COMMUNE_UNIT, EVALUATOR, "evaluation", "approve")
    assert "later step" in why_not(house, UNIT, "self_assessment")


@pytest.mark.stage("evaluation")
def test_a_return_is_taken_back_too(house: House) -> None:
    why = {"I.14": "Minh họa: thiếu quyết định."}
    house.do(COMMUNE_UNIT, EVALUATOR, "evaluation", "return", reason="Minh họa", criterion_reasons=why)
    assert house.task("self_assessment").assignee_id == house.users[UNIT], "it has gone to its author by itself"

    task_id = take_back(house, EVALUATOR, "evaluation")

    task = house.task("evaluation")
    assert (task.id, task.state, task.assignee_id) == (task_id, "in_progress", house.users[EVALUATOR])
    assert task.draft is not None
    assert task.draft["outcome"] == "", "the result is chosen anew"
    assert task.draft["criterion_reasons"] == why
    house.verify()


@pytest.mark.stage("conclusion")
def test_a_part_of_a_round_and_what_has_opened_one_stay_sent(house: House) -> None:
    assert "is not taken back" in why_not(house, CAST.inspectors[1], "member_findings", CAST.inspectors[1])


@pytest.mark.stage("session")
def test_a_session_that_was_opened_stays_opened(house: House) -> None:
    house.convene()
    house.player.do(house.case().id, opened(CAST, present=CAST.committee, outcome="open"))
    house.settle()

    assert "is not taken back" in why_not(house, CAST.standing, "open_session")


@pytest.mark.stage("decided")
def test_after_the_end_nothing_is_taken_back(house: House) -> None:
    assert "has ended" in why_not(house, CAST.committee[0], "decision")


def test_not_past_a_deadline_that_is_refused(house: House) -> None:
    house.register()
    with house.container.units() as uow:
        campaign = uow.campaigns.get(house.campaign_id)
        strict = {name: {**one, "late": "refused"} for name, one in campaign.deadlines.items()}
        uow.campaigns.save(replace(campaign, deadlines=strict))
        uow.commit()
    house.move_to(4, 20)

    assert "deadline" in why_not(house, UNIT, "registration")


@pytest.mark.stage("evaluation")
def test_a_second_click_is_the_same_act(house: House) -> None:
    command = TakeBackStep(task_id=sent(house, "self_assessment"), reason=WHY)
    first = house.container.taking_back.take_back(house.actor(UNIT), command)

    again = house.container.taking_back.take_back(house.actor(UNIT), command)

    assert first == again
    assert len(house.events(COMMUNE_UNIT, "TaskTakenBack")) == 1
