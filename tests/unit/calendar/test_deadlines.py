"""Yearly deadlines: the plan's own dates, both readings of "trước ngày", exceptions of one year, reminders."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from workflow.calendar.deadlines import DayOff, DeadlineRule, resolve
from workflow.calendar.seed import calendar_of, seed_holidays
from workflow.calendar.working_time import ZONE
from workflow.errors import InvalidInput

CALENDAR = calendar_of(seed_holidays(2022, 2025))
PILOT_LIST = DeadlineRule(
    id="pilot_list",
    label="Gửi danh sách đơn vị điểm",
    month_day="02-15",
    remind="WT5D",
    escalate_to="manager@police@province",
    years={2023: "04-05"},
    source="[004] IV.9",
)


def test_before_a_day_ends_with_the_last_second_of_the_day_before() -> None:
    deadline = resolve(PILOT_LIST, 2024, CALENDAR)
    assert deadline.last_day == date(2024, 2, 14)
    assert deadline.due_at == datetime(2024, 2, 14, 16, 59, 59, tzinfo=UTC)


def test_the_exception_of_2023_holds_in_2023_only() -> None:
    assert resolve(PILOT_LIST, 2023, CALENDAR).last_day == date(2023, 4, 4)
    assert resolve(PILOT_LIST, 2025, CALENDAR).last_day == date(2025, 2, 14)


def test_on_or_before_counts_the_named_day_itself() -> None:
    assert resolve(replace(PILOT_LIST, semantics="on-or-before"), 2023, CALENDAR).last_day == date(2023, 4, 5)


def test_before_the_first_of_january_is_in_the_year_before() -> None:
    assert resolve(replace(PILOT_LIST, month_day="01-01", remind=""), 2024, CALENDAR).last_day == date(2023, 12, 31)


def test_the_reminder_comes_five_working_days_before_at_the_opening_hour() -> None:
    remind_at = resolve(PILOT_LIST, 2023, CALENDAR).remind_at
    assert remind_at is not None
    assert remind_at.astimezone(ZONE) == datetime(2023, 3, 28, 8, 0, tzinfo=ZONE)


def test_the_reminder_steps_over_the_holidays_of_tet_and_its_own_free_day() -> None:
    remind_at = resolve(PILOT_LIST, 2024, CALENDAR).remind_at
    assert remind_at is not None
    assert remind_at.astimezone(ZONE).date() == date(2024, 2, 1)


def test_without_a_reminder_there_is_none() -> None:
    assert resolve(replace(PILOT_LIST, remind=""), 2024, CALENDAR).remind_at is None


@pytest.mark.parametrize(
    ("day_off", "last_day"),
    [("keep", date(2025, 2, 1)), ("next", date(2025, 2, 3)), ("previous", date(2025, 1, 24))],
)
def test_a_last_day_that_is_free_stays_or_moves_as_the_rule_says(day_off: DayOff, last_day: date) -> None:
    rule = replace(PILOT_LIST, month_day="02-01", semantics="on-or-before", day_off=day_off)
    assert resolve(rule, 2025, CALENDAR).last_day == last_day


@pytest.mark.parametrize("month_day", ["02-29", "13-01", "2-15", "15/02", ""])
def test_a_day_that_the_year_does_not_have_is_refused_by_name(month_day: str) -> None:
    with pytest.raises(InvalidInput, match="pilot_list"):
        resolve(replace(PILOT_LIST, month_day=month_day), 2025, CALENDAR)


@pytest.mark.parametrize("remind", ["WT5H", "-WT5D", "WT0D", "P5D"])
def test_a_reminder_that_is_no_number_of_working_days_is_refused(remind: str) -> None:
    with pytest.raises(InvalidInput):
        resolve(replace(PILOT_LIST, remind=remind), 2024, CALENDAR)


def test_an_unknown_reading_is_refused() -> None:
    rule = replace(PILOT_LIST, semantics="about")  # type: ignore[arg-type]  # data may hold any text
    with pytest.raises(InvalidInput, match="about"):
        resolve(rule, 2024, CALENDAR)
