"""The calendar is a table that administrators override, with every change on the record."""

from datetime import date

import pytest

from tests.support.world import World
from workflow.calendar.seed import CalendarDay, seed_holidays
from workflow.errors import InvalidInput, NotFound, PermissionDenied
from workflow.services.places.calendar import RemoveCalendarDay, SetCalendarDay

DAY = date(2023, 3, 8)


def test_an_override_counts_at_once_and_its_removal_too(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")

    world.calendar.set_day(admin, SetCalendarDay(on=DAY, kind="holiday", name="Ngày thử", source="QĐ thử"))
    with world.units.reading() as uow:
        assert not world.register.calendar(uow).is_working_day(DAY)
    assert [day.on for day in world.calendar.of_year(2023) if day.on == DAY] == [DAY]

    world.calendar.remove_day(admin, RemoveCalendarDay(on=DAY))
    with world.units.reading() as uow:
        assert world.register.calendar(uow).is_working_day(DAY)
    types = [(event.type, event.payload.get("old") is None) for event in world.events("calendar")][-2:]
    assert types == [("CalendarDaySet", True), ("CalendarDayRemoved", False)]


def test_only_administrators_change_the_calendar(world: World) -> None:
    manager = world.person("quan-ly", "manager", "thanh-hoa")

    with pytest.raises(PermissionDenied):
        world.calendar.set_day(manager, SetCalendarDay(on=DAY, kind="holiday", name="Ngày thử"))


def test_a_day_is_a_holiday_or_worked_and_nothing_else(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")

    with pytest.raises(InvalidInput):
        world.calendar.set_day(admin, SetCalendarDay(on=DAY, kind="half", name="Ngày thử"))
    with pytest.raises(NotFound):
        world.calendar.remove_day(admin, RemoveCalendarDay(on=DAY))


def test_seeding_again_brings_back_no_day_that_was_removed(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    national_day = date(2023, 9, 2)
    world.calendar.remove_day(admin, RemoveCalendarDay(on=national_day))

    assert world.calendar.seed(seed_holidays(2022, 2026), world.setup()) == 0
    assert world.calendar.seed(seed_holidays(2026, 2027), world.setup()) > 0
    assert national_day not in {day.on for day in world.calendar.of_year(2023)}


def test_a_year_that_somebody_began_by_hand_gets_the_rest_of_its_days(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    own = date(2030, 1, 2)
    world.calendar.set_day(admin, SetCalendarDay(on=own, kind="holiday", name="Ngày thử"))
    new_year = date(2030, 1, 1)
    world.calendar.set_day(admin, SetCalendarDay(on=new_year, kind="holiday", name="Tên tự đặt"))

    added = world.calendar.seed(seed_holidays(2022, 2030), world.setup())

    days = {day.on: day for day in world.calendar.of_year(2030)}
    assert added > 0
    assert date(2030, 2, 3) in days, "the first day of Tết"
    assert (days[own].name, days[new_year].name) == ("Ngày thử", "Tên tự đặt"), "what was set by hand stays"
    assert world.calendar.seed(seed_holidays(2022, 2030), world.setup()) == 0


def test_a_day_that_a_decision_names_later_is_taken_unless_somebody_had_it_in_hand(world: World) -> None:
    admin = world.person("admin", "administrator", "thanh-hoa")
    coming, touched, past = date(2026, 9, 1), date(2026, 8, 31), date(2023, 2, 20)
    world.calendar.set_day(admin, SetCalendarDay(on=touched, kind="working", name="Ngày thử"))
    decided = [
        CalendarDay(on=on, kind="holiday", name="Nghỉ", source="Thông báo thử") for on in (coming, touched, past)
    ]

    assert world.calendar.seed(seed_holidays(2022, 2026, decided), world.setup()) == 1

    days = {day.on: day for day in world.calendar.of_year(2026)}
    assert (days[coming].name, days[touched].name) == ("Nghỉ", "Ngày thử")
    assert past not in {day.on for day in world.calendar.of_year(2023)}, "what was counted over it stays counted"
