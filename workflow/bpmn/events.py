"""Events: where they stand, what they wait for or throw, and the data that they take along."""

from collections.abc import Callable, Mapping

from workflow.bpmn.associations import data_mappings
from workflow.bpmn.event_definitions import definition_of, says_a_trigger
from workflow.bpmn.namespaces import Element, attribute, local, reference
from workflow.bpmn.reading import Reading, base, flag
from workflow.bpmn.rule import ACTIVITIES
from workflow.errors import N_
from workflow.model.elements import (
    BoundaryEvent,
    EndEvent,
    FlowNode,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    StartEvent,
)
from workflow.model.events import (
    CompensateDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    parts_of,
)


def _start(element: Element, reading: Reading) -> FlowNode:
    return StartEvent(
        **base(element),
        definition=definition_of(element, reading),
        interrupting=flag(element, "isInterrupting", True, reading.report),
        outputs=data_mappings(element, "dataOutputAssociation", reading),
    )


def _end(element: Element, reading: Reading) -> FlowNode:
    return EndEvent(
        **base(element),
        definition=_thrown(element, reading),
        inputs=data_mappings(element, "dataInputAssociation", reading),
    )


def _throw(element: Element, reading: Reading) -> FlowNode:
    return IntermediateThrowEvent(
        **base(element),
        definition=_thrown(element, reading),
        inputs=data_mappings(element, "dataInputAssociation", reading),
    )


def _catch(element: Element, reading: Reading) -> FlowNode:
    definition = definition_of(element, reading)
    _needs_trigger(element, definition, reading)
    return IntermediateCatchEvent(
        **base(element), definition=definition, outputs=data_mappings(element, "dataOutputAssociation", reading)
    )


def _boundary(element: Element, reading: Reading) -> FlowNode:
    definition = definition_of(element, reading)
    _needs_trigger(element, definition, reading)
    interrupting = flag(element, "cancelActivity", True, reading.report)
    parts = parts_of(definition)
    if any(isinstance(part, ErrorDefinition) for part in parts) and not interrupting:
        reading.report.error(
            "error-not-interrupting",
            N_("An error always interrupts its activity; the boundary event says that it does not"),
            element,
            N_("Make the boundary event interrupting"),
        )
    compensates = any(isinstance(part, CompensateDefinition) for part in parts)
    return BoundaryEvent(
        **base(element),
        definition=definition,
        outputs=data_mappings(element, "dataOutputAssociation", reading),
        attached_to=reference(element, "attachedToRef") or "",
        interrupting=interrupting,
        handler=_handler(element, reading) if compensates else None,
    )


def _thrown(element: Element, reading: Reading) -> EventDefinition | None:
    definition = definition_of(element, reading)
    for part in parts_of(definition):
        if isinstance(part, ErrorDefinition) and part.code is None:
            reading.report.error(
                "error-without-code",
                N_("The error end event names no error with a code"),
                element,
                N_("Choose an error and give it a code"),
            )
        if isinstance(part, EscalationDefinition) and part.code is None:
            reading.report.error(
                "escalation-without-code",
                N_("The event throws an escalation, but names none with a code"),
                element,
                N_("Choose an escalation and give it a code"),
            )
    return definition


def _handler(element: Element, reading: Reading) -> str | None:
    """The activity that undoes: the one that an association joins to the event. That there is one is a static rule."""
    joined = reading.associated.get(attribute(element, "id") or "", ())
    found = [each for each in joined if each in reading.ids and local(reading.ids[each]) in ACTIVITIES]
    return found[0] if len(found) == 1 else None


def _needs_trigger(element: Element, definition: EventDefinition | None, reading: Reading) -> None:
    # Where a definition is there but unsupported or faulty, that has been said already.
    if definition is None and not says_a_trigger(element):
        reading.report.error(
            "event-without-trigger",
            N_("The event waits for nothing: it has no event definition"),
            element,
            N_("Choose what the event waits for, such as a timer or a message"),
        )


EVENT_BUILDERS: Mapping[str, Callable[[Element, Reading], FlowNode]] = {
    "startEvent": _start,
    "endEvent": _end,
    "intermediateCatchEvent": _catch,
    "intermediateThrowEvent": _throw,
    "boundaryEvent": _boundary,
}
