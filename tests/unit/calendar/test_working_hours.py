"""Working time added to an instant: days keep the time of day, hours run only while the office is open."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from workflow.calendar.working_time import ZONE, WorkingCalendar
from workflow.errors import InvalidInput

CALENDAR = WorkingCalendar(holidays={date(2026, 1, 1): "Tết Dương lịch"})


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2025-12-31T10:00", "WT1D", "2026-01-02T10:00"),
        ("2026-01-03T10:00", "WT1D", "2026-01-05T10:00"),
        ("2026-01-05T23:30", "WT1D", "2026-01-06T23:30"),
        ("2026-01-06T10:00", "-WT2D", "2026-01-02T10:00"),
        ("2026-01-03T10:00", "WT0D", "2026-01-03T10:00"),
    ],
)
def test_days_keep_the_local_time_of_day(start: str, text: str, expected: str) -> None:
    assert CALENDAR.add(local(start), text) == local(expected)


@pytest.mark.parametrize(
    ("start", "text", "expected"),
    [
        ("2026-01-05T08:00", "WT4H", "2026-01-05T12:00"),
        ("2026-01-05T08:00", "WT5H", "2026-01-05T14:00"),
        ("2026-01-05T08:00", "WT8H", "2026-01-05T17:00"),
        ("2026-01-05T16:00", "WT2H", "2026-01-06T09:00"),
        ("2026-01-05T06:00", "WT1H", "2026-01-05T09:00"),
        ("2026-01-05T12:30", "WT1H", "2026-01-05T14:00"),
        ("2026-01-05T20:00", "WT1H", "2026-01-06T09:00"),
        ("2026-01-03T10:00", "WT1H", "2026-01-05T09:00"),
        ("2025-12-31T16:00", "WT2H", "2026-01-02T09:00"),
        ("2026-01-05T09:00", "-WT2H", "2026-01-02T16:00"),
        ("2026-01-05T08:00", "WT1D4H", "2026-01-06T12:00"),
    ],
)
def test_hours_skip_night_pause_weekend_and_holiday(start: str, text: str, expected: str) -> None:
    assert CALENDAR.add(local(start), text) == local(expected)


def test_the_result_is_in_utc() -> None:
    assert CALENDAR.add(local("2026-01-05T08:00"), "WT1H").tzinfo is UTC


def test_other_opening_hours_are_followed() -> None:
    half_days = WorkingCalendar(opens=time(7, 30), closes=time(11, 30), pauses=())
    assert half_days.add(local("2026-01-05T07:30"), "WT8H") == local("2026-01-06T11:30")


def test_an_instant_in_utc_is_read_in_the_calendars_zone() -> None:
    late_on_sunday_in_utc = datetime(2026, 1, 4, 23, 0, tzinfo=UTC)
    assert CALENDAR.add(late_on_sunday_in_utc, "WT3H") == local("2026-01-05T11:00")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no time zone"):
        CALENDAR.add(datetime(2026, 1, 5), "WT1D")  # noqa: DTZ001 - the fault under test


def test_a_malformed_text_is_refused() -> None:
    with pytest.raises(InvalidInput, match="P5D"):
        CALENDAR.add(local("2026-01-05T08:00"), "P5D")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-01-05T08:00", "2026-01-05T17:00", 8),
        ("2026-01-05T11:30", "2026-01-05T13:15", 0.75),
        ("2026-01-05T12:10", "2026-01-05T12:50", 0),
        ("2026-01-05T16:00", "2026-01-06T09:00", 2),
        ("2026-01-02T16:00", "2026-01-05T09:00", 2),
        ("2026-01-03T10:00", "2026-01-04T15:00", 0),
        ("2025-12-31T10:00", "2026-01-02T10:00", 8),
        ("2026-01-05T20:00", "2026-01-12T06:00", 32),
        ("2026-01-06T09:00", "2026-01-05T09:00", 0),
    ],
)
def test_the_open_office_between_two_instants_is_measured(start: str, end: str, hours: float) -> None:
    assert CALENDAR.between(local(start), local(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-01-05T10:15", 0, "2026-01-05T10:15"),
        ("2026-01-05T20:00", 16, "2026-01-07T20:00"),
        ("2026-01-05T20:00", 9, "2026-01-07T09:00"),
        ("2026-01-05T10:15", 12, "2026-01-06T15:15"),
        ("2026-01-02T16:30", 8.25, "2026-01-05T16:45"),
        ("2026-01-03T10:00", 8, "2026-01-05T17:00"),
    ],
)
def test_a_later_instant_keeps_the_time_of_day_over_whole_days(start: str, hours: float, expected: str) -> None:
    assert CALENDAR.later(local(start), timedelta(hours=hours)) == local(expected)
