"""Carrying out machine work: each job in one transaction with its effect, retried with growing pauses."""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from workflow.calendar.zone import local_date
from workflow.engine import commands as cmd
from workflow.errors import N_, Conflict, NotFound, WorkflowError
from workflow.feel.values import from_json
from workflow.runtime.recorder import SYSTEM, Fact, Provenance
from workflow.services.casework.escalation import escalation_group
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.handlers import HANDLERS, BpmnError, Call
from workflow.services.casework.notifications import tell
from workflow.services.ground.people import doers_of
from workflow.store.jobs import JobRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)

CONFLICT_PAUSE = timedelta(seconds=1)
REST = timedelta(minutes=1)

REMINDER = N_("Reminder: “%(task)s” for %(unit)s (%(business_key)s) is due on %(due)s.")
ESCALATION = N_("Overdue: “%(task)s” for %(unit)s (%(business_key)s) was due on %(due)s.")
ASSIGNED = N_("You have been given the task “%(task)s” for %(unit)s (%(business_key)s).")

Runner = Callable[[UnitOfWork, JobRecord, Provenance], None]
Errand = Callable[[JobRecord], None]
"""Work outside the database, such as sending a mail: no transaction waits for it, and a crash may repeat it."""
MOVES = ("timer", "service", "remind", "escalate", "signal-case")
"""What does not happen in a suspended case."""


class JobService:
    """`runners` and `errands` add kinds of jobs that other services own (campaigns, checkpoints; mail)."""

    def __init__(
        self,
        ground: CaseGround,
        runners: Mapping[str, Runner] | None = None,
        errands: Mapping[str, Errand] | None = None,
    ) -> None:
        self._ground = ground
        self._errands = dict(errands or {})
        self._runners: dict[str, Runner] = {
            "timer": self._timer,
            "service": self._service,
            "remind": self._remind,
            "escalate": self._escalate,
            "notify-assigned": self._assigned,
            **(runners or {}),
        }

    def run_due(self, limit: int = 20) -> int:
        """Claim and carry out up to `limit` due jobs; return how many were claimed."""
        now = self._ground.clock.now()
        with self._ground.units() as uow:
            claimed = uow.jobs.claim(now, now + LEASE, limit)
            uow.commit()
        for job in claimed:
            self._run(job)
        return len(claimed)

    def _run(self, job: JobRecord) -> None:
        by = Provenance(actor=SYSTEM, at=self._ground.clock.now(), command_id=job.id)
        try:
            if self._rests(job):
                self._postpone(job, by.at + REST)
            elif job.kind in self._errands:
                self._run_errand(job)
            else:
                with self._ground.units() as uow:
                    if uow.jobs.take(job):
                        self._runners[job.kind](uow, job, by)
                        uow.commit()
        except Conflict:
            self._postpone(job, by.at + CONFLICT_PAUSE)
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
        with self._ground.units.reading() as uow:
            current = uow.jobs.get(job.id)
        if current is None or current.attempts != job.attempts:
            return  # cancelled, or another worker's by now
        self._errands[job.kind](job)
        with self._ground.units() as uow:
            uow.jobs.take(job)
            uow.commit()

    def _rests(self, job: JobRecord) -> bool:
        """Whether the job belongs to a suspended case: it waits, uncounted, until the case goes on."""
        if job.kind not in MOVES or job.case_id is None:
            return False
        with self._ground.units.reading() as uow:
            return uow.cases.get(job.case_id).status == "suspended"

    def _postpone(self, job: JobRecord, until: datetime) -> None:
        with self._ground.units() as uow:
            uow.jobs.postpone(job.id, until)
            uow.commit()

    def _failed(self, job: JobRecord, error: str, by: Provenance) -> None:
        with self._ground.units() as uow:
            if job.attempts < ATTEMPTS:
                pause = min(FIRST_PAUSE * 2 ** (job.attempts - 1), LONGEST_PAUSE)
                uow.jobs.retry(job.id, self._ground.clock.now() + pause, error)
            elif job.kind != "service":
                uow.jobs.fail(job.id, by.at, error)
            elif uow.jobs.take(job):
                case = uow.cases.get(str(job.case_id))
                command = cmd.FailJob(activity_id=job.payload["activity_id"], message=error[:1000])
                self._ground.steps.apply(uow, case, command, by)
            uow.commit()

    def _timer(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        case = uow.cases.get(str(job.case_id))
        try:
            self._ground.steps.apply(uow, case, cmd.FireTimer(timer_id=job.payload["timer_id"]), by)
        except NotFound:
            log.info("timer %s of case %s no longer waits", job.payload["timer_id"], case.id)

    def _service(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        case = uow.cases.get(str(job.case_id))
        activity = job.payload["activity_id"]
        call = Call(ground=self._ground, uow=uow, case=case, inputs=from_json(job.payload["inputs"]), by=by)
        try:
            answer = HANDLERS[job.payload["handler"]](call)
        except BpmnError as error:
            self._ground.steps.apply(uow, case, cmd.ThrowError(activity_id=activity, code=error.code), by)
            return
        command = cmd.CompleteActivity(activity_id=activity, variables=answer.variables)
        self._ground.steps.apply(uow, answer.case, command, by, answer.facts)

    def _remind(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        task = uow.tasks.get(job.payload["task_id"])
        self._tell(uow, task, self._doers(uow, task, by), REMINDER, by, "TaskReminded")

    def _escalate(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        task = uow.tasks.get(job.payload["task_id"])
        if task.ended_at is not None:
            return
        case = uow.cases.get(task.case_id)
        package = self._ground.version(uow, case).package
        campaign = uow.campaigns.get(case.campaign_id)
        group = escalation_group(uow, self._ground.register.tree(uow), package, campaign, case, task, by)
        task = uow.tasks.save(replace(task, escalated_at=by.at, escalated_to=group))
        watchers = doers_of(uow, [group] if group else [], local_date(by.at))
        self._tell(uow, task, {*watchers, *self._doers(uow, task, by)}, ESCALATION, by, "TaskEscalated")

    def _assigned(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        task = uow.tasks.get(job.payload["task_id"])
        if task.assignee_id is not None and task.ended_at is None:
            self._tell(uow, task, [task.assignee_id], ASSIGNED, by, "AssigneeNotified")

    def _doers(self, uow: UnitOfWork, task: TaskRecord, by: Provenance) -> set[str]:
        return {task.assignee_id} if task.assignee_id else doers_of(uow, task.groups, local_date(by.at))

    def _tell(
        self, uow: UnitOfWork, task: TaskRecord, people: Collection[str], template: str, by: Provenance, fact: str
    ) -> None:
        case = uow.cases.get(task.case_id)
        unit = self._ground.register.tree(uow).get(case.unit_id)
        params = {
            "task": task.name_vi,
            "task_en": task.name_en,
            "unit": unit.name_vi,
            "unit_en": unit.name_en,
            "business_key": case.business_key,
            "due": local_date(task.due_at).strftime("%d/%m/%Y") if task.due_at else "",
        }
        told = tell(uow, people, template, params, by, case=case, task_id=task.id)
        payload = {"task_id": task.id, "node_id": task.node_id, "told": told, "escalated_to": task.escalated_to}
        self._ground.steps.note(uow, case, by, Fact(type=fact, payload=payload))
