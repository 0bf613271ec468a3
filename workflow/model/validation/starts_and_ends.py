"""Where a process begins and ends, and that every node lies on a way between."""

from collections.abc import Iterable, Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import BoundaryEvent, EndEvent, FlowNode, StartEvent
from workflow.model.findings import Finding
from workflow.model.validation.containers import Container, containers, found


def check_starts(definition: ProcessDefinition) -> Iterator[Finding]:
    """A process starts at exactly one none start event; a subprocess too, unless it has neither start nor end event."""
    for container in containers(definition):
        starts = [node for node in container.starts if node.definition is None]
        if not starts and (container.element is definition or container.starts or _ends(container)):
            yield found(
                "no-start",
                container.element,
                N_("“%(element)s” has no start event without a trigger."),
                N_("Add a start event and connect it to the first step."),
            )
        for extra in starts[1:]:
            yield found(
                "several-starts",
                extra,
                N_("“%(element)s” is a second start event; only one is used."),
                N_("Delete it, or lead both ways from one start event."),
            )


def check_ends(definition: ProcessDefinition) -> Iterator[Finding]:
    """What begins with a start event ends with an end event (BPMN 2.0.2, 10.5.3)."""
    for container in containers(definition):
        if container.nodes and container.starts and not _ends(container):
            yield found(
                "no-end",
                container.element,
                N_("“%(element)s” has no end event."),
                N_("Add an end event after the last step."),
            )


def check_dead_ends(definition: ProcessDefinition) -> Iterator[Finding]:
    """Only end events have no way out; without any end event that is a matter of style."""
    for container in containers(definition):
        severity = "error" if _ends(container) else "warning"
        for node in container.nodes.values():
            if not isinstance(node, EndEvent) and not definition.outgoing[node.id]:
                yield found(
                    "dead-end",
                    node,
                    N_("No sequence flow leaves “%(element)s”."),
                    N_("Connect it to the next step or to an end event."),
                    severity="error" if severity == "error" else "warning",
                )


def check_unreachable(definition: ProcessDefinition) -> Iterator[Finding]:
    """Every node can be reached from where its container starts."""
    for container in containers(definition):
        reached = _forward(definition, _entries(definition, container))
        for node in container.nodes.values():
            if node.id not in reached:
                yield found(
                    "unreachable-node",
                    node,
                    N_("“%(element)s” can never be reached."),
                    N_("Lead a sequence flow to it, or delete it."),
                )


def check_way_out(definition: ProcessDefinition) -> Iterator[Finding]:
    """From every node that has a way out an end event can be reached."""
    for container in containers(definition):
        ends = _ends(container)
        if not ends:
            continue
        leading = _backward(definition, [node.id for node in ends])
        stuck = [
            node
            for node in container.nodes.values()
            if node.id not in leading and definition.outgoing[node.id] and not _leads_to_dead_end(definition, node)
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


def _ends(container: Container) -> list[FlowNode]:
    return [node for node in container.nodes.values() if isinstance(node, EndEvent)]


def _entries(definition: ProcessDefinition, container: Container) -> list[str]:
    if container.starts:
        return [node.id for node in container.starts]
    return [
        node.id
        for node in container.nodes.values()
        if not definition.incoming[node.id] and not isinstance(node, BoundaryEvent)
    ]


def _forward(definition: ProcessDefinition, begin: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(begin)
    while waiting:
        node_id = waiting.pop()
        if node_id in seen:
            continue
        seen.add(node_id)
        waiting.extend(flow.target for flow in definition.outgoing.get(node_id, ()))
        waiting.extend(event.id for event in definition.boundary_events.get(node_id, ()))
    return seen


def _backward(definition: ProcessDefinition, begin: Iterable[str]) -> set[str]:
    """Nodes from which one of these can be reached; an activity's boundary events are ways out of it."""
    seen: set[str] = set()
    waiting = list(begin)
    while waiting:
        node_id = waiting.pop()
        if node_id in seen:
            continue
        seen.add(node_id)
        waiting.extend(flow.source for flow in definition.incoming.get(node_id, ()))
        node = definition.all_nodes.get(node_id)
        if isinstance(node, BoundaryEvent):
            waiting.append(node.attached_to)
    return seen


def _leads_to_dead_end(definition: ProcessDefinition, node: FlowNode) -> bool:
    """Such a node is reported where its way ends."""
    reached = _forward(definition, [node.id])
    return any(not definition.outgoing.get(node_id) for node_id in reached)


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
