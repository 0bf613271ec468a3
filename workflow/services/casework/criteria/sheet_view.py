"""What a page shows of a task's sheet of criteria, and of its papers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workflow.lifecycle.criterion_row import CRITERION_ROW
from workflow.model.user_task import Paper, UserTaskSpec
from workflow.recognition.assessment import Computation, CriterionResult, Problem, Standing, Summary, check_result
from workflow.recognition.criteria import Criterion, Group
from workflow.services.casework.assessments import Saved, computed
from workflow.services.casework.criteria.asked import ReturnNote
from workflow.services.casework.criteria.past import Changed, EarlierLevel
from workflow.services.casework.sheets import Proposal, Sheet
from workflow.store.casework import EvidenceRecord, ResultRecord, UnitCase
from workflow.store.criteria.inquiries import InquiryRecord
from workflow.store.criteria.rows import RowRecord
from workflow.store.tasks import TaskRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """One criterion with this level's draft, what its figures prove, what is wrong, and the earlier levels beside it."""

    sheet: Sheet = field(repr=False, compare=False)
    criterion: Criterion
    row: ResultRecord | None
    mine: RowRecord
    """Whether whoever works here has seen and decided it."""
    levels_differ: bool
    result: CriterionResult | None
    counted: CriterionResult | None
    evidence: Sequence[EvidenceRecord]
    earlier: Sequence[tuple[EarlierLevel, CriterionResult | None]]
    standing: Standing
    needs_reason: bool
    to_correct: str
    asked: Sequence[InquiryRecord]
    """What it came back for since one last had done with the dossier, newest first."""
    inquiries: Sequence[InquiryRecord]
    """Whatever was asked about it, newest first."""
    changed: Changed | None
    """What the unit has made of it since; None where the dossier has not come again."""
    stays: bool
    """Whether the unit was asked about it, has changed nothing, and has yet to say why."""

    @property
    def proposal(self) -> Proposal | None:
        """What agreeing to it takes over."""
        return self.sheet.proposal(self.criterion.id)

    @property
    def figures(self) -> Mapping[str, str]:
        """One's own, or those of the levels before where nothing has been entered here."""
        if self.row is not None and self.row.figures:
            return self.row.figures
        proposal = self.proposal
        return proposal.figures if proposal is not None else {}

    @property
    def computation(self) -> Computation | None:
        """What the figures prove."""
        return computed(self.criterion, self.figures)

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with what counts."""
        return check_result(self.criterion, self.counted) if self.counted is not None else ()

    @property
    def missing(self) -> bool:
        """Whether it is not done yet."""
        return self.standing != "judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """The assessment by groups, with its progress."""

    groups: Sequence[tuple[Group, Sequence[CriterionView]]]
    summary: Summary
    standings: Mapping[str, Standing]
    missing: Sequence[str]
    earlier: Sequence[EarlierLevel]
    turn: int
    """How often the dossier has come, this time included."""

    @property
    def open(self) -> Sequence[str]:
        """The criteria that are not done yet, in order."""
        return [key for key, standing in self.standings.items() if standing != "judged"]

    @property
    def done(self) -> int:
        """How many criteria are done."""
        return len(self.standings) - len(self.open)

    @property
    def states(self) -> Mapping[str, int]:
        """How many rows stand in each state, in the order of the lifecycle."""
        counted = Counter(view.mine.state for _, views in self.groups for view in views)
        return {state: counted[state] for state in CRITERION_ROW.states}

    @property
    def criteria(self) -> dict[str, CriterionView]:
        """Every criterion's view by id, in order."""
        return {view.criterion.id: view for _, views in self.groups for view in views}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    paper: Paper
    files: Sequence[EvidenceRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsView:
    """Of a task's view what its table of criteria is made of."""

    task: TaskRecord
    case: UnitCase
    papers: Sequence[PaperView]
    sheet: SheetView
    unsent: bool = False
    """As `TaskView.unsent`: who saves a row has the sheet."""


def rows_view(saved: Saved) -> RowsView:
    """The table as it stands after a row has been saved."""
    evidence = [one for one in saved.files if one.withdrawn_at is None]
    papers = papers_of(saved.sheet.spec, evidence)
    return RowsView(task=saved.task, case=saved.case.shown, papers=papers, sheet=sheet_view(saved.sheet, None))


def sheet_view(sheet: Sheet, returned: ReturnNote | None) -> SheetView:
    """What a page shows of the sheet."""
    to_correct = returned.criterion_reasons if returned else {}
    groups = [
        (
            group,
            [
                CriterionView(
                    sheet=sheet,
                    criterion=criterion,
                    row=sheet.stored.get(criterion.id),
                    mine=sheet.rows[criterion.id],
                    levels_differ=sheet.levels_differ(criterion.id),
                    result=sheet.results.get(criterion.id),
                    counted=sheet.counted.get(criterion.id),
                    evidence=sheet.evidence.get(criterion.id, ()),
                    earlier=[(level, level.results.get(criterion.id)) for level in sheet.earlier],
                    standing=sheet.standings[criterion.id],
                    needs_reason=criterion.id in sheet.unexplained,
                    to_correct=to_correct.get(criterion.id, ""),
                    asked=sheet.asked.get(criterion.id, ()),
                    inquiries=sheet.inquiries.get(criterion.id, ()),
                    changed=sheet.changes.get(criterion.id),
                    stays=sheet.stays(criterion.id),
                )
                for criterion in group.criteria
            ],
        )
        for group in sheet.criteria_set.groups
    ]
    return SheetView(
        groups=groups,
        summary=sheet.summary,
        standings=sheet.standings,
        missing=sheet.missing,
        earlier=sheet.earlier,
        turn=sheet.turn,
    )


def papers_of(spec: UserTaskSpec, evidence: Sequence[EvidenceRecord]) -> list[PaperView]:
    """The papers that the task asks for, with their files."""
    return [
        PaperView(paper=paper, files=[item for item in evidence if item.paper_id == paper.id]) for paper in spec.papers
    ]
