"""Sequence flows that events must have or must not have (BPMN 2.0.2, 10.5.3 and 10.5.4), and conditions on flows."""

from workflow.bpmn.namespaces import attribute, child, local, reference, text_of
from workflow.bpmn.rules.facts import Facts, shown_name
from workflow.bpmn.rules.kinds import ACTIVITIES, EVENTS, FLOW_NODES
from workflow.errors import N_

_WITH_DEFAULT = ACTIVITIES | {"exclusiveGateway", "inclusiveGateway", "complexGateway"}


def check_intermediate_events(facts: Facts) -> None:
    """An intermediate event has a way in and a way out; a link has one of them."""
    for event in facts.each("intermediateCatchEvent", "intermediateThrowEvent"):
        link = "link" in facts.triggers_of(event)
        catches = local(event) == "intermediateCatchEvent"
        if not facts.flows_into(event) and not (link and catches):
            facts.refuse(
                "event-without-incoming",
                event,
                N_("No sequence flow leads into the intermediate event “%(element)s”"),
                N_("Lead a flow to it, or make it a start event"),
            )
        if not facts.flows_out_of(event) and not (link and not catches):
            facts.refuse(
                "event-without-outgoing",
                event,
                N_("No sequence flow leaves the intermediate event “%(element)s”"),
                N_("Connect it to the next step, or make it an end event"),
            )


def check_boundary_events(facts: Facts) -> None:
    """A boundary event leads somewhere, save one for compensation, whose handler an association names."""
    for event in facts.each("boundaryEvent"):
        if not facts.flows_out_of(event) and "compensate" not in facts.triggers_of(event):
            facts.refuse(
                "boundary-without-outgoing",
                event,
                N_("No sequence flow leaves the boundary event “%(element)s”"),
                N_("Lead a flow from it to what is to happen then"),
            )


def check_conditions(facts: Facts) -> None:
    """A condition stands on a flow out of an activity or a gateway that decides (8.4.13)."""
    for flow in facts.each("sequenceFlow"):
        source = facts.target(flow, "sourceRef")
        if source is not None and local(source) in EVENTS and child(flow, "conditionExpression") is not None:
            facts.refuse(
                "condition-after-event",
                flow,
                N_("The sequence flow “%(element)s” out of an event has a condition"),
                N_("Delete the condition, or put an exclusive gateway after the event"),
            )


def check_default_holders(facts: Facts) -> None:
    """Only activities and exclusive, inclusive and complex gateways can have a default flow."""
    for node in facts.each(*sorted(FLOW_NODES - _WITH_DEFAULT)):
        if attribute(node, "default") is not None:
            facts.refuse(
                "default-not-allowed",
                node,
                N_("“%(element)s” names a default flow, but does not decide between flows"),
                N_("Delete the default, or use an exclusive or inclusive gateway"),
            )


def check_double_flows(facts: Facts) -> None:
    """Two flows between the same nodes under the same condition start the second one twice."""
    seen: dict[tuple[str | None, ...], str] = {}
    for flow in facts.each("sequenceFlow"):
        ends = reference(flow, "sourceRef"), reference(flow, "targetRef")
        key = (*ends, text_of(child(flow, "conditionExpression")))
        if None not in ends and key in seen:
            facts.remark(
                "flow-twice",
                flow,
                N_("The sequence flow “%(element)s” leads from and to the same elements as “%(other)s”"),
                N_("Delete one of the two, unless the next step is to be done twice"),
                other=seen[key],
            )
        seen.setdefault(key, shown_name(flow))
