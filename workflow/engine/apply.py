"""What each event changes in a state: one small function an event, in one table. No event is ever refused here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from workflow.engine import events as e
from workflow.engine.draft import Draft
from workflow.engine.state import Activity, Incident, Loop, Scope, Subscription, Timer, Wait, age


def apply(draft: Draft, event: e.Event) -> None:
    """Fold one event into the draft."""
    APPLIERS[type(event)](draft, event)


def _number(draft: Draft, identifier: str) -> None:
    draft.counter = max(draft.counter, age(identifier))


def _change(draft: Draft, activity_id: str, **changes: Any) -> None:
    activity = draft.activities.get(activity_id)
    if activity is not None:
        draft.activities[activity_id] = replace(activity, **changes)


def _wait(draft: Draft, activity_id: str, waits_for: Wait) -> None:
    _change(draft, activity_id, waits_for=waits_for)


def _process_started(draft: Draft, event: e.ProcessStarted) -> None:
    draft.process_id, draft.root_id = event.process_id, event.scope_id
    _number(draft, event.scope_id)
    draft.scopes[event.scope_id] = Scope(
        id=event.scope_id,
        container_id=event.process_id,
        process_id=event.process_id,
        variables=dict(event.variables),
    )


def _scope_opened(draft: Draft, event: e.ScopeOpened) -> None:
    _number(draft, event.scope_id)
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
        _change(draft, activity.id, loop=replace(activity.loop, started=activity.loop.started + 1))
    else:
        _wait(draft, event.activity_id, "scope")


def _scope_closed(draft: Draft, event: e.ScopeClosed) -> None:
    draft.drop_scope(event.scope_id)


def _activity_entered(draft: Draft, event: e.ActivityEntered) -> None:
    _number(draft, event.activity_id)
    draft.put_activity(
        Activity(
            id=event.activity_id,
            node_id=event.node_id,
            scope_id=event.scope_id,
            loop_counter=event.loop_counter,
        )
    )


def _user_task_created(draft: Draft, event: e.UserTaskCreated) -> None:
    _change(
        draft,
        event.activity_id,
        waits_for="user",
        due_at=event.due_at,
        follow_up_at=event.follow_up_at,
        created_at=event.created_at,
    )


def _user_task_rescheduled(draft: Draft, event: e.UserTaskRescheduled) -> None:
    _change(draft, event.activity_id, due_at=event.due_at, follow_up_at=event.follow_up_at)


def _job_created(draft: Draft, event: e.JobCreated) -> None:
    _wait(draft, event.activity_id, "job")


def _loop_started(draft: Draft, event: e.LoopStarted) -> None:
    _change(
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
    _change(draft, activity.id, loop=replace(loop, completed=loop.completed + 1, outputs=outputs))


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
    draft.emptied[event.scope_id] = None


def _tokens_discarded(draft: Draft, event: e.TokensDiscarded) -> None:
    draft.drop_joins_in(event.scope_id)


def _variables_set(draft: Draft, event: e.VariablesSet) -> None:
    scope = draft.scopes.get(event.scope_id)
    if scope is not None:
        draft.scopes[scope.id] = replace(scope, variables={**scope.variables, **event.variables})


def _timer_scheduled(draft: Draft, event: e.TimerScheduled) -> None:
    _number(draft, event.timer_id)
    draft.timers[event.timer_id] = Timer(
        id=event.timer_id,
        activity_id=event.activity_id,
        node_id=event.node_id,
        due_at=event.due_at,
        remaining=event.remaining,
        started_at=event.started_at,
        cycle=event.cycle,
    )
    draft.attached[event.activity_id].add(event.timer_id)
    _waits_in_itself(draft, event.activity_id, event.node_id, "timer")


def _waits_in_itself(draft: Draft, activity_id: str, node_id: str, waits_for: Wait) -> None:
    """A timer or message of the node itself is what its activity waits for; one of a boundary event is not."""
    activity = draft.activities.get(activity_id)
    if activity is not None and activity.node_id == node_id:
        _wait(draft, activity_id, waits_for)


def _timer_gone(draft: Draft, event: e.TimerFired | e.TimerCancelled) -> None:
    timer = draft.timers.pop(event.timer_id, None)
    if timer is not None:
        draft.attached[timer.activity_id].discard(timer.id)


def _message_subscribed(draft: Draft, event: e.MessageSubscribed) -> None:
    _number(draft, event.subscription_id)
    draft.subscriptions[event.subscription_id] = Subscription(
        id=event.subscription_id,
        activity_id=event.activity_id,
        node_id=event.node_id,
        name=event.name,
        key=event.key,
    )
    draft.attached[event.activity_id].add(event.subscription_id)
    _waits_in_itself(draft, event.activity_id, event.node_id, "message")


def _subscription_gone(draft: Draft, event: e.MessageCorrelated | e.SubscriptionCancelled) -> None:
    subscription = draft.subscriptions.pop(event.subscription_id, None)
    if subscription is not None:
        draft.attached[subscription.activity_id].discard(subscription.id)


def _incident_opened(draft: Draft, event: e.IncidentOpened) -> None:
    _number(draft, event.incident_id)
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
    draft.drop_joins()


def _cancelled(draft: Draft, event: e.ProcessCancelled) -> None:
    draft.status = "cancelled"
    draft.drop_joins()


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
    e.TokensDiscarded: _tokens_discarded,
    e.GatewayDecided: _record_only,
    e.RuleEvaluated: _record_only,
    e.VariablesSet: _variables_set,
    e.TimerScheduled: _timer_scheduled,
    e.TimerFired: _timer_gone,
    e.TimerCancelled: _timer_gone,
    e.MessageSubscribed: _message_subscribed,
    e.MessageCorrelated: _subscription_gone,
    e.SubscriptionCancelled: _subscription_gone,
    e.ErrorThrown: _record_only,
    e.IncidentOpened: _incident_opened,
    e.IncidentResolved: _incident_resolved,
    e.TokenMoved: _record_only,
    e.ProcessSuspended: _suspended,
    e.ProcessResumed: _resumed,
    e.ProcessCompleted: _completed,
    e.ProcessCancelled: _cancelled,
}
