"""Executes due jobs until it is told to stop; any number of workers may run beside each other."""

import logging
from collections.abc import Callable, Sequence
from threading import Event
from time import monotonic

from workflow.errors import WorkflowError
from workflow.runtime.jobs import JobService

log = logging.getLogger(__name__)
PAUSE = 1.0
PERIOD = 60.0


class Worker:
    """`chores` are looked at about once a minute: each does what has fallen due, such as an hourly checkpoint."""

    def __init__(self, jobs: JobService, chores: Sequence[Callable[[], object]] = ()) -> None:
        self._jobs = jobs
        self._chores = chores
        self._stop = Event()

    def stop(self) -> None:
        """Finish the job at hand and end."""
        self._stop.set()

    def run(self) -> None:
        """Work until `stop`; a fault of the database is logged and tried again."""
        due = monotonic()
        while not self._stop.is_set():
            if monotonic() >= due:
                self._do_chores()
                due = monotonic() + PERIOD
            if not self._work():
                self._stop.wait(PAUSE)

    def _work(self) -> bool:
        try:
            return self._jobs.run_due() > 0
        except Exception:
            log.exception("the worker could not reach its jobs; it tries again")
            return False

    def _do_chores(self) -> None:
        for chore in self._chores:
            try:
                chore()
            except WorkflowError as error:
                log.warning("a chore failed and is tried again: %s", error)
            except Exception:
                log.exception("a chore failed and is tried again")
