"""The first content of the calendar: computed holidays, shipped overrides, messages for malformed files."""

from datetime import date
from pathlib import Path

import pytest

from workflow.calendar.seed import calendar_of, load_overrides, seed_holidays
from workflow.errors import InvalidInput

SHIPPED = {
    path.name: path.read_bytes()
    for path in sorted((Path(__file__).parents[3] / "definitions" / "calendar").glob("*.toml"))
}


def test_tet_and_make_up_days_of_2023_are_free() -> None:
    calendar = calendar_of(seed_holidays(2023, 2023))
    free = [date(2023, 1, 20), date(2023, 1, 26), date(2023, 5, 2), date(2023, 5, 3), date(2023, 9, 4)]
    assert not any(calendar.is_working_day(day) for day in free)
    assert calendar.is_working_day(date(2023, 1, 27))


def test_a_computed_make_up_saturday_is_worked() -> None:
    assert calendar_of(seed_holidays(2024, 2024)).is_working_day(date(2024, 5, 4))


def test_the_swap_of_january_2026_comes_from_the_shipped_override() -> None:
    computed, overridden = (
        calendar_of(seed_holidays(2026, 2026, overrides)) for overrides in ((), load_overrides(SHIPPED))
    )
    assert (computed.is_working_day(date(2026, 1, 2)), computed.is_working_day(date(2026, 1, 10))) == (True, False)
    assert (overridden.is_working_day(date(2026, 1, 2)), overridden.is_working_day(date(2026, 1, 10))) == (False, True)


def test_days_are_in_order_within_the_years_and_name_their_source() -> None:
    days = seed_holidays(2025, 2026, load_overrides(SHIPPED))
    assert [day.on for day in days] == sorted({day.on for day in days})
    assert {day.on.year for day in days} == {2025, 2026}
    assert all(day.source and day.name for day in days)
    assert "12729/VPCP-KGVX" in next(day.source for day in days if day.on == date(2026, 1, 2))


def test_an_override_can_make_a_computed_holiday_a_working_day() -> None:
    overrides = load_overrides({"x.toml": b'[[day]]\non = 2026-11-24\nkind = "working"\nname_vi = "x"\nsource = "y"\n'})
    assert calendar_of(seed_holidays(2026, 2026, overrides)).is_working_day(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[[day]", "x.toml"),
        (b"\xff", "x.toml"),
        (b'[[day]]\non = "2026-01-02"\nkind = "holiday"\nname_vi = "x"\nsource = "y"', "day 1: on must be a date"),
        (b'[[day]]\non = 2026-01-02T08:00:00\nkind = "holiday"\nname_vi = "x"\nsource = "y"', "on must be a date"),
        (b'[[day]]\non = 2026-01-02\nkind = "feast"\nname_vi = "x"\nsource = "y"', "kind must be one of"),
        (b'[[day]]\non = 2026-01-02\nkind = "holiday"\nname_vi = "x"', "source is missing"),
        (b'[[swap]]\noff = 2026-01-02\nname_vi = "x"\nsource = "y"', "swap 1: working must be a date"),
        (
            b'[[swap]]\noff = 2026-01-02\nworking = 2026-01-02\nname_vi = "x"\nsource = "y"',
            "2026-01-02 is given twice",
        ),
    ],
)
def test_a_malformed_file_is_refused_by_name_and_entry(content: bytes, problem: str) -> None:
    with pytest.raises(InvalidInput, match=r"x\.toml") as refusal:
        load_overrides({"x.toml": content})
    assert problem in str(refusal.value)
