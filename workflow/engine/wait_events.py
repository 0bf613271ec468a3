"""What has happened to the waits of a process instance: timers and message subscriptions. See `workflow.engine.events`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerScheduled:
    """`activity_id` is the waiting catch event or the activity that the boundary event `node_id` sits on.

    A known `timer_id` replaces that timer. `remaining`: how often a `cycle` fires after this time (-1: for ever).
    `started_at`: the instant that a duration counts from.
    """

    timer_id: str
    activity_id: str
    node_id: str
    due_at: datetime
    remaining: int | None = None
    started_at: datetime | None = None
    cycle: str | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCorrelated:
    subscription_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCancelled:
    subscription_id: str
