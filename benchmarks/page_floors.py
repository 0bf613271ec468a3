"""The floors of the pages: for each, the fewest statements that give its facts, written by hand and built once. See ADR 0075.

What a page shows stands in a few tables; the floor reads those rows and decodes them, as a page must, and forms no sentence. Every
page asks who is signed in, which roles they hold or are lent, what waits for them and what is unread, and whether the registers kept in memory are of today.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, session
from floor import ADD_EVENTS, ADD_PAGE, MOVE_HEAD, NEWEST_PAGES, READ_HEAD, Floor

from workflow.ids import new_id
from workflow.store.accounts import deputyships, role_assignments, sign_in_sessions, users
from workflow.store.auditing import events
from workflow.store.campaigns import campaign_units, campaigns
from workflow.store.cases import cases
from workflow.store.casework import assessment_results, assessments, comments, evidence
from workflow.store.criteria.rows import criterion_rows
from workflow.store.notifications import notifications
from workflow.store.places import organisations, settings
from workflow.store.sealing.book import row_seals
from workflow.store.tasks import task_candidates, task_people, user_tasks

Given = Mapping[str, Any]
SHOWN, COUNTED, UNREAD = 40, 201, 100
_OPEN = user_tasks.c.ended_at.is_(None)
_USER: sa.BindParameter[Any] = sa.bindparam("user_id")
_CASE: sa.BindParameter[Any] = sa.bindparam("case_id")
_TASK: sa.BindParameter[Any] = sa.bindparam("task_id")
_NOW: sa.BindParameter[Any] = sa.bindparam("now", type_=user_tasks.c.due_sort.type)
_GROUPS: sa.BindParameter[Any] = sa.bindparam("groups", expanding=True)

SIGNED_IN = (
    sa.select(sign_in_sessions, users.c.id, users.c.name, users.c.login, users.c.locale, users.c.ended_at)
    .add_columns(users.c.demonstration, users.c.totp_last_step)
    .join(users, users.c.id == sign_in_sessions.c.user_id)
    .where(sign_in_sessions.c.token_hash == sa.bindparam("token_hash"))
)
HELD = (
    sa.select(role_assignments, deputyships)
    .join(deputyships, deputyships.c.assignment_id == role_assignments.c.id, isouter=True)
    .where(sa.or_(role_assignments.c.user_id == _USER, deputyships.c.deputy_user_id == _USER))
)
REGISTERS = sa.select(settings).where(settings.c.name.in_(["organisations.revision", "calendar.revision"]))
BELL = sa.select(sa.func.count()).select_from(
    sa.select(notifications.c.id)
    .where(notifications.c.user_id == _USER, notifications.c.read_at.is_(None))
    .limit(UNREAD)
    .subquery()
)
EVERY_PAGE = (SIGNED_IN, HELD, REGISTERS)

CHOICES = (
    sa.select(campaigns.c.id, campaigns.c.version_id, campaigns.c.key, campaigns.c.year, campaign_units.c.unit_id)
    .join(campaign_units, campaign_units.c.campaign_id == campaigns.c.id)
    .limit(COUNTED)
)
_MINE = sa.select(user_tasks.c.id, user_tasks.c.due_sort).where(_OPEN, user_tasks.c.assignee_id == _USER)
_GROUP = sa.select(task_candidates.c.task_id.label("id"), task_candidates.c.due_sort).where(
    task_candidates.c.group_key.in_(_GROUPS)
)
_TODO = sa.union_all(_MINE, _GROUP).subquery()
_FIRST = sa.select(_TODO).order_by(_TODO.c.due_sort, _TODO.c.id).limit(SHOWN + 1).subquery()
_SHOWN = ("id", "node_id", "name_vi", "name_en", "stage", "state", "assignee_id", "due_at", "groups", "revision")
ROWS = (
    sa.select(*(user_tasks.c[name] for name in _SHOWN), cases.c.business_key, cases.c.unit_id)
    .add_columns(organisations.c.name_vi, organisations.c.name_en, campaigns.c.key, campaigns.c.year)
    .join(_FIRST, _FIRST.c.id == user_tasks.c.id)
    .join(cases, cases.c.id == user_tasks.c.case_id)
    .join(campaigns, campaigns.c.id == cases.c.campaign_id)
    .join(organisations, organisations.c.id == cases.c.unit_id)
    .order_by(_FIRST.c.due_sort, _FIRST.c.id)
)


def _number(found: sa.Select[Any], due: sa.ColumnElement[Any], late: bool = False) -> sa.ScalarSelect[Any]:
    narrowed = found.where(due < _NOW) if late else found
    return sa.select(sa.func.count()).select_from(narrowed.limit(COUNTED).subquery()).scalar_subquery()


COUNTS = sa.select(
    _number(_MINE, user_tasks.c.due_sort).label("mine"),
    _number(_GROUP, task_candidates.c.due_sort).label("waiting"),
    _number(_MINE, user_tasks.c.due_sort, late=True).label("mine_late"),
    _number(_GROUP, task_candidates.c.due_sort, late=True).label("waiting_late"),
    _number(
        sa.select(task_candidates.c.task_id).where(
            task_candidates.c.group_key.in_(sa.bindparam("watched", expanding=True))
        ),
        task_candidates.c.due_sort,
    ).label("escalated"),
)
INBOX = (*EVERY_PAGE, CHOICES, ROWS, COUNTS, BELL)
WAITING = sa.select(
    _number(_MINE, user_tasks.c.due_sort).label("mine"), _number(_GROUP, task_candidates.c.due_sort).label("waiting")
)
HEAD = (WAITING, BELL)
"""What the head of a page says; the inbox has the first among its counts."""

TASK_AND_CASE = (
    sa.select(user_tasks, cases, campaigns)
    .join(cases, cases.c.id == user_tasks.c.case_id)
    .join(campaigns, campaigns.c.id == cases.c.campaign_id)
    .where(user_tasks.c.id == _TASK)
)
HISTORY = sa.select(user_tasks).where(user_tasks.c.case_id == _CASE)
DOERS = sa.select(task_people).where(task_people.c.case_id == _CASE)
FILES = sa.select(evidence, users.c.name).join(users, users.c.id == evidence.c.uploaded_by)
FILES = FILES.where(evidence.c.case_id == _CASE)
REMARKS = sa.select(comments, users.c.name).join(users, users.c.id == comments.c.author_id)
REMARKS = REMARKS.where(comments.c.case_id == _CASE).order_by(comments.c.id.desc()).limit(20)
STEPS = (
    sa.select(events, users.c.name)
    .join(users, users.c.id == events.c.actor, isouter=True)
    .where(events.c.stream == sa.bindparam("stream"), events.c.type == "TaskCompleted")
)
HOLDERS = (
    sa.select(role_assignments, users.c.name)
    .join(users, users.c.id == role_assignments.c.user_id)
    .where(role_assignments.c.role == sa.bindparam("role"))
    .where(role_assignments.c.organisation_id == sa.bindparam("organisation_id"))
)
TASK = (*EVERY_PAGE, TASK_AND_CASE, HISTORY, DOERS, HOLDERS, FILES, REMARKS, STEPS, *HEAD)

RESULTS = (
    sa.select(assessments, assessment_results, users.c.name)
    .join(assessment_results, assessment_results.c.assessment_id == assessments.c.id, isouter=True)
    .join(users, users.c.id == assessments.c.submitted_by, isouter=True)
    .where(assessments.c.case_id == _CASE)
)
SEEN = sa.select(criterion_rows).where(criterion_rows.c.task_id == _TASK)
SHEET = (TASK_AND_CASE, HISTORY, DOERS, RESULTS, SEEN, FILES)
MATRIX = (*EVERY_PAGE, *SHEET, *HEAD)

SAVE_RESULT = sa.update(assessment_results).where(
    assessment_results.c.assessment_id == sa.bindparam("of"), assessment_results.c.criterion_id == sa.bindparam("which")
)
SAVE_ROW = sa.update(criterion_rows).where(
    criterion_rows.c.task_id == sa.bindparam("of"), criterion_rows.c.criterion_id == sa.bindparam("which")
)
DRAFT = (*EVERY_PAGE, *SHEET)
CHECKED = (*EVERY_PAGE, TASK_AND_CASE, HISTORY, DOERS, FILES)
"""What is read again before a task is completed; what completing reads and writes is the floor of a step."""


class FloorApp:
    """A plain Flask application with the same cookie: its one view executes statements and sends a stored body."""

    def __init__(self, engine: sa.Engine, secret: str, cookie: str) -> None:
        self._engine = engine
        self.app = Flask("floor")
        self.app.config.update(SECRET_KEY=secret, SESSION_COOKIE_NAME=cookie)
        self.app.add_url_rule("/<path:_>", "page", self._page, methods=["GET", "POST"])
        self.statements: Sequence[sa.Select[Any]] = ()
        self.given: Given = {}
        self.body = b""
        self.status = 200
        self.written: Any = None
        """What writes, after the reading and in a transaction of its own; called with the engine."""

    def _page(self, _: str) -> Response:
        token_hash = hashlib.sha256(session["_user_id"].encode()).hexdigest()
        given = {**self.given, "token_hash": token_hash}
        with self._engine.connect().execution_options(reading=True) as connection:
            for statement in self.statements:
                connection.execute(statement, given).all()
        if self.written is not None:
            self.written()
        return Response(self.body, status=self.status)


class DraftFloor:
    """What saving one criterion's row writes: the row, where it stands, one event in the case's chain, its seal."""

    def __init__(self, engine: sa.Engine, case_id: str, task_id: str, criterion_id: str) -> None:
        self._engine = engine
        self._stream = f"case:{case_id}"
        with engine.connect().execution_options(reading=True) as connection:

            def one(query: sa.Select[Any]) -> dict[str, Any]:
                return dict(connection.execute(query).mappings().one())

            of_task = sa.select(assessments.c.id).where(assessments.c.task_id == task_id).scalar_subquery()
            results, rows = assessment_results.c, criterion_rows.c
            self._result = one(
                sa.select(assessment_results).where(
                    results.assessment_id == of_task, results.criterion_id == criterion_id
                )
            )
            self._row = one(sa.select(criterion_rows).where(rows.task_id == task_id, rows.criterion_id == criterion_id))
            newest = sa.select(events).where(events.c.stream == self._stream).order_by(events.c.seq.desc()).limit(1)
            self._event = one(newest)
            self._page = one(sa.select(row_seals).order_by(row_seals.c.stamp.desc()).limit(1))
        self._of = {"of": self._result.pop("assessment_id"), "which": self._result.pop("criterion_id")}
        self._of_row = {"of": self._row.pop("task_id"), "which": self._row.pop("criterion_id")}

    def run(self) -> None:
        """One transaction, one commit."""
        with self._engine.begin() as connection:
            connection.execute(SAVE_RESULT, {**self._result, **self._of})
            connection.execute(SAVE_ROW, {**self._row, **self._of_row})
            head = connection.execute(READ_HEAD, {"key": self._stream}).mappings().one()
            new = {"seq": head["seq"] + 1, "hash": head["hash"][::-1]}
            connection.execute(MOVE_HEAD, {"key": self._stream, "was": head["hash"], **new})
            event = {**self._event, "id": new_id(), "seq": new["seq"], "hash": new["hash"], "prev_hash": head["hash"]}
            connection.execute(ADD_EVENTS, [event])
            most = 16 if connection.dialect.name == "postgresql" else 1
            stamp = connection.exec_driver_sql(f"{NEWEST_PAGES}{most}").all()[0].stamp + 1
            connection.execute(ADD_PAGE, {**self._page, "writer": "floor", "stamp": stamp, "number": stamp})


__all__ = ["CHECKED", "DRAFT", "INBOX", "MATRIX", "TASK", "DraftFloor", "Floor", "FloorApp"]
