"""Conversion functions, and those that take dates apart. `jdmn` reads times with a lenient parser and has no far years."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from workflow.feel import temporal, text
from workflow.feel.basics import DECIMAL128, YearMonthDuration, weigh
from workflow.feel.far import AnyDate, AnyDateTime, FarDate, FarDateTime, FineTime, Length, combine, make_date
from workflow.feel.functions.registry import Library
from workflow.feel.types import Mismatch
from workflow.feel.values import Value

LIBRARY = Library()
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _known(value: Value) -> Value:
    if value is None:
        raise Mismatch("the text has not the form that is expected")
    return value


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise ValueError("a whole number is expected")
    return int(number)


LIBRARY.form("date", "from: string")(lambda value: _known(temporal.parse_date(value)))
LIBRARY.form("date", "from: instant")(temporal.date_of)
LIBRARY.form("date and time", "from: string")(lambda value: _known(temporal.parse_date_time(value)))
LIBRARY.form("duration", "from: string")(lambda value: _known(temporal.parse_duration(value)))
LIBRARY.form("time", "from: string")(lambda value: _known(temporal.parse_time(value)))
LIBRARY.form("string", "from: any")(lambda value: None if value is None else text.to_text(weigh(value)))


@LIBRARY.form("date", "year: number", "month: number", "day: number")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> AnyDate:
    """A date of three whole numbers."""
    return make_date(_whole(year), _whole(month), _whole(day))


@LIBRARY.form("date and time", "date: instant", "time: time")
def date_and_time(day: AnyDate | AnyDateTime, clock: time) -> AnyDateTime:
    """The date part of one and the time of the other."""
    return combine(temporal.date_of(day), clock)


@LIBRARY.form("time", "from: time")
@LIBRARY.form("time", "from: instant")
def time_of(value: Value) -> time:
    """The time of a date and time; of a date midnight UTC."""
    if isinstance(value, time):
        return value
    return temporal.time_of(value) if isinstance(value, datetime | FarDateTime) else time(0, tzinfo=UTC)


@LIBRARY.form("time", "hour: number", "minute: number", "second: number", "offset: days?~")
def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: Length | None) -> time:
    """A time of numbers; the seconds may have a fraction."""
    nanos = int((second - int(second)) * 1_000_000_000)
    zone = None if offset is None else temporal.offset_zone(int(temporal.total_seconds(offset)))
    plain = time(_whole(hour), _whole(minute), int(second), nanos // 1000, zone)
    return FineTime.of(plain, nanos % 1000) if nanos % 1000 else plain


@LIBRARY.form("number", "from: string")
@LIBRARY.form("number", "from: string", "grouping separator: string~", "decimal separator: string~")
def number(source: str, grouping: str | None = None, point: str | None = None) -> Decimal:
    """A number from text; both separators or none are named, and either may be null."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ",") or (grouping and grouping == point):
        raise ValueError("the separators are not possible")
    plain = source.replace(grouping, "") if grouping else source
    if point == ",":
        if "." in plain:
            raise ValueError("the text is no number")
        plain = plain.replace(",", ".")
    if _NUMBER.fullmatch(plain) is None:
        raise ValueError("the text is no number")
    return DECIMAL128.create_decimal(plain)


@LIBRARY.form("years and months duration", "from: instant", "to: instant")
def years_and_months(start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime) -> YearMonthDuration:
    """The whole months between."""
    return YearMonthDuration(temporal.months_between(start, end))


def _near(value: AnyDate | AnyDateTime) -> date:
    day = temporal.date_of(value)
    return day.near if isinstance(day, FarDate) else day


LIBRARY.form("day of year", "date: instant")(lambda value: Decimal(_near(value).timetuple().tm_yday))
LIBRARY.form("day of week", "date: instant")(lambda value: _DAYS[_near(value).weekday()])
LIBRARY.form("month of year", "date: instant")(lambda value: _MONTHS[_near(value).month - 1])
LIBRARY.form("week of year", "date: instant")(lambda value: Decimal(_near(value).isocalendar().week))


@LIBRARY.form("now", wants_run=True)
def now(run: Any) -> datetime:
    """The instant of this evaluation."""
    instant: datetime = run.instant()
    return instant


@LIBRARY.form("today", wants_run=True)
def today(run: Any) -> date:
    """The date of this evaluation, in the zone of its instant."""
    instant: datetime = run.instant()
    return instant.date()
