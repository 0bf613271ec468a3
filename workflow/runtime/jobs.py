"""Carrying out machine work: each job in one transaction with its effect, retried with growing pauses."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock

from workflow.engine import commands as cmd
from workflow.errors import Busy, Conflict, NotFound, Unavailable, WorkflowError
from workflow.feel.values import from_json
from workflow.ports import Clock
from workflow.runtime.handlers import BpmnError, Call, Handler
from workflow.runtime.recorder import LOOK, SYSTEM, TELL, Provenance
from workflow.runtime.steps import Steps
from workflow.store.jobs import JobRecord
from workflow.store.unit_of_work import UnitOfWork, UnitsOfWork

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=10)
"""How long a claimed job is left alone without a word from who claimed it; a worker renews it while it lives."""
AT_ONCE = 5
ATTEMPTS = 5
BEGUN = "The worker ended before this was done."
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)

CONFLICT_PAUSE = timedelta(seconds=1)
REST = timedelta(minutes=1)

Runner = Callable[[UnitOfWork, JobRecord, Provenance], None]
Errand = Callable[[JobRecord], None]
"""Work outside the database, such as sending a mail: no transaction waits for it, and a crash may repeat it."""
MOVES = ("timer", "service", "remind", "escalate", "signal-case", "arrived", "inquiry-lapse")
"""What does not happen in a suspended case."""
NEWS = ("arrived", "recalled", "stuck", TELL, LOOK)
"""What an application may want to hear of: a new task, one that somebody had and that is no longer needed, an incident, a fact."""


def _nobody_asks(_uow: UnitOfWork, _job: JobRecord, _by: Provenance) -> None:
    """Without people to tell, there is nothing to do."""


class JobService:
    """`handlers` do what service tasks ask for; `runners` and `errands` add the kinds of jobs that others own."""

    def __init__(
        self,
        units: UnitsOfWork,
        clock: Clock,
        steps: Steps,
        handlers: Mapping[str, Handler],
        runners: Mapping[str, Runner] | None = None,
        errands: Mapping[str, Errand] | None = None,
    ) -> None:
        self._units = units
        self._clock = clock
        self._steps = steps
        self.handlers = dict(handlers)
        self._errands = dict(errands or {})
        self._lock = Lock()
        self._held: dict[str, JobRecord] = {}
        self._owed: dict[str, JobRecord] = {}
        own: dict[str, Runner] = {"timer": self._timer, "service": self._service}
        self._runners: dict[str, Runner] = {**dict.fromkeys(NEWS, _nobody_asks), **own, **(runners or {})}

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of jobs that can be done."""
        return frozenset({*self._runners, *self._errands})

    def run_due(
        self, limit: int = AT_ONCE, stopping: Callable[[], bool] = lambda: False, errands: bool | None = None
    ) -> int:
        """Claim and carry out up to `limit` due jobs; return how many were claimed. What is left when it is `stopping` is given back.

        `errands`: True for these alone, which may take long; False for all others.
        """
        self._return_owed()
        now = self._clock.now()
        only = self._errands if errands else None
        without = self._errands if errands is False else ()
        with self._units() as uow:
            claimed = uow.jobs.claim(now, now + LEASE, limit, only=only, without=without)
            uow.commit()
        with self._lock:
            self._held |= {job.id: job for job in claimed}
        try:
            for number, job in enumerate(claimed):
                if stopping():
                    self._give_back(claimed[number:])
                    break
                self._run(job)
                self._let_go([job])
        except (Busy, Unavailable):  # no fault of the jobs: they go back, uncounted, once the database can be had again
            with self._lock:
                self._owed |= {job.id: job for job in claimed[number:]}
            raise
        finally:
            self._let_go(claimed)
        return len(claimed)

    def renew(self) -> None:
        """Say of the claimed jobs that they are still in hand; called every few seconds beside `run_due`."""
        with self._lock:
            held = list((self._owed | self._held).values())
        if held:
            with self._units() as uow:
                uow.jobs.renew(held, self._clock.now() + LEASE)
                uow.commit()

    def _give_back(self, jobs: Sequence[JobRecord]) -> None:
        with self._units() as uow:
            for job in jobs:
                uow.jobs.release(job)
            uow.commit()

    def _return_owed(self) -> None:
        with self._lock:
            owed = list(self._owed.values())
        if owed:
            self._give_back(owed)
            with self._lock:
                for job in owed:
                    self._owed.pop(job.id, None)

    def _let_go(self, jobs: Iterable[JobRecord]) -> None:
        with self._lock:
            for job in jobs:
                self._held.pop(job.id, None)

    def _run(self, job: JobRecord) -> None:
        by = Provenance(actor=SYSTEM, at=self._clock.now(), command_id=job.id)
        try:
            if self._rests(job):
                self._postpone(job, by.at + REST)
            elif self._ends_workers(job):
                log.error("job %s (%s) is given up: workers end at it", job.id, job.kind)
                self._after_failure(job, BEGUN, by)
            elif job.kind in self._errands:
                self._run_errand(job)
            else:
                with self._units() as uow:
                    if uow.jobs.take(job):
                        self._runners[job.kind](uow, job, by)
                        uow.commit()
        except Conflict:
            self._postpone(job, by.at + CONFLICT_PAUSE)
        except (Busy, Unavailable):
            raise
        except Exception as error:
            log.warning("job %s (%s) failed at attempt %s: %r", job.id, job.kind, job.attempts, error)
            # What else an exception says may hold data of persons: it goes to the log alone.
            self._after_failure(job, str(error) if isinstance(error, WorkflowError) else type(error).__name__, by)

    def _after_failure(self, job: JobRecord, error: str, by: Provenance) -> None:
        try:
            self._failed(job, error, by)
        except WorkflowError as refusal:  # the case moved on or was suspended at this very moment: look again later
            log.warning("job %s could not be given up: %s", job.id, refusal)
            self._postpone(job, by.at + REST)

    def _run_errand(self, job: JobRecord) -> None:
        with self._units.reading() as uow:
            current = uow.jobs.get(job.id)
        if current is None or current.attempts != job.attempts:
            return  # cancelled, or another worker's by now
        self._errands[job.kind](job)
        with self._units() as uow:
            uow.jobs.take(job)
            uow.commit()

    def _rests(self, job: JobRecord) -> bool:
        """Whether the job belongs to a suspended case: it waits, uncounted, until the case goes on."""
        if job.kind not in MOVES or job.case_id is None:
            return False
        with self._units.reading() as uow:
            return uow.cases.get(job.case_id).status == "suspended"

    def _ends_workers(self, job: JobRecord) -> bool:
        """Whether a worker has ended in the middle of this job before, which has been claimed too often without coming to an end.

        Whoever was only claimed beside such a job is claimed as often; so it is written down which one was begun.
        """
        if job.attempts <= ATTEMPTS:
            return False
        if job.last_error == BEGUN:
            return True
        with self._units() as uow:
            uow.jobs.note(job, BEGUN)
            uow.commit()
        return False

    def _postpone(self, job: JobRecord, until: datetime) -> None:
        with self._units() as uow:
            uow.jobs.postpone(job, until)
            uow.commit()

    def _failed(self, job: JobRecord, error: str, by: Provenance) -> None:
        with self._units() as uow:
            if job.attempts < ATTEMPTS:
                pause = min(FIRST_PAUSE * 2 ** (job.attempts - 1), LONGEST_PAUSE)
                uow.jobs.retry(job.id, self._clock.now() + pause, error)
            elif job.kind != "service":
                uow.jobs.fail(job.id, by.at, error)
            elif uow.jobs.take(job):
                case = uow.cases.get(str(job.case_id))
                command = cmd.FailJob(activity_id=job.payload["activity_id"], message=error[:1000])
                self._steps.apply(uow, case, command, by)
            uow.commit()

    def _timer(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        case = uow.cases.get(str(job.case_id))
        try:
            self._steps.apply(uow, case, cmd.FireTimer(timer_id=job.payload["timer_id"]), by)
        except NotFound:
            log.info("timer %s of case %s no longer waits", job.payload["timer_id"], case.id)

    def _service(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        case = uow.cases.get(str(job.case_id))
        activity = job.payload["activity_id"]
        call = Call(uow=uow, case=case, inputs=from_json(job.payload["inputs"]), by=by)
        try:
            answer = self.handlers[job.payload["handler"]](call)
        except BpmnError as error:
            self._steps.apply(uow, case, cmd.ThrowError(activity_id=activity, code=error.code), by)
            return
        command = cmd.CompleteActivity(activity_id=activity, variables=answer.variables)
        self._steps.apply(uow, answer.case, command, by, answer.facts)
