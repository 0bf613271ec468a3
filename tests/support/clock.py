"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    def __init__(self, now: datetime = datetime(2023, 3, 1, 2, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        """The instant at which it stands."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move it forward."""
        self._now += by

    def set(self, now: datetime) -> None:
        """Move it to an instant."""
        self._now = now
