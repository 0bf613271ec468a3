"""Work never falls silent: open tasks are looked at whenever who may do what has changed, and each time work arrives.

What somebody has who can no longer do it goes back to its group; what nobody can do is an incident, until somebody can; a
returned step goes to whoever did it before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from workflow.audit.facts.accounts import (
    DeputyAppointed,
    DeputyshipEnded,
    RoleAssigned,
    RoleEnded,
    SecondFactorEnrolled,
    SecondFactorReset,
    UserEnded,
)
from workflow.audit.facts.casework import TaskGivenBack, TaskSentBack
from workflow.audit.facts.fact import Fact, part
from workflow.audit.facts.notifications import CaseReturned, TaskOffered
from workflow.audit.facts.registry import read
from workflow.calendar.zone import local_date, midnight
from workflow.engine import commands as cmd
from workflow.errors import NotFound, TransitionRefused
from workflow.ids import new_id
from workflow.lifecycle.user_task import OPEN, READY, TAKEN, USER_TASK, TaskContext
from workflow.organisation.authority import Actor
from workflow.packages.tasks import spec_of
from workflow.runtime.jobs import Runner
from workflow.runtime.recorder import LOOK, SYSTEM, Provenance
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.situations import TaskSituation, draft_kept, is_personal, moved, situation
from workflow.services.ground.access import Access
from workflow.services.ground.people import doers_of
from workflow.services.notifications.news import News
from workflow.services.notifications.reminders import TaskReminders
from workflow.store.accounts import AssignmentRecord, DeputyshipRecord
from workflow.store.casework import UnitCase
from workflow.store.jobs import JobRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LOOK_CASE = "look-case"
_SWEEP = "look:daily"
_DAY = timedelta(days=1)
_BACK = 7
"""How many days a daily look goes back, so that nothing is missed where no worker ran."""


@dataclass(slots=True, kw_only=True)
class Touched:
    """What a change of authority may have touched; `again`: days on which something of it begins or is over."""

    people: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    again: set[date] = field(default_factory=set)


class Attendance:
    """Runners of jobs: `arrived` for each new task; `look` after a change, which has `look-case` look at every case it touches."""

    def __init__(self, ground: CaseGround, news: News, reminders: TaskReminders) -> None:
        self._ground = ground
        self._news = news
        self._reminders = reminders

    def runners(self) -> dict[str, Runner]:
        """Runner by kind of job."""
        return {"arrived": self.arrived, LOOK: self.look, LOOK_CASE: self.look_at_case}

    def ensure_scheduled(self) -> None:
        """See to it that the next daily look waits among the jobs: roles and deputyships end by date, without any click."""
        now = self._ground.clock.now()
        with self._ground.units() as uow:
            if not uow.jobs.waits(_SWEEP, now):
                uow.jobs.add([_later({}, midnight(local_date(now) + _DAY), now, ref=_SWEEP)])
                uow.commit()

    def arrived(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """A new task: to its author where it was returned, and those are told whose work it is."""
        task = uow.tasks.get(job.payload["task_id"])
        case = uow.unit_cases.get(task.case_id)
        if task.state not in OPEN or case.unit_id is None:
            return
        before = uow.tasks.last_done(case.id, task.created_at)
        taken_back = before is not None and before.node_id == task.node_id and before.completed_by == task.assignee_id
        returned = before is not None and not taken_back and self._is_return(uow, case, before)
        if task.assignee_id is None:
            task = self._to_author(uow, case, task, by) if returned else task
        elif not taken_back:  # else whoever sent it has it again, and knows
            self._reminders.tell_assignee(uow, task, by)
        task = self._attend(uow, task, by)
        by_whom = frozenset({before.completed_by} if before and before.completed_by else ())
        if returned:
            mine = frozenset({task.assignee_id} if task.assignee_id else ())
            self._news.notice(uow, CaseReturned, by, case, task, but=by_whom | mine)
        elif task.assignee_id is None:
            self._news.notice(
                uow, TaskOffered, by, case, task, but=by_whom if self._others(uow, task, by_whom) else frozenset()
            )
        for other in uow.tasks.open_of_case(case.id):
            if other.id != task.id:  # what was done may bar people from work that waits beside it
                self._attend(uow, other, by)

    def look(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Find the cases that a change may have touched; on the days on which more of it begins or ends, look again."""
        today = local_date(by.at)
        if "stream" not in job.payload:
            touched = self._by_date(uow, today)
            uow.jobs.add([_later({}, midnight(today + _DAY), by.at, ref=_SWEEP)])
            touched.again.clear()
        else:
            event = uow.events.at(job.payload["stream"], job.payload["seq"])
            fact = read(event.type, event.payload) if event else None
            if event is None or fact is None:
                return
            if event.case_id is not None:
                self._look_at(uow, event.case_id, by)
                return
            touched = _touched(uow, fact, event.stream)
        cases = uow.tasks.cases_of(people=touched.people, groups=touched.groups, organisations=touched.organisations)
        cases |= uow.tasks.unattended_at({group.partition("@")[2] for group in touched.groups})
        uow.jobs.add([case_job(case_id, by.at) for case_id in sorted(cases)])
        if coming := [day for day in touched.again if day > today]:
            uow.jobs.add([_later(job.payload, midnight(min(coming)), by.at)])

    def look_at_case(self, uow: UnitOfWork, job: JobRecord, by: Provenance) -> None:
        """Look at every open task of the case."""
        self._look_at(uow, str(job.case_id), by)

    def _look_at(self, uow: UnitOfWork, case_id: str, by: Provenance) -> None:
        for task in uow.tasks.open_of_case(case_id):
            self._attend(uow, task, by)

    def _attend(self, uow: UnitOfWork, task: TaskRecord, by: Provenance) -> TaskRecord:
        """Give the task back where whoever has it can no longer do it, and keep the incident right that says that nobody can."""
        case = uow.unit_cases.get(task.case_id)
        if case.status != "active" or case.unit_id is None:
            return task
        held = task.assignee_id is not None and any(self._able(uow, case, task, _seats(uow, task.assignee_id)))
        personal = is_personal(self._ground.version(uow, case).package, case, task, self._access(uow, by.actor))
        if task.state in TAKEN and not held and not personal:
            task = self._give_back(uow, case, task, by)
        waits = task.assignee_id is None
        attended = held or (waits and any(self._able(uow, case, task, doers_of(uow, task.groups, local_date(by.at)))))
        incidents = [
            one
            for one in uow.incidents.of_case(case.id)
            if one.resolved_at is None and one.activity_id == task.activity_id and one.kind == "unattended"
        ]
        if attended == bool(incidents):
            report = cmd.ReportAttended if attended else cmd.ReportUnattended
            self._ground.steps.apply(uow, case, report(activity_id=task.activity_id), by)
        return task

    def _give_back(self, uow: UnitOfWork, case: UnitCase, task: TaskRecord, by: Provenance) -> TaskRecord:
        state = USER_TASK.move(task.state, "release", TaskContext(by_system=True, is_manager=True))
        free = replace(
            task, state=state, assignee_id=None, assigned_role=None, on_behalf_of=None, draft=draft_kept(task)
        )
        self._ground.steps.note(uow, case, by, TaskGivenBack(**moved(task, free)))
        return uow.tasks.save(free)

    def _to_author(self, uow: UnitOfWork, case: UnitCase, task: TaskRecord, by: Provenance) -> TaskRecord:
        """Whoever did the step the last time has it again, if they still may."""
        last = uow.tasks.last_done(case.id, task.created_at, task.node_id)
        author = last.completed_by if last else None
        if author is None or task.state != READY or not any(self._able(uow, case, task, [author])):
            return task
        seat = self._situation(uow, case, task, author).assignment
        given = replace(
            task,
            state=TAKEN[0],
            assignee_id=author,
            assigned_role=seat.role if seat else None,
            on_behalf_of=seat.via_deputy_of if seat else None,
        )
        self._ground.steps.note(uow, case, by, TaskSentBack(**moved(task, given)))
        return uow.tasks.save(given)

    def _is_return(self, uow: UnitOfWork, case: UnitCase, before: TaskRecord) -> bool:
        package = self._ground.version(uow, case).package
        try:
            outcomes = spec_of(package, before.node_id).outcomes
        except NotFound:
            return False
        return any(one.id == before.outcome and one.effect == "back" for one in outcomes)

    def _access(self, uow: UnitOfWork, user_id: str) -> Access:
        """What that person may do now; nobody's for the system."""
        person = Actor(user_id=SYSTEM, name="") if user_id == SYSTEM else self._ground.actor(uow, user_id)
        return self._ground.access(uow, person)

    def _situation(self, uow: UnitOfWork, case: UnitCase, task: TaskRecord, user_id: str) -> TaskSituation:
        package = self._ground.version(uow, case).package
        return situation(uow, self._access(uow, user_id), package, case, task)

    def _able(self, uow: UnitOfWork, case: UnitCase, task: TaskRecord, people: Iterable[str]) -> Iterator[str]:
        """Those of the people whom every rule of claiming, or beginning, the task lets do it: mostly the first is enough."""
        trigger, state = ("claim", READY) if task.state == READY else ("start", TAKEN[0])
        for user_id in sorted(people):
            try:
                USER_TASK.move(state, trigger, self._situation(uow, case, task, user_id).context)
            except (NotFound, TransitionRefused):
                continue
            yield user_id

    def _others(self, uow: UnitOfWork, task: TaskRecord, but: Iterable[str]) -> bool:
        return bool(doers_of(uow, task.groups, self._ground.today()) - set(but))

    def _by_date(self, uow: UnitOfWork, today: date) -> Touched:
        touched = Touched()
        assignments, deputyships = uow.accounts.turning(today - timedelta(days=_BACK), today)
        for assignment in assignments:
            _touch_assignment(uow, touched, assignment)
        for deputyship in deputyships:
            _touch_deputyship(uow, touched, deputyship)
        held = {f"{one.role}@{one.organisation_id}" for one in uow.accounts.holding(today)}
        touched.groups |= uow.tasks.groups_waited_in() - held
        return touched


def _seats(uow: UnitOfWork, user_id: str) -> set[str]:
    """The person and whoever may stand in for them: what one has, the other can do."""
    held = {one.id for one in uow.accounts.assignments_of([user_id])}
    return {user_id, *(one.deputy_user_id for one in (uow.accounts.deputyships_on(held) if held else ()))}


def _touched(uow: UnitOfWork, fact: Fact, stream: str) -> Touched:
    touched = Touched()
    match fact:
        case UserEnded() | SecondFactorReset() | SecondFactorEnrolled():
            for held in uow.accounts.assignments_of([str(fact.user)]):
                _touch_assignment(uow, touched, held)
            for lent in uow.accounts.deputyships_for(str(fact.user)):
                _touch_deputyship(uow, touched, lent)
            touched.people.add(str(fact.user))
        case RoleAssigned():
            _touch_assignment(uow, touched, uow.accounts.assignment(str(part(fact.new, "id"))))
        case RoleEnded():
            _touch_assignment(uow, touched, uow.accounts.assignment(str(part(fact.assignment, "id"))))
        case DeputyAppointed():
            _touch_deputyship(uow, touched, uow.accounts.deputyship(str(part(fact.new, "id"))))
        case DeputyshipEnded():
            _touch_deputyship(uow, touched, uow.accounts.deputyship(str(part(fact.deputyship, "id"))))
        case _ if stream.startswith("organisation:"):
            touched.organisations.add(stream.partition(":")[2])
    return touched


def _touch_assignment(uow: UnitOfWork, touched: Touched, held: AssignmentRecord) -> None:
    touched.people.add(held.user_id)
    touched.people |= {one.deputy_user_id for one in uow.accounts.deputyships_on({held.id})}
    touched.groups.add(f"{held.role}@{held.organisation_id}")
    touched.again |= {held.valid_from, *([held.valid_to + _DAY] if held.valid_to else [])}


def _touch_deputyship(uow: UnitOfWork, touched: Touched, lent: DeputyshipRecord) -> None:
    held = uow.accounts.assignment(lent.assignment_id)
    touched.people.add(lent.deputy_user_id)
    touched.groups.add(f"{held.role}@{held.organisation_id}")
    touched.again |= {lent.valid_from, lent.valid_to + _DAY}


def _later(payload: dict[str, object], at: datetime, now: datetime, ref: str | None = None) -> JobRecord:
    return JobRecord(id=new_id(), kind=LOOK, ref=ref, payload=payload, run_at=at, created_at=now)


def case_job(case_id: str, at: datetime) -> JobRecord:
    """Have a look at the open tasks of the case."""
    return JobRecord(id=new_id(), kind=LOOK_CASE, case_id=case_id, payload={}, run_at=at, created_at=at)
