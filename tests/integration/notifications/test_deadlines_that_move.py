"""A deadline that moves over its own reminder reminds at once, and again where it moves once more."""

from datetime import date

import pytest

from tests.integration.casework.test_deadlines import REMINDER, change, told
from tests.support.house import House


@pytest.mark.stage("to assess")
def test_a_deadline_shortened_past_its_reminder_reminds_at_once(house: House) -> None:
    house.move_to(11, 13)
    assert REMINDER not in told(house, "donvi.minhhoa"), "due on 30 November, to be reminded of on the 23rd"

    change(house, "self_assessment", date(2023, 11, 16))

    assert told(house, "donvi.minhhoa").count(REMINDER) == 1
    (event,) = house.events("xa-minh-hoa", "TaskReminded")
    assert event.payload["told"] == 1
    house.move_to(11, 16, 9)
    assert told(house, "donvi.minhhoa").count(REMINDER) == 1
    house.verify()


@pytest.mark.stage("to assess")
def test_a_deadline_moved_within_its_reminder_says_the_new_day(house: House) -> None:
    house.move_to(11, 24)
    assert told(house, "donvi.minhhoa").count(REMINDER) == 1
    change(house, "self_assessment", date(2023, 11, 29))
    notes = house.container.notifications.list(house.actor("donvi.minhhoa"), 100)
    assert [note.params["due"] for note in notes if note.template == REMINDER] == ["29/11/2023", "30/11/2023"]


@pytest.mark.stage("to assess")
def test_who_is_given_the_task_after_the_reminder_hears_of_the_day(house: House) -> None:
    """An arrival says until when: a task that comes after its reminder's day has no reminder of its own."""
    house.move_to(11, 28)
    offered = "New in your group: “%(task)s” for %(unit)s (%(business_key)s), due on %(due)s."
    notes = house.container.notifications.list(house.actor("donvi.minhhoa"), 100)
    assert "30/11/2023" in [note.params["due"] for note in notes if note.template == offered]
