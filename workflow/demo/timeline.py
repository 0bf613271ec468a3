"""Several stories on one virtual clock: whoever's next day comes first goes on, and jobs run at their own time on the way."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from workflow.bootstrap import Container
from workflow.outside.clock import VirtualClock

Story = Iterator[datetime]
"""Yields the instant at which it wants to go on."""


class Timeline:
    def __init__(self, container: Container, clock: VirtualClock) -> None:
        self._container = container
        self._clock = clock

    def run(self, stories: Sequence[Story]) -> None:
        """Run every story to its end, in the order of time."""
        waiting = [(next(story), index, story) for index, story in enumerate(stories)]
        while waiting:
            waiting.sort(key=lambda entry: entry[:2])
            at, index, story = waiting.pop(0)
            self.move_to(at)
            following = next(story, None)
            self.settle()
            if following is not None:
                waiting.append((following, index, story))

    def move_to(self, at: datetime) -> None:
        """Go forward to `at`, doing the machine work that falls due before it when it falls due."""
        self.settle()
        while (due := self._next_due()) is not None and due <= at:
            self._clock.move_to(due)
            self.settle()
        self._clock.move_to(at)

    def settle(self) -> None:
        """Do all machine work that is due now."""
        while self._container.jobs.run_due():
            pass

    def _next_due(self) -> datetime | None:
        with self._container.units.reading() as uow:
            return uow.jobs.next_due()
