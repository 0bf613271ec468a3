"""The calendar's first content: what the package `holidays` computes for Vietnam, and the overrides that are shipped as data.

The days of Tết and of the National Day are fixed by a decision each year (article 112 of the Labour Code 2019); future years
are therefore estimates until an administrator confirms or overrides them.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, Literal

import holidays

from workflow.alphabets import UnfitSign, fit
from workflow.calendar.working_time import WorkingCalendar
from workflow.errors import N_, InvalidInput

_MALFORMED = N_("%(file)s, entry %(entry)s: %(problem)s.")
_KINDS = ("holiday", "working")
_COMPUTED = "holidays "

DayKind = Literal["holiday", "working"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One row of the calendar: a free day or a worked weekend day. `source` says where it comes from."""

    on: date
    kind: DayKind
    name: str
    name_en: str = ""
    source: str = ""

    @property
    def is_computed(self) -> bool:
        """Whether the day is an estimate of ours, which no decision names."""
        return self.source.startswith(_COMPUTED)


def seed_holidays(first_year: int, last_year: int, overrides: Iterable[CalendarDay] = ()) -> list[CalendarDay]:
    """Return the days of both years and those between, by date; an override replaces the computed day of its date."""
    years = range(first_year, last_year + 1)
    vietnamese = holidays.country_holidays("VN", years=years, language="vi")
    english = holidays.country_holidays("VN", years=years, language="en_US")
    source = f"{_COMPUTED}{version('holidays')}"
    days = {
        on: CalendarDay(on=on, kind="holiday", name=name, name_en=english.get(on) or "", source=source)
        for on, name in vietnamese.items()
    }
    for on in vietnamese.weekend_workdays:
        days[on] = CalendarDay(on=on, kind="working", name="Ngày làm bù", name_en="Make-up day", source=source)
    days |= {day.on: day for day in overrides}
    return [days[on] for on in sorted(days) if on.year in years]


def load_overrides(files: Mapping[str, bytes]) -> list[CalendarDay]:
    """Read `[[swap]]` (a free day and the day worked for it) and `[[day]]` entries of TOML files, given by name.

    Raises `InvalidInput` naming file and entry.
    """
    found: dict[date, CalendarDay] = {}
    for name, content in sorted(files.items()):
        for entry, day in _days_of(name, content):
            if day.on in found:
                raise InvalidInput(_MALFORMED, file=name, entry=entry, problem=f"{day.on.isoformat()} is given twice")
            found[day.on] = day
    return sorted(found.values(), key=lambda day: day.on)


def calendar_of(days: Iterable[CalendarDay]) -> WorkingCalendar:
    """Build the working calendar that the rows describe."""
    rows = list(days)
    return WorkingCalendar(
        holidays={row.on: row.name for row in rows if row.kind == "holiday"},
        working_weekends=frozenset(row.on for row in rows if row.kind == "working"),
    )


def _days_of(name: str, content: bytes) -> list[tuple[str, CalendarDay]]:
    try:
        document = fit(tomllib.loads(content.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, UnfitSign) as error:
        raise InvalidInput(_MALFORMED, file=name, entry="-", problem=str(error)) from error
    days: list[tuple[str, CalendarDay]] = []
    for number, swap in enumerate(document.get("swap", ()), start=1):
        entry = f"swap {number}"
        off, worked = _date(name, entry, swap, "off"), _date(name, entry, swap, "working")
        days.append((entry, _day(name, entry, {**swap, "kind": "holiday"}, off)))
        label = f"Ngày làm bù (thay cho ngày {off:%d/%m/%Y})"
        made_up = {**swap, "kind": "working", "name_vi": label, "name_en": f"Make-up day for {off.isoformat()}"}
        days.append((entry, _day(name, entry, made_up, worked)))
    for number, day in enumerate(document.get("day", ()), start=1):
        entry = f"day {number}"
        days.append((entry, _day(name, entry, day, _date(name, entry, day, "on"))))
    return days


def _date(name: str, entry: str, table: Mapping[str, Any], key: str) -> date:
    value = table.get(key)
    if type(value) is not date:
        raise InvalidInput(_MALFORMED, file=name, entry=entry, problem=f"{key} must be a date")
    return value


def _day(name: str, entry: str, table: Mapping[str, Any], on: date) -> CalendarDay:
    for key in ("name_vi", "source"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise InvalidInput(_MALFORMED, file=name, entry=entry, problem=f"{key} is missing")
    if table.get("kind") not in _KINDS:
        raise InvalidInput(_MALFORMED, file=name, entry=entry, problem=f"kind must be one of {', '.join(_KINDS)}")
    return CalendarDay(
        on=on,
        kind=table["kind"],
        name=table["name_vi"],
        name_en=table.get("name_en", ""),
        source=table["source"],
    )
