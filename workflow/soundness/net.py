"""A level as places and steps: what a token standing in a place can do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from workflow.model.elements import (
    Activity,
    CallActivity,
    ComplexGateway,
    EventBasedGateway,
    FlowNode,
    InclusiveGateway,
    IntermediateCatchEvent,
    ReceiveTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from workflow.soundness.complexity import fewest
from workflow.soundness.leaving import clears, ways_out
from workflow.soundness.level import Level

WAITING = UserTask | ServiceTask | ReceiveTask | IntermediateCatchEvent | EventBasedGateway | CallActivity | SubProcess
"""What stands still until somebody or something outside lets it go on; everything else is passed at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """Tokens that come to stand in `places` (one a token), by these flows."""

    places: tuple[int, ...]
    taken: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where tokens of a node stand: one place, or at a join one for each incoming flow."""

    node: FlowNode
    places: tuple[int, ...]
    steps: tuple[Step, ...]
    is_join: bool
    tokens: int
    """How many tokens it takes to go on: at a join the number of flows that must have one."""
    clears: bool
    merges: bool

    @property
    def waits(self) -> bool:
        """Whether somebody or something outside decides when a token goes on."""
        return isinstance(self.node, WAITING)

    @property
    def awaits_others(self) -> bool:
        """Whether it goes on when no further token can come, rather than at a number."""
        return self.is_join and (
            isinstance(self.node, InclusiveGateway) or (isinstance(self.node, ComplexGateway) and self.tokens == 0)
        )


class Net:
    """Places are numbered in the order of the level, so that what stands upstream has lower numbers.

    What ends all other tokens comes last: the others are to have done what they can.
    """

    def __init__(self, level: Level) -> None:
        self.level = level
        self.stand_of: list[Stand] = []
        """Place → what stands there."""
        self.flow_of: list[str | None] = []
        """Place → at a join, the incoming flow on which the token waits."""
        self._place: dict[tuple[str, str | None], int] = {}
        ordered = sorted(level.nodes.values(), key=lambda node: (clears(node), level.ranks[node.id]))
        for node in ordered:
            for key in self._keys(node):
                self._place[(node.id, key)] = len(self._place)
                self.flow_of.append(key)
        for node in ordered:
            stand = self._stand(node)
            self.stand_of.extend([stand] * len(stand.places))

    @cached_property
    def starts(self) -> tuple[tuple[int, ...], ...]:
        """The states in which the level can begin."""
        return tuple(tuple(sorted(self.place(node_id, None) for node_id in way)) for way in self.level.entries)

    def place(self, node_id: str, flow_id: str | None) -> int:
        """Where a token stands that comes to the node by the flow."""
        found = self._place.get((node_id, flow_id))
        return self._place[(node_id, None)] if found is None else found

    def _keys(self, node: FlowNode) -> Sequence[str | None]:
        if self.level.is_join(node.id):
            return [flow.id for flow in self.level.incoming[node.id]]
        return [None]

    def _stand(self, node: FlowNode) -> Stand:
        flows = self.level.outgoing[node.id]
        is_join = self.level.is_join(node.id)
        if isinstance(node, EventBasedGateway) and node.instantiate and node.parallel:
            ways: tuple[frozenset[str], ...] = (frozenset(flow.id for flow in flows),)
        else:
            ways = ways_out(self.level.definition, node, flows, self.level.boundary.get(node.id, ()))
        return Stand(
            node=node,
            places=tuple(self._place[(node.id, key)] for key in self._keys(node)),
            steps=tuple(self._step(node, way) for way in ways),
            is_join=is_join,
            tokens=self._tokens(node, is_join),
            clears=clears(node),
            merges=len(self.level.incoming[node.id]) > 1,
        )

    def _step(self, node: FlowNode, way: frozenset[str]) -> Step:
        copies = node.completion_quantity if isinstance(node, Activity) else 1
        places: list[int] = []
        for taken in way:
            flow = self.level.flows.get(taken)
            if flow is None:
                places.append(self.place(taken, None))
            else:
                places.extend([self.place(flow.target, flow.id)] * copies)
        return Step(tuple(sorted(places)), way)

    def _tokens(self, node: FlowNode, is_join: bool) -> int:
        if isinstance(node, Activity):
            return node.start_quantity
        if not is_join:
            return 1
        if isinstance(node, ComplexGateway):
            return fewest(node, len(self.level.incoming[node.id]))
        return 0 if isinstance(node, InclusiveGateway) else len(self.level.incoming[node.id])


def by_people(node: FlowNode) -> bool:
    """Whether people work on it, itself or within; a called process is taken to have work for people."""
    if isinstance(node, SubProcess):
        return any(by_people(inner) for inner in node.nodes.values())
    return isinstance(node, UserTask | CallActivity)
