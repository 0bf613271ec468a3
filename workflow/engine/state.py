"""Where a process instance stands: only what is active, so its size does not grow with its history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workflow.engine.reasons import Phase

Status = Literal["active", "suspended", "completed", "cancelled"]
WaitsFor = Literal["user", "job", "message", "timer", "scope", "loop", "signal", "condition", "events"]
SubscriptionKind = Literal["message", "signal", "condition"]
JoinKey = tuple[str, str]
"""Scope id and node id of a joining gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One running process, subprocess or multi-instance instance, with its own variables.

    `activity_id` is the activity that opened it, in the scope `parent_id`. An instance's scope has a `loop_counter`.
    """

    id: str
    parent_id: str | None = None
    activity_id: str | None = None
    container_id: str
    process_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    loop_counter: int | None = None
    kept: bool = False
    """Completed, and held only because what was done in it can still be compensated."""
    kept_node: str | None = None
    """Of a kept scope: the node whose activity opened it."""
    handler_id: str | None = None
    """The compensation handler that runs in it; `activity_id` is then the event that throws, not an activity inside."""
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    """What a handler of an earlier version reads before it looks further out: all variables when the activity completed."""

    @property
    def isolated(self) -> bool:
        """Whether it is a whole process: variables are not looked for further out."""
        return self.container_id == self.process_id and self.handler_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """How far a multi-instance or standard loop has come. `outputs` are pairs of loop counter and value, in that order.

    `total` is -1 where nobody can know it: a standard loop without a maximum.
    """

    total: int
    items: tuple[Any, ...] | None = None
    gathers: bool = False
    started: int = 0
    completed: int = 0
    outputs: tuple[tuple[int, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One entry into a flow node that is not left yet. `waits_for` is None while it could not be entered properly."""

    id: str
    node_id: str
    scope_id: str
    loop_counter: int | None = None
    waits_for: WaitsFor | None = None
    leaving: bool = False
    loop: Loop | None = None
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A wait for an instant. `activity_id` is its holder: the activity or, for an event subprocess, the scope that waits.

    `part`: which of several definitions. Before it hangs on its holder, `id` and `activity_id` are empty.
    """

    id: str
    activity_id: str
    node_id: str
    due_at: datetime
    remaining: int | None = None
    started_at: datetime | None = None
    cycle: str | None = None
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A wait for a message, a signal or a condition; `id`, `activity_id` and `part` as for a timer.

    `holds`: whether a condition was true when it was last looked at; it happens each time that it becomes true.
    """

    id: str
    activity_id: str
    node_id: str
    name: str
    key: Any = None
    kind: SubscriptionKind = "message"
    part: int = 0
    holds: bool = False


Wait = Timer | Subscription
"""What an event waits for. (What an activity as a whole waits for is its `waits_for`.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensable:
    """A completed activity that can be undone; `variables` is what an earlier version kept of what could be read then.

    `kept_scope_id`: the scope of a completed subprocess whose own event subprocess undoes it. `requested_by`: the
    activity whose throw (or cancel) has asked for it.
    """

    id: str
    scope_id: str
    activity_id: str
    node_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    kept_scope_id: str | None = None
    requested_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    id: str
    activity_id: str
    node_id: str
    kind: str
    phase: Phase = "enter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The process was suspended from the one instant to the other: no working time is counted in between."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessState:
    """A process instance. Treat the mappings as read-only: `evolve` makes new ones."""

    process_id: str
    root_id: str
    status: Status = "active"
    counter: int = 0
    """The highest number given to an id so far."""
    end_nodes: tuple[str, ...] = ()
    """The end events of the root scope that were reached, each once, the last reached last."""
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    activities: Mapping[str, Activity] = field(default_factory=dict)
    arrivals: Mapping[JoinKey, Mapping[str, int]] = field(default_factory=dict)
    """Tokens that wait at joining gateways, counted by the flow on which they came."""
    timers: Mapping[str, Timer] = field(default_factory=dict)
    subscriptions: Mapping[str, Subscription] = field(default_factory=dict)
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    compensables: Mapping[str, Compensable] = field(default_factory=dict)
    resetting: Mapping[JoinKey, tuple[str, ...]] = field(default_factory=dict)
    """Complex gateways that have gone on and wait for the rest: the flows whose tokens they have consumed since."""
    pauses: tuple[Pause, ...] = ()
    """Oldest first, those that something still waiting has lived through."""

    @property
    def ended(self) -> bool:
        """Whether nothing can happen any more."""
        return self.status in ("completed", "cancelled")

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of the root scope."""
        return self.scopes[self.root_id].variables


def age(identifier: str) -> int:
    """The number in an id such as `a12`: ids are given in this order."""
    return int(identifier[1:])


def visible_variables(state: ProcessState, scope_id: str) -> dict[str, Any]:
    """Variables by name as seen from a scope: inner ones hide outer ones; a called process sees only its own."""
    chain: list[Mapping[str, Any]] = []
    scope = state.scopes.get(scope_id)
    while scope is not None:
        chain.extend((scope.variables, scope.snapshot))
        scope = state.scopes.get(scope.parent_id) if scope.parent_id and not scope.isolated else None
    seen: dict[str, Any] = {}
    for variables in reversed(chain):
        seen.update(variables)
    return seen
