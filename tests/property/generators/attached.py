"""Boundary events: those that interrupt lead back into the flow, the others to an end of their own."""

from typing import Any

from tests.property.generators.grower import Ends, Grower
from tests.support.processes import condition, signal, timer
from workflow.model import elements as m
from workflow.model.events import (
    ErrorDefinition,
    EscalationDefinition,
    MessageDefinition,
    MultipleDefinition,
    TerminateDefinition,
)


def caught_beside(g: Grower) -> Any:
    """What a boundary event or an event subprocess may wait for, errors aside."""
    singles = (
        timer("duration", "PT1H"),
        MessageDefinition(name="news"),
        signal("alarm"),
        condition("x > 2"),
        EscalationDefinition(code="E1"),
        EscalationDefinition(),
    )
    if g.number(0, 4):
        return g.pick(*singles, timer("cycle", "R2/PT1H"))
    return MultipleDefinition(parts=(g.pick(*singles[:4]), g.pick(*singles[:4])), parallel=g.flip())


def with_boundary(g: Grower, host: str, depth: int) -> Ends:
    """The activity, perhaps with an event on its boundary."""
    if g.number(0, 2):
        return host, host
    if not g.number(0, 2):
        return interrupted(g, host, g.pick(ErrorDefinition(code="E1"), ErrorDefinition()), depth)
    definition = caught_beside(g)
    if g.flip():
        return interrupted(g, host, definition, depth)
    event = g.add(m.BoundaryEvent, "b", attached_to=host, definition=definition, interrupting=False)
    beside = g.beside(aside=True)
    begin, done = beside.block(depth) if depth > 0 else beside.plain()
    g.connect(event, begin)
    end = g.pick(None, TerminateDefinition(), ErrorDefinition(code="E1")) if not g.place.sound else None
    g.connect(done, g.add(m.EndEvent, "be", definition=end))
    return host, host


def interrupted(g: Grower, host: str, definition: Any, depth: int) -> Ends:
    """The activity or, where the event happens, another block; then on."""
    event = g.add(m.BoundaryEvent, "b", attached_to=host, definition=definition)
    merge = g.add(m.ExclusiveGateway, "bm")
    begin, done = g.block(depth) if depth > 0 else g.plain()
    g.connect(host, merge)
    g.connect(event, begin)
    g.connect(done, merge)
    return host, merge
