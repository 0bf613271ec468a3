"""From a deadline as a definition states it to an instant in UTC."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from workflow.engine.evaluation import ZONE, Stuck
from workflow.engine.program import WorkingTime
from workflow.engine.reasons import IncidentKind
from workflow.errors import N_, InvalidInput
from workflow.feel.basics import YearMonthDuration

END_OF_WORK = time(17, 0)
"""A day without a time of day means this hour of it, in `ZONE`."""

_WORKING = "WT"
_DURATION = re.compile(
    r"(?P<sign>-)?P(?!$)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?!$)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?"
)
_CYCLE = re.compile(r"R(?P<count>\d*)/(?:(?P<start>[^/]+)/)?(?P<interval>[^/]+)")

_NO_INSTANT = N_("“%(value)s” is neither a date, a date and time, a duration nor a working time.")
_NO_CYCLE = N_("“%(value)s” is not a cycle such as R3/PT1H.")
_NO_CALENDAR = N_("“%(value)s” is a working time, but no working-time calendar is at hand.")


def instant(value: Any, base: datetime, working_time: WorkingTime | None, kind: IncidentKind = "timer") -> datetime:
    """Return the UTC instant that a FEEL value or a text means; durations count from `base`. Raises `Stuck`."""
    try:
        reader = next((read for types, read in _READERS.items() if isinstance(value, types)), None)
        found = reader(value, base, working_time) if reader else None
    except (InvalidInput, ValueError, OverflowError) as error:
        raise Stuck(kind, _NO_INSTANT, value=str(value)) from error
    except LookupError as error:
        raise Stuck(kind, _NO_CALENDAR, value=str(value)) from error
    if found is None:
        raise Stuck(kind, _NO_INSTANT, value=str(value))
    return found


Counted = Literal["working", "running", "fixed"]
"""How a due time is counted: in working time; by the clock on the wall, day and night; or it is a day that somebody has fixed."""


def counted(value: Any) -> Counted:
    """How the instant that a FEEL value or a text means is counted; of a cycle, that from one time to the next."""
    if isinstance(value, timedelta | YearMonthDuration):
        return "running"
    if not isinstance(value, str):
        return "fixed"
    text = value.strip()
    cycle = _CYCLE.fullmatch(text)
    text = cycle["interval"] if cycle else text
    return "working" if text.startswith(_WORKING) else "running" if _DURATION.fullmatch(text) else "fixed"


def begins_with(text: str) -> str | None:
    """The day on which a cycle begins, where it names one."""
    _, start, _ = _cycle(text)
    return start


def first_of_cycle(text: Any, base: datetime, working_time: WorkingTime | None) -> tuple[datetime, int]:
    """Return a cycle's first instant and how often it happens after that (-1: for ever). Raises `Stuck`."""
    count, start, interval = _cycle(text)
    after_base = instant(interval, base, working_time)
    if after_base <= base or count == 0:
        raise Stuck("timer", _NO_CYCLE, value=str(text))
    first = instant(start, base, working_time) if start else after_base
    return first, count - 1 if count > 0 else -1


def next_of_cycle(text: Any, due_at: datetime, now: datetime, working_time: WorkingTime | None) -> datetime:
    """Return the instant after `due_at`; what was missed in between happens once, not once each. Raises `Stuck`."""
    _, _, interval = _cycle(text)
    following = instant(interval, due_at, working_time)
    return following if following > now else instant(interval, now, working_time)


def _cycle(text: Any) -> tuple[int, str | None, str]:
    match = _CYCLE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise Stuck("timer", _NO_CYCLE, value=str(text))
    return int(match["count"]) if match["count"] else -1, match["start"], match["interval"]


def _utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)


def _from_datetime(value: datetime, base: datetime, working_time: WorkingTime | None) -> datetime:
    return _utc(value)


def _from_date(value: date, base: datetime, working_time: WorkingTime | None) -> datetime:
    return _utc(datetime.combine(value, END_OF_WORK, tzinfo=ZONE))


def _from_timedelta(value: timedelta, base: datetime, working_time: WorkingTime | None) -> datetime:
    return base + value


def _from_months(value: YearMonthDuration, base: datetime, working_time: WorkingTime | None) -> datetime:
    return _add_months(base, value.months)


def _from_text(value: str, base: datetime, working_time: WorkingTime | None) -> datetime | None:
    text = value.strip()
    if text.startswith(_WORKING):
        if working_time is None:
            raise LookupError(text)
        return working_time.add(base, text)
    match = _DURATION.fullmatch(text)
    if match is not None:
        return _add(base, match)
    if len(text) == len("2023-02-15"):
        return _from_date(date.fromisoformat(text), base, working_time)
    return _utc(datetime.fromisoformat(text))


def _add(base: datetime, match: re.Match[str]) -> datetime:
    sign = -1 if match["sign"] else 1
    months = 12 * int(match["years"] or 0) + int(match["months"] or 0)
    span = timedelta(
        weeks=int(match["weeks"] or 0),
        days=int(match["days"] or 0),
        hours=int(match["hours"] or 0),
        minutes=int(match["minutes"] or 0),
        seconds=float(match["seconds"] or 0),
    )
    return _add_months(base, sign * months) + sign * span


def _add_months(base: datetime, months: int) -> datetime:
    """The same day and hour of another month, in local time; the last day of a month that is too short."""
    local = base.astimezone(ZONE)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    for day in range(local.day, 27, -1):
        try:
            return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)
        except ValueError:
            continue
    return local.replace(year=year, month=month + 1).astimezone(UTC)


_READERS: dict[type, Callable[[Any, datetime, WorkingTime | None], datetime | None]] = {
    datetime: _from_datetime,
    date: _from_date,
    timedelta: _from_timedelta,
    YearMonthDuration: _from_months,
    str: _from_text,
}
