"""One task's assessment as a sheet: where it starts from, what stands beside it, and what it still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from workflow.errors import NotFound
from workflow.ids import new_id
from workflow.lifecycle.criterion_row import AGREED, ASKED, DECIDED, UNSEEN, RowContext
from workflow.lifecycle.inquiry import RETURNED
from workflow.model.user_task import UserTaskSpec
from workflow.packages.package import ProcedurePackage
from workflow.packages.tasks import spec_of
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
from workflow.services.casework.criteria.past import Changed, EarlierLevel, Past, as_result
from workflow.services.casework.rounds.veil import NOTHING, Veil
from workflow.store.casework import AssessmentRecord, EvidenceRecord, ResultRecord, UnitCase
from workflow.store.criteria.inquiries import InquiryRecord
from workflow.store.criteria.rows import RowRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

MOST_INQUIRIES = 500
"""How much of what was asked in a case is looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What agreeing to a criterion takes over: the former level's result, or on a first level what stood there before."""

    result: str
    figures: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything about one task's assessment. `assessment` is None until the first result is saved.

    `results` are what stands in the rows, `counted` only what somebody here has seen and decided. `asked`: what a criterion came back for since one
    last had done with the dossier; `inquiries`: whatever was asked about it, where the sheet was read whole; both newest first. `turn`: how often the dossier has come; where it has
    come again since, `changes` says what the unit has made of each criterion.
    """

    criteria_set: CriteriaSet
    spec: UserTaskSpec
    assessment: AssessmentRecord | None
    stored: Mapping[str, ResultRecord]
    results: Mapping[str, CriterionResult]
    evidence: Mapping[str, Sequence[EvidenceRecord]]
    earlier: Sequence[EarlierLevel]
    rows: Mapping[str, RowRecord]
    asked: Mapping[str, Sequence[InquiryRecord]]
    inquiries: Mapping[str, Sequence[InquiryRecord]]
    turn: int
    changes: Mapping[str, Changed]
    past: Past

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
        for level in reversed(self.earlier):
            told = level.results.get(key)
            if told is not None and told.figures:
                return {name: as_text(number) for name, number in told.figures.items()}
        return {}

    def levels_differ(self, key: str) -> bool:
        """Whether the levels before do not all say the same of this criterion."""
        if len(self.earlier) < 2:
            return False
        return len({level.results[key].result for level in self.earlier if key in level.results}) > 1

    def with_row(self, row: ResultRecord, kept: RowRecord) -> "Sheet":
        """The sheet once that row has been saved in it."""
        key = row.criterion_id
        result = as_result(row, self.evidence.get(key, ()))
        changes = dict(self.changes)
        if key in changes and not self.earlier:  # the unit's own sheet: what it has made of the row is this
            changes[key] = replace(changes[key], now=result, unchanged=kept.unchanged or "")
        return replace(
            self,
            stored={**self.stored, key: row},
            results={**self.results, key: result},
            rows={**self.rows, key: kept},
            changes=changes,
        )

    def context(self, key: str, entered: ResultRecord | None = None, words: str = "") -> RowContext:
        """What the lifecycle of a row asks about this one, where `entered` is to stand in it. `words`: why it stays as it is."""
        before = self.former.get(key)
        result = entered.result if entered is not None else None
        return RowContext(
            criterion_id=key,
            entered=result is not None,
            differs=before is not None and before.result != result,
            first_level=not self.earlier,
            proposed=self.proposal(key) is not None,
            levels_differ=self.levels_differ(key),
            unchanged=self.stays(key, entered),
            words=words,
        )

    def stays(self, key: str, entered: ResultRecord | None = None) -> bool:
        """Whether the unit was asked about the row and would send it, with `entered` in it, as it was, without having said why."""
        if key not in self.asked or key not in self.changes or self.earlier:
            return False
        return not self.rows[key].unchanged and not self.differs_from_before(key, entered)

    def differs_from_before(self, key: str, entered: ResultRecord | None = None) -> bool:
        """Whether the unit's row, with `entered` in it, is another than the one that it sent before."""
        change = self.changes.get(key)
        if change is None:
            return False
        return bool(replace(change, now=as_result(entered, ())) if entered is not None else change)

    def _counted(self, key: str, result: CriterionResult) -> CriterionResult:
        state = self.rows[key].state if key in self.rows else UNSEEN
        if state not in DECIDED:
            return result.undecided()
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
    row: str | None = None,
    *,
    whole: bool = False,
) -> Sheet:
    """Read the assessment of a task, or what it would start from, without what the veil withholds from the reader.

    `files`: those of the case that the veil leaves, withdrawn ones too, where they have been read. `row`: the criterion whose whole
    past is read. `whole`: for who shows it, with whatever was asked in the case, not only what it came back for since one's own former turn.
    """
    spec = spec_of(package, task.node_id)
    criteria_set = criteria_set_of(package, task)
    past = Past.read(uow, package, spec, case, task, row)
    unsent = task.id in veil.drafts
    if unsent:
        past = past.unsent()
    ever = _by_criterion(veil.files(uow.evidence.ever_of_case(case.id)) if files is None else files)
    evidence = {key: [one for one in found if one.withdrawn_at is None] for key, found in ever.items()}
    earlier = [level for level in past.levels(evidence) if level.assessment.task_id not in veil.tasks]
    stored = past.results[past.own.id] if past.own else past.start(earlier) if not unsent else {}
    inquiries = _inquiries(veil.inquiries(_looked_through(uow, case, past, whole=whole)))
    asked = _asked(inquiries, past)
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
        inquiries=inquiries,
        turn=past.turn,
        changes=past.changes(criteria_set, results, ever),
        past=past,
    )


def progress_of(uow: UnitOfWork, package: ProcedurePackage, case: UnitCase, task: TaskRecord) -> tuple[int, int]:
    """How many criteria of the task's sheet are done, and of how many."""
    standings = read_sheet(uow, package, case, task).standings
    return sum(one == "judged" for one in standings.values()), len(standings)


def _looked_through(uow: UnitOfWork, case: UnitCase, past: Past, *, whole: bool) -> Sequence[InquiryRecord]:
    since = past.former.submitted_at if past.former else None
    if whole:
        return uow.inquiries.of_case(case.id, MOST_INQUIRIES)
    return uow.inquiries.since(case.id, since, MOST_INQUIRIES) if since is not None else ()


def _inquiries(every: Sequence[InquiryRecord]) -> dict[str, list[InquiryRecord]]:
    found: dict[str, list[InquiryRecord]] = {}
    for one in every:
        found.setdefault(one.criterion_id, []).append(one)
    return found


def _asked(inquiries: Mapping[str, Sequence[InquiryRecord]], past: Past) -> dict[str, list[InquiryRecord]]:
    """What each criterion came back for between one's own former turn and this one."""
    since, until = past.former.submitted_at if past.former else None, past.task.created_at
    if since is None or past.task.ended_at is not None:
        return {}
    found = {
        key: [one for one in every if one.state == RETURNED and since <= one.asked_at <= until]
        for key, every in inquiries.items()
    }
    return {key: every for key, every in found.items() if every}


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


def as_text(number: Decimal) -> str:
    """A figure as it is stored."""
    return format(number.normalize(), "f")


def _by_criterion(files: Sequence[EvidenceRecord]) -> dict[str, list[EvidenceRecord]]:
    found: dict[str, list[EvidenceRecord]] = {}
    for item in files:
        if item.criterion_id is not None:
            found.setdefault(item.criterion_id, []).append(item)
    return found
