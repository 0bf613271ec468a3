"""Times as ISO 8601 writes them, in all the forms that a timer may have (BPMN 2.0.2, 10.5.5): points, durations, intervals, repeated ones.

Basic and extended forms, calendar, ordinal and week dates, fractions of the last part with point or comma, `24:00`, weeks. What names
less than a day (`2026-03`, `T10:15`) is no point in time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo

_NUMBER = r"(\d+(?:[.,]\d*)?|[.,]\d+)"
_PARTS = re.compile(
    rf"([+-]?)P(?=[\d.,T])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=[\d.,])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.ASCII,
)
_AS_DATE = re.compile(
    r"([+-]?)P(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))(?:T(\d\d)(?::(\d\d):(\d\d)|(\d\d)(\d\d)))?", re.ASCII
)
"""The other form of a duration: `P0003-06-04T12:30:05`."""
_SECONDS = (604_800, 86_400, 3600, 60, 1)
_LONGEST = 10_000 * 366 * 86_400
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d)|-?W(\d\d)-?([1-7])|-?(\d{3}))", re.ASCII
)  # year; month, day; the same basic; week, day; day of the year
_TIME = re.compile(r"(\d\d)(?::?(\d\d)(?::?(\d\d))?)?(?:[.,](\d+))?", re.ASCII)
_ZONE = re.compile(r"(.*?)(?:(Z)|([+-])(\d\d)(?::?(\d\d))?|@([A-Za-z][\w+\-/]*))?", re.ASCII | re.DOTALL)
_REPEATED = re.compile(r"R(\d{0,6})/(.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: months, of which a part may be one, and a length of time. Both have the same sign."""

    months: Fraction
    seconds: Fraction

    def __neg__(self) -> "Span":
        return Span(-self.months, -self.seconds)


def span(text: str) -> Span | None:
    """The duration that a text writes, or None."""
    match = _PARTS.fullmatch(text)
    if match is None:
        return _span_as_date(text)
    sign, *written = match.groups()
    present = [number for number in written if number is not None]
    if not present or any("." in number or "," in number for number in present[:-1]) or text.endswith("T"):
        return None
    years, months, *rest = (_fraction(number) for number in written)
    seconds = sum((number * unit for number, unit in zip(rest, _SECONDS, strict=True)), Fraction(0))
    return _signed(sign, 12 * years + months, seconds)


def _span_as_date(text: str) -> Span | None:
    match = _AS_DATE.fullmatch(text)
    if match is None:
        return None
    sign, *written = match.groups()
    years, month, day, basic_month, basic_day, hours, minute, second, basic_minute, basic_second = (
        int(number or 0) for number in written
    )
    month, day, minute, second = month + basic_month, day + basic_day, minute + basic_minute, second + basic_second
    if month > 12 or day > 30 or hours > 24 or minute > 60 or second > 60:
        return None
    return _signed(sign, Fraction(12 * years + month), Fraction(((day * 24 + hours) * 60 + minute) * 60 + second))


def _signed(sign: str, months: Fraction, seconds: Fraction) -> Span | None:
    if months > 120_000 or seconds > _LONGEST:
        return None
    found = Span(months, seconds)
    return -found if sign == "-" else found


def _fraction(number: str | None) -> Fraction:
    if number is None:
        return Fraction(0)
    whole, _, decimals = number.replace(",", ".").partition(".")
    return Fraction(int((whole or "0") + decimals), 10 ** len(decimals)) if len(number) < 40 else Fraction(10**30)


def moment(text: str) -> date | datetime | None:
    """The day, or the date and time (with its zone, if it has one), that a text writes; None for anything else."""
    day_part, mark, time_part = text.partition("T") if "T" in text else text.partition(" ")
    try:
        found = _day(day_part)
        if found is None or not 1 < found.year < 9999:
            return None  # beyond what every zone can show
        if not mark:
            return found
        return _with_time(found, time_part)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year = int(match[1])
    if match[6]:
        return date.fromisocalendar(year, int(match[6]), int(match[7]))
    if match[8]:
        found = date(year, 1, 1) + timedelta(days=int(match[8]) - 1)
        return found if found.year == year and match[8] != "000" else None
    return date(year, int(match[2] or match[4]), int(match[3] or match[5]))


def _with_time(day: date, text: str) -> datetime | None:
    split = _ZONE.fullmatch(text)
    clock = _TIME.fullmatch(split[1]) if split else None
    if split is None or clock is None:
        return None
    zone = _zone_of(split)
    hour, minute, second = int(clock[1]), int(clock[2] or 0), int(clock[3] or 0)
    unit = 1 if clock[3] else 60 if clock[2] else 3600
    fraction = Fraction(int(clock[4]), 10 ** len(clock[4])) * unit if clock[4] else Fraction(0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second or fraction)):
        return None
    seconds = (hour * 60 + minute) * 60 + second + fraction
    plain = datetime.combine(day, time(0)) + timedelta(microseconds=int(seconds * 1_000_000))
    return plain.replace(tzinfo=zone)


def _zone_of(split: re.Match[str]) -> tzinfo | None:
    """Of `Z`, an offset, or a zone as FEEL names it. Raises ValueError for one that there is not."""
    if split[2]:
        return UTC
    if split[6]:
        try:
            return ZoneInfo(split[6])
        except (KeyError, OSError) as error:
            raise ValueError(split[6]) from error
    if not split[3]:
        return None
    hours, minutes = int(split[4]), int(split[5] or 0)
    if hours > 14 or minutes > 59:
        raise ValueError("an offset has at most 14 hours")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if split[3] == "-" else offset)


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval by two of start, duration and end; each as a text that was read."""

    start: str | None
    length: str | None
    end: str | None


def interval(text: str) -> Interval | None:
    """The interval that a text writes: `start/end`, `start/duration` or `duration/end`; None for anything else.

    An end may leave out what it has in common with the start: `2026-01-06T08:00/12:30`.
    """
    parts = text.split("/")
    if len(parts) != 2:
        return None
    first, last = parts
    if span(first) is not None:
        return Interval(None, first, last) if moment(last) is not None else None
    if moment(first) is None:
        return None
    if span(last) is not None:
        return Interval(first, last, None)
    end = last if moment(last) is not None else _completed(first, last)
    return Interval(first, None, end) if end is not None else None


def _completed(start: str, end: str) -> str | None:
    """An end that leaves out the beginning, and perhaps the zone, of its start."""
    split = _ZONE.fullmatch(start)
    body = split[1] if split and "T" in start else start
    zone = start[len(body) :]
    own = _ZONE.fullmatch(end) if "T" in end or ":" in end or "T" in start else None
    ending = own[1] if own else end
    suffix = end[len(ending) :] or zone
    kept = len(body) - len(ending)
    if kept <= 0 or not ending:
        return None
    found = body[:kept] + ending + suffix
    return found if moment(found) is not None else None


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeated interval: how often (-1: for ever), and by which two of start, duration and end (or by the duration alone)."""

    count: int
    start: str | None
    length: str | None
    end: str | None


def cycle(text: str) -> Cycle | None:
    """The repeated interval that a text writes, a working time as its duration included; None for anything else."""
    match = _REPEATED.fullmatch(text)
    if match is None:
        return None
    count = int(match[1]) if match[1] else -1
    parts = match[2].split("/")
    if len(parts) == 1 and _is_length(parts[0]):
        return Cycle(count, None, parts[0], None)
    if len(parts) == 2 and parts[1].startswith("WT") and moment(parts[0]) is not None:
        return Cycle(count, parts[0], parts[1], None)
    found = interval(match[2])
    return Cycle(count, found.start, found.length, found.end) if found is not None else None


def _is_length(text: str) -> bool:
    return text.startswith("WT") or span(text) is not None
