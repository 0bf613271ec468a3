"""Taking back a step that one has sent, as long as nobody has begun with what follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflow.audit.event import AuditEvent
from workflow.audit.facts.casework import (
    TaskClaimed,
    TaskCompleted,
    TaskDelegated,
    TaskReassigned,
    TaskStarted,
    TaskTakenBack,
)
from workflow.engine import commands as cmd, events as e
from workflow.engine.codec import state_from_json
from workflow.engine.state import Activity, ProcessState, visible_variables
from workflow.errors import TransitionRefused
from workflow.lifecycle.sent_step import SENT, SENT_STEP, SentContext
from workflow.lifecycle.user_task import OPEN, RESERVED, TAKEN, USER_TASK
from workflow.organisation.authority import Actor
from workflow.organisation.records import Organisation
from workflow.packages.tasks import spec_of
from workflow.runtime.recorder import Provenance
from workflow.runtime.steps import case_stream
from workflow.services.casework.ground import CaseGround
from workflow.services.casework.situations import TaskSituation, moved
from workflow.services.casework.task_view import as_entry
from workflow.services.casework.tasks import TaskCommand
from workflow.services.ground.access import Access, provenance
from workflow.services.ground.idempotence import once
from workflow.services.ground.people import user_names
from workflow.spelling import entered
from workflow.store.casework import UnitCase
from workflow.store.inbox import TaskLine
from workflow.store.tasks import TaskRecord
from workflow.store.unit_of_work import UnitOfWork

_BEGUN = frozenset({TaskClaimed.__name__, TaskDelegated.__name__, TaskReassigned.__name__, TaskStarted.__name__})


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackStep(TaskCommand):
    """Take back the step that was sent by finishing this task."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A step that was sent, and the task that waits because of it, at `body`; `refusal`: why it cannot be taken back."""

    task: TaskRecord
    case: UnitCase
    unit: Organisation
    next: TaskRecord | None
    body: Organisation | None
    refusal: TransitionRefused | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Onward:
    """What has come of a step, with what the rule must know of it."""

    place: Activity | None
    next: TaskRecord | None
    own_scope: str
    state: ProcessState
    context: SentContext


def seems_untouched(done: TaskRecord | TaskLine, standing: Iterable[TaskRecord]) -> bool:
    """Whether a list may offer to take the step back: `standing` are the case's open tasks. The service looks at everything."""
    if done.ended_at is None or done.round_id is not None:
        return False
    after = [one for one in standing if one.created_at >= done.ended_at]
    return len(after) == 1 and after[0].round_id is None and after[0].state in ("ready", RESERVED)


class TakeBackService:
    """Raises `NotFound` for a task that the actor may not see, and refusals that say why not."""

    def __init__(self, ground: CaseGround) -> None:
        self._ground = ground

    def sent(self, actor: Actor, task_id: str) -> Sent:
        """The step, what it led to, and whether it could be taken back."""
        with self._ground.units.reading() as uow:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, task_id)
            onward = self._onward(uow, access, found)
            option = next(iter(SENT_STEP.permitted(SENT, onward.context)))
            body = onward.next.organisation_id if onward.next else None
            return Sent(
                task=replace(found.task, draft=None),
                case=found.case,
                unit=access.tree.get(found.case.unit_id),
                next=replace(onward.next, draft=None) if onward.next else None,
                body=access.tree.get(body) if body else None,
                refusal=option.refusal,
            )

    def take_back(self, actor: Actor, command: TakeBackStep) -> Mapping[str, Any]:
        """Move the case back to the step and give it to the sender, with what they had entered. Returns the new task's id."""

        def work(uow: UnitOfWork) -> Mapping[str, Any]:
            access = self._ground.access(uow, actor)
            found = self._ground.situation(uow, access, command.task_id)
            by = provenance(actor, found.assignment, access.now, command.command_id)

            def carry_out() -> Mapping[str, Any]:
                onward = self._onward(uow, access, found)
                SENT_STEP.move(SENT, "take_back", replace(onward.context, reason=command.reason))
                return {"task_id": self._moved_back(uow, access, found, onward, by, entered(command.reason)).id}

            return once(uow, type(command).__name__, by, carry_out)

        return self._ground.step(work)

    def _moved_back(
        self,
        uow: UnitOfWork,
        access: Access,
        found: TaskSituation,
        onward: _Onward,
        by: Provenance,
        reason: str,
    ) -> TaskRecord:
        assert onward.place is not None  # noqa: S101 - the rule has refused where there is none
        assert onward.next is not None  # noqa: S101 - as above
        fact = TaskTakenBack(
            task_id=onward.next.id,
            node_id=found.task.node_id,
            from_node=onward.next.node_id,
            sent=found.task.id,
            reason=reason,
        )
        command = cmd.MoveToken(activity_id=onward.place.id, target_node=found.task.node_id)
        case = self._ground.steps.apply(uow, found.case, command, by, [fact])
        made = (one for one in uow.tasks.open_of_case(case.id) if one.node_id == found.task.node_id)
        again = self._ground.situation(uow, access, next(one for one in made if one.created_at == by.at).id)
        return self._in_hand(uow, again, by, _draft_of(found, onward))

    def _in_hand(self, uow: UnitOfWork, found: TaskSituation, by: Provenance, draft: Mapping[str, Any]) -> TaskRecord:
        """Claimed and begun by the sender: two events, as always."""
        task, context = found.task, found.context
        if task.state not in TAKEN:
            claimed = replace(
                task,
                state=USER_TASK.move(task.state, "claim", context),
                assignee_id=by.actor,
                assigned_role=by.role,
                on_behalf_of=by.on_behalf_of,
            )
            self._ground.steps.note(uow, found.case, by, TaskClaimed(**moved(task, claimed)))
            task, context = uow.tasks.save(claimed), replace(context, is_assignee=True, assigned=True)
        begun = replace(task, state=USER_TASK.move(task.state, "start", context), draft=dict(draft))
        self._ground.steps.note(uow, found.case, by, TaskStarted(**moved(task, begun)))
        return uow.tasks.save(begun)

    def _onward(self, uow: UnitOfWork, access: Access, found: TaskSituation) -> _Onward:
        task, case = found.task, found.case
        state = state_from_json(case.state or {})
        since = _Since.read(uow.events.of_stream(case_stream(case.id)), task)
        places = [one for one in state.activities.values() if one.id in since.entered and one.loop_counter is None]
        place = places[0] if len(places) == 1 else None
        following = uow.tasks.of_activity(case.id, place.id) if place else None
        standing = {one.id for one in places}
        in_rounds = any(one.round_id in standing for one in uow.tasks.open_of_case(case.id))
        who = self._begun_by(uow, following, since) if following else None
        context = SentContext(
            is_sender=task.state == "completed" and access.actor.user_id == task.completed_by,
            runs=case.status == "active",
            in_round=task.round_id is not None or in_rounds,
            places=len(places),
            a_task=following is not None
            and following.state in OPEN
            and place is not None
            and place.scope_id == since.scope,
            later=since.later,
            begun_by=user_names(uow, [who]).get(who, who) if who else "",
            may_do=found.context.in_jurisdiction and not found.context.bars,
            past_hard_deadline=found.context.past_hard_deadline,
        )
        return _Onward(place=place, next=following, own_scope=since.scope, state=state, context=context)

    @staticmethod
    def _begun_by(uow: UnitOfWork, following: TaskRecord, since: "_Since") -> str | None:
        """Who has taken or begun the task, or has written something into it before they put it back."""
        if following.state in TAKEN and following.id in since.begun:
            return since.begun[following.id]
        wrote = (
            user
            for one, user, part in uow.task_people.of_case(following.case_id)
            if (one, part) == (following.id, "entered")
        )
        return next(wrote, None)


@dataclass(slots=True, kw_only=True)
class _Since:
    """What the case's events tell since a task was finished. `begun`: task → who took or began it last; `scope`: where the task stood."""

    entered: set[str]
    begun: dict[str, str]
    scope: str = ""
    later: bool = False

    @classmethod
    def read(cls, events: Iterable[AuditEvent], task: TaskRecord) -> "_Since":
        found, after = cls(entered=set(), begun={}), False
        for event in events:
            payload = event.payload
            if event.type == e.ActivityEntered.__name__:
                if payload.get("activity_id") == task.activity_id:
                    found.scope = str(payload.get("scope_id"))
                if after:
                    found.entered.add(str(payload.get("activity_id")))
            elif event.type == TaskCompleted.__name__:
                found.later = found.later or after
                after = after or payload.get("task_id") == task.id
            elif after and event.type in _BEGUN:
                found.begun[str(payload.get("task_id"))] = str(payload.get("to", {}).get("assignee") or event.actor)
        return found


def _draft_of(found: TaskSituation, onward: _Onward) -> dict[str, Any]:
    """What was sent, to be corrected; the result is to be chosen anew."""
    state, spec = onward.state, spec_of(found.package, found.task.node_id)
    seen = visible_variables(state, onward.own_scope if onward.own_scope in state.scopes else state.root_id)
    own = seen.get(found.task.node_id)
    kept: Mapping[str, Any] = own if isinstance(own, Mapping) else {}
    reasons = kept.get("criterion_reasons")
    return {
        "outcome": "",
        "fields": {item.id: as_entry(kept.get(item.id)) for item in spec.fields},
        "reason": found.task.reason or "",
        "criterion_reasons": dict(reasons) if isinstance(reasons, Mapping) else {},
    }
