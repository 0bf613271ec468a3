"""Events → state: what each event changes, one small function an event, in one table. No event is ever refused here.

Pure, and it needs no definition: the events say everything.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from workflow.engine import events as e
from workflow.engine.codec import state_from_json
from workflow.engine.draft import Draft
from workflow.engine.events import Event, ProcessStarted
from workflow.engine.migration import events as me
from workflow.engine.state import (
    Activity,
    Compensable,
    Incident,
    Loop,
    Pause,
    ProcessState,
    Scope,
    Subscription,
    SubscriptionKind,
    Timer,
    Wait,
    WaitsFor,
)
from workflow.errors import N_, Conflict


def apply(draft: Draft, event: Event) -> None:
    """Fold one event into the draft."""
    APPLIERS[type(event)](draft, event)


def evolve(state: ProcessState | None, event: Event) -> ProcessState:
    """Return the state after one more event. Its cost grows with what is active; for many events use `evolve_all`."""
    return evolve_all(state, (event,))


def evolve_all(state: ProcessState | None, events: Iterable[Event]) -> ProcessState:
    """Return the state after these events, the same as folding `evolve`. Raises `Conflict` for a history without a start."""
    draft = Draft(state)
    for event in events:
        if not draft.root_id and not isinstance(event, ProcessStarted):
            raise Conflict(N_("A history begins with ProcessStarted, not with %(event)s."), event=type(event).__name__)
        apply(draft, event)
    if not draft.root_id:
        raise Conflict(N_("A history without events has no state."))
    return draft.freeze()


def replay(events: Iterable[Event]) -> ProcessState:
    """Return the state that a whole history leads to."""
    return evolve_all(None, events)


# The process, its scopes, activities and joins


def _process_started(draft: Draft, event: e.ProcessStarted) -> None:
    draft.process_id, draft.root_id = event.process_id, event.scope_id
    draft.number(event.scope_id)
    draft.scopes[event.scope_id] = Scope(
        id=event.scope_id,
        container_id=event.process_id,
        process_id=event.process_id,
        variables=dict(event.variables),
    )


def _scope_opened(draft: Draft, event: e.ScopeOpened) -> None:
    draft.number(event.scope_id)
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
        draft.change(activity.id, loop=replace(activity.loop, started=activity.loop.started + 1))
    else:
        draft.change(event.activity_id, waits_for="scope")


def _scope_closed(draft: Draft, event: e.ScopeClosed) -> None:
    draft.drop_scope(event.scope_id)


def _activity_entered(draft: Draft, event: e.ActivityEntered) -> None:
    draft.number(event.activity_id)
    draft.put_activity(
        Activity(
            id=event.activity_id,
            node_id=event.node_id,
            scope_id=event.scope_id,
            loop_counter=event.loop_counter,
        )
    )


def _user_task_created(draft: Draft, event: e.UserTaskCreated) -> None:
    draft.change(
        event.activity_id,
        waits_for="user",
        due_at=event.due_at,
        follow_up_at=event.follow_up_at,
        created_at=event.created_at,
    )


def _user_task_rescheduled(draft: Draft, event: e.UserTaskRescheduled) -> None:
    draft.change(event.activity_id, due_at=event.due_at, follow_up_at=event.follow_up_at)


def _job_created(draft: Draft, event: e.JobCreated) -> None:
    draft.change(event.activity_id, waits_for="job")


def _loop_started(draft: Draft, event: e.LoopStarted) -> None:
    draft.change(
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
    draft.change(activity.id, loop=replace(loop, completed=loop.completed + 1, outputs=outputs))


def _instance_withdrawn(draft: Draft, event: e.InstanceWithdrawn) -> None:
    activity = draft.activities.get(event.activity_id)
    if activity is not None and activity.loop is not None:
        loop = activity.loop
        draft.change(activity.id, loop=replace(loop, total=loop.total - 1, started=loop.started - 1))


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
    draft.number(event.incident_id)
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
    if event.suspended_at is not None and event.resumed_at is not None:
        draft.rest(Pause(began_at=event.suspended_at, ended_at=event.resumed_at))


def _completed(draft: Draft, event: e.ProcessCompleted) -> None:
    draft.status = "completed"
    draft.end()


def _cancelled(draft: Draft, event: e.ProcessCancelled) -> None:
    draft.status = "cancelled"
    draft.end()


def _record_only(draft: Draft, event: e.Event) -> None:
    """The event explains something or is about people; it moves no token."""


# Waits: timers and subscriptions alike


def _timer_scheduled(draft: Draft, event: e.TimerScheduled) -> None:
    timer = Timer(
        id=event.timer_id,
        activity_id=event.activity_id,
        node_id=event.node_id,
        due_at=event.due_at,
        remaining=event.remaining,
        started_at=event.started_at,
        cycle=event.cycle,
        part=event.part,
    )
    _wait_begun(draft, timer, "timer")


def _timer_gone(draft: Draft, event: e.TimerFired | e.TimerCancelled) -> None:
    draft.drop_wait(event.timer_id)


def _message_subscribed(draft: Draft, event: e.MessageSubscribed) -> None:
    _subscribed(draft, event, "message", event.name, event.key)


def _signal_subscribed(draft: Draft, event: e.SignalSubscribed) -> None:
    _subscribed(draft, event, "signal", event.name)


def _condition_awaited(draft: Draft, event: e.ConditionAwaited) -> None:
    _subscribed(draft, event, "condition", event.condition)


def _subscribed(
    draft: Draft,
    event: e.MessageSubscribed | e.SignalSubscribed | e.ConditionAwaited,
    kind: SubscriptionKind,
    name: str,
    key: Any = None,
) -> None:
    subscription = Subscription(
        id=event.subscription_id,
        activity_id=event.activity_id,
        node_id=event.node_id,
        name=name,
        key=key,
        kind=kind,
        part=event.part,
    )
    _wait_begun(draft, subscription, kind)


def _subscription_gone(draft: Draft, event: e.MessageCorrelated | e.SignalCaught | e.SubscriptionCancelled) -> None:
    draft.drop_wait(event.subscription_id)


def _condition_changed(draft: Draft, event: e.ConditionChanged) -> None:
    subscription = draft.subscriptions.get(event.subscription_id)
    if subscription is not None:
        draft.subscriptions[subscription.id] = replace(subscription, holds=event.holds)


def _events_awaited(draft: Draft, event: e.EventsAwaited) -> None:
    draft.change(event.activity_id, waits_for="events")


def _wait_begun(draft: Draft, wait: Wait, what: WaitsFor) -> None:
    """A wait of the node itself is what its activity waits for; one of a boundary event is not."""
    draft.number(wait.id)
    draft.put_wait(wait)
    activity = draft.activities.get(wait.activity_id)
    if activity is not None and activity.node_id == wait.node_id:
        draft.change(activity.id, waits_for=what)


# Compensation


def _compensable_recorded(draft: Draft, event: e.CompensableRecorded) -> None:
    draft.number(event.compensable_id)
    draft.put_compensable(
        Compensable(
            id=event.compensable_id,
            scope_id=event.scope_id,
            activity_id=event.activity_id,
            node_id=event.node_id,
            variables=dict(event.variables),
            kept_scope_id=event.kept_scope_id,
        )
    )


def _compensation_requested(draft: Draft, event: e.CompensationRequested) -> None:
    for compensable_id in event.compensables:
        compensable = draft.compensables.get(compensable_id)
        if compensable is not None:
            draft.compensables[compensable_id] = replace(compensable, requested_by=event.activity_id)


def _compensation_started(draft: Draft, event: e.CompensationStarted) -> None:
    compensable = draft.compensables.get(event.compensable_id)
    scope = draft.scopes.get(event.scope_id)
    if compensable is not None and scope is not None:
        draft.scopes[scope.id] = replace(scope, handler_id=event.handler_id, snapshot=compensable.variables)
        draft.handler_scopes.add(scope.id)
    draft.drop_compensable(event.compensable_id)


def _scope_kept(draft: Draft, event: e.ScopeKept) -> None:
    draft.keep_scope(event.scope_id, event.node_id)


# Migration


def _process_migrated(draft: Draft, event: me.ProcessMigrated) -> None:
    draft.process_id = event.process_id
    draft.end_nodes = event.end_nodes or draft.end_nodes


def _scope_migrated(draft: Draft, event: me.ScopeMigrated) -> None:
    scope = draft.scopes.get(event.scope_id)
    if scope is not None:
        draft.scopes[scope.id] = replace(scope, container_id=event.container_id, process_id=event.process_id)


def _activity_migrated(draft: Draft, event: me.ActivityMigrated) -> None:
    draft.change(event.activity_id, node_id=event.to_node)
    for incident in draft.incidents_of(event.activity_id):
        draft.incidents[incident.id] = replace(incident, node_id=event.to_node)


def _join_migrated(draft: Draft, event: me.JoinMigrated) -> None:
    old, new = (event.scope_id, event.from_node), (event.scope_id, event.to_node)
    names = dict(event.flows)
    arrived = draft.arrivals.pop(old, {})
    draft.joins_in[event.scope_id].discard(old)
    if arrived:
        draft.arrivals[new] = {names.get(flow_id, flow_id): count for flow_id, count in arrived.items()}
        draft.joins_in[event.scope_id].add(new)
    if old in draft.resetting:
        draft.resetting[new] = tuple(names.get(flow_id, flow_id) for flow_id in draft.resetting.pop(old))


def _compensable_migrated(draft: Draft, event: me.CompensableMigrated) -> None:
    found = draft.compensables.get(event.compensable_id)
    if found is None:
        return
    if event.node_id is None:
        draft.drop_compensable(found.id)
    else:
        draft.compensables[found.id] = replace(found, node_id=event.node_id)


def _process_restored(draft: Draft, event: me.ProcessRestored) -> None:
    counter = draft.counter
    vars(draft).update(vars(Draft(state_from_json(json.loads(event.state)))))  # whoever folds holds this very draft
    draft.counter = max(draft.counter, counter)


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
    e.InstanceWithdrawn: _instance_withdrawn,
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
    e.TimerScheduled: _timer_scheduled,
    e.TimerFired: _timer_gone,
    e.TimerCancelled: _timer_gone,
    e.MessageSubscribed: _message_subscribed,
    e.MessageCorrelated: _subscription_gone,
    e.SignalSubscribed: _signal_subscribed,
    e.SignalCaught: _subscription_gone,
    e.ConditionAwaited: _condition_awaited,
    e.ConditionChanged: _condition_changed,
    e.SubscriptionCancelled: _subscription_gone,
    e.EventsAwaited: _events_awaited,
    e.CompensableRecorded: _compensable_recorded,
    e.CompensationRequested: _compensation_requested,
    e.CompensationStarted: _compensation_started,
    e.ScopeKept: _scope_kept,
    me.ProcessMigrated: _process_migrated,
    me.ScopeMigrated: _scope_migrated,
    me.ActivityMigrated: _activity_migrated,
    me.UserTaskMigrated: _record_only,
    me.JoinMigrated: _join_migrated,
    me.CompensableMigrated: _compensable_migrated,
    me.ProcessRestored: _process_restored,
}
