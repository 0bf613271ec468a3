"""Events: what they wait for or throw."""

from collections.abc import Callable, Mapping
from typing import Literal

from workflow.bpmn.expressions import feel, value_of
from workflow.bpmn.namespaces import CN, Element, attribute, children, local, reference, text_of
from workflow.bpmn.reading import Reading, base, flag
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
    ErrorDefinition,
    EventDefinition,
    MessageDefinition,
    TerminateDefinition,
    TimerDefinition,
)

_TIMER_KINDS: Mapping[str, Literal["date", "duration", "cycle"]] = {
    "timeDate": "date",
    "timeDuration": "duration",
    "timeCycle": "cycle",
}


def message_definition(element: Element, reading: Reading) -> MessageDefinition:
    """The message that `messageRef` of an event definition or a receive task names."""
    target = reference(element, "messageRef")
    message = reading.ids.get(target or "")
    if target is None:
        reading.required(element, "messageRef")
    name = attribute(message, "name") if message is not None else None
    if message is not None and name is None:
        reading.required(message, "name")
    holders = [element] if message is None else [element, message]
    keys = [(key, holder) for holder in holders if (key := attribute(holder, "correlationKey", CN))]
    return MessageDefinition(name=name or "", correlation_key=feel(*keys[0], reading.report) if keys else None)


def _timer(element: Element, reading: Reading) -> TimerDefinition | None:
    kinds = [child for child in element if local(child) in _TIMER_KINDS]
    if len(kinds) != 1 or not text_of(kinds[0]):
        reading.report.error(
            "timer-without-time",
            N_("The timer says no time; it needs exactly one of a date, a duration or a cycle"),
            element,
            N_("Enter a duration such as P3D or WT5D, a date, or an expression that starts with ="),
        )
        return None
    value = value_of(text_of(kinds[0]), kinds[0], reading.report)
    return TimerDefinition(kind=_TIMER_KINDS[local(kinds[0])], value=value) if value else None


def _error(element: Element, reading: Reading) -> ErrorDefinition:
    error = reading.ids.get(reference(element, "errorRef") or "")
    if error is None:
        return ErrorDefinition()
    code = attribute(error, "errorCode")
    if code is None:
        reading.required(error, "errorCode")
    return ErrorDefinition(code=code)


def _terminate(element: Element, reading: Reading) -> TerminateDefinition:
    return TerminateDefinition()


DEFINITIONS: Mapping[str, Callable[[Element, Reading], EventDefinition | None]] = {
    "timerEventDefinition": _timer,
    "messageEventDefinition": message_definition,
    "errorEventDefinition": _error,
    "terminateEventDefinition": _terminate,
}


def _definition(element: Element, reading: Reading) -> EventDefinition | None:
    found = list(children(element, *DEFINITIONS))
    if len(found) > 1:
        reading.report.error(
            "several-triggers",
            N_("The event has %(count)s event definitions; events with several triggers are not supported"),
            element,
            N_("Use one event for each trigger"),
            count=len(found),
        )
    return DEFINITIONS[local(found[0])](found[0], reading) if found else None


def _start(element: Element, reading: Reading) -> FlowNode:
    return StartEvent(**base(element), definition=_definition(element, reading))


def _end(element: Element, reading: Reading) -> FlowNode:
    definition = _definition(element, reading)
    if isinstance(definition, ErrorDefinition) and definition.code is None:
        reading.report.error(
            "error-without-code",
            N_("The error end event names no error with a code"),
            element,
            N_("Choose an error and give it a code"),
        )
    return EndEvent(**base(element), definition=definition)


def _catch(element: Element, reading: Reading) -> FlowNode:
    definition = _definition(element, reading)
    _needs_trigger(element, definition, reading)
    return IntermediateCatchEvent(**base(element), definition=definition)


def _throw(element: Element, reading: Reading) -> FlowNode:
    return IntermediateThrowEvent(**base(element), definition=_definition(element, reading))


def _boundary(element: Element, reading: Reading) -> FlowNode:
    definition = _definition(element, reading)
    _needs_trigger(element, definition, reading)
    interrupting = flag(element, "cancelActivity", True, reading.report)
    if isinstance(definition, ErrorDefinition) and not interrupting:
        reading.report.error(
            "error-not-interrupting",
            N_("An error always interrupts its activity; the boundary event says that it does not"),
            element,
            N_("Make the boundary event interrupting"),
        )
    return BoundaryEvent(
        **base(element),
        definition=definition,
        attached_to=reference(element, "attachedToRef") or "",
        interrupting=interrupting,
    )


def _needs_trigger(element: Element, definition: EventDefinition | None, reading: Reading) -> None:
    # Where a definition is there but unsupported or faulty, that has been said already.
    if definition is None and not any(local(child).endswith("EventDefinition") for child in element):
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
