"""The statements of the inbox: every shape of them is built once, what is asked for is bound.

The inbox of a group reads `task_candidates` alone: it holds only tasks that wait to be claimed, in the order of their due dates,
so that the first page costs the same however many tasks there are. A query with `IN` over several groups would sort all their
rows first; a bounded query a group, put together, reads twenty rows of each.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from workflow.lifecycle.criterion_row import DECIDED
from workflow.lifecycle.inquiry import OPEN as ASKED
from workflow.spelling import sought
from workflow.store.campaigns import campaigns
from workflow.store.cases import cases
from workflow.store.columns import Id, Instant, Key, Name, bound, metadata
from workflow.store.criteria.inquiries import WAITING_AT_UNITS, criterion_inquiries
from workflow.store.criteria.rows import criterion_rows
from workflow.store.notifications import UNREAD
from workflow.store.places import organisations
from workflow.store.rows import Page, columns, like, names, read, read_all, values
from workflow.store.searching.words import case_words
from workflow.store.tasks import IS_OPEN, TASK, TaskRecord, task_candidates, task_people, user_tasks

saved_filters = sa.Table(
    "saved_filters",
    metadata,
    bound("id", Id, primary_key=True),
    bound("name", Name, nullable=False),
    bound("query", sa.Text, nullable=False),
    bound("owner_id", Id, sa.ForeignKey("users.id"), nullable=False),
    bound("organisation_id", Key),
    bound("saved_at", Instant, nullable=False),
    sa.Index("ix_saved_filters_owner_id", "owner_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A filter of the list under a name. `query`: the parameters of its address. `organisation_id`: for whose people it is; None: the owner's alone."""

    id: str
    name: str
    query: str
    owner_id: str
    saved_at: datetime
    organisation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """What the inbox shows: `tab` is `mine`, `group`, `todo` (both), `returned` (to whoever did it before), `asked` (mine that wait for
    an explanation by the unit), `escalated`, or `sent`.

    `due`: `overdue`, `today`, `soon`, `week` or a local day such as 2023-03-31; what is overdue falls under each of them.
    `due_before` is the instant that `due` means at present, `sent_since` that from which on what was sent is shown: the inbox's service sets them.
    """

    tab: str = "mine"
    key: str | None = None
    stage: str | None = None
    unit_id: str | None = None
    due: str | None = None
    due_before: datetime | None = None
    sent_since: datetime | None = None
    text: str | None = None
    sort: str = "due"
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """What a list says of a task: neither its groups nor what has been drafted in it."""

    id: str
    case_id: str
    node_id: str
    name_vi: str
    name_en: str
    state: str
    assignee_id: str | None
    due_at: datetime | None
    ended_at: datetime | None
    criteria_set: str | None
    round_id: str | None
    created_at: datetime
    revision: int


_LINE = columns(user_tasks, TaskLine)
_LINE_NAMES = names(TaskLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One line of the inbox: the task with what a person needs to choose it."""

    task: TaskLine
    business_key: str
    unit_id: str
    unit_name: str
    unit_name_en: str
    procedure_key: str
    campaign_year: int
    version_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count up to a bound: `more` says that there are more than `number`."""

    number: int
    more: bool = False

    @property
    def words(self) -> str:
        """As a page says it beside a name; empty where there is nothing."""
        return f"{self.number}{'+' if self.more else ''}" if self.number else ""


# Numbers that stand in the text that the database gets: a planner that does not know a limit expects a tenth of all rows.
def _plain(number: int) -> sa.ColumnElement[int]:
    return sa.literal_column(str(number), sa.Integer)


OWN = ("mine", "todo")
"""The tabs in which a person's own tasks stand, and those that are lent to them."""
PERSONAL = (*OWN, "returned", "asked", "sent")
"""The tabs that ask for the person's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What decides the text of a statement: the tab, how many groups or people stood in for, which filters, the direction."""

    tab: str
    groups: int
    lent: int
    descending: bool
    due: str
    """By which value the due day is bounded: `now` for what is overdue, `before` for a day; empty: it is not."""
    key: bool
    stage: bool
    unit: bool
    words: int | None
    """How many words are sought; None: no text is."""
    most: int
    """How many rows of a group are looked at."""

    def group(self, number: int) -> str:
        """The name of the value that is a group: those of what is escalated differ, so that questions can be asked together."""
        return f"{'escalated' if self.tab == 'escalated' else 'group'}_{number}"

    @property
    def empty(self) -> bool:
        """Whether there is nothing to ask: nobody's groups."""
        return self.tab not in PERSONAL and not self.groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Whose tasks a person does: their own, those of their groups, and what (principal, group) pairs lend them."""

    user_id: str
    groups: Collection[str] = ()
    lent: Collection[tuple[str, str]] = ()


def asked(seats: Seats, where: InboxFilter, now: datetime, most: int) -> tuple[Shape, dict[str, Any]]:
    """The shape of a question and its values: at most `most` rows a group."""
    sent = where.tab == "sent"
    before = None if sent else now if where.due == "overdue" else where.due_before
    prefix = "escalated:" if where.tab == "escalated" else ""
    waits = where.tab in ("todo", "group", "escalated")
    waiting = sorted({prefix + group for group in seats.groups}) if waits else []
    lent = sorted(set(seats.lent)) if where.tab in OWN else []
    words = None if where.text is None else sought(where.text)
    shape = Shape(
        tab=where.tab,
        groups=len(waiting),
        lent=len(lent),
        descending=where.descending != sent,  # what was sent last stands first
        due="" if before is None else "now" if where.due == "overdue" else "before",
        key=bool(where.key),
        stage=bool(where.stage),
        unit=bool(where.unit_id),
        words=None if words is None else len(words),
        most=most,
    )
    given: dict[str, Any] = {shape.group(number): group for number, group in enumerate(waiting)}
    for number, (principal, group) in enumerate(lent):
        given |= {f"principal_{number}": principal, f"lent_{number}": like(f'"{group}"')}
    given |= {f"word_{number}": f"% {word}%" for number, word in enumerate(words or ())}
    wanted = {
        "user_id": (where.tab in PERSONAL, seats.user_id),
        "since": (sent, where.sent_since or now),
        shape.due: (bool(shape.due), before),
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


_MADE, _BEFORE = user_tasks.alias("made_by"), user_tasks.alias("done_before")
_CAME_BACK = sa.and_(
    sa.select(_MADE.c.id)
    .where(_MADE.c.case_id == user_tasks.c.case_id, _MADE.c.ended_at == user_tasks.c.created_at)
    .where(_MADE.c.completed_by.is_not(None))
    .correlate(user_tasks)
    .exists(),
    sa.select(_BEFORE.c.id)
    .where(_BEFORE.c.case_id == user_tasks.c.case_id, _BEFORE.c.node_id == user_tasks.c.node_id)
    .where(_BEFORE.c.ended_at < user_tasks.c.created_at, _BEFORE.c.completed_by == sa.bindparam("user_id"))
    .correlate(user_tasks)
    .exists(),
)
"""Somebody's finishing a task made this one, whose step the same person has done before: the case came back to them."""


_OPEN_QUESTIONS = (
    sa.select(sa.func.count())
    .where(criterion_inquiries.c.case_id == user_tasks.c.case_id, criterion_inquiries.c.task_id == user_tasks.c.id)
    .where(criterion_inquiries.c.state == sa.literal_column(f"'{ASKED}'"))  # as the partial index says it
    .correlate(user_tasks)
    .scalar_subquery()
)
_NARROWED = {"returned": _CAME_BACK, "asked": _OPEN_QUESTIONS > 0}
"""Tab → which of a person's own tasks stand in it."""


@lru_cache(maxsize=256)
def page_statement(shape: Shape, page: Page) -> sa.Select[Any]:
    """The rows of a page: what a list says of the task, then what a person needs to choose it."""
    chosen = sa.union(*_sources(shape)).subquery("chosen")
    first = sa.select(chosen).order_by(*_order(chosen.c.due_sort, chosen.c.task_id, shape))
    shown = first.limit(_plain(page.limit)).offset(_plain(page.offset)).subquery("page")
    return (
        sa.select(
            *_LINE,
            cases.c.business_key.label("case_business_key"),
            cases.c.unit_id.label("case_unit_id"),
            organisations.c.name_vi.label("unit_name"),
            organisations.c.name_en.label("unit_name_en"),
            campaigns.c.key.label("procedure_key"),
            campaigns.c.year.label("campaign_year"),
            cases.c.version_id.label("case_version_id"),
        )
        .select_from(shown)
        .join(user_tasks, user_tasks.c.id == shown.c.task_id)
        .join(cases, cases.c.id == user_tasks.c.case_id)
        .join(campaigns, campaigns.c.id == cases.c.campaign_id)
        .join(organisations, organisations.c.id == cases.c.unit_id)
        .order_by(*_order(shown.c.due_sort, shown.c.task_id, shape))
    )


@lru_cache(maxsize=256)
def count_statement(shapes: tuple[Shape, ...], inquiries: bool = False, unread: bool = False) -> sa.Select[Any]:
    """How many there are of each, up to the bound: counting stops there, whatever the groups still hold; then of questions to units, of unread notifications."""
    numbers = [_number(shape) for shape in shapes]
    return sa.select(*numbers, *[WAITING_AT_UNITS] * inquiries, *[UNREAD] * unread)


def _number(shape: Shape) -> sa.ScalarSelect[Any]:
    found = sa.union_all(*_sources(shape)).subquery()
    bounded = sa.select(found.c.task_id).distinct().limit(_plain(shape.most)).subquery()
    return sa.select(sa.func.count()).select_from(bounded).scalar_subquery()


def _sources(shape: Shape) -> list[sa.Select[Any]]:
    """(task_id, due_sort) of at most `most` rows each; a task may wait in several of them."""
    pieces = []
    if shape.tab == "sent":
        ended, task_id = user_tasks.c.ended_at, user_tasks.c.id
        sent = sa.select(task_id.label("task_id"), ended.label("due_sort"))
        sent = sent.where(user_tasks.c.completed_by == sa.bindparam("user_id"), ended > sa.bindparam("since"))
        return [_bounded(_narrowed(sent, shape, ended), ended, task_id, shape).subquery().select()]
    if shape.tab in PERSONAL:
        own = sa.select(user_tasks.c.id.label("task_id"), user_tasks.c.due_sort).where(IS_OPEN)
        groups = sa.type_coerce(user_tasks.c.groups, sa.Text)
        mine = own.where(user_tasks.c.assignee_id == sa.bindparam("user_id"))
        held = [mine.where(_NARROWED[shape.tab]) if shape.tab in _NARROWED else mine]
        for number in range(shape.lent):  # what whoever they stand in for has, in the role that is lent
            theirs = own.where(user_tasks.c.assignee_id == sa.bindparam(f"principal_{number}"), ~_HAS_ANOTHER_PART)
            held.append(theirs.where(groups.like(sa.bindparam(f"lent_{number}"), escape="!")))
        due, task_id = user_tasks.c.due_sort, user_tasks.c.id
        pieces = [_bounded(_narrowed(one, shape, due), due, task_id, shape).subquery().select() for one in held]
    due, task_id = task_candidates.c.due_sort, task_candidates.c.task_id
    for number in range(shape.groups):
        one = sa.select(task_id, due).where(task_candidates.c.group_key == sa.bindparam(shape.group(number)))
        waiting = _narrowed(one, shape, due, of_candidates=True)
        pieces.append(_bounded(waiting, due, task_id, shape).subquery().select())
    return pieces


def _bounded(
    query: sa.Select[Any], due: sa.ColumnElement[Any], task_id: sa.ColumnElement[Any], shape: Shape
) -> sa.Select[Any]:
    return query.order_by(*_order(due, task_id, shape)).limit(_plain(shape.most))


def _order(due: sa.ColumnElement[Any], task_id: sa.ColumnElement[Any], shape: Shape) -> tuple[Any, Any]:
    return (due.desc(), task_id.desc()) if shape.descending else (due, task_id)


def _narrowed(
    query: sa.Select[Any], shape: Shape, due: sa.ColumnElement[Any], *, of_candidates: bool = False
) -> sa.Select[Any]:
    """Add the filters; the task's and the case's rows are joined only when a filter needs them."""
    if shape.due:
        query = query.where(due < sa.bindparam(shape.due))
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


_STANDING = sa.select(*TASK).where(user_tasks.c.case_id.in_(sa.bindparam("case_ids", expanding=True)), IS_OPEN)

_DECIDED_ROWS = (
    sa.select(sa.func.count())
    .where(criterion_rows.c.task_id == user_tasks.c.id, criterion_rows.c.state.in_(DECIDED))
    .correlate(user_tasks)
    .scalar_subquery()
)
_ROUNDS_BEFORE = (
    sa.select(sa.func.count(sa.distinct(_BEFORE.c.created_at)))
    .where(_BEFORE.c.case_id == user_tasks.c.case_id, _BEFORE.c.node_id == user_tasks.c.node_id)
    .where(_BEFORE.c.ended_at < user_tasks.c.created_at, _BEFORE.c.completed_by.is_not(None))
    .correlate(user_tasks)
    .scalar_subquery()
)
_PROGRESS = sa.select(user_tasks.c.id, _DECIDED_ROWS, _ROUNDS_BEFORE, _OPEN_QUESTIONS).where(
    user_tasks.c.id.in_(sa.bindparam("task_ids", expanding=True))
)


class Inbox:
    """What a person may do: their own tasks, those that wait in their groups, those escalated to them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def page(self, seats: Seats, where: InboxFilter, page: Page, now: datetime) -> Sequence[InboxRow]:
        shape, given = asked(seats, where, now, most=page.offset + page.limit)
        if shape.empty:
            return []
        return [_inbox_row(row) for row in self._connection.execute(page_statement(shape, page), given)]

    def count(self, seats: Seats, where: InboxFilter, now: datetime, bound: int = 200) -> Count:
        return self.counts(seats, {"": where}, now, bound)[""]

    def counts(
        self,
        seats: Seats,
        wheres: Mapping[str, InboxFilter],
        now: datetime,
        bound: int = 200,
        asked_of: Collection[str] | None = None,
        unread: bool = False,
    ) -> dict[str, Count]:
        """How many there are of each, by name, in one statement. The filters differ in tab and in whether it is what is overdue, no more.

        `asked_of`: units; how many questions wait for them is counted beside, as `inquiries`. `unread`: so are notifications that the person has not
        read, as `unread`.
        """
        questions = {name: asked(seats, where, now, most=bound + 1) for name, where in wheres.items()}
        told = {name: shape for name, (shape, _) in questions.items() if not shape.empty}
        given = {key: value for name in told for key, value in questions[name][1].items()}
        found = dict.fromkeys(wheres, 0)
        asked_for, statement = [*told], count_statement(tuple(told.values()), bool(asked_of), unread)
        if asked_of is not None:
            found["inquiries"] = 0
        if asked_of:
            asked_for.append("inquiries")
            given["of_units"] = list(asked_of)
        if unread:
            asked_for.append("unread")
            given |= {"user_id": seats.user_id, "unread_most": bound + 1}
        if asked_for:
            found |= dict(zip(asked_for, self._connection.execute(statement, given).one(), strict=True))
        return {name: Count(number=min(number, bound), more=number > bound) for name, number in found.items()}

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

    def standing(self, case_ids: Collection[str]) -> Sequence[TaskRecord]:
        """The open tasks of these cases."""
        if not case_ids:
            return []
        return [read(TaskRecord, row) for row in self._connection.execute(_STANDING, {"case_ids": list(case_ids)})]

    def progress(self, task_ids: Collection[str]) -> dict[str, tuple[int, int, int]]:
        """Task → how many criteria have been decided in it, how many rounds of its step were sent before it, and how many of its questions wait."""
        if not task_ids:
            return {}
        rows = self._connection.execute(_PROGRESS, {"task_ids": list(task_ids)})
        return {task_id: (decided, rounds, asked) for task_id, decided, rounds, asked in rows}


_SAVED = (
    sa.select(*columns(saved_filters, SavedFilter))
    .where(sa.or_(saved_filters.c.owner_id == sa.bindparam("user_id"), saved_filters.c.organisation_id.is_not(None)))
    .order_by(saved_filters.c.name, saved_filters.c.id)
)


class SavedFilters:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, user_id: str) -> Sequence[SavedFilter]:
        """The person's own and every shared one, by name."""
        return read_all(SavedFilter, self._connection.execute(_SAVED, {"user_id": user_id}))

    def add(self, one: SavedFilter) -> None:
        self._connection.execute(sa.insert(saved_filters).values(**values(one)))

    def drop(self, filter_id: str) -> None:
        self._connection.execute(sa.delete(saved_filters).where(saved_filters.c.id == filter_id))


def _inbox_row(row: sa.Row[Any]) -> InboxRow:
    business_key, unit_id, unit_name, unit_name_en, procedure_key, campaign_year, version_id = row[len(_LINE) :]
    return InboxRow(
        task=TaskLine(**dict(zip(_LINE_NAMES, row, strict=False))),  # the task stands first
        business_key=business_key,
        unit_id=unit_id,
        unit_name=unit_name,
        unit_name_en=unit_name_en,
        procedure_key=procedure_key,
        campaign_year=campaign_year,
        version_id=version_id,
    )
