"""Deadlines that return every year, and how far away one is.

A plan says "trước ngày 15/02" (before 15 February). Read strictly, the last day on which one may still act is the 14th; a
client may decide that the named day counts. So the reading is data: `before` or `on-or-before`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from workflow.calendar.working_time import WorkingCalendar, parse_working_time
from workflow.errors import N_, InvalidInput

Semantics = Literal["before", "on-or-before"]
DayOff = Literal["keep", "next", "previous"]

_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_END_OF_DAY = time(23, 59, 59)
_NOT_A_DAY = N_(
    "The deadline %(id)s names %(month_day)s, which is no day of %(year)s. Expected is a form such as 02-15."
)
_UNKNOWN_SEMANTICS = N_("The deadline %(id)s is read as %(semantics)s. Expected is before or on-or-before.")
_NO_DAYS = N_("The reminder %(remind)s of the deadline %(id)s is no whole number of working days such as WT5D.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """A day of every year; `years` holds exceptions ("04-05" for 2023 only).

    `remind`: working time before the last day, `WT5D`, or empty for none. `escalate_to`: who hears of it when it is missed
    (`role@jurisdiction`), or empty. `day_off`: whether a last day that is not worked stays or moves.
    """

    id: str
    label: str
    month_day: str
    semantics: Semantics = "before"
    remind: str = ""
    escalate_to: str = ""
    years: Mapping[int, str] = field(default_factory=dict)
    day_off: DayOff = "keep"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One year's deadline. `due_at` is the last second of `last_day`; `remind_at` the opening hour of its reminder day."""

    id: str
    label: str
    last_day: date
    due_at: datetime
    remind_at: datetime | None
    escalate_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """The distance to a due instant, to be put in words by the page.

    `working_days`: working days still to come after today up to and with the last day (0 on the last day); when overdue,
    working days that have begun since the last day, today's among them: none on the Saturday after a Friday. `last_day` is the local date of the due instant.
    """

    working_days: int
    overdue: bool
    due_today: bool
    last_day: date
    due_at: datetime


def resolve(rule: DeadlineRule, year: int, calendar: WorkingCalendar) -> Deadline:
    """Return the year's deadline. Raises `InvalidInput` for a day that the year does not have or a malformed rule."""
    last_day = _named_day(rule, year)
    if rule.semantics == "before":
        last_day -= timedelta(days=1)
    elif rule.semantics != "on-or-before":
        raise InvalidInput(_UNKNOWN_SEMANTICS, id=rule.id, semantics=rule.semantics)
    if rule.day_off != "keep" and not calendar.is_working_day(last_day):
        last_day = calendar.add_working_days(last_day, 1 if rule.day_off == "next" else -1)
    return Deadline(
        id=rule.id,
        label=rule.label,
        last_day=last_day,
        due_at=calendar.at(last_day, _END_OF_DAY).astimezone(UTC),
        remind_at=_reminder(rule, last_day, calendar),
        escalate_to=rule.escalate_to,
    )


def remaining(calendar: WorkingCalendar, now: datetime, due_at: datetime) -> Remaining:
    """Return how far `due_at` is from `now`, in working days of the calendar's zone."""
    today = now.astimezone(calendar.zone).date()
    last_day = due_at.astimezone(calendar.zone).date()
    overdue = now > due_at
    days = calendar.working_days_between(last_day, today) if overdue else calendar.working_days_between(today, last_day)
    return Remaining(
        working_days=days,
        overdue=overdue,
        due_today=today == last_day and now <= due_at,
        last_day=last_day,
        due_at=due_at,
    )


def _named_day(rule: DeadlineRule, year: int) -> date:
    month_day = rule.years.get(year, rule.month_day)
    match = _MONTH_DAY.fullmatch(month_day)
    try:
        if match is None:
            raise ValueError(month_day)
        return date(year, int(match[1]), int(match[2]))
    except ValueError as error:
        raise InvalidInput(_NOT_A_DAY, id=rule.id, month_day=month_day, year=year) from error


def _reminder(rule: DeadlineRule, last_day: date, calendar: WorkingCalendar) -> datetime | None:
    if not rule.remind:
        return None
    span = parse_working_time(rule.remind)
    if span.hours or span.days <= 0:
        raise InvalidInput(_NO_DAYS, id=rule.id, remind=rule.remind)
    return calendar.at(calendar.add_working_days(last_day, -span.days), calendar.opens).astimezone(UTC)
