"""Working-time texts such as `WT5D`; which days and hours are worked, and how to count along them.

Saturday and Sunday are free, holidays are free, make-up days (a Saturday worked for a free Friday) are worked. The working
day is 08:00 to 17:00 with an hour's pause: eight hours, the most that article 105 of the Labour Code 2019 allows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from workflow.errors import N_, InvalidInput

LIMIT = 1000
"""The greatest number of working days or working hours that one text may ask for."""

_FORM = re.compile(r"(?P<sign>-?)WT(?:(?P<days>\d{1,9})D)?(?:(?P<hours>\d{1,9})H)?", re.ASCII)
_MALFORMED = N_("%(text)s is no working time. Expected is a form such as WT5D (working days) or WT8H (working hours).")
_TOO_LONG = N_("%(text)s is longer than %(limit)s working days or hours.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTimeSpan:
    """Signed working days and working hours; both have the same sign."""

    days: int
    hours: int


def parse_working_time(text: str) -> WorkingTimeSpan:
    """Return what the text says. Raises `InvalidInput` when it is malformed or longer than `LIMIT`."""
    match = _FORM.fullmatch(text.strip())
    if match is None or not any(match.group("days", "hours")):
        raise InvalidInput(_MALFORMED, text=text)
    days, hours = int(match["days"] or 0), int(match["hours"] or 0)
    if days > LIMIT or hours > LIMIT:
        raise InvalidInput(_TOO_LONG, text=text, limit=LIMIT)
    sign = -1 if match["sign"] else 1
    return WorkingTimeSpan(days=sign * days, hours=sign * hours)


# Which days and hours are worked, and how to count along them.

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST_REST = 366
"""Free days in a row after which a calendar is held to be wrong rather than searched on."""

_NAIVE = N_("The instant %(start)s has no time zone.")
_NO_WORKING_DAY = N_("The calendar has no working day near %(day)s.")
_OUT_OF_RANGE = N_("%(days)s working days from %(day)s is more than the calendar counts (%(limit)s).")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """Working days and hours of one zone. `holidays` maps a free date to its name; `working_weekends` are make-up days."""

    holidays: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    working_weekends: frozenset[date] = frozenset()
    opens: time = time(8, 0)
    closes: time = time(17, 0)
    pauses: tuple[tuple[time, time], ...] = ((time(12, 0), time(13, 0)),)
    zone: ZoneInfo = ZONE

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked; a make-up day is worked even where it is listed as a holiday too."""
        return day in self.working_weekends or (day.weekday() < _SATURDAY and day not in self.holidays)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day` (before it when negative); `day` itself when `count` is 0.

        Raises `InvalidInput` beyond `LIMIT` days, at the ends of the calendar, or where a year has no working day.
        """
        if abs(count) > LIMIT:
            raise InvalidInput(_OUT_OF_RANGE, days=count, day=day.isoformat(), limit=LIMIT)
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day = self._next_working_day(day, step)
        return day

    def working_days_between(self, first: date, second: date) -> int:
        """Count working days from `first` (not counted) to `second` (counted); negative when `second` is earlier.

        It is the inverse of `add_working_days`: `second == add_working_days(first, n)` gives `n`.
        """
        if second < first:
            return -self._worked(second.toordinal() - 1, first.toordinal() - 1)
        return self._worked(first.toordinal(), second.toordinal())

    def add(self, start: datetime, text: str) -> datetime:
        """Return `start` plus a working time such as `WT5D`, `WT8H` or `-WT5D`, in UTC.

        Days keep the local time of day; hours run only while the office is open. Raises `InvalidInput` when the text is
        malformed or too long, or `start` has no zone.
        """
        if start.tzinfo is None:
            raise InvalidInput(_NAIVE, start=start.isoformat())
        span = parse_working_time(text)
        local = start.astimezone(self.zone)
        if span.days:
            local = self.at(self.add_working_days(local.date(), span.days), local.time())
        return self._add_open(local, timedelta(hours=span.hours)).astimezone(UTC)

    @property
    def day_length(self) -> timedelta:
        """How long the office is open on a working day."""
        return self._open_on_the_day(_DAY)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How long the office is open from `start` to `end`; nothing where `end` is no later."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        if last <= first:
            return timedelta(0)
        days = self._worked(first.date().toordinal() - 1, last.date().toordinal() - 1)
        return days * self.day_length - self._open_until(first) + self._open_until(last)

    def later(self, start: datetime, by: timedelta) -> datetime:
        """Return the instant, in UTC, that lies `by` of open office after `start`: `between` gives `by` again.

        Whole working days keep the local time of day, as `add` does; the rest runs only while the office is open.
        """
        local = start.astimezone(self.zone)
        if by > timedelta(0) and self.is_working_day(local.date()):
            days, by = divmod(by, self.day_length)
            day = local.date()
            for _ in range(days):
                day = self._next_working_day(day, _DAY)
            local = self.at(day, local.time())
        return self._add_open(local, by).astimezone(UTC)

    def at(self, day: date, moment: time) -> datetime:
        """Return the instant of a local time of day, in the calendar's zone."""
        return datetime.combine(day, moment, tzinfo=self.zone)

    def _worked(self, after: int, until: int) -> int:
        """Count working days of the ordinals `after` < day <= `until`, without walking along them."""
        free = sum(
            1
            for day in self.holidays
            if after < day.toordinal() <= until and day.weekday() < _SATURDAY and day not in self.working_weekends
        )
        made_up = sum(
            1 for day in self.working_weekends if after < day.toordinal() <= until and day.weekday() >= _SATURDAY
        )
        return _weekdays_until(until) - _weekdays_until(after) - free + made_up

    def _next_working_day(self, day: date, step: timedelta) -> date:
        start = day
        for _ in range(_LONGEST_REST):
            try:
                day += step
            except OverflowError:
                break
            if self.is_working_day(day):
                return day
        raise InvalidInput(_NO_WORKING_DAY, day=start.isoformat())

    @property
    def _edges(self) -> tuple[time, ...]:
        """When the office opens and closes on a working day, in turn."""
        return (self.opens, *(edge for pause in self.pauses for edge in pause), self.closes)

    def _open_until(self, local: datetime) -> timedelta:
        """How long the office has been open on the local day up to the instant."""
        if not self.is_working_day(local.date()):
            return timedelta(0)
        return self._open_on_the_day(_since_midnight(local.time()))

    def _open_on_the_day(self, until: timedelta) -> timedelta:
        """How long the office is open from midnight of a working day until so long after it."""
        edges = [_since_midnight(edge) for edge in self._edges]
        periods = zip(edges[::2], edges[1::2], strict=True)
        return sum((max(min(ends, until) - begins, timedelta(0)) for begins, ends in periods), timedelta(0))

    def _add_open(self, local: datetime, span: timedelta) -> datetime:
        if not span:
            return local
        forward, left = span > timedelta(0), abs(span)
        for begins, ends in self._open_periods(local, forward=forward):
            length = ends - begins
            if left <= length:
                return begins + left if forward else ends - left
            left -= length
        raise InvalidInput(_NO_WORKING_DAY, day=local.date().isoformat())

    def _open_periods(self, local: datetime, *, forward: bool) -> Iterator[tuple[datetime, datetime]]:
        """Yield the periods of open office after (or before, latest first) the local instant, cut at it."""
        step = _DAY if forward else -_DAY
        day = local.date() if self.is_working_day(local.date()) else self._next_working_day(local.date(), step)
        while True:
            periods = self._periods_of(day)
            for begins, ends in periods if forward else reversed(periods):
                cut = (max(begins, local), ends) if forward else (begins, min(ends, local))
                if cut[0] < cut[1]:
                    yield cut
            day = self._next_working_day(day, step)

    def _periods_of(self, day: date) -> list[tuple[datetime, datetime]]:
        moments = [self.at(day, edge) for edge in self._edges]
        return list(zip(moments[::2], moments[1::2], strict=True))


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


def _weekdays_until(ordinal: int) -> int:
    """Count Mondays to Fridays up to and with the ordinal; the ordinal 1 is a Monday."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)
