"""One process or subprocess as a graph through which tokens go: nodes in an order, ways out, joins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity,
    AdHocSubProcess,
    BoundaryEvent,
    ComplexGateway,
    EventSubProcess,
    FlowNode,
    InclusiveGateway,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ParallelGateway,
    SequenceFlow,
    StartEvent,
    SubProcess,
    default_flow_of,
)
from workflow.model.events import CompensateDefinition, LinkDefinition, parts_of
from workflow.model.starts import instantiates

Following = Callable[[str], Sequence[str]]


def ranks(nodes: Sequence[str], following: Following) -> Mapping[str, int]:
    """Node → its number. Every edge leads to a higher number, except those that close a loop.

    Branches stand one after another, not interleaved: what a branch does is over before the next one's turn.
    """
    part_of = _parts(nodes, following)
    order = {node: number for number, node in enumerate(reversed(_postorder(nodes, following)))}
    ordered = sorted(nodes, key=lambda node: (part_of[node], order[node]))
    return {node: number for number, node in enumerate(ordered)}


def _postorder(nodes: Sequence[str], following: Following) -> list[str]:
    seen: set[str] = set()
    found: list[str] = []
    for root in nodes:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(following(root)))]
        while stack:
            node, rest = stack[-1]
            for target in rest:
                if target not in seen:
                    seen.add(target)
                    stack.append((target, iter(following(target))))
                    break
            else:
                stack.pop()
                found.append(node)
    return found


def _parts(nodes: Sequence[str], following: Following) -> dict[str, int]:
    """Node → number of its strongly connected part, in the order of the edges between parts (Kosaraju)."""
    backward: dict[str, list[str]] = {node: [] for node in nodes}
    for node in nodes:
        for target in following(node):
            backward[target].append(node)
    part_of: dict[str, int] = {}
    number = 0
    for root in reversed(_postorder(nodes, following)):
        if root in part_of:
            continue
        part_of[root] = number
        waiting = [root]
        while waiting:
            for source in backward[waiting.pop()]:
                if source not in part_of:
                    part_of[source] = number
                    waiting.append(source)
        number += 1
    return part_of


# One process or subprocess as a graph through which tokens go: nodes in an order, ways out, joins.

Join = ParallelGateway | InclusiveGateway | ComplexGateway


@dataclass(frozen=True)
class Level:
    """What stands directly in one container. Compensation handlers and event subprocesses are no part of its flow."""

    definition: ProcessDefinition
    element: ProcessDefinition | SubProcess

    @cached_property
    def nodes(self) -> Mapping[str, FlowNode]:
        return {node.id: node for node in self.element.nodes.values() if not _aside(node)}

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[SequenceFlow, ...]]:
        """Node id → its sequence flows; a link's throw event leads to the catch event of its name."""
        found = {node_id: self.definition.outgoing.get(node_id, ()) for node_id in self.nodes}
        catches = {link: node.id for node in self.nodes.values() if (link := _link(node, IntermediateCatchEvent))}
        for node in self.nodes.values():
            link = _link(node, IntermediateThrowEvent)
            if link in catches:
                found[node.id] = (SequenceFlow(id=f"link {node.id}", source=node.id, target=catches[link]),)
        return found

    @cached_property
    def incoming(self) -> Mapping[str, tuple[SequenceFlow, ...]]:
        return {node_id: self.definition.incoming.get(node_id, ()) for node_id in self.nodes}

    @cached_property
    def flows(self) -> Mapping[str, SequenceFlow]:
        return {flow.id: flow for flows in self.outgoing.values() for flow in flows}

    @cached_property
    def boundary(self) -> Mapping[str, tuple[BoundaryEvent, ...]]:
        """Activity id → its boundary events through which a token can leave."""
        found: dict[str, list[BoundaryEvent]] = {}
        for node in self.nodes.values():
            if isinstance(node, BoundaryEvent):
                found.setdefault(node.attached_to, []).append(node)
        return {key: tuple(value) for key, value in found.items()}

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """Node id → its place in an order in which whatever leads to a node stands before it, loops aside."""
        return ranks(list(self.nodes), lambda node_id: list(self.following(node_id)))

    @cached_property
    def is_whole(self) -> bool:
        """Whether its flows connect nodes of this level, and defaults are flows of it; all else is the structural rules' to report."""
        leading = [flow for ways in (self.outgoing, self.incoming) for flows in ways.values() for flow in flows]
        attached = all(host in self.nodes for host in self.boundary)
        defaults = {default_flow_of(node) for node in self.nodes.values()} - {None}
        return (
            attached
            and defaults <= self.flows.keys()
            and all(
                {flow.source, flow.target} <= self.nodes.keys() for flow in (*self.element.flows.values(), *leading)
            )
        )

    @cached_property
    def counts_tokens(self) -> bool:
        """Whether an activity asks for several tokens at once, so that many tokens in one place are meant."""
        activities = [node for node in self.nodes.values() if isinstance(node, Activity)]
        return any(node.start_quantity > 1 or node.completion_quantity > 1 for node in activities)

    def following(self, node_id: str) -> Iterator[str]:
        """The nodes a token may enter next."""
        yield from (flow.target for flow in self.outgoing[node_id])
        yield from (event.id for event in self.boundary.get(node_id, ()))

    def is_join(self, node_id: str) -> bool:
        """Whether tokens wait there for each other."""
        return isinstance(self.nodes[node_id], Join) and len(self.incoming[node_id]) > 1

    @cached_property
    def entries(self) -> tuple[tuple[str, ...], ...]:
        """The ways in which it can start; each way is the nodes that get a token at once."""
        starts = [node for node in self.nodes.values() if isinstance(node, StartEvent)]
        plain = [node.id for node in starts if node.definition is None]
        ways: list[tuple[str, ...]] = [(plain[0],)] if plain else []
        if isinstance(self.element, ProcessDefinition | EventSubProcess):
            ways += [(node.id,) for node in starts if node.definition is not None]
            ways += [(node.id,) for node in self.nodes.values() if instantiates(node)]
        if not ways:
            free = tuple(
                node.id
                for node in self.nodes.values()
                if not self.incoming[node.id] and not isinstance(node, BoundaryEvent) and not _is_link_target(node)
            )
            ways = [free] if free else []
        return tuple(ways)

    @cached_property
    def is_ad_hoc(self) -> bool:
        return isinstance(self.element, AdHocSubProcess)

    @cached_property
    def _reached(self) -> dict[tuple[str, ...], frozenset[str]]:
        return {}

    def reached(self, begin: tuple[str, ...]) -> frozenset[str]:
        """Every node to which flows lead from these; kept, because it is asked again and again."""
        if begin not in self._reached:
            self._reached[begin] = self._flood(begin)
        return self._reached[begin]

    def _flood(self, begin: tuple[str, ...]) -> frozenset[str]:
        seen: set[str] = set()
        waiting = list(begin)
        while waiting:
            node_id = waiting.pop()
            if node_id not in seen:
                seen.add(node_id)
                waiting.extend(self.following(node_id))
        return frozenset(seen)


def levels(definition: ProcessDefinition) -> Iterator[Level]:
    """The process and each of its subprocesses, outermost first."""
    yield Level(definition, definition)
    for node in definition.all_nodes.values():
        if isinstance(node, SubProcess):
            yield Level(definition, node)


def _aside(node: FlowNode) -> bool:
    if isinstance(node, EventSubProcess):
        return True
    if isinstance(node, Activity):
        return node.for_compensation
    if not isinstance(node, BoundaryEvent):
        return False
    return node.handler is not None or isinstance(node.definition, CompensateDefinition)


def _link(node: FlowNode, kind: type[IntermediateCatchEvent] | type[IntermediateThrowEvent]) -> str | None:
    if not isinstance(node, kind):
        return None
    return next((part.name for part in parts_of(node.definition) if isinstance(part, LinkDefinition)), None)


def _is_link_target(node: FlowNode) -> bool:
    return _link(node, IntermediateCatchEvent) is not None
