"""What each event changes in a state: one small function an event, in one table. No event is ever refused here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from workflow.engine import events as e
from workflow.engine.apply_compensation import COMPENSATION_APPLIERS
from workflow.engine.apply_migration import MIGRATION_APPLIERS
from workflow.engine.apply_waits import WAIT_APPLIERS
from workflow.engine.changing import change, number, wait
from workflow.engine.draft import Draft
from workflow.engine.state import Activity, Incident, Loop, Scope


def apply(draft: Draft, event: e.Event) -> None:
    """Fold one event into the draft."""
    APPLIERS[type(event)](draft, event)


def _process_started(draft: Draft, event: e.ProcessStarted) -> None:
    draft.process_id, draft.root_id = event.process_id, event.scope_id
    number(draft, event.scope_id)
    draft.scopes[event.scope_id] = Scope(
        id=event.scope_id,
        container_id=event.process_id,
        process_id=event.process_id,
        variables=dict(event.variables),
    )


def _scope_opened(draft: Draft, event: e.ScopeOpened) -> None:
    number(draft, event.scope_id)
    draft.scopes[event.scope_id] = Scope(
        id=event.scope_id,
        parent_id=event.parent_id,
        activity_id=event.activity_id,
        container_id=event.container_id,
        process_id=event.process_id,
        variables=dict(event.variables),
        loop_counter=event.loop_counter,
    )
    if event.activity_id is None:
        return
    draft.opened_by[event.activity_id].add(event.scope_id)
    activity = draft.activities.get(event.activity_id)
    if activity is not None and activity.loop is not None and event.loop_counter is not None:
        change(draft, activity.id, loop=replace(activity.loop, started=activity.loop.started + 1))
    else:
        wait(draft, event.activity_id, "scope")


def _scope_closed(draft: Draft, event: e.ScopeClosed) -> None:
    draft.drop_scope(event.scope_id)


def _activity_entered(draft: Draft, event: e.ActivityEntered) -> None:
    number(draft, event.activity_id)
    draft.put_activity(
        Activity(
            id=event.activity_id,
            node_id=event.node_id,
            scope_id=event.scope_id,
            loop_counter=event.loop_counter,
        )
    )


def _user_task_created(draft: Draft, event: e.UserTaskCreated) -> None:
    change(
        draft,
        event.activity_id,
        waits_for="user",
        due_at=event.due_at,
        follow_up_at=event.follow_up_at,
        created_at=event.created_at,
    )


def _user_task_rescheduled(draft: Draft, event: e.UserTaskRescheduled) -> None:
    change(draft, event.activity_id, due_at=event.due_at, follow_up_at=event.follow_up_at)


def _job_created(draft: Draft, event: e.JobCreated) -> None:
    wait(draft, event.activity_id, "job")


def _loop_started(draft: Draft, event: e.LoopStarted) -> None:
    change(
        draft,
        event.activity_id,
        waits_for="loop",
        loop=Loop(total=event.total, items=event.items, gathers=event.gathers),
    )


def _instance_completed(draft: Draft, event: e.InstanceCompleted) -> None:
    activity = draft.activities.get(event.activity_id)
    if activity is None or activity.loop is None:
        return
    loop = activity.loop
    outputs = loop.outputs
    if loop.gathers:
        last_first = outputs and outputs[-1][0] > event.loop_counter
        outputs = (*outputs, (event.loop_counter, event.output))
        outputs = tuple(sorted(outputs, key=lambda pair: pair[0])) if last_first else outputs
    change(draft, activity.id, loop=replace(loop, completed=loop.completed + 1, outputs=outputs))


def _activity_completed(draft: Draft, event: e.ActivityCompleted) -> None:
    draft.drop_activity(event.activity_id)
    if event.ended:
        others = tuple(node for node in draft.end_nodes if node != event.node_id)
        draft.end_nodes = (*others, event.node_id)


def _activity_cancelled(draft: Draft, event: e.ActivityCancelled) -> None:
    draft.drop_activity(event.activity_id)


def _token_arrived(draft: Draft, event: e.TokenArrived) -> None:
    key = (event.scope_id, event.node_id)
    flows = draft.arrivals.setdefault(key, {})
    flows[event.flow_id] = flows.get(event.flow_id, 0) + 1
    draft.joins_in[event.scope_id].add(key)


def _join_completed(draft: Draft, event: e.JoinCompleted) -> None:
    key = (event.scope_id, event.node_id)
    flows = draft.arrivals.get(key, {})
    for flow_id in event.flow_ids:
        left = flows.pop(flow_id, 1) - 1
        if left > 0:
            flows[flow_id] = left
    if not flows:
        draft.arrivals.pop(key, None)
        draft.joins_in[event.scope_id].discard(key)
    if event.waits_for_reset or key in draft.resetting:
        draft.resetting[key] = (*draft.resetting.get(key, ()), *event.flow_ids)
    draft.emptied[event.scope_id] = None


def _join_reset(draft: Draft, event: e.JoinReset) -> None:
    draft.resetting.pop((event.scope_id, event.node_id), None)
    draft.emptied[event.scope_id] = None


def _tokens_discarded(draft: Draft, event: e.TokensDiscarded) -> None:
    draft.drop_joins_in(event.scope_id)


def _variables_set(draft: Draft, event: e.VariablesSet) -> None:
    scope = draft.scopes.get(event.scope_id)
    if scope is not None:
        draft.scopes[scope.id] = replace(scope, variables={**scope.variables, **event.variables})


def _incident_opened(draft: Draft, event: e.IncidentOpened) -> None:
    number(draft, event.incident_id)
    draft.incidents[event.incident_id] = Incident(
        id=event.incident_id,
        activity_id=event.activity_id,
        node_id=event.node_id,
        kind=event.kind,
        phase=event.phase,
    )
    draft.attached[event.activity_id].add(event.incident_id)
    if event.phase == "leave" and event.scope_id is not None:
        draft.put_activity(
            Activity(
                id=event.activity_id,
                node_id=event.node_id,
                scope_id=event.scope_id,
                loop_counter=event.loop_counter,
                leaving=True,
            )
        )


def _incident_resolved(draft: Draft, event: e.IncidentResolved) -> None:
    incident = draft.incidents.pop(event.incident_id, None)
    if incident is None:
        return
    draft.attached[incident.activity_id].discard(incident.id)
    if incident.phase == "leave":
        draft.drop_activity(incident.activity_id)


def _suspended(draft: Draft, event: e.ProcessSuspended) -> None:
    draft.status = "suspended"


def _resumed(draft: Draft, event: e.ProcessResumed) -> None:
    draft.status = "active"


def _completed(draft: Draft, event: e.ProcessCompleted) -> None:
    draft.status = "completed"
    draft.end()


def _cancelled(draft: Draft, event: e.ProcessCancelled) -> None:
    draft.status = "cancelled"
    draft.end()


def _record_only(draft: Draft, event: e.Event) -> None:
    """The event explains something; it moves no token."""


APPLIERS: dict[type, Callable[[Draft, Any], None]] = {
    e.ProcessStarted: _process_started,
    e.ScopeOpened: _scope_opened,
    e.ScopeClosed: _scope_closed,
    e.ActivityEntered: _activity_entered,
    e.UserTaskCreated: _user_task_created,
    e.UserTaskRescheduled: _user_task_rescheduled,
    e.JobCreated: _job_created,
    e.LoopStarted: _loop_started,
    e.InstanceCompleted: _instance_completed,
    e.ActivityCompleted: _activity_completed,
    e.ActivityCancelled: _activity_cancelled,
    e.TokenArrived: _token_arrived,
    e.JoinCompleted: _join_completed,
    e.JoinReset: _join_reset,
    e.TokensDiscarded: _tokens_discarded,
    e.GatewayDecided: _record_only,
    e.RuleEvaluated: _record_only,
    e.VariablesSet: _variables_set,
    e.IncidentOpened: _incident_opened,
    e.IncidentResolved: _incident_resolved,
    e.TokenMoved: _record_only,
    e.ProcessSuspended: _suspended,
    e.ProcessResumed: _resumed,
    e.ProcessCompleted: _completed,
    e.ProcessCancelled: _cancelled,
    e.ErrorThrown: _record_only,
    e.EscalationThrown: _record_only,
    e.SignalThrown: _record_only,
    e.MessageThrown: _record_only,
    **WAIT_APPLIERS,
    **COMPENSATION_APPLIERS,
    **MIGRATION_APPLIERS,
}
