"""Engine events → rows: tasks, jobs, waits, incidents and the case's own columns, all in the step's transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from workflow.engine import events as ev
from workflow.engine.migration import events as me
from workflow.engine.migration.events import ProcessMigrated, ProcessRestored
from workflow.engine.state import ProcessState, Subscription, age
from workflow.errors import N_, InvalidInput, NotFound, TransitionRefused
from workflow.feel.values import coerce, to_json
from workflow.ids import new_id
from workflow.lifecycle.user_task import USER_TASK, TaskContext, TaskState
from workflow.model.user_task import UserTaskSpec
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import several_do, spec_of, task_label
from workflow.runtime.application import Application
from workflow.store.cases import CaseRecord, IncidentRecord
from workflow.store.jobs import JobRecord
from workflow.store.rows import Page
from workflow.store.tasks import FAR_FUTURE, TaskRecord
from workflow.store.unit_of_work import UnitOfWork
from workflow.store.waits import WaitRecord, key_text

_SYSTEM = TaskContext(by_system=True, is_manager=True)


_NO_SET = N_("The procedure has no criteria set “%(criteria_set)s”.")


class Places:
    """Where the case's tasks belong, asked of the application once a step and jurisdiction."""

    def __init__(self, uow: UnitOfWork, package: ProcedurePackage, application: Application, case: CaseRecord) -> None:
        self._uow = uow
        self._package = package
        self._application = application
        self._case = case
        self._bodies: dict[str | None, str | None] = {}

    def groups(self, roles: Sequence[str], body: str | None) -> list[str]:
        """As `Application.groups`, for roles as the procedure calls them."""
        return self._application.groups([self._package.held_as(role) for role in roles], body)

    def body(self, jurisdiction: str | None) -> str | None:
        """As `Application.body`."""
        if jurisdiction not in self._bodies:
            self._bodies[jurisdiction] = self._application.body(self._uow, self._case, jurisdiction)
        return self._bodies[jurisdiction]


class Projection:
    """Gathers what the events of one step change; `write` puts it down once."""

    def __init__(
        self,
        uow: UnitOfWork,
        package: ProcedurePackage,
        application: Application,
        case: CaseRecord,
        now: datetime,
        *,
        counted: int,
    ) -> None:
        self._uow = uow
        self._package = package
        self._counted = counted
        """The engine's counter before the step: what has a higher number began in it."""
        self._places = Places(uow, package, application, case)
        self._now = now
        self.case = case
        self.failures: list[tuple[str, str]] = []
        """Activities whose body could not be found, with the message: each becomes an incident."""
        self._tasks: dict[str, TaskRecord] = {}
        self._bodies: dict[str, str | None] = {}
        """Scope of an instance that began in this step → the activity that stands for the whole."""
        self._within: dict[str, str] = {}
        self._jobs: dict[str, JobRecord] = {}
        self._cancelled: list[str] = []
        self._closed: list[str] = []
        """The rounds that ended with their result."""
        self._relocation = Relocation()
        self._listening = Listening()

    def apply(self, event: ev.Event) -> None:
        """Take one event into account."""
        kind = type(event)
        handler = _HANDLERS.get(kind)
        if handler is not None:
            handler(self, event)
        if kind in _RELOCATING:
            self._relocation.apply(event)
        if kind in _LISTENING:
            self._listening.apply(event)

    def write(self, state: ProcessState) -> CaseRecord:
        """Write the gathered rows; the returned case still has to be saved with its new state."""
        self.case = self._relocation.write(self._uow, self._package, self._places, self.case)
        self._uow.jobs.cancel(self.case.id, self._cancelled)
        tasks = [self._in_round(task, state) for task in self._tasks.values()]
        self._uow.tasks.add(tasks)
        for task in tasks:
            if task.round_id is not None and task.assignee_id is not None:
                self._uow.task_people.add(task, [task.assignee_id], "held")
        if self._closed:
            self._uow.tasks.close_rounds(self.case.id, self._closed, self._now)
        self._uow.jobs.add(list(self._jobs.values()))
        self._listening.write(self._uow, state, self.case, self._now)
        if self.case.open_incidents == len(state.incidents):
            return self.case
        return replace(self.case, open_incidents=len(state.incidents))

    def _in_round(self, task: TaskRecord, state: ProcessState) -> TaskRecord:
        if task.loop_counter is None:
            return task
        scope_id = self._within[task.activity_id]
        scope = state.scopes.get(scope_id)
        return replace(task, round_id=self._bodies.get(scope_id) or (scope.activity_id if scope else None))

    def _opened(self, event: ev.ScopeOpened) -> None:
        if event.loop_counter is not None:
            self._bodies[event.scope_id] = event.activity_id

    def _created(self, event: ev.UserTaskCreated) -> None:
        self._within[event.activity_id] = event.scope_id
        spec = spec_of(self._package, event.node_id)
        try:
            body = self._places.body(event.jurisdiction)
        except NotFound as error:
            self.failures.append((event.activity_id, str(error)))
            return
        if event.criteria_set and event.criteria_set not in self._package.criteria_sets:
            fault = InvalidInput(_NO_SET, criteria_set=event.criteria_set)
            self.failures.append((event.activity_id, str(fault)))
            return
        if spec.stage and spec.stage != self.case.stage:
            self.case = replace(self.case, stage=spec.stage)
        groups = self._places.groups(event.candidate_groups, body)
        task = _task(self.case, event, spec, self._package, self._now, body=body, groups=groups)
        self._tasks[event.activity_id] = task
        self._schedule(task)
        self._add_job("arrived", f"told:{task.activity_id}", self._now, {"task_id": task.id})

    def _schedule(self, task: TaskRecord) -> None:
        """Reminders and escalations come from the deadline data, so they are the same for every procedure."""
        for kind, at in (("remind", task.follow_up_at), ("escalate", task.due_at)):
            if at is not None and at > self._now:
                self._add_job(kind, f"task:{task.activity_id}", at, {"task_id": task.id})
        if task.due_at is not None and task.due_at <= self._now:
            self._add_job("escalate", f"task:{task.activity_id}", self._now, {"task_id": task.id})

    def _rescheduled(self, event: ev.UserTaskRescheduled) -> None:
        task = self._uow.tasks.of_activity(self.case.id, event.activity_id)
        if task is None:
            return
        self._cancelled.append(f"task:{event.activity_id}")
        task = replace(task, due_at=event.due_at, due_sort=event.due_at or FAR_FUTURE, follow_up_at=event.follow_up_at)
        if event.due_at is None or event.due_at > self._now:  # no longer overdue, so nobody watches it any more
            task = replace(task, escalated_at=None, escalated_to=None)
        task = self._uow.tasks.save(task)
        self._schedule(task)
        if _is_time_to_remind(task, self._now):
            self._add_job("remind", f"task:{task.activity_id}", self._now, {"task_id": task.id})

    def _cancelled_activity(self, event: ev.ActivityCancelled) -> None:
        self._leave(event.activity_id)
        self.failures = [failure for failure in self.failures if failure[0] != event.activity_id]
        fresh = self._tasks.get(event.activity_id)
        if fresh is not None:
            self._tasks[event.activity_id] = self._cancelled_task(fresh)
            return
        stored = self._uow.tasks.of_activity(self.case.id, event.activity_id)
        if stored is not None and not USER_TASK.is_final(stored.state):
            self._uow.tasks.save(self._cancelled_task(stored))
            if stored.assignee_id is not None:
                self._add_job("recalled", None, self._now, {"task_id": stored.id})

    def _cancelled_task(self, task: TaskRecord) -> TaskRecord:
        context = replace(_SYSTEM, reason="engine")
        return replace(task, state=USER_TASK.move(task.state, "cancel", context), ended_at=self._now)

    def _completed_activity(self, event: ev.ActivityCompleted) -> None:
        self._leave(event.activity_id)
        if several_do(self._package, event.node_id):
            self._closed.append(event.activity_id)

    def _leave(self, activity_id: str) -> None:
        self._drop(activity_id, f"task:{activity_id}", f"activity:{activity_id}", f"told:{activity_id}")

    def _job(self, event: ev.JobCreated) -> None:
        payload = {
            "activity_id": event.activity_id,
            "node_id": event.node_id,
            "handler": event.handler,
            "inputs": to_json(coerce(dict(event.inputs))),
        }
        self._add_job("service", f"activity:{event.activity_id}", self._now, payload)

    def _timer(self, event: ev.TimerScheduled) -> None:
        self._drop(event.timer_id, f"timer:{event.timer_id}")  # a timer with a new due time keeps its id
        self._add_job("timer", f"timer:{event.timer_id}", event.due_at, {"timer_id": event.timer_id})

    def _timer_gone(self, event: ev.TimerFired | ev.TimerCancelled) -> None:
        self._drop(event.timer_id, f"timer:{event.timer_id}")

    def _thrown(self, event: ev.MessageThrown | ev.SignalThrown) -> None:
        payload = {"name": event.name, "variables": to_json(coerce(dict(event.variables))), "node_id": event.node_id}
        if isinstance(event, ev.MessageThrown):
            self._add_job("message", f"thrown:{event.activity_id}", self._now, {**payload, "key": key_text(event.key)})
        else:
            self._add_job("signal", f"thrown:{event.activity_id}", self._now, payload)

    def _incident(self, event: ev.IncidentOpened) -> None:
        self._uow.incidents.add(
            IncidentRecord(
                case_id=self.case.id,
                incident_id=event.incident_id,
                province=self.case.province,
                activity_id=event.activity_id,
                node_id=event.node_id,
                kind=event.kind,
                template=event.template,
                params=to_json(coerce(dict(event.params))),
                opened_at=self._now,
            )
        )
        self._add_job("stuck", None, self._now, {"incident_id": event.incident_id})

    def _incident_resolved(self, event: ev.IncidentResolved) -> None:
        self._uow.incidents.resolve(self.case.id, event.incident_id, event.how, self._now)

    def _suspended(self, _event: ev.ProcessSuspended) -> None:
        context = replace(_SYSTEM, reason="case")
        for task in self._uow.tasks.open_of_case(self.case.id):
            state = USER_TASK.move(task.state, "suspend", context)
            self._uow.tasks.save(replace(task, state=state, state_before=task.state))

    def _resumed(self, _event: ev.ProcessResumed) -> None:
        for task in self._uow.tasks.suspended_of_case(self.case.id):
            context = replace(_SYSTEM, assigned=task.assignee_id is not None)
            state = USER_TASK.move(task.state, "resume", context)
            self._uow.tasks.save(replace(task, state=state, state_before=None))

    def _add_job(self, kind: str, ref: str | None, at: datetime, payload: dict[str, Any]) -> None:
        job = JobRecord(
            id=new_id(),
            kind=kind,
            province=self.case.province,
            case_id=self.case.id,
            ref=ref,
            payload=payload,
            run_at=at,
            created_at=self._now,
        )
        self._jobs[job.id] = job

    def _drop(self, identifier: str, *refs: str) -> None:
        """Let go of the jobs of what the engine calls so: those of this step, and those stored if it is older than the step."""
        for key in [key for key, job in self._jobs.items() if job.ref in refs]:
            del self._jobs[key]
        if age(identifier) <= self._counted:
            self._cancelled += refs


def _is_time_to_remind(task: TaskRecord, now: datetime) -> bool:
    """Whether a moved due date has left the task between its reminder and its last moment: nothing else would remind of it."""
    return task.follow_up_at is not None and task.due_at is not None and task.follow_up_at <= now < task.due_at


def _task(
    case: CaseRecord,
    event: ev.UserTaskCreated,
    spec: UserTaskSpec,
    package: ProcedurePackage,
    now: datetime,
    *,
    body: str | None,
    groups: list[str],
) -> TaskRecord:
    name_vi, name_en = task_label(package, event.node_id)
    return TaskRecord(
        id=new_id(),
        case_id=case.id,
        province=case.province,
        activity_id=event.activity_id,
        node_id=event.node_id,
        stage=spec.stage,
        name_vi=name_vi,
        name_en=name_en,
        organisation_id=body,
        groups=groups,
        state=TaskState.RESERVED if event.assignee else TaskState.READY,
        assignee_id=event.assignee,
        due_at=event.due_at,
        due_sort=event.due_at or FAR_FUTURE,
        follow_up_at=event.follow_up_at,
        priority=event.priority,
        criteria_set=event.criteria_set,
        loop_counter=event.loop_counter,
        created_at=now,
    )


_HANDLERS: dict[type, Callable[[Projection, Any], None]] = {
    ev.ScopeOpened: Projection._opened,
    ev.UserTaskCreated: Projection._created,
    ev.UserTaskRescheduled: Projection._rescheduled,
    ev.ActivityCompleted: Projection._completed_activity,
    ev.ActivityCancelled: Projection._cancelled_activity,
    ev.JobCreated: Projection._job,
    ev.TimerScheduled: Projection._timer,
    ev.TimerFired: Projection._timer_gone,
    ev.TimerCancelled: Projection._timer_gone,
    ev.MessageThrown: Projection._thrown,
    ev.SignalThrown: Projection._thrown,
    ev.IncidentOpened: Projection._incident,
    ev.IncidentResolved: Projection._incident_resolved,
    ev.ProcessSuspended: Projection._suspended,
    ev.ProcessResumed: Projection._resumed,
}

_BEGUN = (ev.MessageSubscribed, ev.SignalSubscribed)
_OVER = (ev.MessageCorrelated, ev.SignalCaught, ev.SubscriptionCancelled)
_ANEW = (ProcessMigrated, ProcessRestored)
_LISTENING = frozenset({*_BEGUN, *_OVER, *_ANEW})
_RELOCATING = frozenset({me.ProcessMigrated, me.ActivityMigrated, me.UserTaskMigrated})


class Listening:
    """Gathers the waits that begin and end in one step."""

    def __init__(self) -> None:
        self._begun: dict[str, None] = {}
        self._over: list[str] = []
        self._anew = False

    def apply(self, event: ev.Event) -> None:
        """Take one event into account."""
        if isinstance(event, _BEGUN):
            self._begun[event.subscription_id] = None
        elif isinstance(event, _OVER):
            if event.subscription_id in self._begun:
                del self._begun[event.subscription_id]
            else:
                self._over.append(event.subscription_id)
        elif isinstance(event, _ANEW):
            self._anew = True

    def write(self, uow: UnitOfWork, state: ProcessState, case: CaseRecord, now: datetime) -> None:
        """Write what has changed; a state that was moved to another version, or restored, is written down anew."""
        since: dict[str, datetime] = {}
        if self._anew:
            since = {wait.subscription_id: wait.since_at for wait in uow.waits.of_case(case.id)}
            uow.waits.remove(case.id, since)
            self._begun = dict.fromkeys(state.subscriptions)
        else:
            uow.waits.remove(case.id, self._over)
        found = [state.subscriptions[key] for key in self._begun if key in state.subscriptions]
        uow.waits.add([_wait(case, one, since.get(one.id, now)) for one in found if one.kind != "condition"])


def _wait(case: CaseRecord, subscription: Subscription, now: datetime) -> WaitRecord:
    key: Any = subscription.key
    return WaitRecord(
        case_id=case.id,
        subscription_id=subscription.id,
        province=case.province,
        kind=subscription.kind,
        node_id=subscription.node_id,
        name=subscription.name,
        key=None if key is None else key_text(key),
        since_at=now,
    )


_NO_CRITERIA = N_("The new version has no criteria set “%(criteria_set)s”, by which “%(task)s” is judged.")
_ALL = Page(limit=100_000)


@dataclass(slots=True)
class Relocation:
    """Gathers a migration's events; `write` puts them down. `renamed` is None where the step is no migration."""

    renamed: dict[str, str] | None = None
    moved: dict[str, str] = field(default_factory=dict)
    offers: dict[str, me.UserTaskMigrated] = field(default_factory=dict)

    def apply(self, event: ev.Event) -> None:
        """Take one event into account."""
        match event:
            case me.ProcessMigrated():
                self.renamed = dict(event.renamed)
            case me.ActivityMigrated():
                self.moved[event.activity_id] = event.to_node
            case me.UserTaskMigrated():
                self.offers[event.activity_id] = event

    def write(self, uow: UnitOfWork, package: ProcedurePackage, places: Places, case: CaseRecord) -> CaseRecord:
        """Return the case with its stage. Raises `TransitionRefused` where nobody could be found for a task."""
        if self.renamed is None:
            return case
        uow.incidents.relocate(case.id, self.moved)
        uow.tasks.relocate(case.id, self._nodes(uow, case.id))
        for task in (*uow.tasks.open_of_case(case.id), *uow.tasks.suspended_of_case(case.id)):
            try:
                changed = self._changed(package, places, task)
            except NotFound as error:
                raise TransitionRefused(error.template, **error.params) from error
            if case.stage == task.stage and changed.stage:
                case = replace(case, stage=changed.stage)
            if changed.criteria_set and changed.criteria_set not in package.criteria_sets:
                raise TransitionRefused(_NO_CRITERIA, criteria_set=changed.criteria_set, task=changed.name_vi)
            if changed != task:
                uow.tasks.save(changed)
        return case

    def _nodes(self, uow: UnitOfWork, case_id: str) -> dict[str, str]:
        if not self.renamed:
            return self.moved
        done = {
            task.activity_id: self.renamed[task.node_id]
            for task in uow.tasks.of_case(case_id, _ALL)
            if task.node_id in self.renamed
        }
        return {**done, **self.moved}

    def _changed(self, package: ProcedurePackage, places: Places, task: TaskRecord) -> TaskRecord:
        vi, en = task_label(package, task.node_id)
        found: dict[str, Any] = {"name_vi": vi, "name_en": en, "stage": spec_of(package, task.node_id).stage}
        offer = self.offers.get(task.activity_id)
        if offer is not None:
            body = places.body(offer.jurisdiction)
            found |= {
                "groups": places.groups(offer.candidate_groups, body),
                "organisation_id": body,
                "priority": offer.priority,
                "criteria_set": offer.criteria_set,
            }
        return replace(task, **found)
