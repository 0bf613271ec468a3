"""Deciding the rows of a sheet: looked at, agreed to one by one or together, taken from the figures, taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from workflow.audit.facts.casework import CriterionAssessed
from workflow.audit.facts.criteria import CriteriaAgreed, CriteriaReopened, CriterionKept
from workflow.audit.facts.fact import Fact
from workflow.errors import N_, InvalidInput, NotFound
from workflow.lifecycle.criterion_row import CRITERION_ROW, UNSEEN
from workflow.organisation.authority import Actor
from workflow.runtime.recorder import Provenance
from workflow.services.casework.assessments import LONGEST, computed, content_of
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.sheets import Sheet, ensure_assessment, read_sheet
from workflow.services.casework.situations import TaskSituation
from workflow.services.casework.tasks import TaskService, note_entry
from workflow.services.ground.access import provenance
from workflow.services.ground.idempotence import Command, kind_of, once
from workflow.spelling import entered, length
from workflow.store.casework import ResultRecord
from workflow.store.criteria.rows import RowRecord
from workflow.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCommand(Command):
    """What every command on one row says."""

    A_MINUTE: ClassVar[int] = 240

    task_id: str
    criterion_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtCriterion(RowCommand):
    """The row was opened; with `evidence_id`, that file of it was shown."""

    evidence_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeCriterion(RowCommand):
    """The former level's result is mine; on a first level, what stands there stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCriterion(RowCommand):
    """The unit was asked about the row and sends it again as it was: `reason` says why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeComputed(RowCommand):
    """What the figures prove is my result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeTogether(Command):
    """Agree to exactly these rows, which a confirmation has listed: to all of them or to none."""

    task_id: str
    criteria: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Command):
    """These rows are to be decided anew; what was entered in them stays."""

    task_id: str
    criteria: Sequence[str]


class JudgementService:
    """Only the task's assignee, while the task is open. Raises `NotFound` for what they may not see, and refusals that say why."""

    def __init__(self, ground: CaseGround, tasks: TaskService) -> None:
        self._ground = ground
        self._tasks = tasks

    def look(self, actor: Actor, command: LookAtCriterion) -> RowRecord | None:
        """Put down that the row was opened, or a file of it. None, and nothing put down, for who does not have the task: they only read."""

        def work(uow: UnitOfWork) -> RowRecord | None:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, command.task_id)
            if not found.context.is_assignee or found.task.ended_at is not None or found.context.bars:
                return None
            sheet = read_sheet(uow, found.package, found.case, found.task)
            old = _row(sheet, command.criterion_id)
            opened = _opened(sheet, old, command)
            if old.state != UNSEEN and opened == list(old.opened):
                return old
            row = replace(old, opened=opened)
            if old.state == UNSEEN:
                state = CRITERION_ROW.move(old.state, "look", sheet.context(command.criterion_id))
                row = replace(row, state=state, seen_at=access.now, seen_by=actor.user_id)
            (saved,) = uow.criterion_rows.save([row])
            uow.commit()
            return saved

        return self._ground.step(work)

    def agree(self, actor: Actor, command: AgreeCriterion) -> Mapping[str, Any]:
        """Take the former level's result over."""
        return self._run(actor, command, lambda work: work.agree([command.criterion_id], "agree"))

    def agree_together(self, actor: Actor, command: AgreeTogether) -> Mapping[str, Any]:
        """Take the former level's results of all these rows over. Raises `RowRefused` where one of them is no such row any more."""
        return self._run(actor, command, lambda work: work.agree(command.criteria, "agree_together"))

    def keep(self, actor: Actor, command: KeepCriterion) -> Mapping[str, Any]:
        """Send the row again as it was. Raises `RowRefused` without a reason, `InvalidInput` for a row that nobody asked about, or that has changed."""
        return self._run(actor, command, lambda work: work.keep(command.criterion_id, command.reason))

    def take_computed(self, actor: Actor, command: TakeComputed) -> Mapping[str, Any]:
        """Take over what the figures prove. Raises `InvalidInput` where they prove nothing."""
        return self._run(actor, command, lambda work: work.compute(command.criterion_id))

    def take_back(self, actor: Actor, command: TakeBack) -> Mapping[str, Any]:
        """Make the rows undecided again, as long as the task has not been sent."""
        return self._run(actor, command, lambda work: work.take_back(command.criteria))

    def _run(
        self, actor: Actor, command: RowCommand | AgreeTogether | TakeBack, carry_out: Callable[["_Deciding"], None]
    ) -> Mapping[str, Any]:
        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, command.task_id)
            by = provenance(actor, found.assignment, access.now, command.command_id)

            def decide() -> Mapping[str, Any]:
                self._tasks.require_assignee(uow, access, found)
                deciding = _Deciding(ground=self._ground, uow=uow, found=found, by=by)
                carry_out(deciding)
                return deciding.close()

            return once(uow, kind_of(command), by, decide)

        return self._ground.step(work)


class _Deciding:
    """One act on some rows: what it makes of them, their results, and what is told of it."""

    def __init__(self, *, ground: CaseGround, uow: UnitOfWork, found: TaskSituation, by: Provenance) -> None:
        self._ground, self._uow, self._found, self._by = ground, uow, found, by
        sheet = read_sheet(uow, found.package, found.case, found.task)
        self._fresh = sheet.assessment is None
        self._sheet = ensure_assessment(uow, sheet, found.task, by.actor, by.at)
        self._states: dict[str, str] = {}

    def agree(self, criteria: Sequence[str], trigger: str) -> None:
        sheet, keys = self._sheet, self._named(criteria)
        rows = []
        for key in keys:
            old = _row(sheet, key)
            state = CRITERION_ROW.move(old.state, trigger, sheet.context(key))
            proposal = sheet.proposal(key)
            if proposal is None:
                raise NotFound()
            self._write(self._written(key, proposal.result, proposal.figures))
            rows.append(self._decided(old, state, batch=self._by.command_id if trigger == "agree_together" else None))
        self._save(rows)
        self._tell(CriteriaAgreed(task_id=self._found.task.id, criteria=keys, together=trigger == "agree_together"))

    def keep(self, key: str, reason: str) -> None:
        sheet = self._sheet
        old, text = _row(sheet, key), entered(reason)
        if key not in sheet.asked or sheet.differs_from_before(key) or sheet.earlier:
            raise InvalidInput(
                N_("Nobody asked about criterion %(number)s, or it has been changed meanwhile."), number=key
            )
        if length(text) > LONGEST:
            raise InvalidInput(N_("At most %(longest)s characters."), longest=LONGEST)
        if old.unchanged and not text:  # a reason that stands is replaced, not taken away
            raise InvalidInput(N_("Say why it stays."))
        state = CRITERION_ROW.move(old.state, "agree", sheet.context(key, words=text))
        self._save([replace(self._decided(old, state), unchanged=text)])
        self._tell(CriterionKept(task_id=self._found.task.id, criterion_id=key, reason=text))

    def compute(self, key: str) -> None:
        sheet = self._sheet
        old, before = _row(sheet, key), sheet.stored.get(key)
        figures = sheet.figures(key)
        found = computed(sheet.criteria_set.criteria[key], figures)
        if found is None or found.met is None:
            raise InvalidInput(N_("The figures of criterion %(number)s prove nothing."), number=key)
        result = "met" if found.met else "not_met"
        after = self._written(key, result, figures)
        state = CRITERION_ROW.move(old.state, "enter", sheet.context(key, after))
        after = self._write(after)
        self._save([self._decided(old, state)])
        self._tell(
            CriterionAssessed(
                task_id=self._found.task.id,
                criterion_id=key,
                from_=content_of(before) if before else None,
                to=content_of(after),
            )
        )

    def take_back(self, criteria: Sequence[str]) -> None:
        keys, rows = self._named(criteria), []
        for key in keys:
            old = _row(self._sheet, key)
            state = CRITERION_ROW.move(old.state, "take_back", self._sheet.context(key))
            rows.append(replace(old, state=state, decided_at=None, decided_by=None, batch=None))
        self._save(rows)
        self._tell(CriteriaReopened(task_id=self._found.task.id, criteria=keys))

    def close(self) -> Mapping[str, Any]:
        note_entry(self._uow, self._found.task, self._by)
        return {"task_id": self._found.task.id, "states": self._states}

    def _named(self, criteria: Sequence[str]) -> list[str]:
        """The rows in the order of the set. Raises `NotFound` for one that is not there, `InvalidInput` for none."""
        known = self._sheet.criteria_set.criteria
        if not set(criteria) <= known.keys():
            raise NotFound()
        keys = [key for key in known if key in criteria]
        if not keys:
            raise InvalidInput(N_("Choose at least one criterion."))
        return keys

    def _decided(self, old: RowRecord, state: str, batch: str | None = None) -> RowRecord:
        return replace(old, state=state, decided_at=self._by.at, decided_by=self._by.actor, batch=batch)

    def _written(self, key: str, result: str, figures: Mapping[str, str]) -> ResultRecord:
        """The row with this result, its words as they stand; no reason for differing where there is nothing to explain any more."""
        old, assessment = self._sheet.stored.get(key), self._sheet.assessment
        former = self._sheet.former.get(key)
        differed = former is not None and old is not None and old.result not in (None, former.result)
        agrees = former is not None and former.result == result
        return ResultRecord(
            assessment_id=assessment.id if assessment else "",
            criterion_id=key,
            result=result,
            figures=dict(figures),
            statement=old.statement if old else "",
            reason=old.reason if old and not (differed and agrees) else "",
            changed_at=self._by.at,
            changed_by=self._by.actor,
        )

    def _write(self, row: ResultRecord) -> ResultRecord:
        old = self._sheet.stored.get(row.criterion_id)
        if old is not None and (old.result, old.figures) == (row.result, row.figures):
            return old
        return self._uow.assessments.save_result(row, old.revision if old else None)

    def _save(self, rows: Sequence[RowRecord]) -> None:
        for row in self._uow.criterion_rows.save(rows):
            self._states[row.criterion_id] = row.state

    def _tell(self, fact: Fact) -> None:
        self._ground.steps.note(self._uow, self._found.case, self._by, fact)


def _row(sheet: Sheet, key: str) -> RowRecord:
    """Raise `NotFound` for a criterion that the sheet does not have."""
    row = sheet.rows.get(key)
    if row is None:
        raise NotFound()
    return row


def _opened(sheet: Sheet, old: RowRecord, command: LookAtCriterion) -> list[str]:
    """The files opened so far. Raises `NotFound` for a file that does not stand behind this criterion."""
    known = [item.id for item in sheet.evidence.get(command.criterion_id, ())]
    if command.evidence_id is None or command.evidence_id in old.opened:
        return list(old.opened)
    if command.evidence_id not in known:
        raise NotFound()
    return [*old.opened, command.evidence_id]
