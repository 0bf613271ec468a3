"""A process as it was read from a file, with the indexes that every step needs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from workflow.model.elements import (
    BoundaryEvent,
    DataItem,
    Event,
    EventSubProcess,
    FlowNode,
    SequenceFlow,
    StartEvent,
    SubProcess,
    UserTask,
)
from workflow.model.events import CompensateDefinition, parts_of
from workflow.model.paths import Paths


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    id: str
    name: str
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProcessDefinition:
    """One process. `nodes` and `flows` are the top level; subprocesses hold their own.

    Without `slots`, because the indexes are computed once and kept.
    """

    id: str
    name: str = ""
    nodes: Mapping[str, FlowNode]
    flows: Mapping[str, SequenceFlow]
    lanes: tuple[Lane, ...] = ()
    executable: bool = True
    line: int | None = None
    documentation: str = ""
    data: tuple[DataItem, ...] = ()
    """Its properties and data objects."""

    @cached_property
    def all_nodes(self) -> Mapping[str, FlowNode]:
        """Every flow node by id, those of subprocesses included."""
        return {node.id: node for _, node in self._walk(self.id, self.nodes)}

    @cached_property
    def container_of(self) -> Mapping[str, str]:
        """Node id → id of the process or subprocess that holds it."""
        return {node.id: container for container, node in self._walk(self.id, self.nodes)}

    @cached_property
    def all_flows(self) -> Mapping[str, SequenceFlow]:
        """Every sequence flow by id, those of subprocesses included."""
        flows = dict(self.flows)
        for node in self.all_nodes.values():
            if isinstance(node, SubProcess):
                flows.update(node.flows)
        return flows

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[SequenceFlow, ...]]:
        """Node id → its outgoing flows in the order of the file."""
        return self._group("source")

    @cached_property
    def incoming(self) -> Mapping[str, tuple[SequenceFlow, ...]]:
        """Node id → its incoming flows in the order of the file."""
        return self._group("target")

    @cached_property
    def boundary_events(self) -> Mapping[str, tuple[BoundaryEvent, ...]]:
        """Activity id → the boundary events attached to it."""
        attached: dict[str, list[BoundaryEvent]] = defaultdict(list)
        for node in self.all_nodes.values():
            if isinstance(node, BoundaryEvent):
                attached[node.attached_to].append(node)
        return {key: tuple(value) for key, value in attached.items()}

    @cached_property
    def compensation_handlers(self) -> Mapping[str, str]:
        """Activity id → the activity that undoes it, by the compensation event on its boundary."""
        return {
            node.attached_to: node.handler
            for node in self.all_nodes.values()
            if isinstance(node, BoundaryEvent) and node.handler is not None and _compensates(node)
        }

    @cached_property
    def compensation_subprocesses(self) -> Mapping[str, str]:
        """Container id → the event subprocess directly inside it that undoes it."""
        return {
            container: node.id
            for container, found in self.event_subprocesses.items()
            for node in found
            if any(_compensates(start) for start in self.start_events(node.id))
        }

    @cached_property
    def user_tasks(self) -> Mapping[str, UserTask]:
        """Every user task by id, in the order of the file."""
        return {node.id: node for node in self.all_nodes.values() if isinstance(node, UserTask)}

    @cached_property
    def paths(self) -> Paths:
        """The paths between its nodes, for inclusive joins."""
        return Paths(self.all_nodes, self.incoming)

    @cached_property
    def _children(self) -> Mapping[str, tuple[FlowNode, ...]]:
        grouped: dict[str, list[FlowNode]] = defaultdict(list)
        for container, node in self._walk(self.id, self.nodes):
            grouped[container].append(node)
        return {key: tuple(value) for key, value in grouped.items()}

    def children(self, container: str) -> tuple[FlowNode, ...]:
        """The nodes directly inside the process or subprocess `container`."""
        return self._children.get(container, ())

    @cached_property
    def event_subprocesses(self) -> Mapping[str, tuple[EventSubProcess, ...]]:
        """Container id → the event subprocesses directly inside it."""
        return {
            container: found
            for container, nodes in self._children.items()
            if (found := tuple(node for node in nodes if isinstance(node, EventSubProcess)))
        }

    def start_events(self, container: str) -> tuple[StartEvent, ...]:
        """The start events directly inside `container`."""
        return tuple(node for node in self.children(container) if isinstance(node, StartEvent))

    def _walk(self, container: str, nodes: Mapping[str, FlowNode]) -> Iterator[tuple[str, FlowNode]]:
        for node in nodes.values():
            yield container, node
            if isinstance(node, SubProcess):
                yield from self._walk(node.id, node.nodes)

    def _group(self, end: str) -> Mapping[str, tuple[SequenceFlow, ...]]:
        grouped: dict[str, list[SequenceFlow]] = {node: [] for node in self.all_nodes}
        for flow in self.all_flows.values():
            grouped.setdefault(getattr(flow, end), []).append(flow)
        return {key: tuple(value) for key, value in grouped.items()}


def _compensates(event: Event) -> bool:
    return any(isinstance(part, CompensateDefinition) for part in parts_of(event.definition))
