"""User tasks and the inbox.

The inbox of a group reads `task_candidates` alone: it holds only tasks that wait to be claimed, in the order of their due dates,
so that the first page costs the same however many tasks there are. A query with `IN` over several groups would sort all their
rows first; a bounded query a group, put together, reads twenty rows of each.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.db.repositories.cases import like
from workflow.db.rows import build, columns, read, read_all, save_guarded, values
from workflow.db.tables.cases import cases, task_candidates, user_tasks
from workflow.db.tables.definitions import campaigns
from workflow.db.tables.organisation import organisations
from workflow.errors import NotFound
from workflow.services.ports.cases import Count, InboxFilter, InboxRow, Page, TaskRecord

_TASK = columns(user_tasks, TaskRecord)
OPEN_STATES = ("ready", "reserved", "in_progress")
# Written out, not bound, so that the planner sees that the partial indexes serve.
_IS_OPEN = sa.text("user_tasks.state IN ('ready', 'reserved', 'in_progress')")

# Built once: what SQLAlchemy finds out about a statement it then finds out once, not at every step.
_OF_CASE = user_tasks.c.case_id == sa.bindparam("case_id")
_GET = sa.select(*_TASK).where(user_tasks.c.id == sa.bindparam("task_id"))
_OF_ACTIVITY = sa.select(*_TASK).where(_OF_CASE, user_tasks.c.activity_id == sa.bindparam("activity_id"))
_OPEN_OF_CASE = sa.select(*_TASK).where(_OF_CASE, _IS_OPEN).order_by(user_tasks.c.created_at, user_tasks.c.id)
_DOERS = (
    sa.select(user_tasks.c.node_id, user_tasks.c.completed_by, user_tasks.c.on_behalf_of)
    .where(_OF_CASE, user_tasks.c.node_id.in_(sa.bindparam("node_ids", expanding=True)))
    .where(user_tasks.c.completed_by.is_not(None))
    .distinct()
)
_AMONG = sa.bindparam("among", expanding=True)
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
        return self._all(sa.select(*_TASK).where(user_tasks.c.case_id == case_id, user_tasks.c.state == "suspended"))

    def of_case(self, case_id: str, page: Page) -> Sequence[TaskRecord]:
        query = sa.select(*_TASK).where(user_tasks.c.case_id == case_id)
        return self._all(
            query.order_by(user_tasks.c.created_at.desc(), user_tasks.c.id.desc()).limit(page.limit).offset(page.offset)
        )

    def doers(
        self, case_id: str, node_ids: Collection[str], among: Collection[str] | None = None
    ) -> dict[str, set[str]]:
        given = {"case_id": case_id, "node_ids": list(node_ids)}
        rows = (
            self._connection.execute(_DOERS, given)
            if among is None
            else self._connection.execute(_DOERS_AMONG, {**given, "among": list(among)})
        )
        found: dict[str, set[str]] = defaultdict(set)
        for node_id, *people in rows:
            found[node_id] |= {person for person in people if person}
        return dict(found)

    def last_completed(self, case_id: str, node_id: str, limit: int = 1) -> Sequence[TaskRecord]:
        query = sa.select(*_TASK).where(
            user_tasks.c.case_id == case_id, user_tasks.c.node_id == node_id, user_tasks.c.ended_at.is_not(None)
        )
        query = query.where(user_tasks.c.state == "completed")
        return self._all(query.order_by(user_tasks.c.ended_at.desc(), user_tasks.c.id.desc()).limit(limit))

    def inbox(
        self, user_id: str, groups: Collection[str], where: InboxFilter, page: Page, now: datetime
    ) -> Sequence[InboxRow]:
        ids = self._inbox_ids(user_id, groups, where, now, limit=page.offset + page.limit)
        if ids is None:
            return []
        chosen = ids.subquery("chosen")
        order = chosen.c.due_sort.desc() if where.descending else chosen.c.due_sort
        last = chosen.c.task_id.desc() if where.descending else chosen.c.task_id
        first_page = sa.select(chosen).order_by(order, last).limit(page.limit).offset(page.offset).subquery("page")
        query = (
            sa.select(
                *_TASK,
                cases.c.business_key.label("case_business_key"),
                cases.c.unit_id.label("case_unit_id"),
                organisations.c.name_vi.label("unit_name"),
                organisations.c.name_en.label("unit_name_en"),
                campaigns.c.key.label("procedure_key"),
                campaigns.c.year.label("campaign_year"),
            )
            .select_from(first_page)
            .join(user_tasks, user_tasks.c.id == first_page.c.task_id)
            .join(cases, cases.c.id == user_tasks.c.case_id)
            .join(campaigns, campaigns.c.id == cases.c.campaign_id)
            .join(organisations, organisations.c.id == cases.c.unit_id)
            .order_by(
                first_page.c.due_sort.desc() if where.descending else first_page.c.due_sort,
                first_page.c.task_id.desc() if where.descending else first_page.c.task_id,
            )
        )
        return [_inbox_row(row) for row in self._connection.execute(query).mappings()]

    def inbox_count(
        self, user_id: str, groups: Collection[str], where: InboxFilter, now: datetime, bound: int = 200
    ) -> Count:
        ids = self._inbox_ids(user_id, groups, where, now, limit=bound + 1)
        if ids is None:
            return Count(number=0)
        number = self._connection.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0
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

    def _inbox_ids(
        self, user_id: str, groups: Collection[str], where: InboxFilter, now: datetime, limit: int
    ) -> sa.CompoundSelect[Any] | sa.Select[Any] | None:
        """A query for (task_id, due_sort) of at most `limit` rows a source, without doubles."""
        if where.tab == "mine":
            mine: sa.Select[Any] = sa.select(user_tasks.c.id.label("task_id"), user_tasks.c.due_sort)
            mine = _narrowed(mine.where(user_tasks.c.assignee_id == user_id, _IS_OPEN), where, now, joined=True)
            return _bounded(mine, user_tasks.c.due_sort, user_tasks.c.id, where, limit)
        pieces = []
        prefix = "escalated:" if where.tab == "escalated" else ""
        for group in sorted({prefix + group for group in groups}):
            query: sa.Select[Any] = sa.select(task_candidates.c.task_id, task_candidates.c.due_sort)
            query = _narrowed(query.where(task_candidates.c.group_key == group), where, now, joined=False)
            pieces.append(
                _bounded(query, task_candidates.c.due_sort, task_candidates.c.task_id, where, limit).subquery().select()
            )
        if not pieces:
            return None
        return sa.union(*pieces) if len(pieces) > 1 else pieces[0]


def _waits_in(task: TaskRecord) -> list[str]:
    watched = [f"escalated:{task.escalated_to}"] if task.escalated_to and task.state in OPEN_STATES else []
    return [*task.groups, *watched] if task.state == "ready" else watched


def _bounded(
    query: sa.Select[Any], due: sa.ColumnElement[Any], last: sa.ColumnElement[Any], where: InboxFilter, limit: int
) -> sa.Select[Any]:
    order = (due.desc(), last.desc()) if where.descending else (due, last)
    return query.order_by(*order).limit(limit)


def _narrowed(query: sa.Select[Any], where: InboxFilter, now: datetime, *, joined: bool) -> sa.Select[Any]:
    """Add the filters; the task's and the case's rows are joined only when a filter needs them."""
    due = user_tasks.c.due_sort if joined else task_candidates.c.due_sort
    if where.due == "overdue":
        query = query.where(due < now)
    if not (where.key or where.stage or where.unit_id or where.text):
        return query
    if not joined:
        query = query.join(user_tasks, user_tasks.c.id == task_candidates.c.task_id)
    if where.stage:
        query = query.where(user_tasks.c.stage == where.stage)
    query = query.join(cases, cases.c.id == user_tasks.c.case_id)
    if where.unit_id:
        query = query.where(cases.c.unit_id == where.unit_id)
    if where.key:
        query = query.join(campaigns, campaigns.c.id == cases.c.campaign_id).where(campaigns.c.key == where.key)
    if where.text:
        pattern = like(where.text)
        query = query.join(organisations, organisations.c.id == cases.c.unit_id).where(
            sa.or_(cases.c.business_key.ilike(pattern, escape="!"), organisations.c.name_vi.ilike(pattern, escape="!"))
        )
    return query


def _inbox_row(row: sa.RowMapping) -> InboxRow:
    return InboxRow(
        task=build(TaskRecord, row),
        business_key=row["case_business_key"],
        unit_id=row["case_unit_id"],
        unit_name=row["unit_name"],
        unit_name_en=row["unit_name_en"],
        procedure_key=row["procedure_key"],
        campaign_year=row["campaign_year"],
    )
