"""How often one person may do a thing within a minute: what makes rows, files or long answers is bounded, whoever asks.

Counted by each process for itself, in real time: it is there so that nobody fills the disk or the others' pages, not to keep books.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock
from time import monotonic

from workflow.errors import N_, TooManyAttempts

MINUTE = 60.0
_MOST_KEYS = 10_000
_TOO_OFTEN = N_(
    "You have done this very often within a minute. Nothing of what you entered was lost. Try again in %(seconds)s seconds."
)


class Pace:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._done: dict[tuple[str, str], deque[float]] = {}

    def take(self, who: str, what: str, most: int) -> None:
        """Count one more. Raises `TooManyAttempts` where there were `most` within the last minute."""
        now = self._clock()
        with self._lock:
            if len(self._done) > _MOST_KEYS:
                self._done = {key: done for key, done in self._done.items() if now - done[-1] < MINUTE}
            done = self._done.setdefault((who, what), deque())
            while done and now - done[0] >= MINUTE:
                done.popleft()
            if len(done) >= most:
                raise TooManyAttempts(_TOO_OFTEN, seconds=max(1, round(MINUTE - (now - done[0]))))
            done.append(now)
