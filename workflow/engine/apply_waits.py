"""What the events of timers, subscriptions and conditions change in a state. See `workflow.engine.apply`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from workflow.engine import events as e
from workflow.engine.changing import number, wait
from workflow.engine.draft import Draft
from workflow.engine.state import Subscription, Timer, Wait

Begun = e.MessageSubscribed | e.SignalSubscribed | e.ConditionAwaited
Kind = Literal["message", "signal", "condition"]


def _timer_scheduled(draft: Draft, event: e.TimerScheduled) -> None:
    number(draft, event.timer_id)
    draft.timers[event.timer_id] = Timer(
        id=event.timer_id,
        activity_id=event.activity_id,
        node_id=event.node_id,
        due_at=event.due_at,
        remaining=event.remaining,
        started_at=event.started_at,
        cycle=event.cycle,
        part=event.part,
    )
    draft.attached[event.activity_id].add(event.timer_id)
    _waits_in_itself(draft, event.activity_id, event.node_id, "timer")


def _timer_gone(draft: Draft, event: e.TimerFired | e.TimerCancelled) -> None:
    timer = draft.timers.pop(event.timer_id, None)
    if timer is not None:
        draft.attached[timer.activity_id].discard(timer.id)


def _message_subscribed(draft: Draft, event: e.MessageSubscribed) -> None:
    _subscribe(draft, event, "message", event.name, event.key)


def _signal_subscribed(draft: Draft, event: e.SignalSubscribed) -> None:
    _subscribe(draft, event, "signal", event.name)


def _condition_awaited(draft: Draft, event: e.ConditionAwaited) -> None:
    _subscribe(draft, event, "condition", event.condition)


def _condition_changed(draft: Draft, event: e.ConditionChanged) -> None:
    subscription = draft.subscriptions.get(event.subscription_id)
    if subscription is not None:
        draft.subscriptions[subscription.id] = replace(subscription, holds=event.holds)


def _subscribe(draft: Draft, event: Begun, kind: Kind, name: str, key: Any = None) -> None:
    number(draft, event.subscription_id)
    draft.subscriptions[event.subscription_id] = Subscription(
        id=event.subscription_id,
        activity_id=event.activity_id,
        node_id=event.node_id,
        name=name,
        key=key,
        kind=kind,
        part=event.part,
    )
    draft.attached[event.activity_id].add(event.subscription_id)
    if kind == "condition":
        draft.conditional.add(event.subscription_id)
    _waits_in_itself(draft, event.activity_id, event.node_id, kind)


def _subscription_gone(draft: Draft, event: e.MessageCorrelated | e.SignalCaught | e.SubscriptionCancelled) -> None:
    subscription = draft.subscriptions.pop(event.subscription_id, None)
    if subscription is not None:
        draft.attached[subscription.activity_id].discard(subscription.id)
        draft.conditional.discard(subscription.id)


def _events_awaited(draft: Draft, event: e.EventsAwaited) -> None:
    wait(draft, event.activity_id, "events")


def _waits_in_itself(draft: Draft, activity_id: str, node_id: str, waits_for: Wait) -> None:
    """A wait of the node itself is what its activity waits for; one of a boundary event is not."""
    activity = draft.activities.get(activity_id)
    if activity is not None and activity.node_id == node_id:
        wait(draft, activity_id, waits_for)


WAIT_APPLIERS: dict[type, Callable[[Draft, Any], None]] = {
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
}
