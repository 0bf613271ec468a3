"""From a deadline as a definition states it to an instant in UTC."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from workflow.engine.evaluation import ZONE, Stuck
from workflow.engine.program import WorkingTime
from workflow.engine.reasons import IncidentKind
from workflow.errors import N_, InvalidInput
from workflow.feel.basics import YearMonthDuration
from workflow.feel.far import FarDuration
from workflow.feel.text import to_text
from workflow.feel.values import coerce
from workflow.model.iso8601 import Cycle, Interval, Span, cycle, interval, moment, span

END_OF_WORK = time(17, 0)
"""A day without a time of day means this hour of it, in `ZONE`."""

_WORKING = "WT"
_MOST_TIMES = 10_000
"""How many times of a cycle without a number are looked for before its end."""
_NO_INSTANT = N_("“%(value)s” is neither a date, a date and time, a duration nor a working time.")
_NO_CYCLE = N_("“%(value)s” is not a cycle such as R3/PT1H.")
_NO_CALENDAR = N_("“%(value)s” is a working time, but no working-time calendar is at hand.")


def instant(value: Any, base: datetime, working_time: WorkingTime | None, kind: IncidentKind = "timer") -> datetime:
    """Return the UTC instant that a FEEL value or a text means; durations count from `base`. Raises `Stuck`."""
    try:
        reader = next((read for types, read in _READERS.items() if isinstance(value, types)), None)
        found = reader(value, base, working_time) if reader else None
    except (InvalidInput, ValueError, OverflowError) as error:
        raise Stuck(kind, _NO_INSTANT, value=_shown(value)) from error
    except LookupError as error:
        raise Stuck(kind, _NO_CALENDAR, value=_shown(value)) from error
    if found is None:
        raise Stuck(kind, _NO_INSTANT, value=_shown(value))
    return found


Counted = Literal["working", "running", "fixed"]
"""How a due time is counted: in working time; by the clock on the wall, day and night; or it is a day that somebody has fixed."""


def counted(value: Any) -> Counted:
    """How the instant that a FEEL value or a text means is counted; of a cycle, that from one time to the next."""
    if isinstance(value, timedelta | FarDuration | YearMonthDuration):
        return "running"
    if not isinstance(value, str):
        return "fixed"
    text = value.strip()
    found = cycle(text)
    if found is not None and found.end is not None and found.length is not None:
        return "fixed"
    if found is not None:
        text = found.length or "P1D"
    return "working" if text.startswith(_WORKING) else "running" if span(text) is not None else "fixed"


def begins_with(text: str) -> str | None:
    """The day on which a cycle begins, where it names one."""
    return _cycle(text).start


def first_of_cycle(text: Any, base: datetime, working_time: WorkingTime | None) -> tuple[datetime, int]:
    """Return a cycle's first instant and how often it happens after that (-1: for ever). Raises `Stuck`.

    A cycle that names its end is counted back from there: the last of its times is the end.
    """
    found = _cycle(text)
    if found.count == 0 or _step(found, base, working_time, text) <= base:
        raise Stuck("timer", _NO_CYCLE, value=_shown(text))
    if found.end is not None and found.length is not None:
        times = _until_end(found, base, text)
        return times[-1], len(times) - 1
    first = instant(found.start, base, working_time) if found.start else _step(found, base, working_time, text)
    return first, found.count - 1 if found.count > 0 else -1


def next_of_cycle(text: Any, due_at: datetime, now: datetime, working_time: WorkingTime | None) -> datetime:
    """Return the instant after `due_at`; what was missed in between happens once, not once each. Raises `Stuck`."""
    found = _cycle(text)
    if found.end is not None and found.length is not None:
        return _until_end(found, max(due_at, now), text)[-1]
    following = _step(found, due_at, working_time, text)
    return following if following > now else _step(found, now, working_time, text)


def _cycle(text: Any) -> Cycle:
    found = cycle(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise Stuck("timer", _NO_CYCLE, value=_shown(text))
    return found


def _step(found: Cycle, at: datetime, working_time: WorkingTime | None, text: Any) -> datetime:
    """One interval after an instant. Raises `Stuck`."""
    if found.length is not None:
        return instant(found.length, at, working_time)
    start, end = instant(found.start, at, working_time), instant(found.end, at, working_time)
    try:
        return at.astimezone(UTC) + (end - start)
    except OverflowError as error:
        raise Stuck("timer", _NO_CYCLE, value=_shown(text)) from error


def _until_end(found: Cycle, base: datetime, text: Any) -> list[datetime]:
    """The times of a cycle that ends, the last one first: those after `base`, or the end where there is none any more."""
    end, length = instant(found.end, base, None), span(found.length or "")
    if length is None:
        raise Stuck("timer", _NO_CYCLE, value=_shown(text))
    times = [end]
    most = found.count if found.count > 0 else _MOST_TIMES
    try:
        while len(times) < most:
            back = Span(-length.months * len(times), -length.seconds * len(times))
            before = _add(end, back)
            if before <= base:
                break
            times.append(before)
    except (ValueError, OverflowError):
        pass
    return times


def _shown(value: Any) -> str:
    """A value as FEEL writes it."""
    return to_text(coerce(value))


def _utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)


def _from_datetime(value: datetime, base: datetime, working_time: WorkingTime | None) -> datetime:
    return _utc(value)


def _from_date(value: date, base: datetime, working_time: WorkingTime | None) -> datetime:
    return _utc(datetime.combine(value, END_OF_WORK, tzinfo=ZONE))


def _from_timedelta(value: timedelta, base: datetime, working_time: WorkingTime | None) -> datetime:
    return base.astimezone(UTC) + value


def _from_far(value: FarDuration, base: datetime, working_time: WorkingTime | None) -> datetime:
    return base.astimezone(UTC) + timedelta(microseconds=value.nanos // 1000)


def _from_months(value: YearMonthDuration, base: datetime, working_time: WorkingTime | None) -> datetime:
    return _add_months(base, value.months)


def _from_text(value: str, base: datetime, working_time: WorkingTime | None) -> datetime | None:
    text = value.strip()
    if text.startswith(_WORKING):
        if working_time is None:
            raise LookupError(text)
        return working_time.add(base, text)
    length = span(text)
    if length is not None:
        return _add(base, length)
    point = moment(text)
    if point is None:
        between = interval(text)
        return _end_of(between, base) if between is not None else None
    return _utc(point) if isinstance(point, datetime) else _from_date(point, base, working_time)


def _end_of(between: Interval, base: datetime) -> datetime | None:
    """An interval is over at its end."""
    if between.end is not None:
        return _from_text(between.end, base, None)
    start, length = _from_text(between.start or "", base, None), span(between.length or "")
    return _add(start, length) if start is not None and length is not None else None


def _add(base: datetime, length: Span) -> datetime:
    """Months by the local calendar, a part of one as the same part of that month's length; the rest on the instant."""
    whole = int(length.months)
    part = length.months - whole
    at = _add_months(base, whole)
    if part:
        beyond = _add_months(base, whole + (1 if part > 0 else -1))
        at += timedelta(microseconds=int(abs(part) * int((beyond - at) / timedelta(microseconds=1))))
    return at + timedelta(microseconds=int(length.seconds * 1_000_000))


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
    FarDuration: _from_far,
    YearMonthDuration: _from_months,
    str: _from_text,
}
