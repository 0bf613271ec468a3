"""What a committee's sitting is read from: the cases that a convening named, their tasks, what was found about them. No table of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.store.cases import cases
from workflow.store.casework import UnitCase, assessment_results, assessments, comments
from workflow.store.rows import columns, read, read_all
from workflow.store.tasks import TASK, TaskRecord, user_tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Convened:
    """Cases in which a task of these nodes, which convene a sitting, was completed since then, as far as these units reach."""

    node_ids: Collection[str]
    unit_ids: Collection[str]
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One criterion's result in a sheet that was handed in."""

    task_id: str
    node_id: str
    submitted_by: str
    submitted_at: datetime
    criterion_id: str
    result: str | None


class Sittings:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def convened(self, where: Convened) -> Sequence[UnitCase]:
        """By their numbers."""
        done = sa.select(user_tasks.c.case_id).where(
            user_tasks.c.case_id == cases.c.id,
            user_tasks.c.node_id.in_(where.node_ids),
            user_tasks.c.state == "completed",
            user_tasks.c.ended_at >= where.since,
        )
        if where.until is not None:
            done = done.where(user_tasks.c.ended_at < where.until)
        query = sa.select(*columns(cases, UnitCase)).where(cases.c.unit_id.in_(where.unit_ids), done.exists())
        return read_all(UnitCase, self._connection.execute(query.order_by(cases.c.business_key)))

    def tasks(self, case_ids: Collection[str]) -> Sequence[TaskRecord]:
        """Every task of these cases, oldest first."""
        query = sa.select(*TASK).where(user_tasks.c.case_id.in_(case_ids))
        ordered = query.order_by(user_tasks.c.created_at, user_tasks.c.id)
        return [read(TaskRecord, row) for row in self._connection.execute(ordered)]

    def findings(self, case_id: str) -> Sequence[Finding]:
        """What every sheet of the case that was handed in says, oldest first."""
        query = (
            sa.select(
                assessments.c.task_id,
                assessments.c.node_id,
                assessments.c.submitted_by,
                assessments.c.submitted_at,
                assessment_results.c.criterion_id,
                assessment_results.c.result,
            )
            .join(assessment_results, assessment_results.c.assessment_id == assessments.c.id)
            .where(assessments.c.case_id == case_id, assessments.c.submitted_at.is_not(None))
        )
        ordered = query.order_by(assessments.c.submitted_at, assessments.c.id)
        rows: Any = self._connection.execute(ordered).mappings()
        return [Finding(**row) for row in rows]

    def remarks(self, case_ids: Collection[str], authors: Collection[str]) -> Sequence[tuple[str, str, str]]:
        """Case, author and text of what these people have remarked on these cases, not for the unit, oldest first."""
        query = (
            sa.select(comments.c.case_id, comments.c.author_id, comments.c.text)
            .where(comments.c.case_id.in_(case_ids), comments.c.author_id.in_(authors))
            .where(comments.c.for_unit.is_(False), comments.c.criterion_id.is_(None))
        )
        rows = self._connection.execute(query.order_by(comments.c.at, comments.c.id))
        return [(case_id, author_id, text) for case_id, author_id, text in rows]
