"""One task's assessment as a sheet: where it starts from, what stands beside it, and what it still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from workflow.errors import NotFound
from workflow.ids import new_id
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
from workflow.services.casework.rounds.veil import NOTHING, Veil
from workflow.store.casework import AssessmentRecord, EvidenceRecord, ResultRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

RETURNS_KEPT = 20
"""How many earlier assessments of the same task are searched for one's own former draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierLevel:
    """An assessment that stands beside this one."""

    node_id: str
    label_vi: str
    label_en: str
    assessment: AssessmentRecord
    results: Mapping[str, CriterionResult]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything about one task's assessment. `assessment` is None until the first result is saved."""

    criteria_set: CriteriaSet
    spec: UserTaskSpec
    assessment: AssessmentRecord | None
    stored: Mapping[str, ResultRecord]
    results: Mapping[str, CriterionResult]
    evidence: Mapping[str, Sequence[EvidenceRecord]]
    earlier: Sequence[EarlierLevel]

    @cached_property
    def summary(self) -> Summary:
        """Counts, gaps and faults at this moment."""
        return summarise(self.criteria_set, self.results, self.spec.needs)

    @cached_property
    def unexplained(self) -> tuple[str, ...]:
        """Criteria whose result differs from the former level's without a reason."""
        if not self.earlier:
            return ()
        return unexplained(differences(self.criteria_set, self.earlier[-1].results, self.results))

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """How every criterion stands, in the order of the set: what pages count and show."""
        return standings(self.summary, self.criteria_set.criteria, self.unexplained)

    @property
    def missing(self) -> tuple[str, ...]:
        """Criteria that keep the task from being completed, each once, in the order of the set."""
        lacking = {*self.summary.missing, *self.summary.faulty, *self.unexplained}
        return tuple(key for key in self.criteria_set.criteria if key in lacking)


def criteria_set_of(package: ProcedurePackage, task: TaskRecord) -> CriteriaSet:
    """Raise `NotFound` for a task without criteria, or whose set the version does not have."""
    found = package.criteria_sets.get(task.criteria_set or "")
    if found is None:
        raise NotFound()
    return found


def read_sheet(uow: UnitOfWork, package: ProcedurePackage, task: TaskRecord, veil: Veil = NOTHING) -> Sheet:
    """Read the assessment of a task, or what it would start from, without what the veil withholds from the reader."""
    spec = spec_of(package, task.node_id)
    assessment = uow.assessments.of_task(task.id)
    evidence = _evidence(uow, task.case_id, veil)
    levels = _earlier_levels(uow, package, spec, task, evidence)
    earlier = [level for level in levels if level.assessment.task_id not in veil.tasks]
    stored = uow.assessments.results(assessment.id) if assessment else _start_from(uow, spec, task, earlier)
    return Sheet(
        criteria_set=criteria_set_of(package, task),
        spec=spec,
        assessment=assessment,
        stored=stored,
        results={key: as_result(row, evidence.get(key, ())) for key, row in stored.items()},
        evidence=evidence,
        earlier=earlier,
    )


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


def _start_from(
    uow: UnitOfWork, spec: UserTaskSpec, task: TaskRecord, earlier: Sequence[EarlierLevel]
) -> dict[str, ResultRecord]:
    """Own former results after a return; otherwise those of the task named by `carry_over`, without its reasons.

    A former reason for differing goes where the level before has meanwhile come to the same result.

    Their revision is the one that `ensure_assessment` will give them, so that a page made from them can be saved.
    """
    former = uow.assessments.latest_submitted(task.case_id, task.node_id, RETURNS_KEPT)
    own = [a for a in former if task.loop_counter is None or a.submitted_by == task.assignee_id]
    own = [a for a in own if a.criteria_set == task.criteria_set]
    if own:
        former_level = earlier[-1].results if earlier else {}
        rows = uow.assessments.results(own[0].id)
        return {key: replace(_explained(row, former_level.get(key)), revision=1) for key, row in rows.items()}
    if spec.carry_over is None:
        return {}
    carried = uow.assessments.latest_submitted(task.case_id, spec.carry_over)
    if not carried or carried[0].criteria_set != task.criteria_set:
        return {}
    rows = uow.assessments.results(carried[0].id)
    return {key: replace(row, reason="", statement="", revision=1) for key, row in rows.items()}


def _explained(row: ResultRecord, former: CriterionResult | None) -> ResultRecord:
    """The row with its reason only where there is still something to explain: a statement tells what figures leave open."""
    agrees = former is not None and former.result == row.result and row.statement
    return replace(row, reason="") if agrees else row


def _earlier_levels(
    uow: UnitOfWork,
    package: ProcedurePackage,
    spec: UserTaskSpec,
    task: TaskRecord,
    evidence: Mapping[str, Sequence[EvidenceRecord]],
) -> list[EarlierLevel]:
    levels = []
    for node_id in spec.compare_with:
        vi, en = task_label(package, node_id)
        latest: dict[str | None, AssessmentRecord] = {}
        for assessment in uow.assessments.latest_submitted(task.case_id, node_id, RETURNS_KEPT):
            latest.setdefault(assessment.submitted_by, assessment)
        # Several people did a multi-instance task: all of the last round stand beside; of a plain task only the last one does.
        several = package_task_is_multiple(package, node_id)
        for assessment in list(latest.values()) if several else list(latest.values())[:1]:
            rows = uow.assessments.results(assessment.id)
            results = {key: as_result(row, evidence.get(key, ())) for key, row in rows.items()}
            levels.append(
                EarlierLevel(node_id=node_id, label_vi=vi, label_en=en, assessment=assessment, results=results)
            )
    return levels


def package_task_is_multiple(package: ProcedurePackage, node_id: str) -> bool:
    """Whether several people do this task at once."""
    tasks = (process.user_tasks.get(node_id) for process in package.bpmn.processes.values())
    return any(task is not None and task.multi_instance is not None for task in tasks)


def _evidence(uow: UnitOfWork, case_id: str, veil: Veil) -> dict[str, list[EvidenceRecord]]:
    found: dict[str, list[EvidenceRecord]] = {}
    for item in veil.files(uow.evidence.of_case(case_id)):
        if item.criterion_id is not None:
            found.setdefault(item.criterion_id, []).append(item)
    return found
