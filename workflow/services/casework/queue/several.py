"""Several tasks at once: what would become of each, said beforehand; then each by itself, in a transaction of its own."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import NAMESPACE_URL, uuid5

from workflow.calendar.zone import local_date
from workflow.errors import (
    N_,
    Conflict,
    InvalidInput,
    NotFound,
    PermissionDenied,
    TransitionRefused,
    WorkflowError,
)
from workflow.lifecycle.user_task import TAKEN, USER_TASK
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.services.casework.completion import Answers, check_completion
from workflow.services.casework.fields import Entry
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.situations import TaskSituation, receiver, receivers_of
from workflow.services.casework.tasks import (
    ClaimTask,
    DecideTask,
    DelegateTask,
    ReassignTask,
    TaskService,
    refuse_by_itself,
)
from workflow.services.ground.access import Access
from workflow.services.ground.idempotence import Command
from workflow.services.ground.people import offices_of, user_names
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

MOST = 100
"""So many tasks at once at most."""
REFUSALS = (InvalidInput, TransitionRefused, Conflict, PermissionDenied, NotFound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A task, and how it stood (its revision) when what is to be done to it was confirmed."""

    task_id: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralCommand(Command):
    """What every command on several tasks says."""

    tasks: Sequence[Seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTasks(SeveralCommand):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverTasks(SeveralCommand):
    """Hand one's own tasks over, and, as a manager, give other people's and waiting ones, all to one person."""

    user_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideTasks(SeveralCommand):
    """Finish tasks of one node and one version of a procedure with the same answers."""

    outcome: str
    fields: Mapping[str, Entry] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A task of a list. `refusal`: why nothing can be done to it, or why nothing was.

    `kind`: tasks of one kind, a node of one version of a procedure, are decided with the same answers.
    `own`: the reader has it, or stands in for who has. `drafted`: they have entered something into it, which would not count.
    """

    task: TaskRecord
    business_key: str
    unit: Organisation
    kind: tuple[str, str]
    procedure: Label
    version: str
    own: bool
    drafted: bool
    assignee: str = ""
    refusal: WorkflowError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The tasks in the order in which they were chosen. `missing`: how many of them the reader has nothing to do with (any more)."""

    lines: Sequence[Line]
    missing: int

    @property
    def able(self) -> Sequence[Line]:
        """Those to which it can be done, or was."""
        return [one for one in self.lines if one.refusal is None]

    @property
    def refused(self) -> Sequence[Line]:
        return [one for one in self.lines if one.refusal is not None]

    @property
    def kinds(self) -> Mapping[tuple[str, str], Sequence[Line]]:
        """The tasks by what they are."""
        found: dict[tuple[str, str], list[Line]] = {}
        for one in self.lines:
            found.setdefault(one.kind, []).append(one)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Whoever could get some of the tasks: (id, name, office, how many of them), by how many. `needs_reason`: others' are among them."""

    batch: Batch
    people: Sequence[tuple[str, str, Label | None, int]]
    needs_reason: bool


Judge = Callable[[UnitOfWork, Access, TaskSituation], None]
"""Raises where it cannot be done to the task."""


class SeveralService:
    """What is asked of several tasks: a task that the actor may not see is counted as missing, and no more is said of it.

    Raises `NotFound` where there is no other, `InvalidInput` for more than `MOST`.
    """

    def __init__(self, ground: CaseGround, tasks: TaskService) -> None:
        self._ground = ground
        self._tasks = tasks

    def claiming(self, actor: Actor, task_ids: Sequence[str]) -> Batch:
        """Which of the tasks the actor could claim."""
        return self._batch(actor, task_ids, _claimable)

    def receivers(self, actor: Actor, task_ids: Sequence[str]) -> Receivers:
        """Which of the tasks the actor could hand over, and to whom."""
        able: dict[str, int] = {}
        offices: dict[str, Label] = {}
        given = False

        def judge(uow: UnitOfWork, access: Access, found: TaskSituation) -> None:
            nonlocal given
            trigger = _way(found)
            options = {one.trigger: one for one in USER_TASK.permitted(found.task.state, found.context)}
            if trigger not in options:
                USER_TASK.move(found.task.state, trigger, found.context)  # says what state it is in
            elif (refusal := options[trigger].refusal) is not None:
                raise refusal
            given = given or trigger == "reassign"
            people = receivers_of(uow, access, found)
            for one in people:
                able[one] = able.get(one, 0) + 1
            fresh = people.keys() - offices.keys()
            offices.update(offices_of(uow, access.tree, found.package, fresh, local_date(access.now)))

        batch = self._batch(actor, task_ids, judge)
        with self._ground.units.reading() as uow:
            names = user_names(uow, able)
        people = [(one, names[one], offices.get(one), number) for one, number in able.items() if one in names]
        return Receivers(batch=batch, people=sorted(people, key=lambda one: (-one[3], one[1])), needs_reason=given)

    def handing_over(self, actor: Actor, task_ids: Sequence[str], user_id: str, reason: str) -> Batch:
        """Which of the tasks that person could get. Raises `InvalidInput` for nobody."""

        def judge(uow: UnitOfWork, access: Access, found: TaskSituation) -> None:
            try:
                other = self._ground.actor(uow, user_id)
            except NotFound as error:
                raise InvalidInput(N_("Say who is to get the task.")) from error
            getting, _ = receiver(uow, access, found, other)
            context = replace(found.context, receiver=getting, reason=reason)
            USER_TASK.move(found.task.state, _way(found), context)

        return self._batch(actor, task_ids, judge)

    def deciding(self, actor: Actor, task_ids: Sequence[str], answers: Answers | None = None) -> Batch:
        """Which of the tasks the actor could decide together with others; with `answers`, which by these."""

        def judge(uow: UnitOfWork, _access: Access, found: TaskSituation) -> None:
            refuse_by_itself(found.package, found.task)
            state, context = found.task.state, found.context
            if state not in TAKEN:
                state = USER_TASK.move(state, "claim", context)
                context = replace(context, is_assignee=True, assigned=True)
            USER_TASK.move(state, "complete", context)
            if answers is not None:
                checked = check_completion(self._ground, uow, found.package, found.case, found.task, answers)
                left = replace(context, assessment_complete=not checked.missing, missing=checked.missing)
                USER_TASK.move(state, "complete", left)

        return self._batch(actor, task_ids, judge)

    def claim(self, actor: Actor, command: ClaimTasks) -> Batch:
        """Claim each of them."""

        def act(_line: Line, seen: Seen, command_id: str) -> None:
            self._tasks.claim(actor, ClaimTask(task_id=seen.task_id, revision=seen.revision, command_id=command_id))

        return self._each(actor, command, act)

    def hand_over(self, actor: Actor, command: HandOverTasks) -> Batch:
        """Give each of them to the person; what the actor has by delegating it, what others have as a manager."""

        def act(line: Line, seen: Seen, command_id: str) -> None:
            more = {"user_id": command.user_id, "reason": command.reason, "command_id": command_id}
            if line.own:
                self._tasks.delegate(actor, DelegateTask(task_id=seen.task_id, revision=seen.revision, **more))
            else:
                self._tasks.reassign(actor, ReassignTask(task_id=seen.task_id, revision=seen.revision, **more))

        return self._each(actor, command, act)

    def decide(self, actor: Actor, command: DecideTasks) -> Batch:
        """Take and finish each of them with the same answers. Raises `InvalidInput` for tasks of several kinds."""

        def act(_line: Line, seen: Seen, command_id: str) -> None:
            one = DecideTask(
                task_id=seen.task_id,
                revision=seen.revision,
                outcome=command.outcome,
                fields=command.fields,
                reason=command.reason,
                command_id=command_id,
            )
            self._tasks.decide(actor, one)

        return self._each(actor, command, act, one_kind=True)

    def _each(
        self,
        actor: Actor,
        command: SeveralCommand,
        act: Callable[[Line, Seen, str], None],
        *,
        one_kind: bool = False,
    ) -> Batch:
        batch = self._batch(actor, [one.task_id for one in command.tasks], _nothing)
        if one_kind and len(batch.kinds) > 1:
            raise InvalidInput(N_("Only tasks of one kind are decided together: the same step of the same version."))
        seen = {one.task_id: one for one in command.tasks}

        def attempted(line: Line) -> Line:
            part = str(uuid5(NAMESPACE_URL, f"{command.command_id}/{line.task.id}"))  # the same for a second click
            try:
                act(line, seen[line.task.id], part)
            except REFUSALS as refusal:
                return replace(line, refusal=refusal)
            return line

        return replace(batch, lines=[attempted(one) for one in batch.lines])

    def _batch(self, actor: Actor, task_ids: Sequence[str], judge: Judge) -> Batch:
        wanted = list(dict.fromkeys(task_ids))
        if len(wanted) > MOST:
            raise InvalidInput(N_("At most %(most)s tasks at once."), most=MOST)
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            lines = list(self._lines(uow, access, wanted, judge))
        if not lines:
            raise NotFound()
        return Batch(lines=lines, missing=len(wanted) - len(lines))

    def _lines(self, uow: UnitOfWork, access: Access, task_ids: Collection[str], judge: Judge) -> Iterator[Line]:
        for task_id in task_ids:
            try:
                found = self._ground.situation(uow, access, task_id)
            except NotFound:
                continue
            line = _line(access, found)
            try:
                with self._ground.refusals(uow, access, found):
                    judge(uow, access, found)
            except REFUSALS as refusal:
                line = replace(line, refusal=refusal)
            yield line


def _nothing(_uow: UnitOfWork, _access: Access, _found: TaskSituation) -> None:
    """Let everything through."""


def _claimable(_uow: UnitOfWork, _access: Access, found: TaskSituation) -> None:
    USER_TASK.move(found.task.state, "claim", found.context)


def _way(found: TaskSituation) -> str:
    """By which step the actor gives the task to somebody else."""
    return "delegate" if found.context.is_assignee else "reassign"


def _line(access: Access, found: TaskSituation) -> Line:
    return Line(
        task=replace(found.task, draft=None),
        business_key=found.case.business_key,
        unit=access.tree.get(found.case.unit_id),
        kind=(found.case.version_id, found.task.node_id),
        procedure=found.package.title,
        version=found.package.version_label,
        assignee=found.context.assignee_name if found.task.assignee_id else "",
        own=found.context.is_assignee,
        drafted=found.task.draft is not None and found.context.is_assignee,
    )
