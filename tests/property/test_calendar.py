"""Laws of counting along any calendar."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, strategies as st

from workflow.calendar.working_time import WorkingCalendar

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))
COUNTS = st.integers(min_value=-60, max_value=60)
MINUTES = st.integers(min_value=0, max_value=10 * 365 * 24 * 60)
INSTANTS = MINUTES.map(lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    holidays = draw(st.dictionaries(DAYS, st.just("nghỉ"), max_size=40))
    weekends = draw(st.sets(DAYS, max_size=10))
    return WorkingCalendar(holidays=holidays, working_weekends=frozenset(weekends))


@given(calendars(), DAYS, COUNTS.filter(bool))
def test_adding_days_lands_on_a_working_day_in_the_right_direction(
    calendar: WorkingCalendar, day: date, count: int
) -> None:
    reached = calendar.add_working_days(day, count)
    assert calendar.is_working_day(reached)
    assert (reached > day) == (count > 0)


@given(calendars(), DAYS, COUNTS)
def test_counting_is_the_inverse_of_adding(calendar: WorkingCalendar, day: date, count: int) -> None:
    assert calendar.working_days_between(day, calendar.add_working_days(day, count)) == count


@given(calendars(), DAYS, st.integers(0, 30), st.integers(0, 30))
def test_adding_twice_is_adding_the_sum(calendar: WorkingCalendar, day: date, first: int, second: int) -> None:
    once = calendar.add_working_days(day, first + second)
    assert calendar.add_working_days(calendar.add_working_days(day, first), second) == once


@given(calendars(), DAYS, COUNTS)
def test_from_a_working_day_there_and_back_is_the_same_day(calendar: WorkingCalendar, day: date, count: int) -> None:
    start = calendar.add_working_days(day, 1)
    assert calendar.add_working_days(calendar.add_working_days(start, count), -count) == start


@given(calendars(), INSTANTS, st.integers(1, 80))
def test_working_hours_end_while_the_office_is_open_and_never_shrink(
    calendar: WorkingCalendar, start: datetime, hours: int
) -> None:
    reached = calendar.add(start, f"WT{hours}H")
    local = reached.astimezone(calendar.zone)
    assert calendar.is_working_day(local.date())
    assert calendar.opens < local.time() <= calendar.closes
    assert reached - start >= timedelta(hours=hours)


@given(calendars(), INSTANTS)
def test_eight_working_hours_are_one_working_day(calendar: WorkingCalendar, start: datetime) -> None:
    opening = calendar.at(calendar.add_working_days(start.date(), 1), calendar.opens)
    assert calendar.add(opening, "WT8H").astimezone(calendar.zone) == calendar.at(opening.date(), calendar.closes)


@given(calendars(), DAYS, st.integers(0, 400))
def test_counting_is_the_sum_of_the_days_one_by_one(calendar: WorkingCalendar, first: date, length: int) -> None:
    days = [first + timedelta(days=offset) for offset in range(1, length + 1)]
    worked = sum(calendar.is_working_day(day) for day in days)
    assert calendar.working_days_between(first, first + timedelta(days=length)) == worked


@given(calendars(), INSTANTS, st.timedeltas(timedelta(0), timedelta(hours=400)))
def test_the_open_office_until_a_later_instant_is_what_was_added(
    calendar: WorkingCalendar, start: datetime, by: timedelta
) -> None:
    assert calendar.between(start, calendar.later(start, by)) == by


@given(calendars(), st.lists(INSTANTS, min_size=3, max_size=3).map(sorted))
def test_the_open_office_of_two_stretches_is_that_of_the_whole(
    calendar: WorkingCalendar, instants: list[datetime]
) -> None:
    first, second, third = instants
    assert calendar.between(first, second) + calendar.between(second, third) == calendar.between(first, third)
