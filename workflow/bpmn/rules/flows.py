"""Sequence flows and gateways: what they join, where conditions stand, and that the file says the same at both ends."""

import re

from workflow.bpmn.kinds import EVENTS, FLOW_NODES, GATEWAYS, WITH_DEFAULT
from workflow.bpmn.namespaces import Element, attribute, child, children, local, reference, referred_id, text_of
from workflow.bpmn.rules.index import FileIndex, is_true, parent_of, shown_name
from workflow.errors import N_


def check_intermediate_events(index: FileIndex) -> None:
    """An intermediate event has a way in and a way out; a link has one of them."""
    for event in index.each("intermediateCatchEvent", "intermediateThrowEvent"):
        link = "link" in index.triggers_of(event)
        catches = local(event) == "intermediateCatchEvent"
        if not index.flows_into(event) and not (link and catches):
            index.refuse(
                "event-without-incoming",
                event,
                N_("No sequence flow leads into the intermediate event “%(element)s”"),
                N_("Lead a flow to it, or make it a start event"),
            )
        if not index.flows_out_of(event) and not (link and not catches):
            index.refuse(
                "event-without-outgoing",
                event,
                N_("No sequence flow leaves the intermediate event “%(element)s”"),
                N_("Connect it to the next step, or make it an end event"),
            )


def check_boundary_events(index: FileIndex) -> None:
    """A boundary event leads somewhere, save one for compensation, whose handler an association names."""
    for event in index.each("boundaryEvent"):
        if not index.flows_out_of(event) and "compensate" not in index.triggers_of(event):
            index.refuse(
                "boundary-without-outgoing",
                event,
                N_("No sequence flow leaves the boundary event “%(element)s”"),
                N_("Lead a flow from it to what is to happen then"),
            )


def check_conditions(index: FileIndex) -> None:
    """A condition stands on a flow out of an activity or a gateway that decides (8.4.13)."""
    for flow in index.each("sequenceFlow"):
        source = index.target(flow, "sourceRef")
        if source is not None and local(source) in EVENTS and child(flow, "conditionExpression") is not None:
            index.refuse(
                "condition-after-event",
                flow,
                N_("The sequence flow “%(element)s” out of an event has a condition"),
                N_("Delete the condition, or put an exclusive gateway after the event"),
            )


def check_default_holders(index: FileIndex) -> None:
    """Only activities and exclusive, inclusive and complex gateways can have a default flow."""
    for node in index.each(*sorted(FLOW_NODES - WITH_DEFAULT)):
        if attribute(node, "default") is not None:
            index.refuse(
                "default-not-allowed",
                node,
                N_("“%(element)s” names a default flow, but does not decide between flows"),
                N_("Delete the default, or use an exclusive or inclusive gateway"),
            )


def check_double_flows(index: FileIndex) -> None:
    """Two flows between the same nodes under the same condition start the second one twice."""
    seen: dict[tuple[str | None, ...], str] = {}
    for flow in index.each("sequenceFlow"):
        ends = reference(flow, "sourceRef"), reference(flow, "targetRef")
        key = (*ends, text_of(child(flow, "conditionExpression")))
        if None not in ends and key in seen:
            index.remark(
                "flow-twice",
                flow,
                N_("The sequence flow “%(element)s” leads from and to the same elements as “%(other)s”"),
                N_("Delete one of the two, unless the next step is to be done twice"),
                other=seen[key],
            )
        seen.setdefault(key, shown_name(flow))


# Gateways join or split; event-based ones lead to events only (BPMN 2.0.2, 10.6).

_AFTER_EVENT_GATEWAY = frozenset({"message", "signal", "timer", "conditional"})


def check_idle_gateways(index: FileIndex) -> None:
    """A gateway has several flows in or several flows out."""
    for gateway in index.each(*sorted(GATEWAYS - {"eventBasedGateway"})):
        if len(index.flows_into(gateway)) <= 1 and len(index.flows_out_of(gateway)) <= 1:
            index.refuse(
                "idle-gateway",
                gateway,
                N_("The gateway “%(element)s” neither joins nor splits"),
                N_("Add the missing flow, or delete the gateway"),
            )


def check_event_gateways(index: FileIndex) -> None:
    """An event-based gateway has at least two flows, all without conditions, to events that belong to it alone."""
    for gateway in index.each("eventBasedGateway"):
        flows = index.flows_out_of(gateway)
        if len(flows) < 2:
            index.refuse(
                "event-gateway-flows",
                gateway,
                N_("The event-based gateway “%(element)s” has %(count)s outgoing flows; it needs at least two"),
                N_("Lead it to each of the events that it waits for"),
                count=len(flows),
            )
        for flow in flows:
            if child(flow, "conditionExpression") is not None:
                index.refuse(
                    "event-gateway-condition",
                    flow,
                    N_("The sequence flow “%(element)s” out of an event-based gateway has a condition"),
                    N_("Delete the condition: which event happens first decides"),
                )
        targets = [each for flow in flows if (each := index.target(flow, "targetRef")) is not None]
        for target in targets:
            _check_target(index, target)
        _check_mixture(index, gateway, targets)
        _check_instantiation(index, gateway)


def _check_target(index: FileIndex, target: Element) -> None:
    triggers = index.triggers_of(target)
    catching = local(target) == "intermediateCatchEvent" and set(triggers) <= _AFTER_EVENT_GATEWAY
    if not catching and local(target) != "receiveTask":
        index.refuse(
            "event-gateway-target",
            target,
            N_("An event-based gateway leads to “%(element)s”, for which nobody can wait"),
            N_("Put a catch event (message, signal, timer, condition) or a receive task behind the gateway"),
        )
    if len(index.flows_into(target)) > 1:
        index.refuse(
            "event-gateway-target-incoming",
            target,
            N_("“%(element)s” stands behind an event-based gateway, but other flows lead into it too"),
            N_("Lead the other flows to the step after it"),
        )
    if local(target) == "receiveTask" and index.attached_to(target):
        index.refuse(
            "event-gateway-target-boundary",
            target,
            N_("The receive task “%(element)s” behind an event-based gateway has a boundary event"),
            N_("Delete the boundary event; put its event behind the gateway instead"),
        )


def _check_mixture(index: FileIndex, gateway: Element, targets: list[Element]) -> None:
    receiving = any(local(each) == "receiveTask" for each in targets)
    messages = any(local(each) != "receiveTask" and "message" in index.triggers_of(each) for each in targets)
    if receiving and messages:
        index.refuse(
            "event-gateway-mixture",
            gateway,
            N_("Behind the event-based gateway “%(element)s” stand both receive tasks and message events"),
            N_("Use message events only, or receive tasks only"),
        )


def _check_instantiation(index: FileIndex, gateway: Element) -> None:
    instantiates = is_true(gateway, "instantiate")
    if instantiates and index.flows_into(gateway):
        index.refuse(
            "event-gateway-instantiate",
            gateway,
            N_("The event-based gateway “%(element)s” starts the process, but a sequence flow leads into it"),
            N_("Delete the flow, or the attribute instantiate"),
        )
    if instantiates and local(parent_of(gateway)) != "process":
        index.refuse(
            "event-gateway-inside",
            gateway,
            N_("The event-based gateway “%(element)s” starts the process, but stands inside a subprocess"),
            N_("Move it to the top level, or delete the attribute instantiate"),
        )
    if attribute(gateway, "eventGatewayType") == "Parallel" and not instantiates:
        index.refuse(
            "event-gateway-parallel",
            gateway,
            N_(
                "The event-based gateway “%(element)s” waits for all events, which only one that starts the process can"
            ),
            N_("Make it exclusive, or let it start the process"),
        )


# What a file says twice must agree: the flows that nodes list, and the direction that a gateway claims.

_MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


def check_listings(index: FileIndex) -> None:
    """`incoming` and `outgoing` are optional, but a flow that one end lists and the other not was half deleted."""
    for flow in index.each("sequenceFlow"):
        source, target, key = index.target(flow, "sourceRef"), index.target(flow, "targetRef"), attribute(flow, "id")
        if source is None or target is None or key is None:
            continue
        if (leaves := _lists(source, "outgoing", key)) != _lists(target, "incoming", key):
            node, missing = (target, "incoming") if leaves else (source, "outgoing")
            index.refuse(
                "half-listed-flow",
                node,
                N_(
                    "The %(element)s does not list the sequence flow %(flow)s as %(side)s; the element at its other end lists it"
                ),
                N_("Draw the flow again in the modeler"),
                element=local(node),
                flow=key,
                side=missing,
            )


def _lists(node: Element, side: str, flow: str) -> bool:
    return flow in {referred_id(each) for each in children(node, side)}


def check_directions(index: FileIndex) -> None:
    """A gateway has the direction that it claims (10.6.1)."""
    for gateway in index.each(*sorted(GATEWAYS)):
        direction = attribute(gateway, "gatewayDirection") or "Unspecified"
        incoming, outgoing = (
            sum(attribute(flow, "id") is not None for flow in flows)
            for flows in (index.flows_into(gateway), index.flows_out_of(gateway))
        )
        holds = {
            "Unspecified": True,
            "Converging": incoming > 1 and outgoing <= 1,
            "Diverging": outgoing > 1 and incoming <= 1,
            "Mixed": incoming > 1 and outgoing > 1,
        }
        if not holds.get(direction, False):
            index.refuse(
                "gateway-direction",
                gateway,
                N_(
                    "The %(element)s says that it is %(direction)s, but has %(incoming)s incoming and %(outgoing)s outgoing flows"
                ),
                N_("Delete the attribute gatewayDirection, or connect the gateway as it says"),
                element=local(gateway),
                direction=direction,
                incoming=incoming,
                outgoing=outgoing,
            )


def check_text_formats(index: FileIndex) -> None:
    """A text format is a MIME type."""
    for element in index.each("textAnnotation", "documentation"):
        text_format = attribute(element, "textFormat")
        if text_format is not None and not _MIME_TYPE.fullmatch(text_format):
            index.refuse(
                "text-format",
                element,
                N_("textFormat “%(format)s” is no MIME type"),
                N_("Delete the attribute textFormat"),
                format=text_format,
            )
