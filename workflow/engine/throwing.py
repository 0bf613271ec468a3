"""BPMN errors: caught by the nearest boundary event outward, or an incident."""

from collections.abc import Mapping
from typing import Any

from workflow.engine import events as e
from workflow.engine.cancelling import cancel
from workflow.engine.run import Run, Token
from workflow.engine.state import Activity
from workflow.engine.stuck import Stuck
from workflow.errors import N_
from workflow.model.elements import BoundaryEvent
from workflow.model.events import ErrorDefinition

_UNCAUGHT = N_("The error “%(code)s” is caught nowhere.")


def throw(run: Run, activity: Activity, code: str, variables: Mapping[str, Any]) -> None:
    """End what the catching boundary event sits on and go on from there. Raises `Stuck` where nothing catches."""
    caught = _catcher(run, activity, code)
    run.emit(e.ErrorThrown(activity_id=activity.id, code=code, caught_by=caught[1].id if caught else None))
    if caught is None:
        raise Stuck("error", _UNCAUGHT, code=code)
    host, event = caught
    cancel(run, host, "error")
    run.set_variables(host.scope_id, variables)
    run.queue.append(Token(host.scope_id, event.id))


def _catcher(run: Run, activity: Activity, code: str) -> tuple[Activity, BoundaryEvent] | None:
    host = activity
    while True:
        event = _on(run, host, code)
        if event is not None:
            return host, event
        opener = run.scope(host.scope_id).activity_id
        if opener is None:
            return None
        host = run.draft.activities[opener]


def _on(run: Run, host: Activity, code: str) -> BoundaryEvent | None:
    """The host's own boundary event for the code, or else one for every code. An instance's sit on the whole loop."""
    if host.loop_counter is not None:
        return None
    for wanted in (code, None):
        for event in run.definition(host.scope_id).boundary_events.get(host.node_id, ()):
            if isinstance(event.definition, ErrorDefinition) and event.definition.code == wanted:
                return event
    return None
