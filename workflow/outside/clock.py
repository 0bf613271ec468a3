"""Time: the system's, or one that a simulation moves itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

SHIFT_FILE = "demonstration-clock.txt"
"""Holds the seconds by which a demonstration's clock differs from ours."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """Stands still until it is moved, and never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was moved to, a microsecond later at each look so that no two events share one."""
        self._now += timedelta(microseconds=1)
        return self._now

    def move_to(self, at: datetime) -> None:
        """Go forward to `at`; an earlier instant changes nothing."""
        self._now = max(self._now, at.astimezone(UTC))


class ShiftedClock:
    """The machine's clock, moved by a constant: a demonstration's time runs as ours, on other days."""

    def __init__(self, shift: timedelta) -> None:
        self._shift = shift

    def now(self) -> datetime:
        """The present instant in UTC, shifted."""
        return datetime.now(UTC) + self._shift


def clock_of(data: Path) -> SystemClock | ShiftedClock:
    """The clock of an installation: shifted only where it was set up as a demonstration."""
    place = data / SHIFT_FILE
    if not place.exists():
        return SystemClock()
    return ShiftedClock(timedelta(seconds=int(place.read_text(encoding="utf-8"))))
