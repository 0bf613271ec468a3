"""Executes due jobs until it is told to stop; any number of workers may run beside each other."""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread
from time import monotonic

from workflow.errors import Busy, Unavailable, WorkflowError
from workflow.runtime.jobs import JobService

log = logging.getLogger(__name__)
PAUSE = 1.0
LONGEST_PAUSE = 10.0
BEAT = 3.0
"""How often it says that it lives: of the jobs in its hands, and of itself."""
PERIOD = 60.0


class Worker:
    """`chores` are looked at about once a minute: each does what has fallen due, such as an hourly checkpoint.

    `beats` are called every few seconds, beside the job at hand; `ends` when it has ended as it was told to.
    """

    def __init__(
        self,
        jobs: JobService,
        chores: Sequence[Callable[[], object]] = (),
        beats: Sequence[Callable[[], object]] = (),
        ends: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._jobs = jobs
        self._chores = chores
        self._beats = (jobs.renew, *beats)
        self._ends = ends
        self._stop = Event()

    def stop(self) -> None:
        """Finish the job at hand, give the others back, and end."""
        self._stop.set()

    def run(self) -> None:
        """Work until `stop`; while the database cannot be reached it waits for it.

        Errands – a mail, a check in a process of its own – have a thread for themselves: no deadline waits behind one.
        """
        beside = [
            Thread(target=self._beat, name="worker-beat", daemon=True),
            Thread(target=self._work, args=(True,), name="worker-errands", daemon=True),
        ]
        for thread in beside:
            thread.start()
        self._work(False, self._chores)
        for thread in beside:
            thread.join(timeout=5)
        self._do(self._ends)

    def _work(self, errands: bool, chores: Sequence[Callable[[], object]] = ()) -> None:
        due, pause = monotonic(), PAUSE
        while not self._stop.is_set():
            if monotonic() >= due:
                self._do(chores)
                due = monotonic() + PERIOD
            try:
                done = self._jobs.run_due(stopping=self._stop.is_set, errands=errands)
                pause = PAUSE
            except (Busy, Unavailable) as error:
                pause = min(pause * 2, LONGEST_PAUSE)
                log.warning("the worker waits %s s for the database: %s", pause, error)
                done = 0
            except Exception:
                pause = min(pause * 2, LONGEST_PAUSE)
                log.exception("the worker could not do its jobs; it tries again")
                done = 0
            if not done:
                self._stop.wait(pause)

    def _beat(self) -> None:
        while not self._stop.is_set():
            self._do(self._beats)
            self._stop.wait(BEAT)

    def _do(self, deeds: Sequence[Callable[[], object]]) -> None:
        for deed in deeds:
            try:
                deed()
            except WorkflowError as error:
                log.warning("put off until the next time: %s", error)
            except Exception:
                log.exception("put off until the next time")
