"""What people do with user tasks: claim, release, start, delegate, reassign, save a draft, complete."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from workflow.audit.facts.casework import (
    DraftSaved,
    TaskClaimed,
    TaskCompleted,
    TaskDelegated,
    TaskMoved,
    TaskReassigned,
    TaskReleased,
    TaskStarted,
)
from workflow.audit.facts.fact import ABSENT, Fact
from workflow.audit.facts.recusals import RecusalLifted
from workflow.engine import commands as cmd
from workflow.errors import N_, InvalidInput, NotFound, TaskChanged, TaskRefused
from workflow.feel.values import coerce, to_json
from workflow.ids import new_id
from workflow.lifecycle.criterion_row import UNSEEN
from workflow.lifecycle.user_task import TAKEN, USER_TASK, TaskState
from workflow.model.user_task import result_variables
from workflow.organisation.authority import Actor
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
from workflow.runtime.recorder import Provenance
from workflow.services.casework.attendance import case_job
from workflow.services.casework.completion import Answers, Completion, check_completion
from workflow.services.casework.criteria.asked import with_the_task
from workflow.services.casework.fields import Entry
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.sheets import Sheet, ensure_assessment
from workflow.services.casework.situations import TaskSituation, draft_kept, moved, receiver
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.idempotence import Command, once
from workflow.spelling import entered
from workflow.store.casework import UnitCase
from workflow.store.jobs import JobRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

MAX_DRAFT = 200_000
Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCommand(Command):
    """What every command on a task says. `revision`: the one that the actor looked at, where what changed since is to be looked at again."""

    task_id: str
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTask(TaskCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTask(TaskCommand):
    """Claim and begin, as one act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTask(TaskCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTask(TaskCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegateTask(TaskCommand):
    """Hand one's own task over to another candidate."""

    user_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignTask(TaskCommand):
    """A manager gives the task to a candidate, whoever has it now."""

    user_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(TaskCommand):
    """Keep what has been entered so far; nothing is checked but its size."""

    A_MINUTE: ClassVar[int] = 120

    outcome: str = ""
    fields: Mapping[str, Entry] = field(default_factory=dict)
    reason: str = ""
    criterion_reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask(TaskCommand):
    """Finish the task with an outcome."""

    outcome: str
    fields: Mapping[str, Entry] = field(default_factory=dict)
    reason: str = ""
    criterion_reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def answers(self) -> Answers:
        """The entries, apart from whose task they are for."""
        return Answers(
            outcome=self.outcome, fields=self.fields, reason=self.reason, criterion_reasons=self.criterion_reasons
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideTask(CompleteTask):
    """Claim the task, where it waits, begin and finish it, as one act: only what may be decided with others."""


class TaskService:
    """All methods raise `NotFound` for tasks the actor may not see, and refusals that say who can act instead."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def claim(self, actor: Actor, command: ClaimTask) -> Result:
        """Take a task that waits in one of the actor's groups. Claiming one's own task again changes nothing, nor does a deputy's where the principal has it."""

        def carry_out(uow: UnitOfWork, found: TaskSituation, by: Provenance) -> Result:
            task = found.task
            if found.context.is_assignee and task.state in TAKEN:
                may_do = replace(found.context, assessment_complete=True, missing=(), past_hard_deadline=False)
                USER_TASK.move(task.state, "complete", may_do)  # nobody is told they have what they may not do
                return result_of(task)
            return result_of(self._claimed(uow, found, by))

        return self._run(actor, command, carry_out)

    def take(self, actor: Actor, command: TakeTask) -> Result:
        """Claim the task, where it waits, and begin it: one act, two events. One's own task that is begun stays as it is."""

        def carry_out(uow: UnitOfWork, found: TaskSituation, by: Provenance) -> Result:
            return result_of(self._taken(uow, found, by).task)

        return self._run(actor, command, carry_out)

    def release(self, actor: Actor, command: ReleaseTask) -> Result:
        """Put the task back into its groups; the draft stays for whoever takes it next."""

        def carry_out(uow: UnitOfWork, found: TaskSituation, by: Provenance) -> Result:
            state = USER_TASK.move(found.task.state, "release", found.context)
            released = replace(
                found.task,
                state=state,
                assignee_id=None,
                assigned_role=None,
                on_behalf_of=None,
                draft=draft_kept(found.task),
            )
            return self._save(uow, found, TaskReleased(**moved(found.task, released)), released, by)

        return self._run(actor, command, carry_out)

    def start(self, actor: Actor, command: StartTask) -> Result:
        """Begin working on one's own task."""

        def carry_out(uow: UnitOfWork, found: TaskSituation, by: Provenance) -> Result:
            return result_of(self._begun(uow, found, by))

        return self._run(actor, command, carry_out)

    def delegate(self, actor: Actor, command: DelegateTask) -> Result:
        """Hand one's own task over to another candidate."""
        return self._hand_over(actor, command, command.user_id, command.reason, "delegate", TaskDelegated)

    def reassign(self, actor: Actor, command: ReassignTask) -> Result:
        """As a manager, give the task to a candidate."""
        return self._hand_over(actor, command, command.user_id, command.reason, "reassign", TaskReassigned)

    def save_draft(self, actor: Actor, command: SaveDraft) -> int:
        """Keep the entries and return the task's new revision. Raises `Conflict` when another window saved in between."""

        def work(uow: UnitOfWork) -> int:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, command.task_id)
            self.require_assignee(uow, access, found)
            task = found.task
            draft = {
                "outcome": command.outcome,
                "fields": dict(command.fields),
                "reason": command.reason,
                "criterion_reasons": dict(command.criterion_reasons),
            }
            if len(str(draft)) > MAX_DRAFT:
                raise InvalidInput(N_("The draft is too long to be kept."))
            if draft == task.draft:
                return task.revision
            revision = task.revision if command.revision is None else command.revision
            by = provenance(actor, found.assignment, access.now, command.command_id)
            saved = uow.tasks.save(replace(task, draft=draft, revision=revision))
            note_entry(uow, task, by)
            changed = sorted(key for key in draft if (task.draft or {}).get(key) != draft[key])
            self._note(uow, found, by, DraftSaved(task_id=task.id, changed=changed))
            uow.commit()
            return saved.revision

        return self._ground.step(work)

    def complete(self, actor: Actor, command: CompleteTask) -> Result:
        """Finish the task and let the process go on; everything happens in one transaction or not at all."""

        def carry_out(uow: UnitOfWork, found: TaskSituation, by: Provenance) -> Result:
            return self._finished(uow, found, by, command)

        return self._run(actor, command, carry_out)

    def decide(self, actor: Actor, command: DecideTask) -> Result:
        """Claim, begin and finish a task in one transaction, an event each. Raises as `complete`, and for what is decided by itself only."""

        def carry_out(uow: UnitOfWork, found: TaskSituation, by: Provenance) -> Result:
            refuse_by_itself(found.package, found.task)
            return self._finished(uow, self._taken(uow, found, by), by, command)

        return self._run(actor, command, carry_out)

    def require_assignee(self, uow: UnitOfWork, access: Access, found: TaskSituation) -> None:
        """Raise unless the actor has the task and may work on it."""
        with self._ground.refusals(uow, access, found) as context:
            USER_TASK.move(found.task.state, "complete", context)

    def _run(
        self, actor: Actor, command: TaskCommand, carry_out: Callable[[UnitOfWork, TaskSituation, Provenance], Result]
    ) -> Result:
        def work(uow: UnitOfWork) -> Result:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, command.task_id)
            by = provenance(actor, found.assignment, access.now, command.command_id)

            def refusable() -> Result:
                with self._ground.refusals(uow, access, found):
                    if command.revision not in (None, found.task.revision):
                        raise TaskChanged()
                    return carry_out(uow, found, by)

            return once(uow, type(command).__name__, by, refusable)

        return self._ground.step(work)

    def _hand_over(
        self,
        actor: Actor,
        command: TaskCommand,
        user_id: str,
        reason: str,
        trigger: str,
        kind: type[TaskDelegated] | type[TaskReassigned],
    ) -> Result:
        def carry_out(uow: UnitOfWork, found: TaskSituation, by: Provenance) -> Result:
            other = self._receiver(uow, user_id)
            getting, member = receiver(uow, self._ground.access(uow, actor), found, other)
            context = replace(found.context, receiver=getting, reason=reason)
            state = USER_TASK.move(found.task.state, trigger, context)
            given = replace(
                found.task,
                state=state,
                assignee_id=other.user_id,
                assigned_role=member.role if member else None,
                on_behalf_of=member.via_deputy_of if member else None,
                draft=draft_kept(found.task),
            )
            uow.jobs.add([notify_job(given, by)])
            fact = kind(**moved(found.task, given), reason=entered(reason) or ABSENT)
            return self._save(uow, found, fact, given, by)

        return self._run(actor, command, carry_out)

    def _receiver(self, uow: UnitOfWork, user_id: str) -> Actor:
        try:
            return self._ground.actor(uow, user_id)
        except NotFound as error:
            raise InvalidInput(N_("Say who is to get the task.")) from error

    def _claimed(self, uow: UnitOfWork, found: TaskSituation, by: Provenance) -> TaskRecord:
        state = USER_TASK.move(found.task.state, "claim", found.context)
        claimed = replace(
            found.task, state=state, assignee_id=by.actor, assigned_role=by.role, on_behalf_of=by.on_behalf_of
        )
        return self._saved(uow, found, TaskClaimed(**moved(found.task, claimed)), claimed, by)

    def _begun(self, uow: UnitOfWork, found: TaskSituation, by: Provenance) -> TaskRecord:
        begun = replace(found.task, state=USER_TASK.move(found.task.state, "start", found.context))
        return self._saved(uow, found, TaskStarted(**moved(found.task, begun)), begun, by)

    def _taken(self, uow: UnitOfWork, found: TaskSituation, by: Provenance) -> TaskSituation:
        """The task in the actor's hands, and begun."""
        if found.task.state not in TAKEN:
            claimed = self._claimed(uow, found, by)
            found = replace(found, task=claimed, context=replace(found.context, is_assignee=True, assigned=True))
        if found.task.state == TaskState.IN_PROGRESS:
            may_do = replace(found.context, assessment_complete=True, missing=(), past_hard_deadline=False)
            USER_TASK.move(found.task.state, "complete", may_do)
            return found
        return replace(found, task=self._begun(uow, found, by))

    def _finished(self, uow: UnitOfWork, found: TaskSituation, by: Provenance, command: CompleteTask) -> Result:
        task, case = found.task, found.case
        USER_TASK.move(task.state, "complete", found.context)  # who may, before what was entered
        checked = check_completion(self._ground, uow, found.package, case, task, command.answers)
        context = replace(found.context, assessment_complete=not checked.missing, missing=checked.missing)
        state = USER_TASK.move(task.state, "complete", context)
        self._submit(uow, checked, task, by)
        done = replace(
            task,
            state=state,
            outcome=checked.outcome.id,
            reason=entered(command.reason) or None,
            assigned_role=by.role,
            on_behalf_of=by.on_behalf_of,
            completed_by=by.actor,
            ended_at=by.at,
            draft=None,
        )
        uow.tasks.save(done)
        fact = _completed(done, checked)
        variables = result_variables(task.node_id, checked.result)
        engine = cmd.CompleteActivity(activity_id=task.activity_id, variables=variables)
        lifted = [
            RecusalLifted(node_id=task.node_id, person=one.person, reason=one.lifted or "") for one in checked.lifted
        ]
        recalled = with_the_task(uow, done, dict(checked.result.get("criterion_reasons") or {}), by)
        self._ground.steps.apply(uow, case, engine, by, [fact, *lifted, *recalled], state=checked.state)
        uow.jobs.add(_looks(found.package, case, task.node_id, by))
        return result_of(done)

    def _save(self, uow: UnitOfWork, found: TaskSituation, fact: TaskMoved, task: TaskRecord, by: Provenance) -> Result:
        return result_of(self._saved(uow, found, fact, task, by))

    def _saved(
        self, uow: UnitOfWork, found: TaskSituation, fact: TaskMoved, task: TaskRecord, by: Provenance
    ) -> TaskRecord:
        saved = uow.tasks.save(task)
        if task.round_id is not None and task.assignee_id is not None:
            uow.task_people.add(task, [task.assignee_id, task.on_behalf_of], "held")
        self._note(uow, found, by, fact)
        return saved

    def _note(self, uow: UnitOfWork, found: TaskSituation, by: Provenance, fact: Fact) -> None:
        self._ground.steps.note(uow, found.case, by, fact)

    def _submit(self, uow: UnitOfWork, checked: Completion, task: TaskRecord, by: Provenance) -> None:
        if checked.sheet is None:
            return
        sheet = ensure_assessment(uow, checked.sheet, task, by.actor, by.at)
        if sheet.assessment is not None:
            uow.assessments.submit(sheet.assessment.id, by.actor, by.at)
        # What stands as it was sent in a turn before is kept with this one, too: the next turn reads it there.
        uow.criterion_rows.save([row for row in sheet.rows.values() if row.revision == 0 and row.state != UNSEEN])


def _completed(task: TaskRecord, checked: Completion) -> TaskCompleted:
    return TaskCompleted(
        task_id=task.id,
        node_id=task.node_id,
        outcome=checked.outcome.id,
        reason=task.reason or "",
        result=to_json(coerce(dict(checked.result))),
        results=ABSENT if checked.sheet is None else _results(checked.sheet),
    )


def _results(sheet: Sheet) -> dict[str, Any]:
    return {
        key: {
            "result": row.result,
            "figures": dict(row.figures),
            "statement": row.statement,
            "reason": row.reason,
            "evidence": [item.sha256 for item in sheet.evidence.get(key, ())],
            "state": sheet.rows[key].state if key in sheet.rows else UNSEEN,
            "opened": [item.sha256 for item in sheet.evidence.get(key, ()) if item.id in sheet.rows[key].opened],
            **({"unchanged": sheet.rows[key].unchanged} if sheet.rows[key].unchanged else {}),
        }
        for key, row in sheet.stored.items()
    }


def refuse_by_itself(package: ProcedurePackage, task: TaskRecord) -> None:
    """Raise `TaskRefused` for a task that nobody decides together with others: criteria, a part of a round, a session."""
    if task.criteria_set is not None:
        raise TaskRefused(N_("This task judges criteria: open it, and send it by itself."))
    if task.round_id is not None:
        raise TaskRefused(N_("This is your part of a vote or of a team's findings: give it by itself."))
    if spec_of(package, task.node_id).quorum is not None:
        raise TaskRefused(N_("This task opens a session: record it by itself, or on the sitting's page."))


def note_entry(uow: UnitOfWork, task: TaskRecord, by: Provenance) -> None:
    """Put down that this person, and whoever they stand in for, has entered something in the task: they count as its doers."""
    uow.task_people.add(task, [by.actor, by.on_behalf_of], "entered")


def result_of(task: TaskRecord) -> dict[str, Any]:
    return {"task_id": task.id, "case_id": task.case_id, "state": task.state, "outcome": task.outcome}


def _looks(package: ProcedurePackage, case: UnitCase, done: str, by: Provenance) -> list[JobRecord]:
    """Whoever did this may not do some task that waited beside it: perhaps nobody is left for that one."""
    barred = {
        node.id
        for process in package.bpmn.processes.values()
        for node in process.user_tasks.values()
        if done in node.spec.separate_from
    }
    beside = {one["node_id"] for one in (case.state or {}).get("activities", ())}
    return [case_job(case.id, by.at)] if barred & beside else []


def notify_job(task: TaskRecord, by: Provenance) -> JobRecord:
    return JobRecord(
        id=new_id(),
        kind="notify-assigned",
        province=task.province,
        case_id=task.case_id,
        ref=f"told:{task.activity_id}",
        payload={"task_id": task.id},
        run_at=by.at,
        created_at=by.at,
    )
