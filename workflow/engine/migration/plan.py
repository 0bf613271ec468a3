"""What moving a process instance to another version would do, as records: one for each place where it stands and each wait."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflow.engine.state import Activity, ProcessState, Scope, Subscription, Timer, age
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import EventBasedGateway, FlowNode, definition_of
from workflow.model.events import (
    ConditionalDefinition,
    MessageDefinition,
    SignalDefinition,
    SingleDefinition,
    TimerDefinition,
    parts_of,
)

Fate = Literal["kept", "mapped", "anew", "needs_mapping", "refused"]
"""`mapped`: goes on in another node with all that belongs to it; `anew`: ended and entered again; the last two stand in the way."""
WaitFate = Literal["kept", "recomputed", "cancelled", "armed"]
PlaceKind = Literal["activity", "join", "compensation", "done"]
"""`done`: a person's task whose result the instance holds under the task's id."""
WaitKind = Literal["timer", "message", "signal", "condition"]
NodeMapping = Mapping[str, str | None]
"""Id of a node (or of a flow into a join) of the old version → of the new one.

None gives up what was done at a completed activity: its result, or that it can be undone.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why it cannot be, as in `workflow.errors`."""

    template: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePlan:
    """A place where the instance stands. `id`: the activity, the compensable, or the scope of a join or result.

    `flows`: at a join, the flows on which tokens came, old and new. `due`: whether a user task keeps its due times.
    """

    kind: PlaceKind
    id: str
    scope_id: str
    node: str
    fate: Fate
    target: str | None = None
    flows: tuple[tuple[str, str], ...] = ()
    due: Literal["kept", "recomputed"] | None = None
    suggestion: str | None = None
    problem: Problem | None = None

    @property
    def stands(self) -> bool:
        """Whether this place does not stand in the way."""
        return self.fate not in ("needs_mapping", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitPlan:
    """A timer or subscription (`id` None: a new one) of a holder that is carried over. `part`: of the old definition, or the new one."""

    what: WaitKind
    holder: str
    node: str
    fate: WaitFate
    id: str | None = None
    target: str | None = None
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    """`scopes`: id → container and process in the new version. `renamed`: user tasks that are the same under another id."""

    places: tuple[PlacePlan, ...]
    waits: tuple[WaitPlan, ...] = ()
    scopes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def obstacles(self) -> tuple[PlacePlan, ...]:
        """What stands in the way."""
        return tuple(place for place in self.places if not place.stands)

    @property
    def ready(self) -> bool:
        return not self.obstacles


# What becomes of timers and subscriptions.
#
# A wait whose definition is the same is kept with its due time. One whose definition has changed is worked out again: a timer
# from the instant at which it began to wait. What the new version no longer has is cancelled; what is new there is armed now.
# A wait that has happened already is not armed again.

_WHAT: Mapping[type[object], WaitKind] = {
    TimerDefinition: "timer",
    MessageDefinition: "message",
    SignalDefinition: "signal",
    ConditionalDefinition: "condition",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What waits hang on, and the events that can hang there in each version. `arms`: whether new ones are armed."""

    id: str
    old: Mapping[str, FlowNode]
    new: Mapping[str, FlowNode]
    own: tuple[str, str] | None
    """The activity's own node, old and new."""
    arms: bool

    @classmethod
    def of_activity(cls, activity: Activity, target: str, old: ProcessDefinition, new: ProcessDefinition) -> "Holder":
        with_boundary = activity.loop_counter is None
        return cls(
            id=activity.id,
            old=_at_activity(old, activity.node_id, with_boundary),
            new=_at_activity(new, target, with_boundary),
            own=(activity.node_id, target),
            # One that could not be entered, or left, has no waits: they come when the incident is resolved.
            arms=activity.waits_for is not None and not activity.leaving,
        )

    @classmethod
    def of_scope(cls, scope: Scope, container: str, old: ProcessDefinition, new: ProcessDefinition) -> "Holder":
        return cls(
            id=scope.id,
            old=_at_container(old, scope.container_id),
            new=_at_container(new, container),
            own=None,
            arms=True,
        )


def plan_waits(state: ProcessState, mapping: NodeMapping, holders: list[Holder]) -> tuple[WaitPlan, ...]:
    """Return what becomes of every wait of these holders."""
    waits: dict[str, list[Timer | Subscription]] = {}
    everything: list[Timer | Subscription] = [*state.timers.values(), *state.subscriptions.values()]
    for wait in everything:
        waits.setdefault(wait.activity_id, []).append(wait)
    found: list[WaitPlan] = []
    for holder in holders:
        images = dict(_images(holder, mapping))
        for wait in sorted(waits.get(holder.id, ()), key=lambda one: age(one.id)):
            found += _of_wait(holder, wait, images.get(wait.node_id))
        if holder.arms:
            found += _new_ones(holder, images)
    return tuple(found)


def _images(holder: Holder, mapping: NodeMapping) -> Iterator[tuple[str, str]]:
    for node_id in holder.old:
        if holder.own is not None and node_id == holder.own[0]:
            yield holder.own
            continue
        target = mapping.get(node_id, node_id)
        if target is not None and target in holder.new:
            yield node_id, target


def _of_wait(holder: Holder, wait: Timer | Subscription, target: str | None) -> Iterator[WaitPlan]:
    what: WaitKind = "timer" if isinstance(wait, Timer) else wait.kind
    gone = WaitPlan(what=what, holder=holder.id, node=wait.node_id, fate="cancelled", id=wait.id, part=wait.part)
    before = _part(holder.old.get(wait.node_id), wait.part)
    after = _part(holder.new.get(target or ""), wait.part)
    if target is None or after is None or before is None or type(after) not in _WHAT:
        yield gone
    elif type(after) is not type(before):
        yield gone
        yield WaitPlan(
            what=_WHAT[type(after)], holder=holder.id, node=target, target=target, fate="armed", part=wait.part
        )
    else:
        fate = "kept" if after == before else "recomputed"
        yield WaitPlan(
            what=what,
            holder=holder.id,
            node=wait.node_id,
            target=target,
            fate="kept" if fate == "kept" else "recomputed",
            id=wait.id,
            part=wait.part,
        )


def _new_ones(holder: Holder, images: Mapping[str, str]) -> Iterator[WaitPlan]:
    sources = {target: node_id for node_id, target in images.items()}
    for node_id, node in holder.new.items():
        source = sources.get(node_id)
        known = len(parts_of(definition_of(holder.old[source]))) if source else 0
        for part, definition in enumerate(parts_of(definition_of(node))):
            if part >= known and type(definition) in _WHAT:
                yield WaitPlan(
                    what=_WHAT[type(definition)],
                    holder=holder.id,
                    node=node_id,
                    target=node_id,
                    fate="armed",
                    part=part,
                )


def _part(node: FlowNode | None, part: int) -> SingleDefinition | None:
    parts = parts_of(definition_of(node)) if node is not None else ()
    return parts[part] if part < len(parts) else None


def _at_activity(definition: ProcessDefinition, node_id: str, with_boundary: bool) -> dict[str, FlowNode]:
    node = definition.all_nodes[node_id]
    found = {node.id: node}
    if with_boundary:
        found |= {event.id: event for event in definition.boundary_events.get(node.id, ())}
    if isinstance(node, EventBasedGateway):
        found |= {flow.target: definition.all_nodes[flow.target] for flow in definition.outgoing[node.id]}
    return found


def _at_container(definition: ProcessDefinition, container: str) -> dict[str, FlowNode]:
    return {
        start.id: start
        for inner in definition.event_subprocesses.get(container, ())
        for start in definition.start_events(inner.id)
    }
