"""User tasks, and who may take them. The statements of the inbox have a module of their own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from workflow.errors import NotFound
from workflow.store.cases import cases, incidents
from workflow.store.casework import CaseFilter, assessments, filtered
from workflow.store.columns import FOLLOWS, Id, Instant, JsonText, Key, Name, bound, folded, metadata
from workflow.store.rows import AtLeast, Page, columns, moment, new_row, read, read_all, remembered, save_guarded
from workflow.store.sealing.book import streamed
from workflow.store.searching.words import MOST_HITS

FAR_FUTURE = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for "no due date" where tasks are sorted by it."""

_MAY_BE_LATE = sa.text("ended_at IS NULL OR ended_at > due_at")
"""Of these steps the late ones are those that were due before now."""
_FEW_UNITS = 50
_OPEN = sa.text("state IN ('ready', 'reserved', 'in_progress')")

user_tasks = sa.Table(
    "user_tasks",
    metadata,
    folded("id", Id, primary_key=True),
    folded("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, kept=True),
    bound("province", Key, nullable=False, kept=True),
    folded("activity_id", Key, nullable=False, kept=True),
    folded("node_id", Key, nullable=False, moves=True),
    bound("stage", Key, nullable=False, server_default=""),
    bound("name_vi", Name, nullable=False),
    bound("name_en", Name, nullable=False, server_default=""),
    bound("organisation_id", Key),
    bound("groups", JsonText, nullable=False),
    folded("state", Key, nullable=False),
    bound("state_before", Key),
    folded("assignee_id", Id),
    folded("assigned_role", Key),
    folded("on_behalf_of", Id),
    folded("due_at", Instant),
    bound("due_sort", Instant, nullable=False),
    bound("follow_up_at", Instant),
    bound("escalated_at", Instant),
    bound("escalated_to", sa.String(240)),
    folded("priority", sa.Integer, nullable=False, server_default="50"),
    folded("criteria_set", Key),
    folded("loop_counter", sa.Integer),
    folded("round_id", Key, kept=True),
    folded("round_closed_at", Instant),
    folded("outcome", Key),
    folded("reason", sa.Text),
    folded("completed_by", Id),
    bound("created_at", Instant, nullable=False, kept=True),
    folded("ended_at", Instant),
    bound("draft", JsonText),
    bound("revision", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("case_id", "activity_id"),
    sa.Index(
        "ix_user_tasks_assignee_open", "assignee_id", "due_sort", "id", sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
    sa.Index("ix_user_tasks_late", "due_at", "id", sqlite_where=_MAY_BE_LATE, postgresql_where=_MAY_BE_LATE),
    sa.Index("ix_user_tasks_case_open", "case_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    sa.Index("ix_user_tasks_case_node", "case_id", "node_id", "ended_at"),
    sa.Index(
        "ix_user_tasks_doer",
        "case_id",
        "node_id",
        "completed_by",
        sqlite_where=sa.text("completed_by IS NOT NULL"),
        postgresql_where=sa.text("completed_by IS NOT NULL"),
    ),
    sa.Index(
        "ix_user_tasks_sent",
        "completed_by",
        "ended_at",
        "id",
        sqlite_where=sa.text("completed_by IS NOT NULL"),
        postgresql_where=sa.text("completed_by IS NOT NULL"),
    ),
    sa.Index(
        "ix_user_tasks_done_for",
        "case_id",
        "node_id",
        "on_behalf_of",
        sqlite_where=sa.text("on_behalf_of IS NOT NULL"),
        postgresql_where=sa.text("on_behalf_of IS NOT NULL"),
    ),
    sa.Index(
        "ix_user_tasks_round",
        "case_id",
        "round_id",
        sqlite_where=sa.text("round_id IS NOT NULL"),
        postgresql_where=sa.text("round_id IS NOT NULL"),
    ),
)

task_candidates = sa.Table(
    "task_candidates",
    metadata,
    folded("group_key", sa.String(240), primary_key=True),
    folded("task_id", Id, sa.ForeignKey("user_tasks.id"), primary_key=True),
    folded("due_sort", Instant, nullable=False),
    sa.Index("ix_task_candidates_group_due", "group_key", "due_sort", "task_id"),
    sa.Index("ix_task_candidates_task_id", "task_id"),
    comment="Only tasks that wait to be claimed, and open ones under watch: the group inbox reads nothing else.",
    info={FOLLOWS: "user_tasks"},
)


task_people = sa.Table(
    "task_people",
    metadata,
    folded("task_id", Id, sa.ForeignKey("user_tasks.id"), primary_key=True),
    folded("user_id", Id, primary_key=True),
    folded("part", Key, primary_key=True),
    folded("case_id", Id, nullable=False),
    sa.Index("ix_task_people_case_user", "case_id", "user_id"),
    comment="Who entered something in a task, and who was ever given one of a round; folded from the case's events.",
)

TaskPart = Literal["held", "entered"]
"""`held`: had a task of a round. `entered`: has written something into a task, or had it written by a deputy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """The run-time record of a user task. `groups` are `role@organisation` texts.

    `round_id`: the activity that stands for the whole of which this task is one instance; None for a task of its own.
    `round_closed_at`: when the whole ended with its result; None while it runs, and for ever where it was broken off.
    """

    id: str
    case_id: str
    province: str
    activity_id: str
    node_id: str
    name_vi: str
    groups: list[str]
    state: str
    due_sort: datetime
    created_at: datetime
    stage: str = ""
    name_en: str = ""
    organisation_id: str | None = None
    state_before: str | None = None
    assignee_id: str | None = None
    assigned_role: str | None = None
    on_behalf_of: str | None = None
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    escalated_at: datetime | None = None
    escalated_to: str | None = None
    priority: int = 50
    criteria_set: str | None = None
    loop_counter: int | None = None
    round_id: str | None = None
    round_closed_at: datetime | None = None
    outcome: str | None = None
    reason: str | None = None
    completed_by: str | None = None
    ended_at: datetime | None = None
    draft: dict[str, Any] | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LateFilter:
    """Steps that ended after their due day, or are open past it at `now`. `due_until` is not included; `people`: who has or did it."""

    cases: CaseFilter
    now: datetime
    is_open: bool | None = None
    people: Collection[str] | None = None
    organisations: Collection[str] | None = None
    due_since: datetime | None = None
    due_until: datetime | None = None


TASK = columns(user_tasks, TaskRecord)

# Written out, not bound, so that the planner sees that the partial indexes serve.
IS_OPEN = sa.text("user_tasks.state IN ('ready', 'reserved', 'in_progress')")
OPEN_STATES = ("ready", "reserved", "in_progress")

# Built once: what SQLAlchemy finds out about a statement it then finds out once, not at every step.
_OF_CASE = user_tasks.c.case_id == sa.bindparam("case_id")
_GET = sa.select(*TASK).where(user_tasks.c.id == sa.bindparam("task_id"))
_OF_ACTIVITY = sa.select(*TASK).where(_OF_CASE, user_tasks.c.activity_id == sa.bindparam("activity_id"))
_OPEN_OF_CASE = sa.select(*TASK).where(_OF_CASE, IS_OPEN).order_by(user_tasks.c.created_at, user_tasks.c.id)

_PAGE_OF_CASE = sa.select(*TASK).where(_OF_CASE).order_by(user_tasks.c.created_at.desc(), user_tasks.c.id.desc())
_EVERY = "every task of the case"
_MOST, _BEFORE = sa.bindparam("most", type_=sa.Integer), sa.bindparam("before", type_=sa.Integer)
_PAGE_OF_CASE = _PAGE_OF_CASE.limit(_MOST).offset(_BEFORE)

_OF_ROUND = sa.select(*TASK).where(_OF_CASE, user_tasks.c.round_id == sa.bindparam("round_id"))

_CLOSED_TO_SOME = sa.select(*TASK).where(
    _OF_CASE, sa.or_(user_tasks.c.round_id.is_not(None), sa.and_(IS_OPEN, user_tasks.c.criteria_set.is_not(None)))
)

_SEALED_ROUNDS = (
    sa.select(user_tasks.c.case_id)
    .where(user_tasks.c.round_id.is_not(None), user_tasks.c.round_closed_at.is_(None))
    .distinct()
)

_ADD = sa.insert(user_tasks)
_ADD_CANDIDATES = sa.insert(task_candidates)
_DROP_CANDIDATES = sa.delete(task_candidates).where(task_candidates.c.task_id == sa.bindparam("of_task"))


def every_task(connection: sa.Connection, case_id: str) -> Sequence[TaskRecord] | None:
    """All tasks of the case, newest first, where this moment has read them already."""
    known = moment(connection)
    return None if known is None else known.get((_EVERY, case_id))


class Tasks:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @remembered
    def get(self, task_id: str) -> TaskRecord:
        """Raise `NotFound`."""
        found = self._one(_GET, task_id=task_id)
        if found is None:
            raise NotFound()
        return found

    def of_activity(self, case_id: str, activity_id: str) -> TaskRecord | None:
        return self._one(_OF_ACTIVITY, case_id=case_id, activity_id=activity_id)

    def add(self, tasks: Sequence[TaskRecord]) -> None:
        if tasks:
            self._connection.execute(_ADD, [new_row(user_tasks, task) for task in tasks])
            self._add_candidates(tasks)

    def save(self, task: TaskRecord) -> TaskRecord:
        """As `Cases.save`; candidates follow the state: only a `ready` task waits in its groups.

        An open task with `escalated_to` also stands in the group `escalated:<escalated_to>`.
        """
        save_guarded(self._connection, user_tasks, task)
        self._connection.execute(_DROP_CANDIDATES, {"of_task": task.id})
        self._add_candidates([task])
        return replace(task, revision=task.revision + 1)

    def open_of_case(self, case_id: str) -> Sequence[TaskRecord]:
        """Oldest first."""
        every = every_task(self._connection, case_id)
        if every is not None:
            return [task for task in reversed(every) if task.state in OPEN_STATES]
        return self._all(_OPEN_OF_CASE, case_id=case_id)

    def open_at(self, organisation_id: str, page: Page) -> tuple[Sequence[TaskRecord], int]:
        """The open tasks of the page that belong to the body, those due first, and the number of all."""
        at = sa.and_(IS_OPEN, user_tasks.c.organisation_id == organisation_id)
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(user_tasks).where(at)) or 0
        query = sa.select(*TASK).where(at).order_by(user_tasks.c.due_sort, user_tasks.c.id)
        return self._all(query.limit(page.limit).offset(page.offset)), total

    def suspended_of_case(self, case_id: str) -> Sequence[TaskRecord]:
        return self._all(sa.select(*TASK).where(user_tasks.c.case_id == case_id, user_tasks.c.state == "suspended"))

    def cases_of(
        self,
        *,
        people: Collection[str] = (),
        groups: Collection[str] = (),
        organisations: Collection[str] = (),
    ) -> frozenset[str]:
        """The ids of the cases with an open task that one of these people has, or that waits in a group or belongs to a body of these."""
        found: set[str] = set()
        mine = sa.select(user_tasks.c.case_id).distinct()
        if people:
            found |= set(self._connection.scalars(mine.where(IS_OPEN, user_tasks.c.assignee_id.in_(people))))
        if groups:
            waiting = sa.select(task_candidates.c.task_id).where(task_candidates.c.group_key.in_(groups))
            found |= set(self._connection.scalars(mine.where(user_tasks.c.id.in_(waiting))))
        if organisations:
            found |= set(self._connection.scalars(mine.where(IS_OPEN, user_tasks.c.organisation_id.in_(organisations))))
        return frozenset(found)

    def unattended_at(self, organisations: Collection[str]) -> frozenset[str]:
        """The ids of the cases with an incident that says that nobody can do a task which belongs to one of these bodies."""
        if not organisations:
            return frozenset()
        query = sa.select(user_tasks.c.case_id).join(
            incidents,
            sa.and_(incidents.c.case_id == user_tasks.c.case_id, incidents.c.activity_id == user_tasks.c.activity_id),
        )
        open_ones = sa.and_(incidents.c.resolved_at.is_(None), incidents.c.kind == "unattended")
        return frozenset(
            self._connection.scalars(query.where(open_ones, user_tasks.c.organisation_id.in_(organisations)))
        )

    def groups_waited_in(self) -> frozenset[str]:
        """Every group in which a task waits to be claimed."""
        found = self._connection.scalars(sa.select(task_candidates.c.group_key).distinct())
        return frozenset(group for group in found if not group.startswith("escalated:"))

    def last_done(self, case_id: str, before: datetime, node_id: str | None = None) -> TaskRecord | None:
        """The task of the case, of that node, that people finished last up to an instant."""
        query = sa.select(*TASK).where(
            user_tasks.c.case_id == case_id, user_tasks.c.completed_by.is_not(None), user_tasks.c.ended_at <= before
        )
        if node_id is not None:
            query = query.where(user_tasks.c.node_id == node_id)
        found = self._all(query.order_by(user_tasks.c.ended_at.desc(), user_tasks.c.id.desc()).limit(1))
        return found[0] if found else None

    @remembered
    def of_case(self, case_id: str, page: Page) -> Sequence[TaskRecord]:
        """All tasks of the case, newest first. Where a page holds every one, other questions about them are answered from it."""
        every = every_task(self._connection, case_id)
        if every is not None:
            return every[page.offset : page.offset + page.limit]
        given = {"case_id": case_id, "most": page.limit, "before": page.offset}
        found = read_all(TaskRecord, self._connection.execute(_PAGE_OF_CASE, given))
        known = moment(self._connection)
        if known is not None and not page.offset and len(found) < page.limit:
            known[_EVERY, case_id] = found
        return found

    def late(self, where: LateFilter, page: Page) -> tuple[Sequence[TaskRecord], int]:
        """The steps of the page, those due last first, and the number of all: of very many only that they are more than were counted."""
        query = sa.select(*TASK).where(*_late(where)).order_by(user_tasks.c.due_at.desc(), user_tasks.c.id.desc())
        most = max(MOST_HITS, page.limit)
        counted = sa.select(user_tasks.c.id).where(*_late(where)).limit(most + 1).subquery()
        total = self._connection.scalar(sa.select(sa.func.count()).select_from(counted)) or 0
        bounded = most == MOST_HITS and total > most
        return self._all(query.limit(page.limit).offset(page.offset)), AtLeast(MOST_HITS) if bounded else total

    def done(self, case_ids: Collection[str]) -> Sequence[TaskRecord]:
        """What people have finished in these cases, oldest first."""
        query = sa.select(*TASK).where(user_tasks.c.case_id.in_(case_ids), user_tasks.c.completed_by.is_not(None))
        return self._all(query.order_by(user_tasks.c.ended_at, user_tasks.c.id))

    def each_open(self) -> Iterator[TaskRecord]:
        """Every open task of every case."""
        return map(_record, streamed(self._connection, sa.select(*TASK).where(IS_OPEN)))

    def candidates(self) -> Iterator[tuple[str, str, datetime]]:
        """Every group, task and day by which it is sorted, of the tasks that stand in inboxes of groups."""
        for row in streamed(self._connection, sa.select(task_candidates)):
            yield row.group_key, row.task_id, row.due_sort

    def of_round(self, case_id: str, round_id: str) -> Sequence[TaskRecord]:
        """The instances of one round, ended ones included."""
        return self._all(_OF_ROUND, case_id=case_id, round_id=round_id)

    @remembered
    def closed_to_some(self, case_id: str) -> Sequence[TaskRecord]:
        """Every task of the case that is an instance of a round, ended ones included, and every open one that judges criteria."""
        every = every_task(self._connection, case_id)
        if every is not None:
            judges = (task for task in every if task.criteria_set is not None and task.state in OPEN_STATES)
            judging = {task.id for task in judges}
            return [task for task in every if task.round_id is not None or task.id in judging]
        return self._all(_CLOSED_TO_SOME, case_id=case_id)

    def last_completed(self, case_id: str, node_ids: Collection[str]) -> datetime | None:
        """When one of these tasks was last completed in the case."""
        query = sa.select(sa.func.max(user_tasks.c.ended_at)).where(
            user_tasks.c.case_id == case_id, user_tasks.c.node_id.in_(node_ids), user_tasks.c.state == "completed"
        )
        found: datetime | None = self._connection.scalar(query)
        return found

    def cases_in_rounds(self) -> frozenset[str]:
        """The cases with a round that has not closed: it runs, or was broken off."""
        return frozenset(self._connection.scalars(_SEALED_ROUNDS))

    def close_rounds(self, case_id: str, round_ids: Collection[str], at: datetime) -> None:
        """Put down that these rounds have ended with their result."""
        mine = sa.and_(user_tasks.c.case_id == case_id, user_tasks.c.round_id.in_(round_ids))
        self._connection.execute(sa.update(user_tasks).where(mine).values(round_closed_at=at))

    def relocate(self, case_id: str, nodes: Mapping[str, str]) -> None:
        """Let the tasks of these activities, and their assessments, stand in other nodes."""
        for activity_id, node_id in nodes.items():
            of_task = sa.and_(user_tasks.c.case_id == case_id, user_tasks.c.activity_id == activity_id)
            self._connection.execute(sa.update(user_tasks).where(of_task).values(node_id=node_id))
            mine = sa.select(user_tasks.c.id).where(of_task).scalar_subquery()
            self._connection.execute(
                sa.update(assessments).where(assessments.c.task_id == mine).values(node_id=node_id)
            )

    def _one(self, query: sa.Select[Any], **given: str) -> TaskRecord | None:
        row = self._connection.execute(query, given).first()
        return read(TaskRecord, row) if row else None

    def _all(self, query: sa.Select[Any], **given: str) -> list[TaskRecord]:
        return read_all(TaskRecord, self._connection.execute(query, given))

    def _add_candidates(self, tasks: Sequence[TaskRecord]) -> None:
        rows = [
            {"group_key": group, "task_id": task.id, "due_sort": task.due_sort}
            for task in tasks
            for group in candidates_of(task)
        ]
        if rows:
            self._connection.execute(_ADD_CANDIDATES, rows)


def _late(where: LateFilter) -> list[sa.ColumnElement[bool]]:
    task = user_tasks.c
    ended = {True: task.ended_at.is_(None), False: task.ended_at > task.due_at}
    parts = [task.due_at < where.now, sa.or_(*ended.values()), _in_cases(where.cases)]
    if where.is_open is not None:
        parts.append(ended[where.is_open])
    if where.people is not None:
        parts.append(sa.func.coalesce(task.completed_by, task.assignee_id).in_(where.people))
    if where.organisations is not None:
        parts.append(task.organisation_id.in_(where.organisations))
    if where.due_since is not None:
        parts.append(task.due_at >= where.due_since)
    if where.due_until is not None:
        parts.append(task.due_at < where.due_until)
    return parts


def _in_cases(where: CaseFilter) -> sa.ColumnElement[bool]:
    """Few cases are looked up first and then their steps; of many each step's own is, so that a page costs no more where there are more."""
    units = where.unit_ids
    few = where.ids is not None or where.text is not None or (units is not None and len(units) <= _FEW_UNITS)
    if few:
        return user_tasks.c.case_id.in_(filtered(sa.select(cases.c.id), where))
    return (
        filtered(sa.select(sa.literal(1)).select_from(cases), where).where(cases.c.id == user_tasks.c.case_id).exists()
    )


def _record(row: Sequence[Any]) -> TaskRecord:
    return read(TaskRecord, row)


def candidates_of(task: TaskRecord) -> list[str]:
    """The groups in whose inboxes the task stands."""
    watched = [f"escalated:{task.escalated_to}"] if task.escalated_to and task.state in OPEN_STATES else []
    return [*task.groups, *watched] if task.state == "ready" else watched
