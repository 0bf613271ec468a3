"""Very many tasks in an empty database, made by the database itself: through the services a million would take hours.

Of ten tasks five wait to be claimed, two have been taken, three are done. About forty wait in a group, so that the groups, users and
units grow in number with the tasks. One waiting task in nineteen lies in one of five large groups instead, which grow themselves.
One task in fifty is escalated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from workflow.store.accounts import users
from workflow.store.auditing import events as all_events
from workflow.store.campaigns import campaigns
from workflow.store.cases import cases
from workflow.store.database import bring_up_to_date
from workflow.store.places import organisations
from workflow.store.procedures import definition_versions
from workflow.store.searching.words import fill_case_words, fill_event_words, fill_names
from workflow.store.tasks import task_candidates, user_tasks

LARGE_GROUPS, ONE_IN_LARGE = 5, 19
STAGES = 7
WARDS = 1000
"""Words that units share, so that a hundred units of a hundred thousand have one."""
BEGIN = datetime(2023, 1, 2, tzinfo=UTC)
SPREAD = 200_000
"""Minutes over which due dates are spread: twenty weeks."""
UUID = "01850000-0000-7000-8000-%012d"
BY = UUID % 0
HASTE = {
    "sqlite": ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-400000"),
    "postgresql": ("SET LOCAL session_replication_role = replica",),  # no foreign keys row by row
}
Expression = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many tasks, and of the rest what goes with so many."""

    tasks: int

    @property
    def groups(self) -> int:
        """Forty waiting tasks each."""
        return max(self.tasks // 80, 5)

    @property
    def users(self) -> int:
        """Forty taken tasks each."""
        return max(self.tasks // 200, 1)

    @property
    def cases(self) -> int:
        """Ten tasks each."""
        return self.tasks // 10

    @property
    def units(self) -> int:
        """Ten cases each."""
        return max(self.cases // 10, 1)


def fill(url: str, sizes: Sizes, *, tasks: bool = True, events: bool = False) -> None:
    """Make the tables at the address and fill them: cases and what they stand in, their tasks, as many events as cases."""
    engine = sa.create_engine(url)
    bring_up_to_date(engine)
    with engine.begin() as connection:
        for statement in HASTE[engine.dialect.name]:
            connection.exec_driver_sql(statement)
        maker = _Maker(connection, sizes)
        maker.frame()
        if tasks:
            maker.tasks()
        if events:
            maker.events()
        fill_names(connection)
        fill_case_words(connection)
        fill_event_words(connection)
    if engine.dialect.name == "postgresql":  # its own housekeeping would do that in a while
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()


class _Maker:
    def __init__(self, connection: sa.Connection, sizes: Sizes) -> None:
        self._connection = connection
        self._sizes = sizes
        self._sqlite = connection.dialect.name == "sqlite"

    def frame(self) -> None:
        """Everything that tasks stand in."""
        plain = {"id": BY, "key": "dien-hinh", "created_by": BY, "created_at": BEGIN}
        version = {"version": 1, "title_vi": "Đo", "title_en": "Measured", "status": "published", "sha256": "0" * 64}
        version |= {"effective_from": date(2023, 1, 1), "changed_by": BY}
        self._connection.execute(sa.insert(definition_versions), {**plain, **version})
        campaign = {"version_id": BY, "year": 2023, "province": "thanh-hoa", "status": "open", "deadlines": {}}
        self._connection.execute(sa.insert(campaigns), {**plain, **campaign, "name_vi": "Đo", "name_en": "Measured"})
        i = self._numbers(self._sizes.users)
        person = {"id": self._id(i), "login": _text("user-", i), "name": _text("Người ", i)}
        self._insert(users, person | {"password_hash": _fixed("-"), "created_at": self._at(i)})
        i = self._numbers(self._sizes.units)
        names = {"name_vi": _text("Xã số ", i), "name_en": _text("Commune ", i) + _text(" w", i % WARDS)}
        unit = {"id": _text("unit-", i), "code": _text("unit-", i), "kind": _fixed("commune"), **names}
        self._insert(organisations, unit | {"valid_from": sa.literal(date(2023, 1, 1), sa.Date)})
        named = [f"{name}-{number}" for name in ("body", "large") for number in range(LARGE_GROUPS)]
        body = {"kind": "commune-board", "level": "commune", "valid_from": date(2023, 1, 1)}
        self._connection.execute(
            sa.insert(organisations),
            [{"id": one, "code": one, "name_vi": one, "name_en": one, "name_order": one, **body} for one in named],
        )
        i = self._numbers(self._sizes.cases)
        case = {"id": self._id(i), "business_key": _text("DH-2023-", i), "province": _fixed("thanh-hoa")}
        case |= {"unit_id": _text("unit-", i // 10), "campaign_id": _fixed(BY), "version_id": _fixed(BY)}
        case |= {"status": _fixed("active"), "as_of_on": sa.literal(date(2023, 1, 1), sa.Date)}
        self._insert(cases, case | {"started_by": _fixed(BY), "started_at": self._at(i)})

    def events(self) -> None:
        """One in the stream of each case; what it holds has the words of the case. Nothing of it is hashed."""
        i = self._numbers(self._sizes.cases)
        told = (
            _text('{"case":"DH-2023-', i)
            + _text('","unit":"Xã số ', i // 10)
            + _text(" Commune ", i)
            + _text(" w", i % WARDS)
        )
        event = {"stream": _fixed("case:") + self._id(i), "seq": sa.literal(1), "id": self._id(i)}
        event |= {"type": _fixed("CaseStarted"), "at": self._at(i), "actor": _fixed(BY), "command_id": self._id(i)}
        event |= {"case_id": self._id(i), "payload": told + _fixed('"}')}
        self._insert(all_events, event | {"prev_hash": _fixed("0" * 64), "hash": _fixed("0" * 64)})

    def tasks(self) -> None:
        """The tasks, and the rows under which they wait."""
        i = self._numbers(self._sizes.tasks)
        waiting, taken = i // 10 * 5 + i % 10, i // 10 * 2 + i % 10 - 5
        ordinary = _text("board-member@body-", waiting % self._sizes.groups)
        group = sa.case(
            (waiting % ONE_IN_LARGE == 0, _text("board-member@large-", waiting // ONE_IN_LARGE % LARGE_GROUPS)),
            else_=ordinary,
        )
        state = sa.case((i % 10 < 5, _fixed("ready")), (i % 10 < 7, _fixed("in_progress")), else_=_fixed("completed"))
        user = sa.case((i % 10 >= 5, self._id(taken % self._sizes.users)), else_=sa.null())
        due = self._at(i % SPREAD * 7919 % SPREAD)
        where = {"id": self._id(i), "case_id": self._id(i // 10), "province": _fixed("thanh-hoa")}
        what = {"activity_id": _text("a", i), "node_id": _fixed("evaluation"), "name_vi": _fixed("Đánh giá")}
        who = {"groups": _fixed('["') + group + _fixed('"]'), "state": state, "assignee_id": user}
        who |= {"escalated_to": sa.case((i % 50 == 0, ordinary), else_=sa.null())}
        when = {"due_at": due, "due_sort": due, "created_at": self._at(i % 1440)}
        done = {"ended_at": sa.case((i % 10 >= 7, self._at(i % SPREAD)), else_=sa.null())}
        stage = {"stage": _text("stage-", i % STAGES)}
        self._insert(user_tasks, {**where, **what, **who, **when, **done, **stage})
        t = user_tasks.c
        bare = sa.func.substr(sa.type_coerce(t.groups, sa.String), 3, sa.func.length(t.groups) - 4)
        ready = {"group_key": bare, "task_id": t.id, "due_sort": t.due_sort}
        self._insert(task_candidates, ready, t.state == "ready")
        watched = {**ready, "group_key": _fixed("escalated:") + t.escalated_to}
        self._insert(task_candidates, watched, t.escalated_to.is_not(None) & (t.state == "ready"))

    def _insert(self, table: sa.Table, columns: Mapping[str, Expression], *where: Expression) -> None:
        chosen = sa.select(*columns.values()).where(*where)
        self._connection.execute(sa.insert(table).from_select(list(columns), chosen, include_defaults=False))

    def _numbers(self, count: int) -> Expression:
        first = sa.select(sa.literal(0).label("i")).cte("numbers", recursive=True)
        found: Expression = first.union_all(sa.select(first.c.i + 1).where(first.c.i < count - 1)).c.i
        return found

    def _id(self, number: Expression) -> Expression:
        if self._sqlite:
            return sa.func.printf(UUID, number)
        return _fixed(UUID[:-5]) + sa.func.to_char(number, "FM000000000000")

    def _at(self, minute: Expression) -> Expression:
        second = minute * 60 + int(BEGIN.timestamp())
        if self._sqlite:
            return sa.func.strftime("%Y-%m-%d %H:%M:%S.000000", second, "unixepoch")
        return sa.func.to_timestamp(second)


def _fixed(value: str) -> Expression:
    return sa.literal(value, sa.String)


def _text(prefix: str, number: Expression) -> Expression:
    return _fixed(prefix) + sa.cast(number, sa.String)
