"""Another last day for a deadline, tried before anything counts: which open tasks would be late by it, late no longer, or due on another day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from workflow.budget import STEP, within
from workflow.engine import commands as cmd, events as ev
from workflow.engine.codec import state_from_json
from workflow.engine.decide import decide
from workflow.engine.state import ProcessState
from workflow.errors import Doubt, InvalidInput, NotFound, WorkflowError
from workflow.lifecycle.campaign import OPEN, PLANNED
from workflow.lifecycle.case import RUNNING
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.runtime.steps import Steps
from workflow.services.campaigns.campaigns import ChangeDeadline, edited, remind_days
from workflow.services.campaigns.ground import CLOSED_ALREADY, CampaignGround
from workflow.services.casework.clocks import deadline_variables
from workflow.services.ground.days import day_doubts
from workflow.services.ground.labels import node_label
from workflow.spelling import by_name
from workflow.store.campaigns import CampaignRecord
from workflow.store.casework import CaseFilter, UnitCase
from workflow.store.rows import Page
from workflow.store.unit_of_work import UnitOfWork

TRIALS_A_MINUTE = 20
_ALL = Page(limit=1_000_000)
Turn = Literal["late", "relieved", "moved", "at_once"]
"""Late by the new day; late no longer; due on another day, but as late or in time as before; what the process does by itself and would do now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """On one open task, or one timer of a case. `assignee_id`: who has the task; None for nobody and for timers."""

    turn: Turn
    case_id: str
    business_key: str
    unit: Organisation
    label: Label
    old: datetime | None
    new: datetime | None
    assignee_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineTrial:
    """What would come of it now. `cases`: how many running ones were looked at; `unclear`: the numbers of those of which nobody can tell."""

    old_day: date
    new_day: date
    effects: Sequence[Effect]
    cases: int
    unclear: Sequence[str]
    doubts: Sequence[Doubt]

    def of(self, turn: Turn) -> Sequence[Effect]:
        """Those, by the units' names."""
        return [one for one in self.effects if one.turn == turn]


class DeadlineTrialService:
    """For administrators and managers of the campaign's province. Nothing is written: `CampaignService.change_deadline` is what counts."""

    def __init__(self, ground: CampaignGround, steps: Steps) -> None:
        self._ground = ground
        self._steps = steps

    def look(self, actor: Actor, campaign_id: str, deadline_id: str, last_day: date) -> DeadlineTrial:
        """Reckon with the very command that a changed deadline sends to each running case, without sending it.

        Raises `NotFound`, `PermissionDenied`, `InvalidInput` for a campaign that is closed, `TooManyAttempts`.
        """
        self._ground.pace.take(actor.user_id, "try a deadline", TRIALS_A_MINUTE)
        with self._ground.units.reading() as uow:
            campaign = self._ground.mine(uow, actor, campaign_id)
            deadlines, doubts = self._tried(uow, campaign, deadline_id, last_day)
            command = cmd.RescheduleTimers(variables={"deadlines": deadline_variables(deadlines)})
            cases = [
                case
                for status in RUNNING
                for case in uow.unit_cases.search(CaseFilter(campaign_id=campaign_id, status=status), _ALL)[0]
            ]
            holders = uow.rosters.holders(campaign_id)
            effects: list[Effect] = []
            unclear: list[str] = []
            for case in cases:
                try:
                    effects += self._effects(uow, case, command, holders)
                except WorkflowError:
                    unclear.append(case.business_key)
        return DeadlineTrial(
            old_day=date.fromisoformat(campaign.deadlines[deadline_id]["last_day"]),
            new_day=last_day,
            effects=sorted(effects, key=lambda one: by_name(one.unit.name_vi, one.business_key)),
            cases=len(cases),
            unclear=sorted(unclear),
            doubts=doubts,
        )

    def _tried(
        self, uow: UnitOfWork, campaign: CampaignRecord, deadline_id: str, last_day: date
    ) -> tuple[Mapping[str, Any], Sequence[Doubt]]:
        """All deadlines as they would be, and what speaks against the day."""
        if campaign.status not in (PLANNED, OPEN):
            raise InvalidInput(CLOSED_ALREADY)
        if deadline_id not in campaign.deadlines:
            raise NotFound()
        package, calendar = self._ground.package(uow, campaign), self._ground.register.calendar(uow)
        old = campaign.deadlines[deadline_id]
        wanted = ChangeDeadline(
            campaign_id=campaign.id,
            deadline_id=deadline_id,
            last_day=last_day,
            remind_days=remind_days(campaign.deadlines, calendar)[deadline_id],
            escalate_to=old["escalate_to"],
            reason="",
            revision=campaign.revision,
        )
        new = edited(campaign.deadlines, wanted, package, calendar)
        doubts = day_doubts(deadline_id, last_day, calendar, self._ground.today())
        return {**campaign.deadlines, deadline_id: new}, doubts if new["last_day"] != old["last_day"] else ()

    def _effects(
        self, uow: UnitOfWork, case: UnitCase, command: cmd.Command, holders: Mapping[tuple[str, str], str | None]
    ) -> Iterator[Effect]:
        if case.state is None:
            return
        state, now = state_from_json(case.state), self._ground.clock.now()
        with within(STEP):
            happened = decide(self._steps.program(uow, case), state, command, now)
        package = self._steps.version(uow, case).package
        unit = self._ground.register.tree(uow).get(case.unit_id)
        for turn, node_id, activity_id, old, new in _turns(state, happened, now):
            yield Effect(
                turn=turn,
                case_id=case.id,
                business_key=case.business_key,
                unit=unit,
                label=node_label(package, node_id),
                old=old,
                new=new,
                assignee_id=holders.get((case.id, activity_id)),
            )


Moved = tuple[Turn, str, str, datetime | None, datetime | None]


def _turns(state: ProcessState, happened: Sequence[ev.Event], now: datetime) -> Iterator[Moved]:
    for event in happened:
        if isinstance(event, ev.UserTaskRescheduled):
            activity = state.activities[event.activity_id]
            if event.due_at != activity.due_at:
                turn = _turn(activity.due_at, event.due_at, now)
                yield turn, activity.node_id, activity.id, activity.due_at, event.due_at
        elif isinstance(event, ev.TimerScheduled) and event.timer_id in state.timers:
            old = state.timers[event.timer_id]
            if event.due_at <= now < old.due_at:
                yield "at_once", event.node_id, "", old.due_at, event.due_at


def _turn(old: datetime | None, new: datetime | None, now: datetime) -> Turn:
    was, becomes = (at is not None and at < now for at in (old, new))
    if was == becomes:
        return "moved"
    return "late" if becomes else "relieved"
