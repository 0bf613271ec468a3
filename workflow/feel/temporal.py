"""Dates, times and durations: reading, writing, comparing and calculating as FEEL does.

Order and differences are exact; only `=` goes by whole seconds, as the compatibility kit asks (the resolution of the value functions).
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from workflow.feel.basics import DECIMAL128, YearMonthDuration
from workflow.feel.far import (
    DAY,
    SECOND,
    AnyDate,
    AnyDateTime,
    FarDate,
    FarDateTime,
    FineDateTime,
    FineTime,
    Length,
    clock_of,
    combine,
    in_zone,
    later,
    length_of,
    make_date,
    nanos_in,
    of_day,
    of_ordinal,
)

_DATE = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([zZ])|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z][\w+\-/]*))?"
_DATE_ONLY = re.compile(_DATE, re.ASCII)
_TIME_ONLY = re.compile(f"T?{_TIME}", re.ASCII)
_DATE_TIME = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?", re.ASCII)
_SECONDS = r"(?=\.?\d)(\d*)(?:\.(\d*))?S"
"""XML Schema 1.1 (rule 48): digits on one side of the point are enough."""
_DAYS = re.compile(rf"(-?)P(?=\d|T)(?:(\d+)D)?(?:T(?=\.?\d)(?:(\d+)H)?(?:(\d+)M)?(?:{_SECONDS})?)?", re.ASCII)
_MAX_OFFSET = 14 * 3600
_DIGITS = 15


@lru_cache(maxsize=256)
def zone(key: str) -> ZoneInfo | None:
    """The IANA zone of that name."""
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        return None


def offset_zone(seconds: int) -> timezone:
    """The zone of a fixed offset; raises ValueError beyond 14 hours."""
    if abs(seconds) > _MAX_OFFSET:
        raise ValueError("an offset has at most 14 hours")
    return UTC if seconds == 0 else timezone(timedelta(seconds=seconds))


def _ends_day(hour: str | None, minute: str | None, second: str | None, fraction: str | None) -> bool:
    """`24:00:00`, the midnight at the end of a day (XML Schema 1.1, endOfDayFrag)."""
    return hour == "24" and not int(minute or 0) and not int(second or 0) and not int(fraction or 0)


def _clock(parts: tuple[str | None, ...]) -> time:
    hour, minute, second, fraction, utc, sign, hours, minutes, seconds, name = parts
    if _ends_day(hour, minute, second, fraction):
        hour = "0"
    zone_info: tzinfo | None = UTC if utc else None
    if sign:
        offset = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
        if int(minutes or 0) > 59:
            raise ValueError("an offset has at most 59 minutes")
        zone_info = offset_zone(-offset if sign == "-" else offset)
    elif name:
        zone_info = zone(name)
        if zone_info is None:
            raise ValueError(f"no time zone is called {name}")
    nanos = int((fraction or "0")[:9].ljust(9, "0"))
    plain = time(int(hour or 0), int(minute or 0), int(second or 0), nanos // 1000, zone_info)
    return FineTime.of(plain, nanos % 1000) if nanos % 1000 else plain


def parse_date(text: str) -> AnyDate | None:
    """A date from XML Schema's form, or None."""
    match = _DATE_ONLY.fullmatch(text)
    try:
        return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """A time from `hh:mm:ss`, with a fraction and an offset, `Z` or `@zone`; or None."""
    match = _TIME_ONLY.fullmatch(text)
    try:
        return _clock(match.groups()) if match else None
    except ValueError:
        return None


def parse_date_time(text: str) -> AnyDateTime | None:
    """A date and time; a date alone is its midnight."""
    match = _DATE_TIME.fullmatch(text)
    try:
        if match:
            groups = match.groups()
            day = make_date(int(match[1]), int(match[2]), int(match[3]))
            if _ends_day(*groups[3:7]):
                day = of_ordinal(day.toordinal() + 1)
            return combine(day, _clock(groups[3:]))
    except ValueError:
        return None
    whole_day = parse_date(text)
    return combine(whole_day, time(0)) if whole_day is not None else None


def parse_duration(text: str) -> YearMonthDuration | Length | None:
    """A duration of either kind, or None for a mixed or malformed one."""
    if any(len(digits) > _DIGITS for digits in re.findall(r"\d+", text)):
        return None
    if (match := _MONTHS.fullmatch(text)) is not None:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearMonthDuration(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if match is None or text.endswith("T"):
        return None
    seconds = ((int(match[2] or 0) * 24 + int(match[3] or 0)) * 60 + int(match[4] or 0)) * 60 + int(match[5] or 0)
    nanos = seconds * SECOND + int((match[6] or "0")[:9].ljust(9, "0"))
    try:
        return length_of(-nanos if match[1] else nanos)
    except OverflowError:
        return None


def parse_literal(text: str) -> AnyDate | AnyDateTime | time | YearMonthDuration | Length | None:
    """What `@"…"` writes: a date, date and time, time or duration; or None."""
    for read in (parse_date, parse_date_time, parse_time, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def _suffix(zone_info: tzinfo | None, offset: timedelta | None) -> str:
    if isinstance(zone_info, ZoneInfo):
        return f"@{zone_info.key}"
    if offset is None:
        return ""
    total = int(offset.total_seconds())
    if total == 0:
        return "Z"
    hours, rest = divmod(abs(total), 3600)
    minutes, seconds = divmod(rest, 60)
    text = f"{'-' if total < 0 else '+'}{hours:02d}:{minutes:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def format_time(value: time) -> str:
    """A time as FEEL writes it."""
    nanos = nanos_of(value)
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    return f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}{fraction}{_suffix(value.tzinfo, value.utcoffset())}"


def format_date_time(value: AnyDateTime) -> str:
    """A date and time as FEEL writes it."""
    if isinstance(value, FarDateTime):
        return f"{value.day_part.isoformat()}T{format_time(value.time_part)}"
    return f"{value.date().isoformat()}T{format_time(value.timetz())}"


def exact_date_time(value: AnyDateTime) -> str:
    """As `format_date_time`, with the offset before a zone where its clocks show this time twice and this is the second."""
    if type(value) is datetime and not value.fold and not value.microsecond:  # every deadline of a case, at each step
        offset = None if isinstance(value.tzinfo, ZoneInfo) else value.utcoffset()
        return f"{value.replace(tzinfo=None).isoformat()}{_suffix(value.tzinfo, offset)}"
    text = format_date_time(value)
    near = value.near if isinstance(value, FarDateTime) else value
    if not near.fold or not isinstance(near.tzinfo, ZoneInfo) or near.utcoffset() == near.replace(fold=0).utcoffset():
        return text
    return _with_offset(text, near.utcoffset())


def read_exact(text: str) -> AnyDateTime | None:
    """What `exact_date_time` wrote."""
    clock, _, key = text.partition("@")
    zone_info = zone(key) if key else None
    if zone_info is None or _DATE_TIME.fullmatch(text):
        return parse_date_time(text)
    found = parse_date_time(clock)
    return None if found is None else in_zone(found, zone_info)


def exact_time(value: time) -> str:
    """As `format_time`, with the offset before a zone where it is another than the zone's standard one."""
    text, offset = format_time(value), time_offset(value)
    if not isinstance(value.tzinfo, ZoneInfo) or offset == _standard_offset(value.tzinfo):
        return text
    return _with_offset(text, offset)


def _with_offset(text: str, offset: timedelta | None) -> str:
    """A text that ends in a zone, with the offset before it."""
    clock, _, key = text.partition("@")
    return f"{clock}{_suffix(None, offset)}@{key}"


def read_exact_time(text: str) -> time | None:
    """What `exact_time` wrote."""
    clock, _, key = text.partition("@")
    zone_info = zone(key) if key else None
    if zone_info is None or _TIME_ONLY.fullmatch(text):
        return parse_time(text)
    found = parse_time(clock)
    return (
        None
        if found is None
        else FineTime.of(found.replace(tzinfo=zone_info), nanos_of(found) % 1000, found.utcoffset())
    )


def format_duration(value: Length) -> str:
    """A days and time duration as XML Schema writes it, largest units first."""
    nanos = nanos_in(value)
    if not nanos:
        return "PT0S"
    days, rest = divmod(abs(nanos), DAY)
    whole, rest = divmod(rest, SECOND)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    clock += f"{seconds}{fraction}S" * bool(seconds or fraction)
    return f"{'-' if nanos < 0 else ''}P{f'{days}D' * bool(days)}{'T' * bool(clock)}{clock}"


def nanos_of(value: AnyDate | AnyDateTime | time) -> int:
    """The fraction of the second, in nanoseconds."""
    if isinstance(value, FarDateTime):
        value = value.time_part
    if not isinstance(value, time | datetime):
        return 0
    return value.microsecond * 1000 + (value.nanos if isinstance(value, FineTime | FineDateTime) else 0)


def time_key(value: time) -> tuple[bool, int]:
    """Whether the time has an offset, and its nanoseconds (in UTC if it has)."""
    offset = time_offset(value)
    return offset is not None, of_day(value) - nanos_in(offset or timedelta(0))


@lru_cache(maxsize=256)
def _standard_offset(zone_info: ZoneInfo) -> timedelta:
    """The zone's offset without daylight saving, by the rule that is in force as far as its table knows; no clock is asked."""
    settled = datetime(9000, 1, 1, tzinfo=zone_info)
    return (settled.utcoffset() or timedelta(0)) - (settled.dst() or timedelta(0))


def time_offset(value: time) -> timedelta | None:
    """The offset of a time; a named zone has the one of the date that the time was taken from, or else its standard one."""
    if isinstance(value.tzinfo, ZoneInfo):
        known = value.offset if isinstance(value, FineTime) else None
        return _standard_offset(value.tzinfo) if known is None else known
    return value.utcoffset()


def time_of(value: AnyDateTime) -> time:
    """The time of a date and time; in a named zone it keeps the offset of that date."""
    clock = value.time_part if isinstance(value, FarDateTime) else value.timetz()
    if not isinstance(clock.tzinfo, ZoneInfo):
        return clock
    near = value.near if isinstance(value, FarDateTime) else value
    return FineTime.of(clock, nanos_of(clock) % 1000, near.utcoffset())


def instant_key(value: AnyDate | AnyDateTime, aware: bool) -> tuple[bool, int]:
    """Whether the value has an offset, and its nanoseconds; a date is midnight, in UTC beside an aware value."""
    if isinstance(value, FarDateTime):
        return value.time_part.tzinfo is not None, value.seconds * SECOND + nanos_of(value)
    if not isinstance(value, datetime):
        return aware, value.toordinal() * DAY
    offset = value.utcoffset()
    seconds = value.toordinal() * 86_400 + value.hour * 3600 + value.minute * 60 + value.second
    seconds -= int(offset.total_seconds()) if offset is not None else 0
    return offset is not None, seconds * SECOND + nanos_of(value)


def add_months(value: AnyDate | AnyDateTime, months: int) -> AnyDate | AnyDateTime | None:
    """The same day some months later, or the last of that month where there is none; None beyond the calendar."""
    if isinstance(value, datetime | FarDateTime):
        clock = value.time_part if isinstance(value, FarDateTime) else value.timetz()
        moved = add_months(date_of(value), months)
        return combine(moved, clock) if isinstance(moved, date | FarDate) else None
    count = value.year * 12 + value.month - 1 + months
    year, month = divmod(count, 12)
    for day in (value.day, 30, 29, 28):
        try:
            return make_date(year, month + 1, min(day, value.day))
        except ValueError:
            continue
    return None


def add_duration(value: AnyDate | AnyDateTime, length: Length) -> AnyDate | AnyDateTime | None:
    """A date or date and time plus a days and time duration, on the instant (DMN 10.3.2.3.5); None beyond the calendar."""
    try:
        if isinstance(value, datetime | FarDateTime):
            return later(value, length)
        return of_ordinal(value.toordinal() + nanos_in(length) // DAY)
    except ValueError:
        return None


def add_to_time(value: time, length: Length) -> time:
    """A time of day plus a duration, around midnight."""
    moved = clock_of((of_day(value) + nanos_in(length)) % DAY, value.tzinfo)
    known = value.offset if isinstance(value, FineTime) else None
    return moved if known is None else FineTime.of(moved, nanos_of(moved) % 1000, known)


def date_of(value: AnyDate | AnyDateTime) -> AnyDate:
    """The date of a date and time."""
    if isinstance(value, FarDateTime):
        return value.day_part
    return value.date() if isinstance(value, datetime) else value


def subtract(left: AnyDate | AnyDateTime, right: AnyDate | AnyDateTime) -> Length | None:
    """The time between two instants; None when only one of them has an offset (a date beside a date and time is midnight UTC)."""
    dates = [isinstance(value, FarDate) or type(value) is date for value in (left, right)]
    mixed = dates[0] != dates[1]
    known_left, known_right = instant_key(left, mixed), instant_key(right, mixed)
    if known_left[0] != known_right[0]:
        return None
    return length_of(known_left[1] - known_right[1])


def subtract_times(left: time, right: time) -> Length | None:
    """The time between two times of a day; None when only one of them has an offset."""
    first, last = time_key(left), time_key(right)
    return length_of(first[1] - last[1]) if first[0] == last[0] else None


def months_between(start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime) -> int:
    """Whole months from one date to another, negative when the second is earlier; times of day do not count."""
    first, last = date_of(start), date_of(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        return months - 1
    return months + 1 if months < 0 and last.day > first.day else months


def total_seconds(value: Length) -> Decimal:
    """The length in seconds, exactly."""
    return DECIMAL128.divide(Decimal(nanos_in(value)), Decimal(SECOND))


def scale_duration(value: Length, factor: Decimal) -> Length:
    """The duration times a number, cut to the nanosecond. Raises OverflowError or ArithmeticError where there is none."""
    return length_of(int(DECIMAL128.multiply(Decimal(nanos_in(value)), factor)))


def divide_duration(value: Length, divisor: Decimal) -> Length:
    """The duration divided by a number, cut to the nanosecond. Raises as `scale_duration`."""
    return length_of(int(DECIMAL128.divide(Decimal(nanos_in(value)), divisor)))
