"""Events: what boundary events sit on, and which errors are thrown and caught.

Which triggers an event may have where it stands is a rule on the file (`workflow.bpmn.rules.triggers`).
"""

from collections.abc import Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import Activity, BoundaryEvent, EndEvent, IntermediateThrowEvent
from workflow.model.events import ErrorDefinition, EscalationDefinition, parts_of
from workflow.model.findings import Finding
from workflow.model.validation.containers import found


def check_boundary_events(definition: ProcessDefinition) -> Iterator[Finding]:
    """A boundary event sits on an activity of its own container."""
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


def check_error_codes(definition: ProcessDefinition) -> Iterator[Finding]:
    """Two events on one activity do not catch the same error or escalation."""
    for events in definition.boundary_events.values():
        seen: set[tuple[type, str | None]] = set()
        for event in events:
            for part in parts_of(event.definition):
                if not isinstance(part, ErrorDefinition | EscalationDefinition):
                    continue
                if (type(part), part.code) in seen:
                    yield found(
                        "caught-twice",
                        event,
                        N_("“%(element)s” catches what another event on the same activity catches."),
                        N_("Delete one of them."),
                    )
                seen.add((type(part), part.code))


def check_unhandled_errors(definition: ProcessDefinition) -> Iterator[Finding]:
    """An event that ends with an error says which error."""
    for node in definition.all_nodes.values():
        if not isinstance(node, EndEvent | IntermediateThrowEvent):
            continue
        if any(isinstance(part, ErrorDefinition) and not part.code for part in parts_of(node.definition)):
            yield found(
                "error-without-code",
                node,
                N_("The error end event “%(element)s” does not say which error."),
                N_("Choose an error that has a code."),
            )
