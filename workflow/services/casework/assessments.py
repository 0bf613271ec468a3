"""Working on an assessment: one criterion's result at a time, saved as it is entered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from workflow.audit.facts.casework import CriterionAssessed
from workflow.errors import N_, InvalidInput, NotFound
from workflow.lifecycle.criterion_row import CRITERION_ROW, DECIDED
from workflow.organisation.authority import Actor
from workflow.recognition.assessment import Computation, compute
from workflow.recognition.criteria import Criterion
from workflow.runtime.recorder import Provenance
from workflow.services.casework.fields import FieldProblem, FormRefused, read_number
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.rounds.veil import NOTHING, veil_over
from workflow.services.casework.sheets import Sheet, as_text, ensure_assessment, read_sheet
from workflow.services.casework.situations import TaskSituation
from workflow.services.casework.tasks import TaskService, note_entry
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.idempotence import Command
from workflow.spelling import entered, length
from workflow.store.casework import EvidenceRecord, ResultRecord, UnitCase
from workflow.store.criteria.rows import RowRecord
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

RESULTS = ("met", "not_met", "not_applicable")
LONGEST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveResult(Command):
    """One criterion's entries as texts.

    `revision` is that of the row the page was made from, 0 where there was none; None replaces whatever is there.
    """

    A_MINUTE: ClassVar[int] = 240

    task_id: str
    criterion_id: str
    result: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    statement: str = ""
    reason: str = ""
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A saved row, and the sheet and the case's files as they then stand for whoever saved it: what a page shows of it need not be read again."""

    row: ResultRecord
    task: TaskRecord
    case: UnitCase
    sheet: Sheet
    files: Sequence[EvidenceRecord]


class AssessmentService:
    """Only the task's assignee may write; whoever may see the case may read."""

    def __init__(self, ground: CaseGround, tasks: TaskService) -> None:
        self._ground = ground
        self._tasks = tasks

    def save_result(self, actor: Actor, command: SaveResult) -> ResultRecord:
        """Save a draft of one criterion. Raises `FormRefused` for unusable entries, `Conflict` for an overtaken row."""
        return self.save(actor, command).row

    def save(self, actor: Actor, command: SaveResult) -> Saved:
        """As `save_result`, with what has become of the sheet."""

        def work(uow: UnitOfWork) -> Saved:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, command.task_id)
            self._tasks.require_assignee(uow, access, found)
            files = uow.evidence.ever_of_case(found.case.id)
            sheet = read_sheet(uow, found.package, found.case, found.task, files=files, whole=True)
            criterion = sheet.criteria_set.criteria.get(command.criterion_id)
            if criterion is None:
                raise NotFound()
            row = ResultRecord(
                assessment_id="",
                criterion_id=criterion.id,
                changed_at=access.now,
                changed_by=actor.user_id,
                **read_result(criterion, command),
            )
            kept = sheet.rows[criterion.id]
            state = CRITERION_ROW.move(kept.state, "enter", sheet.context(criterion.id, row))
            fresh = sheet.assessment is None
            stays = bool(kept.unchanged) and not sheet.differs_from_before(criterion.id, row)
            sheet = ensure_assessment(uow, sheet, found.task, actor.user_id, access.now)
            row = replace(row, assessment_id=sheet.assessment.id if sheet.assessment else "")
            old = sheet.stored.get(criterion.id)
            known = fresh or command.revision is None
            if old is not None and _same(old, row) and state == kept.state:
                after = self._after(uow, access, found, sheet, files, old, kept)
                if fresh:
                    uow.commit()
                return after
            expected = (old.revision if old else None) if known else command.revision or None
            saved = old if old is not None and _same(old, row) else uow.assessments.save_result(row, expected)
            moved = _moved(kept, state, actor.user_id, access.now)
            [kept] = uow.criterion_rows.save([moved if stays else replace(moved, unchanged=None)])
            by = provenance(actor, found.assignment, access.now, command.command_id)
            note_entry(uow, found.task, by)
            fact = CriterionAssessed(
                task_id=found.task.id,
                criterion_id=criterion.id,
                from_=content_of(old) if old else None,
                to=content_of(saved),
            )
            self._ground.steps.note(uow, found.case, by, fact)
            after = self._after(uow, access, found, sheet, files, saved, kept)
            uow.commit()
            return after

        return self._ground.step(work)

    @staticmethod
    def _after(
        uow: UnitOfWork,
        access: Access,
        found: TaskSituation,
        sheet: Sheet,
        files: Sequence[EvidenceRecord],
        row: ResultRecord,
        kept: RowRecord,
    ) -> Saved:
        """What was written is in the sheet; a reader from whom something is withheld reads it again without that."""
        veil = veil_over(uow, found.package, found.case, access)
        if veil is not NOTHING:
            files = veil.files(files)
            sheet = read_sheet(uow, found.package, found.case, found.task, veil, files, whole=True)
        return Saved(row=row, task=found.task, case=found.case, sheet=sheet.with_row(row, kept), files=files)


def settle_asked(uow: UnitOfWork, found: TaskSituation, criterion_id: str | None, by: Provenance) -> None:
    """A file was added to the unit's row, or taken out: one that came back with a result is decided where it has changed, and not where it has not."""
    if criterion_id is None or found.task.organisation_id != found.case.unit_id:
        return
    sheet = read_sheet(uow, found.package, found.case, found.task)
    row, stored = sheet.rows[criterion_id], sheet.stored.get(criterion_id)
    if sheet.earlier or criterion_id not in sheet.asked or stored is None or row.unchanged:
        return
    state = CRITERION_ROW.move(row.state, "enter", sheet.context(criterion_id, stored))
    if state != row.state:
        uow.criterion_rows.save([_moved(row, state, by.actor, by.at)])


def read_result(criterion: Criterion, command: SaveResult) -> dict[str, Any]:
    """Texts → a row's contents. Raises `FormRefused`; a draft may have gaps, but what is there must be readable."""
    problems = []
    figures: dict[str, str] = {}
    for figure in criterion.figures:
        text = entered(command.figures.get(figure.id) or "")
        if not text:
            continue
        try:
            figures[figure.id] = as_text(read_number(text))
        except InvalidInput as error:
            problems.append(FieldProblem(field_id=figure.id, template=error.template, params=error.params))
    for name, text in (("statement", command.statement), ("reason", command.reason)):
        if length(text) > LONGEST:
            template = N_("At most %(longest)s characters.")
            problems.append(FieldProblem(field_id=name, template=template, params={"longest": LONGEST}))
    if command.result and command.result not in RESULTS:
        problems.append(FieldProblem(field_id="result", template=N_("Choose one of the answers.")))
    if problems:
        raise FormRefused(problems)
    return {
        "result": command.result or None,
        "figures": figures,
        "statement": entered(command.statement),
        "reason": entered(command.reason),
    }


def computed(criterion: Criterion, figures: Mapping[str, str]) -> Computation | None:
    """What the entered figures prove, with the steps that say how; None for a criterion without figures."""
    if not criterion.figures:
        return None
    return compute(criterion, {name: Decimal(text) for name, text in figures.items()})


def content_of(row: ResultRecord) -> dict[str, Any]:
    """A row as facts tell it."""
    return {"result": row.result, "figures": dict(row.figures), "statement": row.statement, "reason": row.reason}


def _same(old: ResultRecord, new: ResultRecord) -> bool:
    return replace(old, changed_at=new.changed_at, changed_by=new.changed_by, revision=new.revision) == new


def _moved(row: RowRecord, state: str, by: str, at: datetime) -> RowRecord:
    """The row after an entry: who enters has it before them, and decides it by a result."""
    decided = {"decided_at": at, "decided_by": by} if state in DECIDED else {"decided_at": None, "decided_by": None}
    return replace(row, state=state, seen_at=row.seen_at or at, seen_by=row.seen_by or by, batch=None, **decided)
