"""Taking a task and beginning it are one act, told by the two events it is made of."""

import pytest

from tests.support.house import House
from workflow.errors import WorkflowError
from workflow.ids import new_id
from workflow.services.casework.tasks import ClaimTask, TakeTask

OFFICER = "donvi.minhhoa"


def take(house: House, login: str, command_id: str | None = None) -> None:
    task = house.task("registration")
    command = TakeTask(task_id=task.id, command_id=command_id or new_id())
    house.container.tasks.take(house.actor(login), command)


def test_a_waiting_task_is_claimed_and_begun_at_once(house: House) -> None:
    take(house, OFFICER)

    task = house.task("registration")
    assert (task.state, task.assignee_id) == ("in_progress", house.users[OFFICER])
    told = [event.type for event in house.events() if event.type in ("TaskClaimed", "TaskStarted")]
    assert told == ["TaskClaimed", "TaskStarted"]
    house.verify()


def test_the_same_command_twice_is_one_act(house: House) -> None:
    command_id = new_id()
    take(house, OFFICER, command_id)
    take(house, OFFICER, command_id)

    assert [event.type for event in house.events()].count("TaskStarted") == 1


def test_what_one_has_claimed_is_begun_and_what_is_begun_stays_so(house: House) -> None:
    task = house.task("registration")
    house.container.tasks.claim(house.actor(OFFICER), ClaimTask(task_id=task.id, command_id=new_id()))

    take(house, OFFICER)
    take(house, OFFICER)

    assert house.task("registration").state == "in_progress"
    assert [event.type for event in house.events()].count("TaskStarted") == 1


def test_who_comes_second_takes_nothing_and_begins_nothing(house: House) -> None:
    second = house.person("donvi.hai", ("unit-officer", "xa-minh-hoa")).user_id
    take(house, OFFICER)

    with pytest.raises(WorkflowError):
        take(house, "donvi.hai")

    assert house.task("registration").assignee_id not in (None, second)


def test_a_stranger_is_refused_before_anything_happens(house: House) -> None:
    with pytest.raises(WorkflowError):
        take(house, "danhgia.minhhoa")

    assert house.task("registration").state == "ready"
