"""Where a process begins and ends, and that every node lies on a way between."""

from collections.abc import Iterable, Iterator, Mapping

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity,
    AdHocSubProcess,
    BoundaryEvent,
    EndEvent,
    EventSubProcess,
    FlowNode,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    StartEvent,
)
from workflow.model.events import LinkDefinition, parts_of
from workflow.model.findings import Finding
from workflow.model.starts import begins
from workflow.model.validation.containers import Container, containers, found


def ends_of(container: Container) -> list[FlowNode]:
    """The end events directly inside."""
    return [node for node in container.nodes.values() if isinstance(node, EndEvent)]


def entries(definition: ProcessDefinition, container: Container) -> list[str]:
    """Where ways begin: starts, what an event starts, and where nothing starts whatever no flow leads to."""
    begun = [node.id for node in container.nodes.values() if begins(node)]
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


# Where a process begins and ends, and that every node lies on a way between.


def check_starts(definition: ProcessDefinition) -> Iterator[Finding]:
    """A process has a start and at most one without a trigger; a subprocess may have neither start nor end event.

    A pool in which nothing is drawn, and that is not meant to run, does nothing (10.2).
    """
    if not definition.all_nodes and not definition.executable:
        return
    for container in _ordered(definition):
        if isinstance(container.element, EventSubProcess):
            continue
        plain = [node for node in container.starts if node.definition is None]
        begun = any(begins(node) for node in container.nodes.values())
        if not begun and (container.element is definition or container.starts or ends_of(container)):
            yield found(
                "no-start",
                container.element,
                N_("“%(element)s” has no start event."),
                N_("Add a start event and connect it to the first step."),
            )
        for extra in plain[1:]:
            yield found(
                "several-starts",
                extra,
                N_("“%(element)s” is a second start event; only one is used."),
                N_("Delete it, or lead both ways from one start event."),
            )


def check_ends(definition: ProcessDefinition) -> Iterator[Finding]:
    """What begins with a start event ends with an end event (BPMN 2.0.2, 10.5.3)."""
    for container in _ordered(definition):
        if container.nodes and container.starts and not ends_of(container):
            yield found(
                "no-end",
                container.element,
                N_("“%(element)s” has no end event."),
                N_("Add an end event after the last step."),
            )


def check_dead_ends(definition: ProcessDefinition) -> Iterator[Finding]:
    """Only end events have no way out; without any end event that is a matter of style."""
    for container in _ordered(definition):
        severity = "error" if ends_of(container) else "warning"
        for node in container.nodes.values():
            if not _may_end(node) and not definition.outgoing[node.id]:
                yield found(
                    "dead-end",
                    node,
                    N_("No sequence flow leaves “%(element)s”."),
                    N_("Connect it to the next step or to an end event."),
                    severity="error" if severity == "error" else "warning",
                )


def check_unreachable(definition: ProcessDefinition) -> Iterator[Finding]:
    """Every node can be reached from where its container starts."""
    ways = Ways(definition)
    for container in _ordered(definition):
        reached = ways.forward(entries(definition, container))
        for node in container.nodes.values():
            if node.id not in reached and not _said_in_the_file(definition, node):
                yield found(
                    "unreachable-node",
                    node,
                    N_("“%(element)s” can never be reached."),
                    N_("Lead a sequence flow to it, or delete it."),
                )


def check_way_out(definition: ProcessDefinition) -> Iterator[Finding]:
    """From every node that has a way out an end event can be reached."""
    ways = Ways(definition)
    for container in _ordered(definition):
        ends = ends_of(container)
        if not ends:
            continue
        leading = ways.backward([node.id for node in ends])
        stuck = [
            node
            for node in container.nodes.values()
            if node.id not in leading and definition.outgoing[node.id] and not ways.dies(node)
        ]
        if stuck:
            names = ", ".join(node.name or node.id for node in stuck)
            yield found(
                "no-way-out",
                stuck[0],
                N_("No end event can be reached from: %(nodes)s."),
                N_("Lead a way from there to an end event."),
                nodes=names,
            )


def check_connections_of_events(definition: ProcessDefinition) -> Iterator[Finding]:
    """Nothing leads into a start or boundary event, nothing out of an end event."""
    for node in definition.all_nodes.values():
        if isinstance(node, StartEvent | BoundaryEvent) and definition.incoming[node.id]:
            yield found(
                "event-with-incoming",
                node,
                N_("A sequence flow leads into “%(element)s”, which begins something."),
                N_("Lead the flow to the step after it."),
            )
        if isinstance(node, EndEvent) and definition.outgoing[node.id]:
            yield found(
                "end-with-outgoing",
                node,
                N_("A sequence flow leaves the end event “%(element)s”."),
                N_("Delete the flow, or make it an intermediate event."),
            )


def _ordered(definition: ProcessDefinition) -> Iterator[Container]:
    """The containers whose nodes follow each other: not ad-hoc subprocesses, not global tasks."""
    for container in containers(definition):
        if not isinstance(container.element, AdHocSubProcess) and container.element.id not in container.nodes:
            yield container


def _may_end(node: FlowNode) -> bool:
    """What needs no way out, or whose missing way out the rules on the file report."""
    if isinstance(node, Activity) and node.for_compensation:
        return True
    return isinstance(
        node, EndEvent | EventSubProcess | BoundaryEvent | IntermediateCatchEvent | IntermediateThrowEvent
    )


def _said_in_the_file(definition: ProcessDefinition, node: FlowNode) -> bool:
    """An intermediate event without a way in is reported by the rules on the file; so is a compensation of nothing."""
    if isinstance(node, Activity) and node.for_compensation:
        return not definition.incoming[node.id]
    return isinstance(node, IntermediateCatchEvent | IntermediateThrowEvent) and not definition.incoming[node.id]
