"""What the rules look at: each process or subprocess as a container, and findings that name their element."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import FlowNode, SequenceFlow, StartEvent, SubProcess
from workflow.model.findings import Finding

Rule = Callable[[ProcessDefinition], Iterator[Finding]]
Element = FlowNode | SequenceFlow | ProcessDefinition


@dataclass(frozen=True, slots=True)
class Container:
    """A process or an embedded subprocess, with what stands directly in it."""

    element: ProcessDefinition | SubProcess
    nodes: Mapping[str, FlowNode]
    flows: Mapping[str, SequenceFlow]

    @property
    def starts(self) -> list[StartEvent]:
        return [node for node in self.nodes.values() if isinstance(node, StartEvent)]


def containers(definition: ProcessDefinition) -> Iterator[Container]:
    """The process and all its subprocesses, outermost first."""
    yield Container(definition, definition.nodes, definition.flows)
    for node in definition.all_nodes.values():
        if isinstance(node, SubProcess):
            yield Container(node, node.nodes, node.flows)


def found(
    rule: str,
    element: Element,
    template: str,
    advice: str,
    *,
    severity: Literal["error", "warning"] = "error",
    **params: object,
) -> Finding:
    """Return a finding at the element. The templates may use `%(element)s` for its name."""
    return Finding(
        rule=rule,
        template=template,
        params={"element": element.name or element.id, **params},
        advice=advice,
        element_id=element.id,
        element_name=element.name or None,
        line=element.line,
        severity=severity,
    )
