"""The conditions and defaults of sequence flows."""

from collections.abc import Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
    default_flow_of,
)
from workflow.model.findings import Finding
from workflow.model.validation.containers import found

Deciding = ExclusiveGateway | InclusiveGateway


def check_defaults(definition: ProcessDefinition) -> Iterator[Finding]:
    """A default flow leaves its node, has no condition, and has company."""
    for node in definition.all_nodes.values():
        default = default_flow_of(node)
        if default is None:
            continue
        flow = next((each for each in definition.outgoing[node.id] if each.id == default), None)
        if flow is None:
            yield found(
                "default-not-outgoing",
                node,
                N_("The default flow “%(flow)s” of “%(element)s” does not leave it."),
                N_("Choose one of its outgoing flows as the default."),
                flow=default,
            )
        elif flow.condition is not None:
            yield found(
                "default-with-condition",
                flow,
                N_("The default flow “%(element)s” has a condition, which is never looked at."),
                N_("Delete the condition, or choose another default."),
            )


def check_missing_conditions(definition: ProcessDefinition) -> Iterator[Finding]:
    """Where a gateway decides, every flow but the default says when it is taken."""
    for node in definition.all_nodes.values():
        if not isinstance(node, Deciding) or len(definition.outgoing[node.id]) <= 1:
            continue
        for flow in definition.outgoing[node.id]:
            if flow.condition is None and flow.id != node.default_flow:
                yield found(
                    "missing-condition",
                    flow,
                    N_("The sequence flow “%(element)s” out of “%(node)s” has no condition and is not the default."),
                    N_("Write a condition, or make it the default flow."),
                    node=node.name or node.id,
                )


def check_needless_conditions(definition: ProcessDefinition) -> Iterator[Finding]:
    """A parallel gateway passes conditions by; that of an event is refused in the file (BPMN 2.0.2, 8.4.13)."""
    for flow in definition.all_flows.values():
        source = definition.all_nodes.get(flow.source)
        if flow.condition is not None and isinstance(source, ParallelGateway):
            yield found(
                "condition-not-allowed",
                flow,
                N_("The sequence flow “%(element)s” has a condition, but “%(node)s” does not decide."),
                N_("Put an exclusive gateway before it, or delete the condition."),
                severity="warning",
                node=source.name or source.id,
            )


def check_lonely_conditions(definition: ProcessDefinition) -> Iterator[Finding]:
    """A single conditional flow leaves a token without a way as soon as its condition is false."""
    for node in definition.all_nodes.values():
        flows = definition.outgoing[node.id]
        if isinstance(node, Activity | ExclusiveGateway | InclusiveGateway) and len(flows) == 1 and flows[0].condition:
            yield found(
                "lonely-condition",
                flows[0],
                N_("The sequence flow “%(element)s” is the only way out of “%(node)s”, but has a condition."),
                N_("Add a default flow for the other case, or delete the condition."),
                node=node.name or node.id,
            )
