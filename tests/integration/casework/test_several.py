"""Several tasks at once: named first, then each by itself, and whatever is refused is named."""

import pytest

from tests.support.house import CASTS, COMMUNE_UNIT, PASSWORD, House
from tests.support.queues import NODE, OFFICE, agencies
from tests.support.web import Person
from webui.app import create_app
from webui.settings import WebSettings
from workflow.demo.stories import opened
from workflow.errors import InvalidInput, NotFound, TaskChanged, TaskRefused
from workflow.services.casework.completion import Answers
from workflow.services.casework.fields import FormRefused
from workflow.services.casework.queue.several import (
    Batch,
    ClaimTasks,
    DecideTasks,
    HandOverTasks,
    Seen,
)
from workflow.services.casework.tasks import ClaimTask

COLLEAGUE, MANAGER = "thuongtruc.hai", "quanly.tinh"


def colleague(house: House) -> None:
    house.person(COLLEAGUE, ("standing-officer", house.actor(OFFICE).assignments[0].organisation_id))


def seen(house: House, units: list[str], node: str = NODE) -> list[Seen]:
    tasks = [house.task(node, unit) for unit in units]
    return [Seen(task_id=one.id, revision=one.revision) for one in tasks]


def ids(tasks: list[Seen]) -> list[str]:
    return [one.task_id for one in tasks]


def refusals(batch: Batch) -> list[type[Exception] | None]:
    return [type(one.refusal) if one.refusal else None for one in batch.lines]


def test_each_is_claimed_by_itself_and_what_changed_since_is_refused(house: House) -> None:
    units, several, me = agencies(house, 3), house.container.several, house.actor(OFFICE)
    colleague(house)
    tasks = seen(house, units)
    assert refusals(several.claiming(me, ids(tasks))) == [None, None, None]
    other = house.actor(COLLEAGUE)
    house.container.tasks.claim(other, ClaimTask(task_id=tasks[1].task_id))

    command = ClaimTasks(tasks=tasks)
    found = several.claim(me, command)

    assert refusals(found) == [None, TaskChanged, None]
    assert [house.task(NODE, unit).assignee_id for unit in units] == [me.user_id, other.user_id, me.user_id]
    assert [len(house.events(unit, "TaskClaimed")) for unit in units] == [2, 1 + 1, 2], (
        "the unit's officer claimed, too"
    )
    assert refusals(several.claim(me, command)) == [None, TaskChanged, None], "a second click changes nothing"
    assert len(house.events(units[0], "TaskClaimed")) == 2


def test_tasks_of_one_kind_are_decided_with_the_same_answers(house: House) -> None:
    units, several, me = agencies(house, 3), house.container.several, house.actor(OFFICE)
    tasks = seen(house, units)
    unanswered = several.deciding(me, ids(tasks), Answers(outcome=""))
    assert refusals(unanswered) == [FormRefused] * 3

    found = several.decide(me, DecideTasks(tasks=tasks, outcome="accept"))

    assert refusals(found) == [None, None, None]
    for unit in units:
        told = [one.type for one in house.events(unit) if one.actor == me.user_id]
        assert [one for one in told if one.startswith("Task")] == ["TaskClaimed", "TaskStarted", "TaskCompleted"]
        assert house.task("self_assessment", unit).state == "ready"
    house.verify()


def test_what_is_refused_leaves_the_task_as_it_was(house: House) -> None:
    units, me = agencies(house, 2), house.actor(OFFICE)
    tasks = seen(house, units)
    wrong = [tasks[0], Seen(task_id=tasks[1].task_id, revision=tasks[1].revision + 1)]

    found = house.container.several.decide(me, DecideTasks(tasks=wrong, outcome="no such outcome"))

    assert refusals(found) == [FormRefused, TaskChanged]
    assert [house.task(NODE, unit).state for unit in units] == ["ready", "ready"]
    assert house.events(units[0], "TaskStarted")[-1].actor != me.user_id


def test_ones_own_are_handed_over_and_a_manager_gives_the_others(house: House) -> None:
    units, several = agencies(house, 2), house.container.several
    colleague(house)
    me, other, manager = (house.actor(one) for one in (OFFICE, COLLEAGUE, MANAGER))
    house.container.tasks.claim(me, ClaimTask(task_id=house.task(NODE, units[0]).id))
    tasks = seen(house, units)

    offered = several.receivers(me, ids(tasks))
    assert refusals(offered.batch) == [None, TaskRefused]
    assert [(user, number) for user, _name, _office, number in offered.people] == [(other.user_id, 1)]
    assert not offered.needs_reason
    handed = several.hand_over(me, HandOverTasks(tasks=tasks, user_id=other.user_id))
    assert refusals(handed) == [None, TaskRefused]

    tasks = seen(house, units)
    assert several.receivers(manager, ids(tasks)).needs_reason
    bare = several.handing_over(manager, ids(tasks), me.user_id, "")
    assert refusals(bare) == [TaskRefused, TaskRefused], "a reason is missing"
    given = several.hand_over(manager, HandOverTasks(tasks=tasks, user_id=me.user_id, reason="Minh họa: nghỉ phép"))
    assert refusals(given) == [None, None]
    assert [house.task(NODE, unit).assignee_id for unit in units] == [me.user_id, me.user_id]
    assert house.events(units[1], "TaskReassigned")[-1].payload["reason"] == "Minh họa: nghỉ phép"
    assert refusals(several.handing_over(manager, ids(tasks), "nobody", "Minh họa")) == [InvalidInput, InvalidInput]


@pytest.mark.stage("evaluation")
def test_criteria_are_judged_alone_and_strangers_learn_nothing(house: House) -> None:
    several, evaluator = house.container.several, house.actor("danhgia.minhhoa")
    task = house.task("evaluation")
    seen_task = Seen(task_id=task.id, revision=task.revision)

    assert refusals(several.deciding(evaluator, [task.id])) == [TaskRefused]
    decided = several.decide(evaluator, DecideTasks(tasks=[seen_task], outcome="approve"))
    assert "criteria" in str(decided.lines[0].refusal)
    with pytest.raises(NotFound):
        several.claim(house.actor("danhgia.langgieng"), ClaimTasks(tasks=[seen_task]))
    assert several.claiming(evaluator, [task.id, "no such task"]).missing == 1
    registration = house.task("registration", "tho-thanh")
    both = [seen_task, Seen(task_id=registration.id, revision=registration.revision)]
    with pytest.raises(InvalidInput, match="one kind"):
        several.decide(house.actor(MANAGER), DecideTasks(tasks=both, outcome="approve"))
    with pytest.raises(InvalidInput, match="At most 100"):
        several.claiming(evaluator, [str(number) for number in range(101)])


@pytest.mark.stage("session")
def test_a_session_is_opened_and_a_vote_cast_by_itself(house: House) -> None:
    house.convene()
    several, cast = house.container.several, CASTS[COMMUNE_UNIT]
    opening = house.task("open_session")
    refused = several.deciding(house.actor(cast.standing), [opening.id])
    assert "opens a session" in str(refused.lines[0].refusal)

    house.player.do(house.case().id, opened(cast, present=cast.committee, outcome="open"))

    member = cast.committee[1]
    refused = several.deciding(house.actor(member), [house.task("vote", login=member).id])
    assert "your part of a vote" in str(refused.lines[0].refusal)


def test_the_pages_name_every_task_before_and_after(house: House) -> None:
    units = agencies(house, 3)
    colleague(house)
    app = create_app(house.container, WebSettings(secret_key="k" * 40, demonstration=True), testing=True)
    clerk = Person.at(app).sign_in(OFFICE, PASSWORD).open("/nhiem-vu?text=Minh")
    ticks = "&".join(f"task={house.task(NODE, unit).id}" for unit in units)
    back = "back=/nhiem-vu%3Ftext%3DMinh"

    clerk.open("/nhiem-vu/nhieu/xu-ly?" + back)
    assert "Hãy đánh dấu ít nhất một nhiệm vụ" in clerk.text
    assert clerk.page.xpath("//input[@name='text']/@value") == ["Minh"], "the list is as it was"
    clerk.open(f"/nhiem-vu/nhieu/nhan?{ticks}&{back}")
    assert clerk.heading == "Nhận 3 nhiệm vụ"
    house.container.tasks.claim(house.actor(COLLEAGUE), ClaimTask(task_id=house.task(NODE, units[2]).id))
    clerk.send("/nhieu/nhan")
    assert "Bạn đã nhận 2 nhiệm vụ" in clerk.heading
    assert [one.text_content().split() for one in clerk.page.xpath("//td[@class='c-what']")] == [["đã", "nhận"]] * 2
    assert "1 nhiệm vụ bị từ chối" in clerk.text
    assert "Cơ quan Minh Họa 03" in clerk.page.xpath("string(//*[@role='alert'])")
    assert clerk.page.xpath("//a[text()='Quay lại nhiệm vụ của tôi' or contains(@href, 'text=Minh')]")

    clerk.open(f"/nhiem-vu/nhieu/chuyen-giao?{ticks}&{back}")
    assert not clerk.page.xpath("//main//input[@checked]"), "nobody is chosen beforehand"
    clerk.send("/nhieu/chuyen-giao", status=422)
    clerk.send("/nhieu/chuyen-giao", {"user_id": house.users[COLLEAGUE]})
    assert "Xác nhận: giao 2 nhiệm vụ" in clerk.heading

    clerk.open(f"/nhiem-vu/nhieu/xu-ly?{ticks}&{back}")
    assert not clerk.page.xpath("//main//input[@checked]"), "no result is chosen beforehand"
    clerk.send("/nhieu/xu-ly", status=422)
    assert "Cơ quan Minh Họa 01" in clerk.text
    clerk.send("/nhieu/xu-ly", {"outcome": "accept"})
    assert "Xác nhận" in clerk.heading
    clerk.send("/nhieu/xu-ly")
    assert "2 nhiệm vụ" in clerk.heading
    assert [len(house.open_tasks(unit)) for unit in units] == [1, 1, 1]
    assert [house.open_tasks(unit)[0].node_id for unit in units] == ["self_assessment", "self_assessment", NODE]
