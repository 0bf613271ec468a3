"""A level as places and steps: what a token standing in a place can do next."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workflow.errors import ExpressionError
from workflow.feel.expression import parse_open
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    WAITING,
    Activity,
    BoundaryEvent,
    CallActivity,
    ComplexGateway,
    EndEvent,
    EventBasedGateway,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    ParallelGateway,
    SequenceFlow,
    SubProcess,
    UserTask,
    default_flow_of,
)
from workflow.model.events import CancelDefinition, ErrorDefinition, TerminateDefinition, parts_of
from workflow.soundness.conditions import rows
from workflow.soundness.level import Level

_COUNT = "activationCount"


def fewest(gateway: ComplexGateway, incoming: int) -> int:
    """The smallest number of tokens with which the gateway goes on; 0 where data decide that too.

    A gateway without an activation condition goes on with one. A number past `incoming` is never reached.
    """
    if gateway.activation_condition is None:
        return 1
    try:
        condition = parse_open(gateway.activation_condition.text)
    except ExpressionError:
        return 0
    if condition.variables - {_COUNT}:
        return 0
    for number in range(1, incoming + 1):
        if condition.evaluate({_COUNT: number}).value is True:
            return number
    return incoming + 1


# The ways in which a token can leave a node: which flows it takes, as `workflow.engine.flows` decides it.

MANY = 7
"""Up to so many flows every choice of several is looked at; past that single ones, all, and all but one."""

VERY_MANY = 60
"""Past so many only the first and the last stand for the single ones, and for the ones left out."""

Taken = frozenset[str]
"""Ids of flows taken at once (and of boundary events that happen)."""


def ways_out(
    definition: ProcessDefinition, node: FlowNode, flows: Sequence[SequenceFlow], events: Sequence[BoundaryEvent] = ()
) -> tuple[Taken, ...]:
    """Every set of flows that a token can leave by, without the case that no condition is true.

    An interrupting boundary event is a way of its own; one that does not interrupt may come with each way.
    """
    own = list(_own(definition, node, flows))
    own += [frozenset({event.id}) for event in events if event.interrupting]
    beside = [frozenset({event.id}) for event in events if not event.interrupting]
    more = [frozenset(), *beside, *([frozenset().union(*beside)] if len(beside) > 1 else [])] if beside else [Taken()]
    return tuple(dict.fromkeys(way | extra for way in own for extra in more))


def clears(node: FlowNode) -> bool:
    """Whether a token there ends all others of its level: terminate, error and cancel end events."""
    ending = TerminateDefinition | ErrorDefinition | CancelDefinition
    return isinstance(node, EndEvent) and any(isinstance(part, ending) for part in parts_of(node.definition))


def _own(definition: ProcessDefinition, node: FlowNode, flows: Sequence[SequenceFlow]) -> Iterable[Taken]:
    if isinstance(node, ParallelGateway) or not flows:
        return [frozenset(flow.id for flow in flows)]
    if isinstance(node, EventBasedGateway):
        return [frozenset({flow.id}) for flow in flows]
    if isinstance(node, ExclusiveGateway):
        return _one(definition, node, flows)
    return _several(definition, node, flows)


def _one(definition: ProcessDefinition, node: ExclusiveGateway, flows: Sequence[SequenceFlow]) -> Iterable[Taken]:
    conditional: list[SequenceFlow] = []
    last = node.default_flow
    for flow in flows:
        if flow.id == node.default_flow:
            continue
        if flow.condition is None:
            last = flow.id
            break
        conditional.append(flow)
    known = rows(definition, conditional)
    if known is None:
        taken = [flow.id for flow in conditional]
    else:
        firsts = {_first(row.results) for row in known}
        taken = [flow.id for index, flow in enumerate(conditional) if index in firsts]
        last = last if len(conditional) in firsts or not conditional else None
    return [frozenset({flow_id}) for flow_id in dict.fromkeys([*taken, *([last] if last else [])])]


def _first(results: Sequence[bool | None]) -> int | None:
    """The place of the first true condition, past the last one where all are false, None where one says nothing before."""
    for index, result in enumerate(results):
        if result is None:
            return None
        if result:
            return index
    return len(results)


def _several(definition: ProcessDefinition, node: FlowNode, flows: Sequence[SequenceFlow]) -> Iterable[Taken]:
    default = default_flow_of(node)
    always = frozenset(flow.id for flow in flows if flow.condition is None and flow.id != default)
    conditional = [flow for flow in flows if flow.condition is not None and flow.id != default]
    stands_in = default is not None and not (isinstance(node, InclusiveGateway) and always)
    for true in _true_together(definition, conditional):
        taken = always | true if true or not stands_in else always | {default or ""}
        if taken:
            yield taken


def _true_together(definition: ProcessDefinition, flows: Sequence[SequenceFlow]) -> Iterator[Taken]:
    ids = [flow.id for flow in flows]
    known = rows(definition, flows) if flows else None
    if known is not None:
        whole = [row.results for row in known if None not in row.results]
        yield from dict.fromkeys(frozenset(itertools.compress(ids, results)) for results in whole)
        return
    yield frozenset()
    if len(ids) <= MANY:
        for size in range(1, len(ids) + 1):
            yield from (frozenset(some) for some in itertools.combinations(ids, size))
        return
    shown = ids if len(ids) <= VERY_MANY else [ids[0], ids[-1]]
    yield from (frozenset({each}) for each in shown)
    yield frozenset(ids)
    yield from (frozenset(ids) - {each} for each in shown)


# A level as places and steps: what a token standing in a place can do next.


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
    def decides_itself(self) -> bool:
        """Whether a condition of its own says when it goes on, which depends on whether it has gone on before."""
        return isinstance(self.node, ComplexGateway)

    @property
    def awaits_others(self) -> bool:
        """Whether it goes on when no further token can come, rather than at a number."""
        return self.is_join and (isinstance(self.node, InclusiveGateway) or (self.decides_itself and self.tokens == 0))


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
