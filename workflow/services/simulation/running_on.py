"""Going on by itself: everybody chooses the first outcome that is possible, machines succeed, time passes only when it must."""

from dataclasses import replace

from workflow.errors import WorkflowError
from workflow.services.simulation.entries import read_entries, suggested
from workflow.services.simulation.telling import choices_of, spec_of_node
from workflow.simulation.actions import Action
from workflow.simulation.session import Session
from workflow.simulation.waiting import Waiting

MOST = 100
"""Steps that are done at once."""
_ORDER = {"job": 0, "node": 1, "message": 2, "signal": 3, "timer": 4}


def run_on(session: Session, most_steps: int) -> tuple[Session, bool]:
    """The session after as many steps as lead to an end, and whether it came to one (or to where nothing can be done)."""
    for _ in range(min(MOST, most_steps - len(session.actions))):
        action = _next(session)
        if action is None:
            return session, True
        try:
            session = session.do(action)
        except WorkflowError:
            return session, False
    return session, _next(session) is None


def _next(session: Session) -> Action | None:
    ahead = [one for one in session.waiting if one.instance is not None]
    waiting = min(ahead, key=lambda one: _ORDER[one.kind], default=None)
    return None if waiting is None or session.incidents else _action(session, waiting)


def _action(session: Session, waiting: Waiting) -> Action:
    spec = spec_of_node(session, waiting)
    if spec is None:
        return waiting.action()
    possible = (one.id for one in choices_of(spec, waiting, session.now) if one.refusal is None)
    action = waiting.action(outcome=next(possible, None))
    return replace(action, fields=read_entries(spec, suggested(spec, session.now)))
