"""Events → state. Pure, and it needs no definition: the events say everything."""

from collections.abc import Iterable

from workflow.engine.apply import apply
from workflow.engine.draft import Draft
from workflow.engine.events import Event, ProcessStarted
from workflow.engine.state import ProcessState
from workflow.errors import N_, Conflict


def evolve(state: ProcessState | None, event: Event) -> ProcessState:
    """Return the state after one more event. Its cost grows with what is active; for many events use `evolve_all`."""
    return evolve_all(state, (event,))


def evolve_all(state: ProcessState | None, events: Iterable[Event]) -> ProcessState:
    """Return the state after these events, the same as folding `evolve`. Raises `Conflict` for a history without a start."""
    draft = Draft(state)
    for event in events:
        if not draft.root_id and not isinstance(event, ProcessStarted):
            raise Conflict(N_("A history begins with ProcessStarted, not with %(event)s."), event=type(event).__name__)
        apply(draft, event)
    if not draft.root_id:
        raise Conflict(N_("A history without events has no state."))
    return draft.freeze()


def replay(events: Iterable[Event]) -> ProcessState:
    """Return the state that a whole history leads to."""
    return evolve_all(None, events)
