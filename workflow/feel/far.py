"""Dates, times and durations that Python's own types cannot hold: years beyond 1 to 9999 and fractions below a microsecond.

FEEL takes its calendar from XML Schema, where a year may have nine digits and be negative. These are rare: every other date is
a plain `date`, `time` or `datetime`, every other length a plain `timedelta`. What is calculated goes through nanoseconds and comes
back as the plainest type that holds it, so that no result depends on which of the two its operands were.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self
from zoneinfo import ZoneInfo

_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
MAX_YEAR = 999_999_999
_START_OF_CYCLE = date(2000, 1, 1).toordinal()
_LAST_ORDINAL = date.max.toordinal()
SECOND = 1_000_000_000
"""In nanoseconds, as all lengths below."""
DAY = 86_400 * SECOND
_LONGEST = 10**15 * DAY


class FineTime(time):
    """A time with `nanos` beyond its microseconds, or one of a named zone on a known date."""

    nanos: int = 0
    """None where Python itself has made one, as `replace` does."""
    offset: timedelta | None = None
    """That of its named zone on the date that it was taken from."""

    @classmethod
    def of(cls, value: time, nanos: int, offset: timedelta | None = None) -> Self:
        """The same time with 0 to 999 nanoseconds more."""
        made = cls(value.hour, value.minute, value.second, value.microsecond, value.tzinfo, fold=value.fold)
        made.nanos = nanos
        made.offset = offset
        return made

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        plain = time(self.hour, self.minute, self.second, self.microsecond, self.tzinfo, fold=self.fold)
        return FineTime.of, (plain, self.nanos, self.offset)


class FineDateTime(datetime):
    """A date and time with `nanos` beyond its microseconds."""

    nanos: int = 0

    @classmethod
    def of(cls, value: datetime, nanos: int) -> Self:
        """The same instant with 0 to 999 nanoseconds more."""
        made = cls.combine(value.date(), value.timetz())
        made.nanos = nanos
        return made

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return FineDateTime.of, (datetime.combine(self.date(), super().timetz()), self.nanos)

    def timetz(self) -> time:
        """The time of day, with its zone and nanoseconds."""
        return FineTime.of(super().timetz(), self.nanos)


@dataclass(frozen=True, slots=True)
class FarDate:
    """A date of the proleptic Gregorian calendar whose year is outside 1 to 9999."""

    year: int
    month: int
    day: int

    @property
    def near(self) -> date:
        """The date of the same place in the calendar's 400-year cycle, within 2000 to 2399."""
        return date(2000 + self.year % _CYCLE_YEARS, self.month, self.day)

    def toordinal(self) -> int:
        """Days on the scale of `date.toordinal`."""
        return self.near.toordinal() + (self.year - self.near.year) // _CYCLE_YEARS * _CYCLE_DAYS

    def isoweekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return self.near.isoweekday()

    def isoformat(self) -> str:
        """As XML Schema writes it."""
        return f"{'-' if self.year < 0 else ''}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"

    __str__ = isoformat


@dataclass(frozen=True, slots=True)
class FarDateTime:
    """A date and time whose year is outside 1 to 9999."""

    day_part: FarDate
    time_part: time

    @property
    def near(self) -> datetime:
        """The same place in the calendar's cycle, as `FarDate.near`."""
        return datetime.combine(self.day_part.near, self.time_part)

    @property
    def seconds(self) -> int:
        """Whole seconds on the scale of ordinals, in UTC where the offset is known."""
        clock = self.time_part
        offset = self.near.utcoffset() or timedelta(0)
        of_day = clock.hour * 3600 + clock.minute * 60 + clock.second
        return self.day_part.toordinal() * 86_400 + of_day - int(offset.total_seconds())

    def isoformat(self) -> str:
        """As XML Schema writes it."""
        return f"{self.day_part.isoformat()}T{self.time_part.isoformat()}"

    __str__ = isoformat


AnyDate = date | FarDate
AnyDateTime = datetime | FarDateTime


def make_date(year: int, month: int, day: int) -> AnyDate:
    """The date of these numbers; raises ValueError when there is none."""
    if 1 <= year <= 9999:
        return date(year, month, day)
    if abs(year) > MAX_YEAR:
        raise ValueError("a year has at most nine digits")
    date(2000 + year % _CYCLE_YEARS, month, day)
    return FarDate(year, month, day)


def combine(day: AnyDate, clock: time) -> AnyDateTime:
    """A date and a time of day together; a zone and nanoseconds of the time are kept."""
    if isinstance(day, FarDate):
        return FarDateTime(day, clock)
    plain = datetime.combine(day, clock)
    return FineDateTime.of(plain, clock.nanos) if isinstance(clock, FineTime) and clock.nanos else plain


def of_ordinal(ordinal: int) -> AnyDate:
    """The date on the scale of `date.toordinal`, for any year; raises ValueError beyond the calendar."""
    if 1 <= ordinal <= _LAST_ORDINAL:
        return date.fromordinal(ordinal)
    cycles, rest = divmod(ordinal - _START_OF_CYCLE, _CYCLE_DAYS)
    near = date.fromordinal(_START_OF_CYCLE + rest)
    return make_date(near.year + cycles * _CYCLE_YEARS, near.month, near.day)


@dataclass(frozen=True, slots=True, order=True)
class FarDuration:
    """A length that no `timedelta` holds: finer than a microsecond, or longer than 999,999,999 days."""

    nanos: int


Length = timedelta | FarDuration


def length_of(nanos: int) -> Length:
    """The length of so many nanoseconds; raises OverflowError beyond what any two dates can be apart."""
    if abs(nanos) > _LONGEST:
        raise OverflowError("the duration is too long")
    days, rest = divmod(nanos, DAY)
    if rest % 1000 or abs(days) > timedelta.max.days:
        return FarDuration(nanos)
    return timedelta(days=days, microseconds=rest // 1000)


def nanos_in(length: Length) -> int:
    """The whole length in nanoseconds."""
    if isinstance(length, FarDuration):
        return length.nanos
    return (length.days * 86_400 + length.seconds) * SECOND + length.microseconds * 1000


def clock_of(nanos: int, zone_info: tzinfo | None, fold: int = 0) -> time:
    """The time of day so many nanoseconds after midnight."""
    seconds, rest = divmod(nanos, SECOND)
    plain = time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest // 1000, zone_info, fold=fold)
    return FineTime.of(plain, rest % 1000) if rest % 1000 else plain


def of_day(clock: time) -> int:
    """How many nanoseconds of its day have passed."""
    fine = clock.nanos if isinstance(clock, FineTime) else 0
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * SECOND + clock.microsecond * 1000 + fine


def later(value: AnyDateTime, length: Length) -> AnyDateTime:
    """A date and time plus a duration, on the instant and not on the wall clock; raises ValueError beyond the calendar."""
    zone_info = (value.time_part if isinstance(value, FarDateTime) else value).tzinfo
    if isinstance(zone_info, ZoneInfo):
        return _shown(_instant(value) + nanos_in(length), zone_info)
    ordinal, rest = divmod(_wall(value) + nanos_in(length), DAY)
    return combine(of_ordinal(ordinal), clock_of(rest, zone_info))


def in_zone(value: AnyDateTime, zone_info: ZoneInfo) -> AnyDateTime:
    """The same instant by the clocks of a zone."""
    return _shown(_instant(value), zone_info)


def _wall(value: AnyDateTime) -> int:
    """Nanoseconds on the scale of ordinals, as the clock shows them."""
    day, clock = (value.day_part, value.time_part) if isinstance(value, FarDateTime) else (value.date(), value.timetz())
    return day.toordinal() * DAY + of_day(clock)


def _instant(value: AnyDateTime) -> int:
    offset = (value.near if isinstance(value, FarDateTime) else value).utcoffset()
    return _wall(value) - nanos_in(offset or timedelta(0))


def _shown(nanos: int, zone_info: ZoneInfo) -> AnyDateTime:
    """What the clocks of a zone show at an instant; far from today they go by the same place in the calendar's cycle."""
    ordinal, rest = divmod(nanos, DAY)
    cycles = 0
    if not 1 < ordinal < _LAST_ORDINAL:
        cycles, place = divmod(ordinal - _START_OF_CYCLE, _CYCLE_DAYS)
        ordinal = _START_OF_CYCLE + place
    utc = datetime.combine(date.fromordinal(ordinal), time(0), UTC) + timedelta(microseconds=rest // 1000)
    local = utc.astimezone(zone_info)
    clock = FineTime.of(local.timetz(), rest % 1000) if rest % 1000 else local.timetz()
    return combine(make_date(local.year + cycles * _CYCLE_YEARS, local.month, local.day), clock)
