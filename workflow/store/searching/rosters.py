"""How each unit of a campaign stands: one part of the roster for every unit, and what may be so besides. No table of its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from workflow.lifecycle.case import ENDED
from workflow.store.campaigns import campaign_units
from workflow.store.cases import cases
from workflow.store.rows import build_all
from workflow.store.tasks import IS_OPEN, user_tasks

Part = Literal["recognised", "not_recognised", "in_work", "late", "missing", "left"]
RECOGNISED = "recognised"
"""The result by which a procedure says that the unit is recognised; any other decides otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """A unit of a campaign. `part`: the one part of the roster that it is in; the truths after it overlap.

    `missing`: its case is not started, or waits for the unit itself. `late`: a step of others is open past its day. `left`: its case
    was withdrawn or cancelled. `sent`: the unit has sent something. `returned`: what it sent came back. `overdue`: an open step is
    past its day, whoever has it. `stuck`: an incident is open. `due_at`: until when the unit may send.
    """

    unit_id: str
    status: str
    case_id: str | None
    part: Part
    sent: bool
    returned: bool
    overdue: bool
    stuck: bool
    due_at: datetime | None = None
    business_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneStep:
    """A task that somebody completed: in which stage, when it came and when it was done."""

    case_id: str
    stage: str
    created_at: datetime
    ended_at: datetime


def _task(*conditions: sa.ColumnElement[bool] | sa.TextClause) -> sa.ColumnElement[bool]:
    """Whether the unit's case has such a task."""
    return sa.exists(sa.literal(1)).where(user_tasks.c.case_id == cases.c.id, *conditions).correlate(cases)


_BEFORE = user_tasks.alias("task_before")
_DONE_BEFORE = (
    sa.exists(sa.literal(1))
    .where(_BEFORE.c.case_id == user_tasks.c.case_id, _BEFORE.c.node_id == user_tasks.c.node_id)
    .where(_BEFORE.c.state == "completed")
    .correlate(user_tasks)
)
_OF_UNIT = user_tasks.c.organisation_id == cases.c.unit_id
_OVERDUE = _task(IS_OPEN, user_tasks.c.due_at < sa.bindparam("now"))
_PART = sa.case(
    (cases.c.id.is_(None), "missing"),
    (cases.c.outcome == RECOGNISED, "recognised"),
    (cases.c.status.in_(("withdrawn", "cancelled")), "left"),
    (sa.or_(cases.c.outcome.is_not(None), cases.c.status.in_(ENDED)), "not_recognised"),
    (_task(IS_OPEN, _OF_UNIT), "missing"),
    (_OVERDUE, "late"),
    else_="in_work",
)
_DUE = (
    sa.select(sa.func.min(user_tasks.c.due_at, type_=user_tasks.c.due_at.type))
    .where(user_tasks.c.case_id == cases.c.id, IS_OPEN, _OF_UNIT)
    .correlate(cases)
    .scalar_subquery()
)
_FROM = campaign_units.outerjoin(cases, cases.c.id == campaign_units.c.case_id)
_ROWS = (
    sa.select(
        campaign_units.c.unit_id,
        campaign_units.c.status,
        campaign_units.c.case_id,
        cases.c.business_key,
        _PART.label("part"),
        _task(user_tasks.c.state == "completed", _OF_UNIT).label("sent"),
        _task(IS_OPEN, _OF_UNIT, _DONE_BEFORE).label("returned"),
        _OVERDUE.label("overdue"),
        (sa.func.coalesce(cases.c.open_incidents, 0) > 0).label("stuck"),
        _DUE.label("due_at"),
    )
    .select_from(_FROM)
    .where(campaign_units.c.campaign_id == sa.bindparam("of_campaign"))
    .order_by(campaign_units.c.unit_id)
)
_DONE = (
    sa.select(user_tasks.c.case_id, user_tasks.c.stage, user_tasks.c.created_at, user_tasks.c.ended_at)
    .join(cases, cases.c.id == user_tasks.c.case_id)
    .where(cases.c.campaign_id == sa.bindparam("of_campaign"), user_tasks.c.state == "completed")
    .order_by(user_tasks.c.ended_at.desc(), user_tasks.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


_HOLDERS = (
    sa.select(user_tasks.c.case_id, user_tasks.c.activity_id, user_tasks.c.assignee_id)
    .join(cases, cases.c.id == user_tasks.c.case_id)
    .where(cases.c.campaign_id == sa.bindparam("of_campaign"), user_tasks.c.ended_at.is_(None))
)


class Rosters:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def rows(self, campaign_id: str, now: datetime) -> Sequence[RosterRow]:
        """Every unit of the campaign, by id: what its page counts by area."""
        found = self._connection.execute(_ROWS, {"of_campaign": campaign_id, "now": now}).mappings()
        return [
            RosterRow(**{**row, **{name: bool(row[name]) for name in ("sent", "returned", "overdue", "stuck")}})
            for row in found
        ]

    def done(self, campaign_id: str, most: int) -> Sequence[DoneStep]:
        """The steps that people have done in the campaign's cases, the newest first, at most so many."""
        return build_all(
            DoneStep, self._connection.execute(_DONE, {"of_campaign": campaign_id, "most": most}).mappings()
        )

    def holders(self, campaign_id: str) -> Mapping[tuple[str, str], str | None]:
        """(case, activity) of each task of the campaign that has not ended → who has it."""
        found = self._connection.execute(_HOLDERS, {"of_campaign": campaign_id})
        return {(case_id, activity_id): assignee_id for case_id, activity_id, assignee_id in found}

    def parts(
        self, campaign_ids: Collection[str], unit_ids: Collection[str] | None, now: datetime
    ) -> Mapping[str, Mapping[Part, int]]:
        """Campaign → part → how many of these units (None: of all) are in it."""
        query = (
            sa.select(campaign_units.c.campaign_id, _PART.label("part"), sa.func.count())
            .select_from(_FROM)
            .where(campaign_units.c.campaign_id.in_(campaign_ids))
            .group_by(campaign_units.c.campaign_id, _PART)
        )
        if unit_ids is not None:
            query = query.where(campaign_units.c.unit_id.in_(unit_ids))
        found: dict[str, dict[Part, int]] = {}
        for campaign_id, part, number in self._connection.execute(query, {"now": now}):
            found.setdefault(campaign_id, {})[part] = number
        return found
