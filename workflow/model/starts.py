"""What starts a process or subprocess: start events, and what no token has to reach because an event starts it there."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import EventBasedGateway, FlowNode, ReceiveTask, StartEvent, definition_of
from workflow.model.events import (
    EventDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    SingleDefinition,
    parts_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPoint:
    """One definition of one event that starts a process. With `needs` above 1, that many different parts must happen."""

    process_id: str
    node_id: str
    part: int
    definition: SingleDefinition
    needs: int = 1

    def listens_for(self, kind: type[MessageDefinition] | type[SignalDefinition], name: str) -> bool:
        """Whether a message or signal of this name starts the process here."""
        return isinstance(self.definition, kind) and self.definition.name == name


def instantiates(node: FlowNode) -> bool:
    """Whether the node starts the process by what it receives, without a start event before it."""
    return isinstance(node, ReceiveTask | EventBasedGateway) and node.instantiate


def begins(node: FlowNode) -> bool:
    """Whether the node starts its process or subprocess."""
    return isinstance(node, StartEvent) or instantiates(node)


def starts_at_once(process: ProcessDefinition) -> bool:
    """Whether the process starts without an event: at a none start event, or at nodes that no flow leads to."""
    return any(event.definition is None for event in process.start_events(process.id)) or not start_points(process)


def start_points(process: ProcessDefinition) -> list[StartPoint]:
    """Every definition that starts the process, in the order of the file."""
    return [
        StartPoint(
            process_id=process.id,
            node_id=node.id,
            part=part,
            definition=single,
            needs=len(parts_of(definition)) if _all_needed(definition) else 1,
        )
        for node, definition in _starting(process)
        for part, single in enumerate(parts_of(definition))
    ]


def _starting(process: ProcessDefinition) -> Iterator[tuple[FlowNode, EventDefinition | None]]:
    for node in process.children(process.id):
        if isinstance(node, EventBasedGateway) and node.instantiate:
            targets = (process.all_nodes[flow.target] for flow in process.outgoing[node.id])
            yield from ((target, definition_of(target)) for target in targets)
        elif begins(node):
            yield node, definition_of(node)


def _all_needed(definition: EventDefinition | None) -> bool:
    return isinstance(definition, MultipleDefinition) and definition.parallel
