"""Events: where they stand, what they wait for or throw, inline or by reference, and the data that they take along."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from workflow.bpmn.context import Reading, base, flag
from workflow.bpmn.data import data_mappings
from workflow.bpmn.expressions import check_language, element_expression, feel, unread, value_of
from workflow.bpmn.kinds import ACTIVITIES, TRIGGERS
from workflow.bpmn.namespaces import (
    BPMN,
    CN,
    Element,
    attribute,
    child,
    children,
    local,
    namespace,
    reference,
    referred_id,
    text_of,
)
from workflow.bpmn.report import Report
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
    CancelDefinition,
    CompensateDefinition,
    ConditionalDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    SingleDefinition,
    TerminateDefinition,
    TimerDefinition,
    parts_of,
)
from workflow.model.expressions import Expression

_TIMER_KINDS: Mapping[str, Literal["date", "duration", "cycle"]] = {
    "timeDate": "date",
    "timeDuration": "duration",
    "timeCycle": "cycle",
}


def message_definition(element: Element, reading: Reading) -> MessageDefinition:
    """The message of an event definition, send or receive task: by `messageRef`, or as what its operation takes in."""
    target = reference(element, "messageRef") or _message_of_operation(element, reading)
    if target is None:
        reading.required(element, "messageRef")
        return MessageDefinition(name="")
    message = reading.ids.get(target)
    name = _name_of(message, reading)
    for holder in [element] if message is None else [element, message]:
        if key := attribute(holder, "correlationKey", CN):
            return MessageDefinition(name=name, correlation_key=feel(key, holder, reading.report))
    return MessageDefinition(name=name, correlation_key=reading.correlations.get(target))


def _message_of_operation(element: Element, reading: Reading) -> str | None:
    named = reference(element, "operationRef") or referred_id(child(element, "operationRef"))
    operation = reading.ids.get(named)
    return (referred_id(child(operation, "inMessageRef")) or None) if operation is not None else None


def _name_of(element: Element | None, reading: Reading) -> str:
    return reading.required(element, "name") if element is not None else ""


def _timer(element: Element, reading: Reading) -> TimerDefinition | None:
    kinds = [part for part in element if local(part) in _TIMER_KINDS]
    if len(kinds) != 1 or not text_of(kinds[0]):
        reading.report.error(
            "timer-without-time",
            N_("The timer says no time; it needs exactly one of a date, a duration or a cycle"),
            element,
            N_("Enter a duration such as P3D or WT5D, a date, or an expression that starts with ="),
        )
        return None
    known = check_language(kinds[0], reading.report)
    value = value_of(text_of(kinds[0]), kinds[0], reading.report) if known else unread(kinds[0])
    return TimerDefinition(kind=_TIMER_KINDS[local(kinds[0])], value=value) if value else None


def _signal(element: Element, reading: Reading) -> SignalDefinition:
    target = reading.required(element, "signalRef")
    return SignalDefinition(name=_name_of(reading.ids.get(target.rsplit(":", 1)[-1]), reading))


def _error(element: Element, reading: Reading) -> ErrorDefinition:
    error = reading.ids.get(reference(element, "errorRef") or "")
    return ErrorDefinition(code=reading.required(error, "errorCode") or None if error is not None else None)


def _escalation(element: Element, reading: Reading) -> EscalationDefinition:
    escalation = reading.ids.get(reference(element, "escalationRef") or "")
    if escalation is None:
        return EscalationDefinition()
    return EscalationDefinition(code=reading.required(escalation, "escalationCode") or None)


def _conditional(element: Element, reading: Reading) -> ConditionalDefinition | None:
    holder = child(element, "condition")
    condition = element_expression(holder, reading.report)
    if holder is None:
        reading.report.error(
            "event-without-condition",
            N_("The conditional event has no condition"),
            element,
            N_("Write a condition in FEEL"),
        )
    return ConditionalDefinition(condition=condition) if condition is not None else None


def _compensate(element: Element, reading: Reading) -> CompensateDefinition:
    return CompensateDefinition(
        activity=reference(element, "activityRef"),
        wait_for_completion=flag(element, "waitForCompletion", True, reading.report),
    )


def _link(element: Element, _reading: Reading) -> LinkDefinition:
    return LinkDefinition(name=attribute(element, "name") or "")


DEFINITIONS: Mapping[str, Callable[[Element, Reading], SingleDefinition | None]] = {
    "timerEventDefinition": _timer,
    "messageEventDefinition": message_definition,
    "signalEventDefinition": _signal,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "conditionalEventDefinition": _conditional,
    "compensateEventDefinition": _compensate,
    "linkEventDefinition": _link,
    "cancelEventDefinition": lambda _element, _reading: CancelDefinition(),
    "terminateEventDefinition": lambda _element, _reading: TerminateDefinition(),
}


def definition_of(element: Element, reading: Reading) -> EventDefinition | None:
    """What an event waits for or throws; `None` where it says nothing.

    Several definitions become one multiple definition, which is parallel where `parallelMultiple` is true.
    """
    parts = [DEFINITIONS[local(each)](each, reading) for each in _definition_elements(element, reading)]
    found = tuple(part for part in parts if part is not None)
    parallel = flag(element, "parallelMultiple", False, reading.report)
    if len(found) > 1:
        return MultipleDefinition(parts=found, parallel=parallel)
    return found[0] if found else None


def says_a_trigger(element: Element) -> bool:
    """Whether the event has any event definition, be it a faulty one."""
    return any(local(part).endswith(("EventDefinition", "eventDefinitionRef")) for part in element)


def single_definition(element: Element, reading: Reading) -> SingleDefinition | None:
    """Read one event definition, such as one that another element names."""
    return DEFINITIONS[local(element)](element, reading)


def _definition_elements(element: Element, reading: Reading) -> Iterator[Element]:
    for part in element:
        if namespace(part) != BPMN:
            continue
        if local(part) == "eventDefinitionRef":
            found = reading.ids.get(referred_id(part))
            if found is not None and local(found) in DEFINITIONS and _permitted(part, found, element, reading):
                yield found
        elif local(part) in DEFINITIONS:
            yield part


def _permitted(at: Element, found: Element, event: Element, reading: Reading) -> bool:
    # What a flow node may have is a rule of `workflow.bpmn.rules`; what a loop's instances throw is said here.
    if local(event) != "event" or local(found) in TRIGGERS["event"]:
        return True
    reading.report.error(
        "wrong-trigger",
        N_("A %(definition)s is not possible on a %(element)s"),
        at,
        N_("Choose another trigger for the event, or another kind of event"),
        definition=local(found),
        element=local(event),
    )
    return False


# Events: where they stand, what they wait for or throw, and the data that they take along.


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


# BPMN's own correlation: a key of one property, whose value an expression takes out of each message.


def correlation_keys(root: Element, report: Report) -> Mapping[str, Expression]:
    """Id of a message → its correlation key.

    The engine compares one value; keys of several properties, and a message with several keys, are refused.
    """
    found: dict[str, Expression] = {}
    properties = {attribute(each, "id") or "": each for each in children(root, "correlationProperty")}
    for key in root.iter(f"{{{BPMN}}}correlationKey"):
        refs = [referred_id(each) for each in children(key, "correlationPropertyRef")]
        if len(refs) != 1:
            _refuse(key, report)
        elif refs[0] in properties:
            _add(properties.pop(refs[0]), found, report)
    return found


def _add(element: Element, found: dict[str, Expression], report: Report) -> None:
    for entry in children(element, "correlationPropertyRetrievalExpression"):
        message, path = reference(entry, "messageRef"), element_expression(child(entry, "messagePath"), report)
        if message is None or path is None:
            report.error(
                "correlation-without-path",
                N_("The retrieval expression needs a message and the path of the property in it"),
                entry,
                N_("Enter messageRef and messagePath"),
            )
        elif message in found:
            _refuse(entry, report)
        else:
            found[message] = path


def _refuse(element: Element, report: Report) -> None:
    report.error(
        "correlation-of-several",
        N_("A message is correlated by one property; here are several or none"),
        element,
        N_("Use one correlation key with one property for each message"),
    )
