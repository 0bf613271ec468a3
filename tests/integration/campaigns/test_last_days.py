"""A last day that has passed or is not worked is said before it is applied; what is saved unchanged moves nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.support.world import World, shipped_package
from workflow.calendar.seed import calendar_of, seed_holidays
from workflow.errors import Unconfirmed
from workflow.organisation.authority import Actor
from workflow.packages.package import read_package
from workflow.services.campaigns.campaigns import ChangeDeadline, edited, remind_days
from workflow.services.ground.days import day_doubts

CALENDAR = calendar_of(seed_holidays(2022, 2026))
PACKAGE = read_package(shipped_package())
TODAY = date(2023, 3, 1)
ASKED = {
    "has passed": (date(2023, 2, 28), ["past"]),
    "a Saturday": (date(2023, 4, 15), ["off"]),
    "a holiday": (date(2023, 9, 4), ["off"]),
    "a Sunday that has passed": (date(2023, 2, 26), ["past", "off"]),
    "today": (TODAY, []),
    "a working day ahead": (date(2023, 4, 14), []),
}


def change(campaign_id: str, day: date, **more: Any) -> ChangeDeadline:
    return ChangeDeadline(
        campaign_id=campaign_id,
        deadline_id="registration",
        last_day=day,
        remind_days=5,
        reason="Công văn",
        revision=1,
        **more,
    )


@pytest.mark.parametrize(("day", "kinds"), ASKED.values(), ids=ASKED)
def test_a_doubtful_last_day_is_asked_about_and_then_applied(
    world: World, manager: Actor, campaign_id: str, day: date, kinds: list[str]
) -> None:
    if not kinds:
        world.campaigns.change_deadline(manager, change(campaign_id, day))
        return
    with pytest.raises(Unconfirmed) as asked:
        world.campaigns.change_deadline(manager, change(campaign_id, day))
    keys = tuple(doubt.key for doubt in asked.value.doubts)
    assert [key.partition(":")[0] for key in keys] == kinds
    with pytest.raises(Unconfirmed):
        world.campaigns.change_deadline(manager, change(campaign_id, day, confirmed=("off:registration:2023-12-30",)))

    world.campaigns.change_deadline(manager, change(campaign_id, day, confirmed=keys))

    assert world.campaigns.get(manager, campaign_id).deadlines["registration"]["last_day"] == day.isoformat()


def test_the_working_days_beside_it_are_proposed() -> None:
    (doubt,) = day_doubts("x", date(2023, 9, 2), CALENDAR, TODAY)
    assert (doubt.params["previous"], doubt.params["next"]) == (date(2023, 8, 31), date(2023, 9, 5))


def test_the_days_of_a_planned_campaign_are_said_before_it_is_opened(
    world: World, manager: Actor, campaign_id: str
) -> None:
    found = world.campaigns.doubts(manager, campaign_id)
    deadlines = world.campaigns.get(manager, campaign_id).deadlines
    for key, deadline in deadlines.items():
        day = date.fromisoformat(deadline["last_day"])
        assert (key in found) == (day < TODAY or not CALENDAR.is_working_day(day))


DAYS = st.dates(date(2023, 1, 5), date(2026, 12, 20))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(last_day=DAYS, days=st.integers(0, 60))
def test_what_the_form_begins_with_saved_again_moves_nothing(last_day: date, days: int) -> None:
    made = _edited({"registration": _plain(last_day)}, last_day + timedelta(days=1), days)
    made = _edited(made, last_day, days)

    shown = remind_days(made, CALENDAR)["registration"]

    assert _edited(made, last_day, shown) == made


def _plain(day: date) -> dict[str, Any]:
    return {"last_day": day.isoformat(), "due_at": "", "remind_at": None, "escalate_to": "", "late": "allowed"}


def _edited(deadlines: Mapping[str, Any], last_day: date, days: int) -> dict[str, Any]:
    wish = replace(change("c", last_day), remind_days=days)
    return {"registration": edited(deadlines, wish, PACKAGE, CALENDAR)}


@settings(max_examples=200, deadline=None)
@given(last_day=DAYS, days=st.integers(1, 60))
def test_a_reminder_is_shown_by_the_number_that_gives_its_day(last_day: date, days: int) -> None:
    made = _edited({"registration": _plain(last_day + timedelta(days=1))}, last_day, days)
    shown = remind_days(made, CALENDAR)["registration"]
    again = _edited({"registration": _plain(last_day + timedelta(days=1))}, last_day, shown)
    assert again["registration"]["remind_at"] == made["registration"]["remind_at"]
