"""Gateways."""

from collections.abc import Callable, Mapping

from workflow.bpmn.expressions import element_expression
from workflow.bpmn.namespaces import Element, attribute, child, reference
from workflow.bpmn.own import choice_of
from workflow.bpmn.reading import Reading, base, flag
from workflow.model.elements import (
    ComplexGateway,
    EventBasedGateway,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    ParallelGateway,
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
