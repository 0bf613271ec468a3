"""User tasks, and who may take them. The statements of the inbox have a module of their own."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.db.repositories.inbox import IS_OPEN, TASK, asked, count_statement, page_statement
from workflow.db.rows import read, read_all, save_guarded, values
from workflow.db.tables.cases import task_candidates, user_tasks
from workflow.db.tables.recognition import assessments
from workflow.errors import NotFound
from workflow.services.ports.cases import Count, InboxFilter, InboxRow, Page, TaskRecord

OPEN_STATES = ("ready", "reserved", "in_progress")

# Built once: what SQLAlchemy finds out about a statement it then finds out once, not at every step.
_OF_CASE = user_tasks.c.case_id == sa.bindparam("case_id")
_GET = sa.select(*TASK).where(user_tasks.c.id == sa.bindparam("task_id"))
_OF_ACTIVITY = sa.select(*TASK).where(_OF_CASE, user_tasks.c.activity_id == sa.bindparam("activity_id"))
_OPEN_OF_CASE = sa.select(*TASK).where(_OF_CASE, IS_OPEN).order_by(user_tasks.c.created_at, user_tasks.c.id)
_DOERS = (
    sa.select(user_tasks.c.node_id, user_tasks.c.completed_by, user_tasks.c.on_behalf_of)
    .where(_OF_CASE, user_tasks.c.node_id.in_(sa.bindparam("node_ids", expanding=True)))
    .where(user_tasks.c.completed_by.is_not(None))
    .distinct()
)
_AMONG: sa.BindParameter[str] = sa.bindparam("among", expanding=True)
# Two index searches: an OR of both would read every completion of the nodes, as many as there were returns.
_DOERS_AMONG = sa.union(
    _DOERS.where(user_tasks.c.completed_by.in_(_AMONG)),
    _DOERS.where(user_tasks.c.on_behalf_of.in_(_AMONG)),
)
_ADD = sa.insert(user_tasks)
_ADD_CANDIDATES = sa.insert(task_candidates)
_DROP_CANDIDATES = sa.delete(task_candidates).where(task_candidates.c.task_id == sa.bindparam("of_task"))


class SqlTasks:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, task_id: str) -> TaskRecord:
        found = self._one(_GET, task_id=task_id)
        if found is None:
            raise NotFound()
        return found

    def of_activity(self, case_id: str, activity_id: str) -> TaskRecord | None:
        return self._one(_OF_ACTIVITY, case_id=case_id, activity_id=activity_id)

    def add(self, tasks: Sequence[TaskRecord]) -> None:
        if tasks:
            self._connection.execute(_ADD, [values(task) for task in tasks])
            self._add_candidates(tasks)

    def save(self, task: TaskRecord) -> TaskRecord:
        save_guarded(self._connection, user_tasks, task)
        self._connection.execute(_DROP_CANDIDATES, {"of_task": task.id})
        self._add_candidates([task])
        return replace(task, revision=task.revision + 1)

    def open_of_case(self, case_id: str) -> Sequence[TaskRecord]:
        return self._all(_OPEN_OF_CASE, case_id=case_id)

    def suspended_of_case(self, case_id: str) -> Sequence[TaskRecord]:
        return self._all(sa.select(*TASK).where(user_tasks.c.case_id == case_id, user_tasks.c.state == "suspended"))

    def of_case(self, case_id: str, page: Page) -> Sequence[TaskRecord]:
        query = sa.select(*TASK).where(user_tasks.c.case_id == case_id)
        return self._all(
            query.order_by(user_tasks.c.created_at.desc(), user_tasks.c.id.desc()).limit(page.limit).offset(page.offset)
        )

    def nodes(self, case_id: str) -> frozenset[str]:
        query = sa.select(user_tasks.c.node_id).where(user_tasks.c.case_id == case_id).distinct()
        return frozenset(self._connection.scalars(query))

    def doers(
        self, case_id: str, node_ids: Collection[str], among: Collection[str] | None = None
    ) -> dict[str, set[str]]:
        given: dict[str, Any] = {"case_id": case_id, "node_ids": list(node_ids)}
        statement: sa.Executable = _DOERS
        if among is not None:
            statement, given["among"] = _DOERS_AMONG, list(among)
        found: dict[str, set[str]] = defaultdict(set)
        for node_id, *people in self._connection.execute(statement, given):
            found[node_id] |= {person for person in people if person}
        return dict(found)

    def relocate(self, case_id: str, nodes: Mapping[str, str]) -> None:
        for activity_id, node_id in nodes.items():
            of_task = sa.and_(user_tasks.c.case_id == case_id, user_tasks.c.activity_id == activity_id)
            self._connection.execute(sa.update(user_tasks).where(of_task).values(node_id=node_id))
            mine = sa.select(user_tasks.c.id).where(of_task).scalar_subquery()
            self._connection.execute(
                sa.update(assessments).where(assessments.c.task_id == mine).values(node_id=node_id)
            )

    def last_completed(self, case_id: str, node_id: str, limit: int = 1) -> Sequence[TaskRecord]:
        query = sa.select(*TASK).where(
            user_tasks.c.case_id == case_id, user_tasks.c.node_id == node_id, user_tasks.c.ended_at.is_not(None)
        )
        query = query.where(user_tasks.c.state == "completed")
        return self._all(query.order_by(user_tasks.c.ended_at.desc(), user_tasks.c.id.desc()).limit(limit))

    def inbox(
        self, user_id: str, groups: Collection[str], where: InboxFilter, page: Page, now: datetime
    ) -> Sequence[InboxRow]:
        shape, given = asked(user_id, groups, where, now, most=page.offset + page.limit)
        if shape.empty:
            return []
        given |= {"page_limit": page.limit, "page_offset": page.offset}
        return [_inbox_row(row) for row in self._connection.execute(page_statement(shape), given)]

    def inbox_count(
        self, user_id: str, groups: Collection[str], where: InboxFilter, now: datetime, bound: int = 200
    ) -> Count:
        shape, given = asked(user_id, groups, where, now, most=bound + 1)
        if shape.empty:
            return Count(number=0)
        number = self._connection.scalar(count_statement(shape), given) or 0
        return Count(number=min(number, bound), more=number > bound)

    def _one(self, query: sa.Select[Any], **given: str) -> TaskRecord | None:
        row = self._connection.execute(query, given).first()
        return read(TaskRecord, row) if row else None

    def _all(self, query: sa.Select[Any], **given: str) -> list[TaskRecord]:
        return read_all(TaskRecord, self._connection.execute(query, given))

    def _add_candidates(self, tasks: Sequence[TaskRecord]) -> None:
        rows = [
            {"group_key": group, "task_id": task.id, "due_sort": task.due_sort}
            for task in tasks
            for group in _waits_in(task)
        ]
        if rows:
            self._connection.execute(_ADD_CANDIDATES, rows)


def _waits_in(task: TaskRecord) -> list[str]:
    watched = [f"escalated:{task.escalated_to}"] if task.escalated_to and task.state in OPEN_STATES else []
    return [*task.groups, *watched] if task.state == "ready" else watched


def _inbox_row(row: sa.Row[Any]) -> InboxRow:
    business_key, unit_id, unit_name, unit_name_en, procedure_key, campaign_year = row[len(TASK) :]
    return InboxRow(
        task=read(TaskRecord, row[: len(TASK)]),
        business_key=business_key,
        unit_id=unit_id,
        unit_name=unit_name,
        unit_name_en=unit_name_en,
        procedure_key=procedure_key,
        campaign_year=campaign_year,
    )
