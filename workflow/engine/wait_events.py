"""What has happened to the waits of a process instance: timers and message subscriptions. See `workflow.engine.events`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerScheduled:
    """`activity_id` is the waiting catch event, the activity that the boundary event `node_id` sits on, or the scope
    whose event subprocess starts with `node_id`.

    A known `timer_id` replaces that timer. `remaining`: how often a `cycle` fires after this time (-1: for ever).
    `started_at`: the instant that a duration counts from. `part`: which definition of an event that has several.
    """

    timer_id: str
    activity_id: str
    node_id: str
    due_at: datetime
    remaining: int | None = None
    started_at: datetime | None = None
    cycle: str | None = None
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired:
    timer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerCancelled:
    timer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSubscribed:
    subscription_id: str
    activity_id: str
    node_id: str
    name: str
    key: Any
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCorrelated:
    subscription_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCancelled:
    subscription_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalSubscribed:
    subscription_id: str
    activity_id: str
    node_id: str
    name: str
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalCaught:
    """A signal reached the wait, which is over."""

    subscription_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionAwaited:
    """`condition` is the FEEL text, for people; the wait begins as if it had been false until now."""

    subscription_id: str
    activity_id: str
    node_id: str
    condition: str
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionChanged:
    """The condition has become true (then its event happens) or false again; the wait goes on."""

    subscription_id: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsAwaited:
    """An event-based gateway waits for the events behind it; its timers and subscriptions name their nodes."""

    activity_id: str
