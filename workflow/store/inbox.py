"""The statements of the inbox: every shape of them is built once, what is asked for is bound.

The inbox of a group reads `task_candidates` alone: it holds only tasks that wait to be claimed, in the order of their due dates,
so that the first page costs the same however many tasks there are. A query with `IN` over several groups would sort all their
rows first; a bounded query a group, put together, reads twenty rows of each.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from workflow.spelling import sought
from workflow.store.campaigns import campaigns
from workflow.store.cases import cases
from workflow.store.places import organisations
from workflow.store.rows import Page, like, read
from workflow.store.searching.words import case_words
from workflow.store.tasks import IS_OPEN, TASK, TaskRecord, task_candidates, task_people, user_tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """What the inbox shows: `tab` is `mine`, `group`, `todo` (both) or `escalated`.

    `due`: `overdue`, `today`, `soon`, `week` or a local day such as 2023-03-31; what is overdue falls under each of them.
    `due_before` is the instant that `due` means at present: the inbox's service sets it.
    """

    tab: str = "mine"
    key: str | None = None
    stage: str | None = None
    unit_id: str | None = None
    due: str | None = None
    due_before: datetime | None = None
    text: str | None = None
    sort: str = "due"
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One line of the inbox: the task with what a person needs to choose it."""

    task: TaskRecord
    business_key: str
    unit_id: str
    unit_name: str
    unit_name_en: str
    procedure_key: str
    campaign_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count up to a bound: `more` says that there are more than `number`."""

    number: int
    more: bool = False


# Numbers that stand in the text that the database gets: a planner that does not know a limit expects a tenth of all rows.
_MOST = sa.bindparam("most", type_=sa.Integer, literal_execute=True)
_LIMIT = sa.bindparam("page_limit", type_=sa.Integer, literal_execute=True)
_OFFSET = sa.bindparam("page_offset", type_=sa.Integer, literal_execute=True)


OWN = ("mine", "todo")
"""The tabs in which a person's own tasks stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What decides the text of a statement: the tab, how many groups or people stood in for, which filters, the direction."""

    tab: str
    groups: int
    lent: int
    descending: bool
    due: bool
    key: bool
    stage: bool
    unit: bool
    words: int | None
    """How many words are sought; None: no text is."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to ask: nobody's groups."""
        return self.tab not in OWN and not self.groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Whose tasks a person does: their own, those of their groups, and what (principal, group) pairs lend them."""

    user_id: str
    groups: Collection[str] = ()
    lent: Collection[tuple[str, str]] = ()


def asked(seats: Seats, where: InboxFilter, now: datetime, most: int) -> tuple[Shape, dict[str, Any]]:
    """The shape of a question and its values: at most `most` rows a group."""
    mine = where.tab in OWN
    before = now if where.due == "overdue" else where.due_before
    prefix = "escalated:" if where.tab == "escalated" else ""
    waiting = [] if where.tab == "mine" else sorted({prefix + group for group in seats.groups})
    lent = sorted(set(seats.lent)) if mine else []
    words = None if where.text is None else sought(where.text)
    shape = Shape(
        tab=where.tab,
        groups=len(waiting),
        lent=len(lent),
        descending=where.descending,
        due=before is not None,
        key=bool(where.key),
        stage=bool(where.stage),
        unit=bool(where.unit_id),
        words=None if words is None else len(words),
    )
    given: dict[str, Any] = {f"group_{number}": group for number, group in enumerate(waiting)}
    for number, (principal, group) in enumerate(lent):
        given |= {f"principal_{number}": principal, f"lent_{number}": like(f'"{group}"')}
    given["most"] = most
    given |= {f"word_{number}": f"% {word}%" for number, word in enumerate(words or ())}
    wanted = {
        "user_id": (mine, seats.user_id),
        "before": (shape.due, before),
        "key": (shape.key, where.key),
        "stage": (shape.stage, where.stage),
        "unit_id": (shape.unit, where.unit_id),
    }
    return shape, given | {name: value for name, (used, value) in wanted.items() if used}


_OTHER = user_tasks.alias("other_part")
_PART = task_people.alias("part_had")
_HAS_ANOTHER_PART = (
    sa.select(_OTHER.c.id)
    .where(_OTHER.c.case_id == user_tasks.c.case_id, _OTHER.c.round_id == user_tasks.c.round_id)
    .where(_OTHER.c.round_id.is_not(None), _OTHER.c.id != user_tasks.c.id)
    .where(
        sa.or_(
            _OTHER.c.assignee_id == sa.bindparam("user_id"),
            _OTHER.c.completed_by == sa.bindparam("user_id"),
            sa.exists().where(_PART.c.task_id == _OTHER.c.id, _PART.c.user_id == sa.bindparam("user_id")),
        )
    )
    .correlate(user_tasks)
    .exists()
)
"""Whoever has a part of a round gets no other, so that none is offered to them as a deputy."""


@lru_cache(maxsize=256)
def page_statement(shape: Shape) -> sa.Select[Any]:
    """The rows of a page: the task's own columns, then what a person needs to choose it."""
    chosen = sa.union(*_sources(shape)).subquery("chosen")
    first = sa.select(chosen).order_by(*_order(chosen.c.due_sort, chosen.c.task_id, shape))
    page = first.limit(_LIMIT).offset(_OFFSET).subquery("page")
    return (
        sa.select(
            *TASK,
            cases.c.business_key.label("case_business_key"),
            cases.c.unit_id.label("case_unit_id"),
            organisations.c.name_vi.label("unit_name"),
            organisations.c.name_en.label("unit_name_en"),
            campaigns.c.key.label("procedure_key"),
            campaigns.c.year.label("campaign_year"),
        )
        .select_from(page)
        .join(user_tasks, user_tasks.c.id == page.c.task_id)
        .join(cases, cases.c.id == user_tasks.c.case_id)
        .join(campaigns, campaigns.c.id == cases.c.campaign_id)
        .join(organisations, organisations.c.id == cases.c.unit_id)
        .order_by(*_order(page.c.due_sort, page.c.task_id, shape))
    )


@lru_cache(maxsize=256)
def count_statement(shape: Shape) -> sa.Select[Any]:
    """How many there are, up to the bound: counting stops there, whatever the groups still hold."""
    found = sa.union_all(*_sources(shape)).subquery()
    return sa.select(sa.func.count()).select_from(sa.select(found.c.task_id).distinct().limit(_MOST).subquery())


def _sources(shape: Shape) -> list[sa.Select[Any]]:
    """(task_id, due_sort) of at most `most` rows each; a task may wait in several of them."""
    pieces = []
    if shape.tab in OWN:
        own = sa.select(user_tasks.c.id.label("task_id"), user_tasks.c.due_sort).where(IS_OPEN)
        groups = sa.type_coerce(user_tasks.c.groups, sa.Text)
        held = [own.where(user_tasks.c.assignee_id == sa.bindparam("user_id"))]
        for number in range(shape.lent):  # what whoever they stand in for has, in the role that is lent
            theirs = own.where(user_tasks.c.assignee_id == sa.bindparam(f"principal_{number}"), ~_HAS_ANOTHER_PART)
            held.append(theirs.where(groups.like(sa.bindparam(f"lent_{number}"), escape="!")))
        due, task_id = user_tasks.c.due_sort, user_tasks.c.id
        pieces = [_bounded(_narrowed(one, shape, due), due, task_id, shape).subquery().select() for one in held]
    due, task_id = task_candidates.c.due_sort, task_candidates.c.task_id
    for number in range(shape.groups):
        one = sa.select(task_id, due).where(task_candidates.c.group_key == sa.bindparam(f"group_{number}"))
        waiting = _narrowed(one, shape, due, of_candidates=True)
        pieces.append(_bounded(waiting, due, task_id, shape).subquery().select())
    return pieces


def _bounded(
    query: sa.Select[Any], due: sa.ColumnElement[Any], task_id: sa.ColumnElement[Any], shape: Shape
) -> sa.Select[Any]:
    return query.order_by(*_order(due, task_id, shape)).limit(_MOST)


def _order(due: sa.ColumnElement[Any], task_id: sa.ColumnElement[Any], shape: Shape) -> tuple[Any, Any]:
    return (due.desc(), task_id.desc()) if shape.descending else (due, task_id)


def _narrowed(
    query: sa.Select[Any], shape: Shape, due: sa.ColumnElement[Any], *, of_candidates: bool = False
) -> sa.Select[Any]:
    """Add the filters; the task's and the case's rows are joined only when a filter needs them."""
    if shape.due:
        query = query.where(due < sa.bindparam("before"))
    if not (shape.key or shape.stage or shape.unit or shape.words is not None):
        return query
    if of_candidates:
        query = query.join(user_tasks, user_tasks.c.id == task_candidates.c.task_id)
    if shape.stage:
        query = query.where(user_tasks.c.stage == sa.bindparam("stage"))
    if shape.key or shape.unit:
        query = query.join(cases, cases.c.id == user_tasks.c.case_id)
    if shape.unit:
        query = query.where(cases.c.unit_id == sa.bindparam("unit_id"))
    if shape.key:
        query = query.join(campaigns, campaigns.c.id == cases.c.campaign_id).where(
            campaigns.c.key == sa.bindparam("key")
        )
    if shape.words is not None:
        query = query.join(case_words, case_words.c.worded_case == user_tasks.c.case_id)
        begins = [case_words.c.folded_words.like(sa.bindparam(f"word_{number}")) for number in range(shape.words)]
        query = query.where(sa.and_(*begins) if begins else sa.false())
    return query


class Inbox:
    """What a person may do: their own tasks, those that wait in their groups, those escalated to them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def page(self, seats: Seats, where: InboxFilter, page: Page, now: datetime) -> Sequence[InboxRow]:
        shape, given = asked(seats, where, now, most=page.offset + page.limit)
        if shape.empty:
            return []
        given |= {"page_limit": page.limit, "page_offset": page.offset}
        return [_inbox_row(row) for row in self._connection.execute(page_statement(shape), given)]

    def count(self, seats: Seats, where: InboxFilter, now: datetime, bound: int = 200) -> Count:
        shape, given = asked(seats, where, now, most=bound + 1)
        if shape.empty:
            return Count(number=0)
        number = self._connection.scalar(count_statement(shape), given) or 0
        return Count(number=min(number, bound), more=number > bound)

    def done_before(self, task_ids: Collection[str]) -> frozenset[str]:
        """Those of the tasks whose step was done before in their case."""
        before = user_tasks.alias("task_before")
        query = sa.select(user_tasks.c.id).where(
            user_tasks.c.id.in_(task_ids),
            user_tasks.c.round_id.is_(None),
            sa.exists(sa.literal(1)).where(
                before.c.case_id == user_tasks.c.case_id,
                before.c.node_id == user_tasks.c.node_id,
                before.c.state == "completed",
            ),
        )
        return frozenset(self._connection.scalars(query))


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
