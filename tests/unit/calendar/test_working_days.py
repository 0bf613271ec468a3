"""Counting along working days of a calendar with a holiday and a make-up Saturday."""

from datetime import date, timedelta

import pytest

from workflow.calendar.working_time import LIMIT, WorkingCalendar
from workflow.errors import InvalidInput

NEW_YEAR = date(2026, 1, 1)
SWAPPED_FRIDAY = date(2026, 1, 2)
MAKE_UP_SATURDAY = date(2026, 1, 10)
CALENDAR = WorkingCalendar(
    holidays={NEW_YEAR: "Tết Dương lịch", SWAPPED_FRIDAY: "Hoán đổi"}, working_weekends=frozenset({MAKE_UP_SATURDAY})
)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 12, 31), True),
        (NEW_YEAR, False),
        (SWAPPED_FRIDAY, False),
        (date(2026, 1, 3), False),
        (date(2026, 1, 4), False),
        (MAKE_UP_SATURDAY, True),
        (date(2026, 1, 11), False),
    ],
)
def test_holidays_and_weekends_are_free_and_make_up_days_are_worked(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked


def test_the_working_day_after_new_years_eve_comes_after_holiday_swap_and_weekend() -> None:
    assert CALENDAR.add_working_days(date(2025, 12, 31), 1) == date(2026, 1, 5)


def test_a_make_up_saturday_counts_as_a_working_day() -> None:
    assert CALENDAR.add_working_days(date(2026, 1, 9), 1) == MAKE_UP_SATURDAY
    assert CALENDAR.add_working_days(date(2026, 1, 9), 2) == date(2026, 1, 12)


def test_counting_backwards_skips_the_same_free_days() -> None:
    assert CALENDAR.add_working_days(date(2026, 1, 5), -1) == date(2025, 12, 31)


def test_no_days_leave_even_a_free_day_where_it_is() -> None:
    assert CALENDAR.add_working_days(NEW_YEAR, 0) == NEW_YEAR


def test_days_between_count_the_last_and_not_the_first() -> None:
    assert CALENDAR.working_days_between(date(2025, 12, 31), date(2026, 1, 5)) == 1
    assert CALENDAR.working_days_between(date(2026, 1, 9), date(2026, 1, 12)) == 2
    assert CALENDAR.working_days_between(date(2026, 1, 12), date(2026, 1, 9)) == -2
    assert CALENDAR.working_days_between(NEW_YEAR, NEW_YEAR) == 0


def test_the_days_of_millennia_are_counted_without_walking_along_them() -> None:
    assert CALENDAR.working_days_between(date(2026, 1, 5), date.max) == 2_080_315
    assert CALENDAR.working_days_between(date.max, date.min) < -2_000_000


@pytest.mark.parametrize("count", [LIMIT + 1, -LIMIT - 1])
def test_more_days_than_the_limit_are_refused(count: int) -> None:
    with pytest.raises(InvalidInput, match=str(LIMIT)):
        CALENDAR.add_working_days(NEW_YEAR, count)


def test_a_calendar_without_a_working_day_is_refused_instead_of_searched_for_ever() -> None:
    start = date(2026, 1, 1)
    free = {start + timedelta(days=offset): "nghỉ" for offset in range(500)}
    with pytest.raises(InvalidInput, match="no working day"):
        WorkingCalendar(holidays=free).add_working_days(start, 1)


def test_the_end_of_all_dates_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput):
        WorkingCalendar().add_working_days(date.max, 1)
