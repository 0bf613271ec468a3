"""When a timer is due that is written in any of ISO 8601's forms (BPMN 2.0.2, 10.5.5), and that the check before agrees with it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from workflow.engine.instants import first_of_cycle, instant, next_of_cycle
from workflow.feel import evaluate
from workflow.model.validation.events import is_cycle, is_date, is_duration

BASE = datetime(2026, 1, 31, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def due(text: Any) -> str:
    return instant(text, BASE, None).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT0.5H", "2026-01-31T08:30:00+07:00"),
        ("PT0,5H", "2026-01-31T08:30:00+07:00"),
        ("PT1.5M", "2026-01-31T08:01:30+07:00"),
        ("PT0.S", "2026-01-31T08:00:00+07:00"),
        ("PT.5S", "2026-01-31T08:00:00.500000+07:00"),
        ("P0.5D", "2026-01-31T20:00:00+07:00"),
        ("P1.5W", "2026-02-10T20:00:00+07:00"),
        ("P0.5Y", "2026-07-31T08:00:00+07:00"),
        ("P0.5M", "2026-02-14T08:00:00+07:00"),
        ("P1M", "2026-02-28T08:00:00+07:00"),
        ("P1Y2M10DT2H30M", "2027-04-10T10:30:00+07:00"),
        ("P0001-02-10T02:30:00", "2027-04-10T10:30:00+07:00"),
        ("P00010210T023000", "2027-04-10T10:30:00+07:00"),
        ("20260201T1000", "2026-02-01T10:00:00+07:00"),
        ("2026-W06-1T10:00:00Z", "2026-02-02T17:00:00+07:00"),
        ("2026-033", "2026-02-02T17:00:00+07:00"),
        ("2026-02-02T10.5", "2026-02-02T10:30:00+07:00"),
        ("2026-02-02T10:30,5", "2026-02-02T10:30:30+07:00"),
        ("2026-02-02T24:00", "2026-02-03T00:00:00+07:00"),
        ("2026-02-02T10:00+0700", "2026-02-02T10:00:00+07:00"),
        ("2026-02-02T10:00-03", "2026-02-02T20:00:00+07:00"),
        ("2026-02-02T10:00/PT2H", "2026-02-02T12:00:00+07:00"),
        ("PT2H/2026-02-02T10:00", "2026-02-02T10:00:00+07:00"),
        ("2026-02-02T10:00/2026-02-02T11:30", "2026-02-02T11:30:00+07:00"),
        ("2026-02-02T10:00/11:30", "2026-02-02T11:30:00+07:00"),
        ("2026-02-02T10:00Z/11:30", "2026-02-02T18:30:00+07:00"),
        ("2026-02-02T10:00/03T11:30", "2026-02-03T11:30:00+07:00"),
        ("2026-02-02/05", "2026-02-05T17:00:00+07:00"),
    ],
)
def test_it_is_due(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('date and time("2024-10-26T12:00:00@Europe/Berlin") + duration("P1D")', "2024-10-27T17:00:00+07:00"),
        ('date and time("2024-10-27T02:30:00@Europe/Berlin") + duration("PT1H")', "2024-10-27T08:30:00+07:00"),
        ('date and time("2026-02-02T10:00:00.123456789Z")', "2026-02-02T17:00:00.123456+07:00"),
        ('duration("PT0.123456789S")', "2026-01-31T08:00:00.123456+07:00"),
    ],
)
def test_values_of_feel_are_due_on_their_instant(expression: str, expected: str) -> None:
    assert due(evaluate(expression)) == expected


def test_a_length_is_counted_on_the_instant_wherever_the_clock_stands() -> None:
    berlin = datetime(2024, 10, 26, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    for length in ("P1D", evaluate('duration("P1D")')):
        assert instant(length, berlin, None) == datetime(2024, 10, 27, 10, 0, tzinfo=UTC)
    at, _ = first_of_cycle("R3/P1D", berlin, None)
    assert next_of_cycle("R3/P1D", at, at, None) == datetime(2024, 10, 28, 10, 0, tzinfo=UTC)


def times(text: str, most: int = 6) -> list[str]:
    at, remaining = first_of_cycle(text, BASE, None)
    found = [at]
    while remaining and len(found) < most:
        at = next_of_cycle(text, at, at, None)
        found.append(at)
        remaining -= 1
    return [each.astimezone(BASE.tzinfo).strftime("%d %H:%M") for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R2/PT5M", ["31 08:05", "31 08:10"]),
        ("R2/2026-02-01T10:00/PT5M", ["01 10:00", "01 10:05"]),
        ("R2/PT5M/2026-02-01T12:13:00+07:00", ["01 12:08", "01 12:13"]),
        ("R5/PT1H/2026-01-31T09:30", ["31 08:30", "31 09:30"]),
        ("R/PT30M/2026-01-31T09:30", ["31 08:30", "31 09:00", "31 09:30"]),
        ("R2/2026-02-01T10:00/2026-02-01T10:05", ["01 10:00", "01 10:05"]),
        ("R3/2026-02-01T10:00/11:00", ["01 10:00", "01 11:00", "01 12:00"]),
        ("R2/P1M/2026-03-31T08:00", ["28 08:00", "31 08:00"]),
        ("R2/PT0.5H", ["31 08:30", "31 09:00"]),
    ],
)
def test_a_cycle_happens_at(text: str, expected: list[str]) -> None:
    assert times(text) == expected


numbers = st.one_of(st.none(), st.from_regex(r"[0-9]{1,3}([.,][0-9]{0,3})?", fullmatch=True))


@given(st.lists(numbers, min_size=7, max_size=7))
def test_what_the_check_accepts_the_engine_can_read(parts: list[str | None]) -> None:
    day = "".join(f"{number}{unit}" for number, unit in zip(parts[:4], "YMWD", strict=True) if number)
    clock = "".join(f"{number}{unit}" for number, unit in zip(parts[4:], "HMS", strict=True) if number)
    text = f"P{day}{f'T{clock}' if clock else ''}"
    if is_duration(text):
        assert instant(text, BASE, None) >= BASE - timedelta(0)


@given(st.text("RPT0123456789-:/.,WZ+DHMSY", max_size=24))
def test_whatever_is_written_is_accepted_by_both_or_none(text: str) -> None:
    if is_date(text):
        assert instant(text, BASE, None).tzinfo is UTC
    if is_cycle(text) and text.count("/") == 1 and "WT" not in text:
        first_of_cycle(text, BASE, None)
