"""Which incoming flows of a gateway a token can still reach: what an inclusive join must know."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from workflow.model.elements import (
    BoundaryEvent,
    FlowNode,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    SequenceFlow,
)
from workflow.model.events import LinkDefinition

Reach = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Paths:
    """The paths of one definition, worked out once a gateway and kept.

    A boundary event counts as one way out of the activity it sits on, a link as a sequence flow.
    """

    nodes: Mapping[str, FlowNode]
    incoming: Mapping[str, tuple[SequenceFlow, ...]]

    @cached_property
    def _links(self) -> Mapping[str, list[str]]:
        """Link name → the events that throw it. A name in two containers makes an inclusive join wait longer, never shorter."""
        found: dict[str, list[str]] = defaultdict(list)
        for node in self.nodes.values():
            if isinstance(node, IntermediateThrowEvent) and isinstance(node.definition, LinkDefinition):
                found[node.definition.name].append(node.id)
        return found

    @cached_property
    def _known(self) -> dict[str, Reach]:
        return {}

    def into(self, gateway_id: str) -> Reach:
        """Node id → ids of the gateway's incoming flows that a token in that node can reach without passing the gateway.

        Nodes that reach none are left out (BPMN 2.0.2, 13.4.3, inclusive gateway).
        """
        if gateway_id not in self._known:
            reached: dict[str, set[str]] = defaultdict(set)
            for flow in self.incoming.get(gateway_id, ()):
                for node_id in self._before(flow.source, gateway_id):
                    reached[node_id].add(flow.id)
            self._known[gateway_id] = {node_id: frozenset(flows) for node_id, flows in reached.items()}
        return self._known[gateway_id]

    def _before(self, node_id: str, gateway_id: str) -> Iterable[str]:
        """The node and all nodes from which it can be reached without passing the gateway."""
        seen: set[str] = set()
        waiting = [node_id]
        while waiting:
            current = waiting.pop()
            if current in seen or current == gateway_id:
                continue
            seen.add(current)
            waiting.extend(flow.source for flow in self.incoming.get(current, ()))
            node = self.nodes.get(current)
            if isinstance(node, BoundaryEvent):
                waiting.append(node.attached_to)
            elif isinstance(node, IntermediateCatchEvent) and isinstance(node.definition, LinkDefinition):
                waiting.extend(self._links[node.definition.name])
        return seen
