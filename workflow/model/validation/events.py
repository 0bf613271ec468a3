"""Events: what each kind may wait for or throw, and what boundary events sit on."""

from collections.abc import Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity,
    BoundaryEvent,
    EndEvent,
    Event,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    StartEvent,
)
from workflow.model.events import ErrorDefinition, MessageDefinition, TerminateDefinition, TimerDefinition
from workflow.model.findings import Finding
from workflow.model.validation.containers import found

ALLOWED: dict[type[Event], tuple[type, ...]] = {
    StartEvent: (type(None),),
    EndEvent: (type(None), ErrorDefinition, TerminateDefinition),
    IntermediateThrowEvent: (type(None),),
    IntermediateCatchEvent: (TimerDefinition, MessageDefinition),
    BoundaryEvent: (TimerDefinition, MessageDefinition, ErrorDefinition),
}
"""What each kind of event may be about; a new event definition is added here when the engine can run it."""


def check_event_definitions(definition: ProcessDefinition) -> Iterator[Finding]:
    """An event is about something that its kind can be about."""
    for node in definition.all_nodes.values():
        if not isinstance(node, Event):
            continue
        if node.definition is None and type(None) not in ALLOWED[type(node)]:
            yield found(
                "event-without-definition",
                node,
                N_("The event “%(element)s” does not say what it waits for."),
                N_("Choose a timer, a message or, at a boundary, an error."),
            )
        elif type(node.definition) not in ALLOWED[type(node)]:
            yield found(
                "event-definition-not-supported",
                node,
                N_("The event “%(element)s” cannot be about this: %(definition)s."),
                N_("Choose another kind of event."),
                definition=type(node.definition).__name__.removesuffix("Definition"),
            )


def check_boundary_events(definition: ProcessDefinition) -> Iterator[Finding]:
    """A boundary event sits on an activity of its own container; an error always interrupts."""
    for node in definition.all_nodes.values():
        if not isinstance(node, BoundaryEvent):
            continue
        host = definition.all_nodes.get(node.attached_to)
        if not isinstance(host, Activity):
            yield found(
                "boundary-without-activity",
                node,
                N_("The boundary event “%(element)s” sits on no activity."),
                N_("Attach it to a task or a subprocess."),
            )
        elif definition.container_of[host.id] != definition.container_of[node.id]:
            yield found(
                "boundary-in-other-container",
                node,
                N_("The boundary event “%(element)s” and its activity are in different subprocesses."),
                N_("Attach it to an activity beside it."),
            )
        if isinstance(node.definition, ErrorDefinition) and not node.interrupting:
            yield found(
                "error-not-interrupting",
                node,
                N_("The error event “%(element)s” must interrupt its activity."),
                N_("Make it interrupting."),
            )


def check_error_codes(definition: ProcessDefinition) -> Iterator[Finding]:
    """An error end event says which error; two events on one activity do not catch the same one."""
    for node in definition.all_nodes.values():
        if isinstance(node, EndEvent) and isinstance(node.definition, ErrorDefinition) and not node.definition.code:
            yield found(
                "error-without-code",
                node,
                N_("The error end event “%(element)s” does not say which error."),
                N_("Choose an error that has a code."),
            )
    for events in definition.boundary_events.values():
        seen: set[str | None] = set()
        for event in events:
            if not isinstance(event.definition, ErrorDefinition):
                continue
            if event.definition.code in seen:
                yield found(
                    "error-caught-twice",
                    event,
                    N_("“%(element)s” catches an error that another event on the same activity catches."),
                    N_("Delete one of them."),
                )
            seen.add(event.definition.code)
