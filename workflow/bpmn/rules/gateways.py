"""Gateways join or split; event-based ones lead to events only (BPMN 2.0.2, 10.6)."""

from workflow.bpmn.namespaces import Element, attribute, child, local
from workflow.bpmn.rules.facts import Facts, is_true, parent_of
from workflow.bpmn.rules.kinds import GATEWAYS
from workflow.errors import N_

_AFTER_EVENT_GATEWAY = frozenset({"message", "signal", "timer", "conditional"})


def check_idle_gateways(facts: Facts) -> None:
    """A gateway has several flows in or several flows out."""
    for gateway in facts.each(*sorted(GATEWAYS - {"eventBasedGateway"})):
        if len(facts.flows_into(gateway)) <= 1 and len(facts.flows_out_of(gateway)) <= 1:
            facts.refuse(
                "idle-gateway",
                gateway,
                N_("The gateway “%(element)s” neither joins nor splits"),
                N_("Add the missing flow, or delete the gateway"),
            )


def check_event_gateways(facts: Facts) -> None:
    """An event-based gateway has at least two flows, all without conditions, to events that belong to it alone."""
    for gateway in facts.each("eventBasedGateway"):
        flows = facts.flows_out_of(gateway)
        if len(flows) < 2:
            facts.refuse(
                "event-gateway-flows",
                gateway,
                N_("The event-based gateway “%(element)s” has %(count)s outgoing flows; it needs at least two"),
                N_("Lead it to each of the events that it waits for"),
                count=len(flows),
            )
        for flow in flows:
            if child(flow, "conditionExpression") is not None:
                facts.refuse(
                    "event-gateway-condition",
                    flow,
                    N_("The sequence flow “%(element)s” out of an event-based gateway has a condition"),
                    N_("Delete the condition: which event happens first decides"),
                )
        targets = [each for flow in flows if (each := facts.target(flow, "targetRef")) is not None]
        for target in targets:
            _check_target(facts, target)
        _check_mixture(facts, gateway, targets)
        _check_instantiation(facts, gateway)


def _check_target(facts: Facts, target: Element) -> None:
    triggers = facts.triggers_of(target)
    catching = local(target) == "intermediateCatchEvent" and set(triggers) <= _AFTER_EVENT_GATEWAY
    if not catching and local(target) != "receiveTask":
        facts.refuse(
            "event-gateway-target",
            target,
            N_("An event-based gateway leads to “%(element)s”, for which nobody can wait"),
            N_("Put a catch event (message, signal, timer, condition) or a receive task behind the gateway"),
        )
    if len(facts.flows_into(target)) > 1:
        facts.refuse(
            "event-gateway-target-incoming",
            target,
            N_("“%(element)s” stands behind an event-based gateway, but other flows lead into it too"),
            N_("Lead the other flows to the step after it"),
        )
    if local(target) == "receiveTask" and facts.attached_to(target):
        facts.refuse(
            "event-gateway-target-boundary",
            target,
            N_("The receive task “%(element)s” behind an event-based gateway has a boundary event"),
            N_("Delete the boundary event; put its event behind the gateway instead"),
        )


def _check_mixture(facts: Facts, gateway: Element, targets: list[Element]) -> None:
    receiving = any(local(each) == "receiveTask" for each in targets)
    messages = any(local(each) != "receiveTask" and "message" in facts.triggers_of(each) for each in targets)
    if receiving and messages:
        facts.refuse(
            "event-gateway-mixture",
            gateway,
            N_("Behind the event-based gateway “%(element)s” stand both receive tasks and message events"),
            N_("Use message events only, or receive tasks only"),
        )


def _check_instantiation(facts: Facts, gateway: Element) -> None:
    instantiates = is_true(gateway, "instantiate")
    if instantiates and facts.flows_into(gateway):
        facts.refuse(
            "event-gateway-instantiate",
            gateway,
            N_("The event-based gateway “%(element)s” starts the process, but a sequence flow leads into it"),
            N_("Delete the flow, or the attribute instantiate"),
        )
    if instantiates and local(parent_of(gateway)) != "process":
        facts.refuse(
            "event-gateway-inside",
            gateway,
            N_("The event-based gateway “%(element)s” starts the process, but stands inside a subprocess"),
            N_("Move it to the top level, or delete the attribute instantiate"),
        )
    if attribute(gateway, "eventGatewayType") == "Parallel" and not instantiates:
        facts.refuse(
            "event-gateway-parallel",
            gateway,
            N_(
                "The event-based gateway “%(element)s” waits for all events, which only one that starts the process can"
            ),
            N_("Make it exclusive, or let it start the process"),
        )
