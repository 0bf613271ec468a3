"""One task's assessment as a sheet: where it starts from, what stands beside it, and what it still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from workflow.errors import NotFound
from workflow.ids import new_id
from workflow.lifecycle.criterion_row import AGREED, ASKED, DECIDED, DIFFERS, UNSEEN, RowContext
from workflow.model.user_task import UserTaskSpec
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of, task_label
from workflow.recognition.assessment import (
    CriterionResult,
    Standing,
    Summary,
    differences,
    standings,
    summarise,
    unexplained,
)
from workflow.recognition.criteria import CriteriaSet
from workflow.services.casework.criteria.returns import asked_before
from workflow.services.casework.rounds.veil import NOTHING, Veil
from workflow.store.casework import AssessmentRecord, EvidenceRecord, ResultRecord, UnitCase
from workflow.store.criteria.rows import RowRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

LOOKED_BACK = 100
"""How many assessments of a case are looked through: a page must not grow slower with a case that is returned time and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLevel:
    """An assessment that stands beside this one. `first_at`: when its level first spoke in this case; the rounds after keep its place."""

    node_id: str
    label_vi: str
    label_en: str
    assessment: AssessmentRecord
    results: Mapping[str, CriterionResult]
    first_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What agreeing to a criterion takes over: the former level's result, or on a first level what stood there before."""

    result: str
    figures: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything about one task's assessment. `assessment` is None until the first result is saved.

    `results` are what stands in the rows, `counted` only what somebody here has seen and decided. `asked`: why a criterion came back.
    """

    criteria_set: CriteriaSet
    spec: UserTaskSpec
    assessment: AssessmentRecord | None
    stored: Mapping[str, ResultRecord]
    results: Mapping[str, CriterionResult]
    evidence: Mapping[str, Sequence[EvidenceRecord]]
    earlier: Sequence[EarlierLevel]
    rows: Mapping[str, RowRecord]
    asked: Mapping[str, str]

    @cached_property
    def former(self) -> Mapping[str, CriterionResult]:
        """The results of the level before."""
        return self.earlier[-1].results if self.earlier else {}

    @cached_property
    def counted(self) -> Mapping[str, CriterionResult]:
        """Criterion → what counts: nothing of what was not decided. Who agrees agrees with what the level before has said to it."""
        return {key: self._counted(key, result) for key, result in self.results.items()}

    @cached_property
    def summary(self) -> Summary:
        """Counts, gaps and faults at this moment."""
        return summarise(self.criteria_set, self.counted, self.spec.needs)

    @cached_property
    def unexplained(self) -> tuple[str, ...]:
        """Criteria whose result differs from the former level's without a reason."""
        return unexplained(differences(self.criteria_set, self.former, self.counted))

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """How every criterion stands, in the order of the set: what pages count and show."""
        return standings(self.summary, self.criteria_set.criteria, self.unexplained)

    @property
    def undecided(self) -> tuple[str, ...]:
        """Criteria that nobody here has decided: unseen, seen only, or still asked."""
        return tuple(key for key, row in self.rows.items() if row.state not in DECIDED)

    @property
    def missing(self) -> tuple[str, ...]:
        """Criteria that keep the task from being completed, each once, in the order of the set."""
        lacking = {*self.summary.missing, *self.summary.faulty, *self.unexplained}
        if self.spec.needs == "none":
            lacking |= {key for key, row in self.rows.items() if row.state == ASKED}
        else:
            lacking |= {*self.undecided}
        return tuple(key for key in self.criteria_set.criteria if key in lacking)

    def proposal(self, key: str) -> Proposal | None:
        """What whoever agrees to this criterion takes over; None where there is nothing to agree with."""
        before, own = self.former.get(key), self.stored.get(key)
        result = before.result if before is not None else own.result if own is not None else None
        if result is None:
            return None
        return Proposal(result=result, figures=self.figures(key))

    def figures(self, key: str) -> Mapping[str, str]:
        """One's own figures, else those of the latest level that has some."""
        own = self.stored.get(key)
        if own is not None and own.figures:
            return own.figures
        told = (level.results[key].figures for level in reversed(self.earlier) if key in level.results)
        return {name: as_text(number) for name, number in next(filter(None, told), {}).items()}

    def levels_differ(self, key: str) -> bool:
        """Whether the levels before do not all say the same of this criterion."""
        return len({level.results[key].result for level in self.earlier if key in level.results}) > 1

    def context(self, key: str, entered: str | None = None) -> RowContext:
        """What the lifecycle of a row asks about this one, where `entered` is to be its result."""
        before = self.former.get(key)
        return RowContext(
            criterion_id=key,
            entered=entered is not None,
            differs=before is not None and before.result != entered,
            first_level=not self.earlier,
            proposed=self.proposal(key) is not None,
            levels_differ=self.levels_differ(key),
        )

    def _counted(self, key: str, result: CriterionResult) -> CriterionResult:
        state = self.rows[key].state if key in self.rows else UNSEEN
        if state not in DECIDED:
            return replace(result, result=None)
        before = self.former.get(key)
        if state == AGREED and before is not None and not result.statement:
            return replace(result, statement=before.statement or before.reason)
        return result


def criteria_set_of(package: ProcedurePackage, task: TaskRecord) -> CriteriaSet:
    """Raise `NotFound` for a task without criteria, or whose set the version does not have."""
    found = package.criteria_sets.get(task.criteria_set or "")
    if found is None:
        raise NotFound()
    return found


def read_sheet(
    uow: UnitOfWork,
    package: ProcedurePackage,
    case: UnitCase,
    task: TaskRecord,
    veil: Veil = NOTHING,
    files: Sequence[EvidenceRecord] | None = None,
) -> Sheet:
    """Read the assessment of a task, or what it would start from, without what the veil withholds from the reader.

    `files`: those of the case that the veil leaves, where they have been read.
    """
    spec = spec_of(package, task.node_id)
    criteria_set = criteria_set_of(package, task)
    past = _Past.read(uow, package, spec, case, task)
    evidence = _by_criterion(veil.files(uow.evidence.of_case(case.id)) if files is None else files)
    earlier = [level for level in past.levels(evidence) if level.assessment.task_id not in veil.tasks]
    stored = past.results[past.own.id] if past.own else _start_from(past, spec, earlier)
    asked = asked_before(uow, package, case, task) if past.former is not None else {}
    results = {key: as_result(row, evidence.get(key, ())) for key, row in stored.items()}
    return Sheet(
        criteria_set=criteria_set,
        spec=spec,
        assessment=past.own,
        stored=stored,
        results=results,
        evidence=evidence,
        earlier=earlier,
        rows=past.rows(criteria_set, results, evidence, earlier, asked),
        asked=asked,
    )


@dataclass(frozen=True, kw_only=True)
class _Past:
    """What has been submitted in the case so far, read at once. `former`: one's own assessment before a return."""

    package: ProcedurePackage
    spec: UserTaskSpec
    task: TaskRecord
    own: AssessmentRecord | None
    former: AssessmentRecord | None
    submitted: Sequence[AssessmentRecord]
    results: Mapping[str, Mapping[str, ResultRecord]]
    kept: Mapping[str, Mapping[str, RowRecord]]

    @classmethod
    def read(
        cls, uow: UnitOfWork, package: ProcedurePackage, spec: UserTaskSpec, case: UnitCase, task: TaskRecord
    ) -> "_Past":
        own = uow.assessments.of_task(task.id)
        submitted = [one for one in uow.assessments.submitted(case.id, LOOKED_BACK) if one.task_id != task.id]
        mine = [one for one in submitted if one.node_id == task.node_id and one.criteria_set == task.criteria_set]
        if task.loop_counter is not None:
            mine = [one for one in mine if one.submitted_by == task.assignee_id]
        former = mine[0] if mine else None
        past = cls(
            package=package, spec=spec, task=task, own=own, former=former, submitted=submitted, results={}, kept={}
        )
        return replace(
            past,
            results=uow.assessments.results_of(past._wanted()),
            kept=uow.criterion_rows.of_tasks([task.id, *([former.task_id] if former else [])]),
        )

    def _wanted(self) -> set[str]:
        """The assessments whose results are read: as many as there are levels, however often the case was returned."""
        then = self.former.submitted_at if self.former else None
        found = [one for one in (self.own, self.former) if one is not None]
        for node_id in self.spec.compare_with:
            found += self.latest(node_id) + (self.latest(node_id, then) if then else [])
        found += [one for one in self.submitted if one.node_id == self.spec.carry_over][:1]
        return {one.id for one in found}

    def latest(self, node_id: str | None, before: datetime | None = None) -> list[AssessmentRecord]:
        """The latest assessments of a node, until an instant: of each person where several did it at once."""
        found: dict[str | None, AssessmentRecord] = {}
        for one in self.submitted:
            if one.node_id == node_id and (before is None or (one.submitted_at or before) < before):
                found.setdefault(one.submitted_by, one)
        # Several people did a multi-instance task: all of the last round stand beside; of a plain task only the last one does.
        several = node_id is not None and package_task_is_multiple(self.package, node_id)
        return list(found.values()) if several else list(found.values())[:1]

    def levels(self, evidence: Mapping[str, Sequence[EvidenceRecord]]) -> list[EarlierLevel]:
        levels = []
        for node_id in self.spec.compare_with:
            vi, en = task_label(self.package, node_id)
            spoke = [one.submitted_at for one in self.submitted if one.node_id == node_id and one.submitted_at]
            for one in self.latest(node_id):
                results = {key: as_result(row, evidence.get(key, ())) for key, row in self.results[one.id].items()}
                levels.append(
                    EarlierLevel(
                        node_id=node_id,
                        label_vi=vi,
                        label_en=en,
                        assessment=one,
                        results=results,
                        first_at=min(spoke, default=None),
                    )
                )
        return levels

    def rows(
        self,
        criteria_set: CriteriaSet,
        results: Mapping[str, CriterionResult],
        evidence: Mapping[str, Sequence[EvidenceRecord]],
        earlier: Sequence[EarlierLevel],
        asked: Mapping[str, str],
    ) -> dict[str, RowRecord]:
        """How each row stands: as it was left here; else as it was sent in the round before, if nothing about it has changed since."""
        found = self.kept[self.task.id]
        before = earlier[-1].results if earlier else {}
        rows = {}
        for key in criteria_set.criteria:
            row = found.get(key) or self._from_before(key, evidence.get(key, ()), asked)
            if row.state in DECIDED:
                same = key not in before or (key in results and before[key].result == results[key].result)
                row = replace(row, state=AGREED if same else DIFFERS)
            rows[key] = row
        return rows

    def _from_before(self, key: str, files: Sequence[EvidenceRecord], asked: Mapping[str, str]) -> RowRecord:
        fresh = RowRecord(task_id=self.task.id, criterion_id=key)
        if self.former is None or key in asked or self.changed(key, files):
            return fresh
        kept = self.kept[self.former.task_id].get(key)
        mine = self.results[self.former.id].get(key)
        if mine is None or mine.result is None:
            return fresh
        if kept is None:  # sent before anybody took down what was seen
            kept = RowRecord(task_id=self.former.task_id, criterion_id=key, state=AGREED)
            kept = replace(kept, decided_at=self.former.submitted_at, decided_by=self.former.submitted_by)
        return replace(kept, task_id=self.task.id, batch=None, revision=0)

    def changed(self, key: str, files: Sequence[EvidenceRecord]) -> bool:
        """Whether another level has said something else of the criterion since one's own former round, or a file was added."""
        if self.former is None or self.former.submitted_at is None:
            return False
        since = self.former.submitted_at
        if any(item.uploaded_at > since and item.task_id != self.task.id for item in files):
            return True
        for node_id in self.spec.compare_with:
            then, now = self.latest(node_id, since), self.latest(node_id)
            if [self._said(one, key) for one in then] != [self._said(one, key) for one in now]:
                return True
        return False

    def _said(self, one: AssessmentRecord, key: str) -> tuple[Any, ...] | None:
        row = self.results[one.id].get(key)
        return (row.result, row.figures, row.statement, row.reason) if row is not None else None


def ensure_assessment(uow: UnitOfWork, sheet: Sheet, task: TaskRecord, by: str, at: datetime) -> Sheet:
    """Write the assessment down, with the results it starts from, if it is not there yet."""
    if sheet.assessment is not None:
        return sheet
    assessment = AssessmentRecord(
        id=new_id(),
        case_id=task.case_id,
        task_id=task.id,
        node_id=task.node_id,
        organisation_id=task.organisation_id,
        criteria_set=sheet.criteria_set.key,
    )
    stored = {
        key: replace(row, assessment_id=assessment.id, revision=1, changed_at=at, changed_by=by)
        for key, row in sheet.stored.items()
    }
    uow.assessments.add(assessment, list(stored.values()))
    return replace(sheet, assessment=assessment, stored=stored)


def as_result(row: ResultRecord, evidence: Sequence[EvidenceRecord]) -> CriterionResult:
    """A stored row as the rules see it."""
    return CriterionResult(
        criterion_id=row.criterion_id,
        result=row.result,  # type: ignore[arg-type] # only the three values are ever stored
        figures={name: Decimal(text) for name, text in row.figures.items()},
        statement=row.statement,
        reason=row.reason,
        evidence_ids=tuple(item.id for item in evidence),
    )


def as_text(number: Decimal) -> str:
    """A figure as it is stored."""
    return format(number.normalize(), "f")


def _start_from(past: _Past, spec: UserTaskSpec, earlier: Sequence[EarlierLevel]) -> dict[str, ResultRecord]:
    """Own former results after a return; otherwise those of the task named by `carry_over`, without its reasons.

    A former reason for differing goes where the level before has meanwhile come to the same result.

    Their revision is the one that `ensure_assessment` will give them, so that a page made from them can be saved.
    """
    if past.former is not None:
        former_level = earlier[-1].results if earlier else {}
        rows = past.results[past.former.id]
        return {key: replace(_explained(row, former_level.get(key)), revision=1) for key, row in rows.items()}
    carried = next((one for one in past.submitted if one.node_id == spec.carry_over), None)
    if spec.carry_over is None or carried is None or carried.criteria_set != past.task.criteria_set:
        return {}
    rows = past.results[carried.id]
    return {key: replace(row, reason="", statement="", revision=1) for key, row in rows.items()}


def _explained(row: ResultRecord, former: CriterionResult | None) -> ResultRecord:
    """The row with its reason only where there is still something to explain: a statement tells what figures leave open."""
    agrees = former is not None and former.result == row.result and row.statement
    return replace(row, reason="") if agrees else row


def package_task_is_multiple(package: ProcedurePackage, node_id: str) -> bool:
    """Whether several people do this task at once."""
    tasks = (process.user_tasks.get(node_id) for process in package.bpmn.processes.values())
    return any(task is not None and task.multi_instance is not None for task in tasks)


def _by_criterion(files: Sequence[EvidenceRecord]) -> dict[str, list[EvidenceRecord]]:
    found: dict[str, list[EvidenceRecord]] = {}
    for item in files:
        if item.criterion_id is not None:
            found.setdefault(item.criterion_id, []).append(item)
    return found
