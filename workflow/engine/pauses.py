"""Working time as it passes for a process that was suspended: the clocks stand still meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.engine.program import WorkingTime
from workflow.engine.state import Pause


def rested(calendar: WorkingTime, pause: Pause, began_at: datetime | None) -> timedelta:
    """How much working time of the pause whatever began to wait then has lived through."""
    return calendar.between(max(pause.began_at, began_at or pause.began_at), pause.ended_at)


def shifted(calendar: WorkingTime, pause: Pause, began_at: datetime | None, due_at: datetime) -> datetime:
    """The due time after the pause; one that was past before is past. Raises `InvalidInput`."""
    span = rested(calendar, pause, began_at)
    return calendar.later(due_at, span) if due_at > pause.began_at and span else due_at


@dataclass(frozen=True, slots=True)
class PausedTime:
    """A working time that pauses interrupt."""

    calendar: WorkingTime
    pauses: tuple[Pause, ...]

    def add(self, start: datetime, text: str) -> datetime:
        due_at = self.calendar.add(start, text)
        for pause in self.pauses:
            due_at = shifted(self.calendar, pause, start, due_at)
        return due_at

    def between(self, start: datetime, end: datetime) -> timedelta:
        return self.calendar.between(start, end)

    def later(self, start: datetime, by: timedelta) -> datetime:
        return self.calendar.later(start, by)
