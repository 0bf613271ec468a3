"""Dates and times that Python's own types cannot hold: years beyond 1 to 9999 and fractions below a microsecond.

FEEL takes its calendar from XML Schema, where a year may have nine digits and be negative. These are rare: every other date is
a plain `date`, `time` or `datetime`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
MAX_YEAR = 999_999_999
_START_OF_CYCLE = date(2000, 1, 1).toordinal()
_LAST_ORDINAL = date.max.toordinal()


class FineTime(time):
    """A time with `nanos` beyond its microseconds."""

    nanos: int

    @classmethod
    def of(cls, value: time, nanos: int) -> Self:
        """The same time with 0 to 999 nanoseconds more."""
        made = cls(value.hour, value.minute, value.second, value.microsecond, value.tzinfo)
        made.nanos = nanos
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return FineTime.of, (time(self.hour, self.minute, self.second, self.microsecond, self.tzinfo), self.nanos)


class FineDateTime(datetime):
    """A date and time with `nanos` beyond its microseconds."""

    nanos: int

    @classmethod
    def of(cls, value: datetime, nanos: int) -> Self:
        """The same instant with 0 to 999 nanoseconds more."""
        made = cls.combine(value.date(), value.timetz())
        made.nanos = nanos
        return made

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
    return FineDateTime.of(plain, clock.nanos) if isinstance(clock, FineTime) else plain


def of_ordinal(ordinal: int) -> AnyDate:
    """The date on the scale of `date.toordinal`, for any year; raises ValueError beyond the calendar."""
    if 1 <= ordinal <= _LAST_ORDINAL:
        return date.fromordinal(ordinal)
    cycles, rest = divmod(ordinal - _START_OF_CYCLE, _CYCLE_DAYS)
    near = date.fromordinal(_START_OF_CYCLE + rest)
    return make_date(near.year + cycles * _CYCLE_YEARS, near.month, near.day)


def later(day: AnyDate, clock: time, length: timedelta) -> AnyDateTime:
    """A day and time of day plus a duration, by the clock of its zone; raises ValueError beyond the calendar."""
    moved = datetime.combine(date(2000, 1, 1), clock.replace(tzinfo=None)) + timedelta(
        seconds=length.seconds, microseconds=length.microseconds
    )
    plain = moved.time().replace(tzinfo=clock.tzinfo)
    carried = moved.date().toordinal() - _START_OF_CYCLE
    fine = FineTime.of(plain, clock.nanos) if isinstance(clock, FineTime) else plain
    return combine(of_ordinal(day.toordinal() + length.days + carried), fine)
