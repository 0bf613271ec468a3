"""Who catches an error or an escalation: the nearest event outward that names its code, or else one for every code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from workflow.engine.event_subprocesses import is_event_subprocess, starts_in
from workflow.engine.run import Run
from workflow.engine.state import Activity, Scope
from workflow.model.elements import BoundaryEvent, StartEvent
from workflow.model.events import ErrorDefinition, EscalationDefinition, EventDefinition, parts_of

EventT = TypeVar("EventT", BoundaryEvent, StartEvent)
Kind = type[ErrorDefinition] | type[EscalationDefinition]


@dataclass(frozen=True, slots=True)
class Catcher:
    """The event that catches, and what it stands on: an activity for a boundary event, else the scope `scope_id`."""

    event: BoundaryEvent | StartEvent
    scope_id: str
    host: Activity | None = None


def catcher_of(run: Run, activity: Activity, kind: Kind, code: str) -> Catcher | None:
    """Look on the activity itself, then scope by scope outward, across called processes; None where nobody catches.

    What happens inside an event subprocess is not caught by itself, which would start it again and again, and not by those
    beside it once it has interrupted their scope.
    """
    host, leaving = activity, None
    while True:
        event = _boundary(run, host, kind, code)
        if event is not None:
            return Catcher(event, host.scope_id, host)
        scope = run.scope(host.scope_id)
        start = _matching(_starts_beside(run, scope, leaving), kind, code)
        if start is not None:
            return Catcher(start, scope.id)
        opener = run.draft.activities.get(scope.activity_id or "")
        if opener is None:
            return None
        host, leaving = opener, scope.container_id if is_event_subprocess(run, scope) else None


def _starts_beside(run: Run, scope: Scope, leaving: str | None) -> list[StartEvent]:
    """What can start event subprocesses of the scope; `leaving`: the one of them from which the throw comes."""
    starts = starts_in(run, scope)
    if leaving is None or not starts:
        return starts
    definition = run.definition(scope.id)
    if any(start.interrupting for start in definition.start_events(leaving)):
        return []
    return [start for start in starts if definition.container_of[start.id] != leaving]


def _boundary(run: Run, host: Activity, kind: Kind, code: str) -> BoundaryEvent | None:
    """A boundary event of the host; those of a loop's instance sit on the whole loop."""
    if host.loop_counter is not None:
        return None
    return _matching(run.definition(host.scope_id).boundary_events.get(host.node_id, ()), kind, code)


def _matching(events: Sequence[EventT], kind: Kind, code: str) -> EventT | None:
    for wanted in (code, None):
        for event in events:
            if _catches(event.definition, kind, wanted):
                return event
    return None


def _catches(definition: EventDefinition | None, kind: Kind, code: str | None) -> bool:
    return any(isinstance(part, kind) and part.code == code for part in parts_of(definition))
