"""One builder an element: from XML to the frozen flow node. The table `BUILDERS` is the whole of what is built."""

from collections.abc import Callable, Mapping
from typing import Any

from workflow.bpmn.activities import TASK_BUILDERS, activity
from workflow.bpmn.context import Reading, base, choice_of, flag
from workflow.bpmn.data import data_objects_of, properties_of
from workflow.bpmn.events import EVENT_BUILDERS
from workflow.bpmn.expressions import element_expression
from workflow.bpmn.namespaces import BPMN, Element, attribute, child, children, local, namespace, reference, text_of
from workflow.model.elements import (
    AdHocSubProcess,
    ComplexGateway,
    EventBasedGateway,
    EventSubProcess,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    ParallelGateway,
    SequenceFlow,
    SubProcess,
    Transaction,
)


def _exclusive(element: Element, reading: Reading) -> FlowNode:
    return ExclusiveGateway(**base(element), default_flow=reference(element, "default"))


def _inclusive(element: Element, reading: Reading) -> FlowNode:
    return InclusiveGateway(**base(element), default_flow=reference(element, "default"))


def _parallel(element: Element, reading: Reading) -> FlowNode:
    return ParallelGateway(**base(element))


def _event_based(element: Element, reading: Reading) -> FlowNode:
    kind = attribute(element, "eventGatewayType") and choice_of(
        element, "eventGatewayType", ("Exclusive", "Parallel"), reading.report
    )
    return EventBasedGateway(
        **base(element),
        instantiate=flag(element, "instantiate", False, reading.report),
        parallel=kind == "Parallel",
    )


def _complex(element: Element, reading: Reading) -> FlowNode:
    return ComplexGateway(
        **base(element),
        activation_condition=element_expression(child(element, "activationCondition"), reading.report),
        default_flow=reference(element, "default"),
    )


GATEWAY_BUILDERS: Mapping[str, Callable[[Element, Reading], FlowNode]] = {
    "exclusiveGateway": _exclusive,
    "inclusiveGateway": _inclusive,
    "parallelGateway": _parallel,
    "eventBasedGateway": _event_based,
    "complexGateway": _complex,
}


# One builder an element: from XML to the frozen flow node. The table at the end is the whole of what is built.

Builder = Callable[[Element, Reading], FlowNode]


def build_content(element: Element, reading: Reading) -> tuple[dict[str, FlowNode], dict[str, SequenceFlow]]:
    """The flow nodes and sequence flows directly inside a process or subprocess, in the order of the file."""
    nodes: dict[str, FlowNode] = {}
    flows: dict[str, SequenceFlow] = {}
    for part in element:
        if namespace(part) != BPMN or not attribute(part, "id"):
            continue
        if local(part) == "sequenceFlow":
            flow = _flow(part, reading)
            flows.setdefault(flow.id, flow)
        elif local(part) in BUILDERS:
            node = BUILDERS[local(part)](part, reading)
            nodes.setdefault(node.id, node)
    return nodes, flows


def _flow(element: Element, reading: Reading) -> SequenceFlow:
    return SequenceFlow(
        **base(element),
        source=reference(element, "sourceRef") or "",
        target=reference(element, "targetRef") or "",
        condition=element_expression(child(element, "conditionExpression"), reading.report),
    )


def _container(element: Element, reading: Reading) -> dict[str, Any]:
    nodes, flows = build_content(element, reading)
    return {
        **activity(element, reading),
        "nodes": nodes,
        "flows": flows,
        "properties": properties_of(element, reading),
        "data": data_objects_of(element, reading),
    }


def _sub_process(element: Element, reading: Reading) -> FlowNode:
    by_event = flag(element, "triggeredByEvent", False, reading.report)
    return (EventSubProcess if by_event else SubProcess)(**_container(element, reading))


def _transaction(element: Element, reading: Reading) -> FlowNode:
    return Transaction(**_container(element, reading))


def _ad_hoc(element: Element, reading: Reading) -> FlowNode:
    ordering = choice_of(element, "ordering", ("Parallel", "Sequential"), reading.report)
    return AdHocSubProcess(
        **_container(element, reading),
        ordering="sequential" if ordering == "Sequential" else "parallel",
        completion_condition=element_expression(child(element, "completionCondition"), reading.report),
        cancel_remaining=flag(element, "cancelRemainingInstances", True, reading.report),
    )


BUILDERS: Mapping[str, Builder] = {
    **TASK_BUILDERS,
    "subProcess": _sub_process,
    "transaction": _transaction,
    "adHocSubProcess": _ad_hoc,
    **GATEWAY_BUILDERS,
    **EVENT_BUILDERS,
}


def lanes_of(process: Element) -> list[tuple[str, str, tuple[str, ...]]]:
    """Id, name and node ids of every lane of the process, nested ones included."""
    return [
        (
            attribute(lane, "id") or "",
            attribute(lane, "name") or "",
            tuple(text_of(entry) for entry in children(lane, "flowNodeRef")),
        )
        for lane in process.iter(f"{{{BPMN}}}lane")
    ]
