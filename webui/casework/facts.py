"""What the rows of the queue and of the table of criteria are made of: the keys by which a drawn row is remembered (ADR 0077)."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from webui.casework.matrix import Matrix
from webui.container import container
from workflow.services.casework.criteria.sheet_view import CriterionView
from workflow.services.casework.inbox import Choices, InboxEntry, InboxPage
from workflow.services.casework.queue.filters import FilterView
from workflow.services.casework.task_view import TaskView
from workflow.services.views import CriterionResult

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


def facts_of_choices(offered: Choices) -> Facts:
    """Of what the filters of the queue offer."""
    labels = [(key, one.vi, one.en) for every in (offered.procedures, offered.stages) for key, one in every.items()]
    return (*labels, *[(key, one.name_vi, one.name_en) for key, one in offered.units.items()])


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
        one.proposal is not None,
        _figures(one.figures),
        row and (row.reason, row.statement),
        own and own.result,
        tuple([(file.id, file.filename) for file in one.evidence]),
        tuple([(asked.id, asked.state, asked.due_at, asked.revision) for asked in one.inquiries]),
        tuple([(level.node_id, result and _said(result)) for level, result in one.earlier]),
    )


def _said(result: CriterionResult) -> Facts:
    return (result.result, result.reason, result.statement)


def _figures(figures: Mapping[str, Any]) -> Facts:
    return tuple(figures.items())


__all__ = [
    "Day",
    "facts_of_answer",
    "facts_of_choices",
    "facts_of_days",
    "facts_of_entry",
    "facts_of_lists",
    "facts_of_row",
]
