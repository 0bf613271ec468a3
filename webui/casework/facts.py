"""What the rows of the queue and of the table of criteria are made of: the keys by which a drawn row is remembered (ADR 0077)."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from webui.casework.matrix import Matrix
from webui.container import container
from workflow.services.casework.comments import Remarks
from workflow.services.casework.criteria.sheet_view import CriterionView, SheetView
from workflow.services.casework.inbox import InboxEntry, InboxPage, WaitingInquiry
from workflow.services.casework.queue.filters import FilterView
from workflow.services.casework.record import Basis, DoneStep
from workflow.services.casework.task_view import TaskView
from workflow.services.views import CriterionResult, EvidenceRecord

Facts = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The tasks of one page that are due on one day; `whole`: the page shows all of that day."""

    title: str
    left: str
    late: bool
    entries: Sequence[InboxEntry]
    whole: bool


def facts_of_entry(entry: InboxEntry, me: str, ticked: bool, in_sitting: bool) -> Facts:
    """Of a row of the queue: the task, whose it is, how far it is, and whether it lies in a sitting."""
    row, left, progress = entry.row, entry.remaining, entry.progress
    task = row.task
    return (
        task.id,
        task.state,
        task.assignee_id,
        task.assignee_id == me,
        task.node_id,
        task.name_vi,
        task.name_en,
        row.unit_name,
        row.unit_name_en,
        row.business_key,
        in_sitting,
        left and (left.last_day, left.overdue, left.working_days),
        progress and (progress.done, progress.total, progress.round, progress.asked),
        entry.on_behalf_of,
        ticked,
    )


def facts_of_days(days: Sequence[Day], me: str, ticked: bool) -> Facts:
    """Of the rows of a queue under their days."""
    in_sitting = cache(container().sittings.holds)  # a list has many tasks of few steps
    return tuple(
        [
            (
                (day.title, day.left, day.late, day.whole),
                *[
                    facts_of_entry(one, me, ticked, in_sitting(one.row.procedure_key, one.row.task.node_id))
                    for one in day.entries
                ],
            )
            for day in days
        ]
    )


def facts_of_inquiries(waiting: Sequence[WaitingInquiry]) -> Facts:
    """Of what the reader's unit has to explain."""
    return tuple([(one.inquiry.id, one.unit.name_vi, one.unit.name_en, one.remaining) for one in waiting])


def facts_of_lists(found: InboxPage, saved: Sequence[FilterView]) -> Facts:
    """Of the names of the lists with their numbers, and the saved filters."""
    named = [(one.name, one.query, one.body and (one.body.name_vi, one.body.name_en)) for one in saved]
    return (tuple(found.counts.items()), found.overdue, *named)


def facts_of_answer(view: TaskView) -> Facts:
    """Of a task's form that nobody has touched since it was saved: the saved draft has the task's revision."""
    fields = [
        (one.field.id, one.field.label.vi, one.field.hint and one.field.hint.vi, _frozen(one.entry), tuple(one.people))
        for one in view.fields
    ]
    sheet = view.sheet and (tuple(view.sheet.standings.items()))
    refused = tuple([one.refusal and one.refusal.vi for one in view.outcomes])
    offices = tuple([(user, label.vi) for user, label in view.offices.items()])
    return (view.task.id, view.task.revision, view.case.version_id, tuple(fields), refused, sheet, view.quorum, offices)


def facts_of_task(view: TaskView, basis: Basis | None, remarks: Mapping[str, Any]) -> Facts | None:
    """Of the page of a task on which somebody works; None where it came back, which is told in full."""
    if view.returned is not None or view.cancellation is not None:
        return None
    papers = tuple([(one.paper.id, _facts_of_files(one.files, view.names)) for one in view.papers])
    return (
        facts_of_state(view),
        facts_of_answer(view),
        facts_of_basis(basis, view.names),
        facts_of_remarks(**remarks),
        papers,
        _facts_of_summary(view.sheet) if view.sheet else None,
        view.of_unit,
        view.case.demonstration,
    )


def facts_of_remarks(remarks: Remarks, remarks_page: int, remarks_pages: int) -> Facts:
    """Of a page of remarks, each of which stays as it was written."""
    shown = [(one.id, remarks.names.get(one.author_id, "")) for one in remarks.shown]
    return (remarks_page, remarks_pages, remarks.total, *shown)


def _facts_of_summary(sheet: SheetView) -> Facts:
    counted = sheet.summary
    return (
        sheet.turn,
        sheet.done,
        len(sheet.open),
        counted.total,
        counted.met,
        counted.not_met,
        counted.not_applicable,
    )


def _facts_of_files(files: Sequence[EvidenceRecord], names: Mapping[str, str]) -> Facts:
    """Of files under whose names their uploaders stand: these may be called otherwise from one look to the next."""
    return tuple([(one.id, one.filename, one.withdrawn_at, names.get(one.uploaded_by, "")) for one in files])


def facts_of_state(view: TaskView) -> Facts:
    """Of what a task's page says of the task itself: where it stands, whose it is, when it is due, whom it is about."""
    task, case = view.task, view.case
    people = [view.names.get(one or "", "") for one in (task.assignee_id, task.completed_by, task.on_behalf_of)]
    about = [one and (one.name_vi, one.name_en) for one in (view.unit, view.body, view.campaign)]
    steps = tuple([one.trigger for one in view.options if one.allowed])
    return (task.id, task.revision, case.id, case.business_key, view.remaining, view.primary, steps, *people, *about)


def facts_of_basis(basis: Basis | None, names: Mapping[str, str]) -> Facts:
    """Of what the case's other tasks have left behind."""
    if basis is None:
        return ()
    tasks = [(one.label, tuple(one.tally), *map(_facts_of_step, one.steps)) for one in basis.tasks]
    papers = [(label, _facts_of_files(files, names)) for label, files in basis.papers]
    return (*tasks, *papers)


def _facts_of_step(step: DoneStep) -> Facts:
    lines = tuple([(one.label, one.kind, _frozen(one.value)) for one in step.lines])
    return (step.task_id, step.at, step.actor, step.on_behalf_of, step.organisation, step.label, step.outcome, lines)


def _frozen(entry: Any) -> Hashable:
    return tuple(entry) if isinstance(entry, list) else entry


def facts_of_row(matrix: Matrix, one: CriterionView) -> Facts | None:
    """Of a row of the table; None for one that is a form, is open, or stands before and now beside one another: those are drawn anew."""
    if matrix.again or (matrix.working and matrix.first_level):
        return None
    key = one.criterion.id
    if matrix.chosen is not None and matrix.chosen.criterion.id == key:
        return None
    mine, row, own = one.mine, one.row, one.result
    return (
        matrix.facts,
        key,
        mine.state,
        mine.revision,
        one.standing,
        one.to_correct,
        tuple(one.figures.items()),
        row and (row.reason, row.statement),
        own and own.result,
        tuple([(file.id, file.filename) for file in one.evidence]),
        tuple([(asked.id, asked.state, asked.due_at, asked.revision) for asked in one.inquiries]),
        tuple([(level.node_id, result and _said(result)) for level, result in one.earlier]),
    )


def facts_of_rows(matrix: Matrix) -> Facts | None:
    """Of all rows under their headings, where none is open and none is drawn anew."""
    if matrix.chosen is not None:
        return None
    found = []
    for head, rows, shown in matrix.groups:
        several = (len(matrix.together(rows)), len(matrix.undoable(rows))) if head.section else ()
        facts = [facts_of_row(matrix, one) for one in shown]
        if None in facts:
            return None
        found.append((head.id, head.title, len(rows), tuple(matrix.counts(rows).items()), several, tuple(facts)))
    return tuple(found)


def facts_of_filters(matrix: Matrix) -> Facts:
    """Of how far the sheet is, and what its table can be narrowed to."""
    sheet = matrix.sheet
    what = (matrix.view.task.id, matrix.view.unsent, matrix.again, matrix.only, matrix.first_level)
    return (*what, sheet.done, sheet.summary.total, *sheet.states.values(), *matrix.counted.items())


def facts_of_table(view: TaskView, matrix: Matrix) -> Facts | None:
    """Of the page of the table with no row open and none drawn anew."""
    rows = facts_of_rows(matrix) if not matrix.folded and not view.unsent else None
    if rows is None:
        return None
    papers = tuple([(one.paper.id, _facts_of_files(one.files, view.names)) for one in view.papers])
    return (
        matrix.facts,
        facts_of_matrix(view, matrix),
        facts_of_filters(matrix),
        rows,
        papers,
        view.case.demonstration,
    )


def facts_of_matrix(view: TaskView, matrix: Matrix) -> Facts:
    """Of the bar over the table."""
    kept = tuple(matrix.kept_counts().values()) if matrix.again else ()
    return (facts_of_state(view), matrix.sheet.turn, matrix.working, matrix.next, kept)


def _said(result: CriterionResult) -> Facts:
    return (result.result, result.reason, result.statement)


__all__ = [
    "Day",
    "facts_of_answer",
    "facts_of_basis",
    "facts_of_days",
    "facts_of_entry",
    "facts_of_filters",
    "facts_of_inquiries",
    "facts_of_lists",
    "facts_of_matrix",
    "facts_of_remarks",
    "facts_of_row",
    "facts_of_rows",
    "facts_of_state",
    "facts_of_table",
    "facts_of_task",
]
