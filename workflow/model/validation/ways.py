"""The ways through a process, links and boundary events included, for the rules on starts and ends."""

from collections.abc import Iterable, Mapping

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity,
    BoundaryEvent,
    EndEvent,
    EventBasedGateway,
    EventSubProcess,
    FlowNode,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    ReceiveTask,
    StartEvent,
)
from workflow.model.events import LinkDefinition, parts_of
from workflow.model.validation.containers import Container


def begins_instance(node: FlowNode) -> bool:
    """Whether the node starts its process or subprocess."""
    if isinstance(node, ReceiveTask | EventBasedGateway):
        return node.instantiate
    return isinstance(node, StartEvent)


def ends_of(container: Container) -> list[FlowNode]:
    """The end events directly inside."""
    return [node for node in container.nodes.values() if isinstance(node, EndEvent)]


def entries(definition: ProcessDefinition, container: Container) -> list[str]:
    """Where ways begin: starts, what an event starts, and where nothing starts whatever no flow leads to."""
    begun = [node.id for node in container.nodes.values() if begins_instance(node)]
    aside = [node.id for node in container.nodes.values() if isinstance(node, EventSubProcess)]
    if begun:
        return begun + aside
    return aside + [
        node.id
        for node in container.nodes.values()
        if not definition.incoming[node.id]
        and not isinstance(node, BoundaryEvent)
        and not (isinstance(node, Activity) and node.for_compensation)
    ]


class Ways:
    """Which nodes follow which, by flows, links, boundary events and what compensates."""

    def __init__(self, definition: ProcessDefinition) -> None:
        self._definition = definition
        self._next: Mapping[str, set[str]] = {node: set() for node in definition.all_nodes}
        for node in definition.all_nodes.values():
            following = {flow.target for flow in definition.outgoing[node.id]} & self._next.keys()
            following |= {event.id for event in definition.boundary_events.get(node.id, ())}
            if isinstance(node, BoundaryEvent) and node.handler in self._next:
                following.add(node.handler or "")
            self._next[node.id].update(following, self._linked(node))
        self._before: Mapping[str, set[str]] = {node: set() for node in definition.all_nodes}
        for source, targets in self._next.items():
            for target in targets:
                self._before[target].add(source)

    def forward(self, begin: Iterable[str]) -> set[str]:
        """Every node that can be reached from these, themselves included."""
        return _closure(self._next, begin)

    def backward(self, begin: Iterable[str]) -> set[str]:
        """Every node from which one of these can be reached."""
        return _closure(self._before, begin)

    def dies(self, node: FlowNode) -> bool:
        """Whether a way from the node ends without an end event; that is reported where it ends."""
        return any(not self._next[each] for each in self.forward([node.id]))

    def _linked(self, node: FlowNode) -> set[str]:
        if not isinstance(node, IntermediateThrowEvent):
            return set()
        names = _links(node)
        beside = self._definition.children(self._definition.container_of[node.id]) if names else ()
        return {each.id for each in beside if isinstance(each, IntermediateCatchEvent) and _links(each) & names}


def _links(event: IntermediateThrowEvent | IntermediateCatchEvent) -> set[str]:
    return {part.name for part in parts_of(event.definition) if isinstance(part, LinkDefinition)}


def _closure(following: Mapping[str, set[str]], begin: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(following.get(node, ()))
    return seen
