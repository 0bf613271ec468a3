"""What stands after the dot: entries of contexts, and the named properties of dates, times, durations and ranges."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from workflow.feel import temporal
from workflow.feel.basics import YearMonthDuration
from workflow.feel.far import SECOND, FarDate, FarDateTime, FarDuration, Length, nanos_in
from workflow.feel.values import Range, Value

Property = Callable[[Any], Value]


def _zone(value: Any) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _quotient(amount: int, unit: int) -> Decimal:
    """Towards zero, as durations are signed magnitudes."""
    return Decimal(abs(amount) // unit if amount >= 0 else -(abs(amount) // unit))


def _whole(value: Length) -> int:
    """In seconds, towards zero."""
    nanos = nanos_in(value)
    return nanos // SECOND if nanos >= 0 else -(-nanos // SECOND)


def _part(value: Length, unit: int, limit: int) -> Decimal:
    whole = _whole(value)
    part = abs(whole) // unit % limit
    return Decimal(-part if whole < 0 else part)


_DATE: dict[str, Property] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_CLOCK: dict[str, Property] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": lambda value: Decimal(value.second),
    "timezone": _zone,
}
_TIME = _CLOCK | {"time offset": temporal.time_offset}
_DATE_TIME = _DATE | _CLOCK | {"time offset": lambda value: value.utcoffset()}
_DAYS: dict[str, Property] = {
    "days": lambda value: _quotient(_whole(value), 86_400),
    "hours": lambda value: _part(value, 3600, 24),
    "minutes": lambda value: _part(value, 60, 60),
    "seconds": lambda value: _part(value, 1, 60),
}
_MONTHS: dict[str, Property] = {
    "years": lambda value: _quotient(value.months, 12),
    "months": lambda value: Decimal(value.months) - 12 * _quotient(value.months, 12),
}
_RANGE: dict[str, Property] = {
    "start": lambda value: value.start,
    "end": lambda value: value.end,
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}
_KINDS: tuple[tuple[Any, dict[str, Property]], ...] = (
    (datetime, _DATE_TIME),
    ((date, FarDate), _DATE),
    (time, _TIME),
    ((timedelta, FarDuration), _DAYS),
    (YearMonthDuration, _MONTHS),
    (Range, _RANGE),
)
MISSING = object()


def member(value: Value, name: str) -> Any:
    """The entry or property of that name; on a list, of every element; MISSING when there is none."""
    if isinstance(value, dict):
        return value.get(name, MISSING)
    if isinstance(value, list):
        found = [member(item, name) for item in value]
        return [None if item is MISSING else item for item in found]
    if isinstance(value, FarDateTime):
        if name in _DATE:
            return _DATE[name](value.day_part)
        value = value.near
    for kind, table in _KINDS:
        if isinstance(value, kind):
            found_property = table.get(name)
            return MISSING if found_property is None else found_property(value)
    return MISSING
