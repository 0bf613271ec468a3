"""How far a due instant is, as the inbox says it."""

from datetime import date, datetime

from workflow.calendar.deadlines import remaining
from workflow.calendar.working_time import ZONE, WorkingCalendar

CALENDAR = WorkingCalendar(holidays={date(2026, 11, 24): "Ngày Văn hóa Việt Nam"})
FRIDAY_EVENING = datetime(2026, 11, 27, 23, 59, 59, tzinfo=ZONE)


def test_working_days_to_come_leave_out_today_and_holidays() -> None:
    left = remaining(CALENDAR, datetime(2026, 11, 23, 9, 0, tzinfo=ZONE), FRIDAY_EVENING)
    assert (left.working_days, left.overdue, left.due_today) == (3, False, False)
    assert left.last_day == date(2026, 11, 27)


def test_on_the_last_day_nothing_is_left_but_it_is_not_overdue() -> None:
    left = remaining(CALENDAR, datetime(2026, 11, 27, 16, 0, tzinfo=ZONE), FRIDAY_EVENING)
    assert (left.working_days, left.overdue, left.due_today) == (0, False, True)


def test_the_weekend_after_the_last_day_is_overdue_by_no_working_day_yet() -> None:
    left = remaining(CALENDAR, datetime(2026, 11, 28, 0, 0, 0, tzinfo=ZONE), FRIDAY_EVENING)
    assert (left.overdue, left.due_today, left.working_days) == (True, False, 0)
    assert remaining(CALENDAR, datetime(2026, 11, 29, 23, 0, tzinfo=ZONE), FRIDAY_EVENING).working_days == 0
    assert remaining(CALENDAR, datetime(2026, 11, 30, 8, 0, tzinfo=ZONE), FRIDAY_EVENING).working_days == 1


def test_overdue_days_are_counted_in_working_days() -> None:
    left = remaining(CALENDAR, datetime(2026, 12, 2, 9, 0, tzinfo=ZONE), FRIDAY_EVENING)
    assert (left.working_days, left.overdue) == (3, True)


def test_an_hour_due_earlier_today_is_overdue_today() -> None:
    noon = datetime(2026, 11, 27, 12, 0, tzinfo=ZONE)
    left = remaining(CALENDAR, datetime(2026, 11, 27, 13, 0, tzinfo=ZONE), noon)
    assert (left.working_days, left.overdue, left.due_today) == (0, True, False)
