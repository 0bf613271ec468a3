"""The chair's decision on many cases of one sitting: those whose votes allow the same result, each decided by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from workflow.errors import N_, InvalidInput
from workflow.model.user_task import FormField, Outcome, Paper, UserTaskSpec
from workflow.organisation.authority import Actor
from workflow.services.casework.evidence import AddEvidence, EvidenceService
from workflow.services.casework.fields import Entry
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.tasks import ClaimTask, CompleteTask, ReleaseTask, TaskService
from workflow.services.sittings.agenda import Agenda, Line
from workflow.services.sittings.hall import REFUSALS, Done, Hall, SittingCommand, part_of
from workflow.services.sittings.items import Item
from workflow.store.tasks import TaskRecord

_NOT_NOW = N_("This case cannot be decided now, or not by you.")
_ALONE = N_("The decision on this case asks for people or criteria: it is decided by itself.")
_NOT_ALLOWED = N_("The vote on this case does not allow this decision.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What can be decided at once: an outcome, the cases whose votes allow it, and what is asked for all of them."""

    outcome: Outcome
    lines: Sequence[Line]
    fields: Sequence[FormField]
    papers: Sequence[Paper]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideTogether(SittingCommand):
    """Decide each of the cases with the same entries. `papers`: paper id → name and content, attached to every case that lacks it."""

    outcome: str
    case_ids: Sequence[str]
    fields: Mapping[str, Entry] = field(default_factory=dict)
    reason: str = ""
    papers: Mapping[str, tuple[str, bytes]] = field(default_factory=dict, repr=False)


class JointDecisions:
    """Raises `NotFound` for a sitting that the actor has nothing to do with."""

    def __init__(self, ground: CaseGround, tasks: TaskService, evidence: EvidenceService) -> None:
        self._ground = ground
        self._hall = Hall(ground)
        self._tasks = tasks
        self._evidence = evidence

    def offered(self, actor: Actor, body: str, on: date) -> tuple[Agenda, Sequence[Together]]:
        """The agenda, and what the actor could decide at once: by outcome, in the order of the procedure. What is decided `alone` is not among it."""
        with self._ground.units.reading() as uow:
            agenda, items = self._hall.read(uow, self._ground.access(uow, actor), body, on)
        found: list[Together] = []
        for line, item in zip(agenda.lines, items, strict=True):
            spec = item.order.specs[item.order.decision]
            if line.decision is None or line.alone:
                continue
            for outcome in spec.outcomes:
                if outcome in line.possible:
                    _join(found, line, spec, outcome)
        return agenda, found

    def decide(self, actor: Actor, command: DecideTogether) -> list[Done]:
        """Decide each of the cases, as the votes on it allow; what is refused is named, and waits for its group as before."""

        def act(line: Line, item: Item) -> None:
            if line.decision is None:
                raise InvalidInput(_NOT_NOW)
            if line.alone:
                raise InvalidInput(_ALONE)
            if command.outcome not in {one.id for one in line.possible}:
                raise InvalidInput(_NOT_ALLOWED)
            task = next(one for one in item.tasks if one.id == line.decision)
            if task.state == "ready":
                self._tasks.claim(actor, ClaimTask(task_id=task.id))
            try:
                self._attach(actor, command, line, task)
                answers = CompleteTask(
                    task_id=task.id,
                    outcome=command.outcome,
                    fields=command.fields,
                    reason=command.reason,
                    command_id=part_of(command, line, "decide"),
                )
                self._tasks.complete(actor, answers)
            except REFUSALS:
                if task.state == "ready":
                    self._tasks.release(actor, ReleaseTask(task_id=task.id))
                raise

        return self._hall.each(actor, command, command.case_ids, act)

    def _attach(self, actor: Actor, command: DecideTogether, line: Line, task: TaskRecord) -> None:
        """What the task has already, after an attempt that was refused, is not attached twice."""
        with self._ground.units.reading() as uow:
            there = {one.paper_id for one in uow.evidence.of_case(line.case_id) if one.task_id == task.id}
        for paper_id, (filename, content) in command.papers.items():
            if paper_id not in there:
                paper = AddEvidence(task_id=task.id, paper_id=paper_id, filename=filename, content=content)
                self._evidence.add(actor, paper)


def _join(found: list[Together], line: Line, spec: UserTaskSpec, outcome: Outcome) -> None:
    """With those that are decided by the same outcome and the same entries."""
    for number, one in enumerate(found):
        if (one.outcome, one.fields, one.papers) == (outcome, spec.fields, spec.papers):
            found[number] = replace(one, lines=[*one.lines, line])
            return
    found.append(Together(outcome=outcome, lines=[line], fields=spec.fields, papers=spec.papers))
