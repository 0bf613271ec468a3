"""Blocks with a scope of their own: subprocesses of every kind, loops, event subprocesses in them."""

from typing import Any

from tests.property.generators.attached import caught_beside, interrupted, with_boundary
from tests.property.generators.grower import Block, Ends, Grower
from tests.property.generators.leaves import IN, compensable, person, undoes
from tests.support.processes import feel, signal
from workflow.model import elements as m
from workflow.model.elements import DataItem
from workflow.model.events import (
    CancelDefinition,
    CompensateDefinition,
    ErrorDefinition,
    EscalationDefinition,
    MessageDefinition,
)


def fill(g: Grower, depth: int) -> None:
    """Start, a block, ends; perhaps event subprocesses."""
    g.place = _with_event_subprocesses(g, depth)
    begin, done = g.block(depth)
    if g.number(0, 4):
        g.ended(begin, done)
        return
    split = g.add(g.pick(m.ParallelGateway, m.Task), "ms")
    for _ in range(2):
        first, last = g.block(depth - 1)
        g.connect(split, first)
        g.connect(last, g.add(m.EndEvent, "end", definition=_last_word(g)))
    g.connect(done, split)
    g.connect(g.add(m.StartEvent, "start"), begin)


def _last_word(g: Grower) -> Any:
    return g.pick(None, signal("go"), MessageDefinition(name="out"), EscalationDefinition(code="E2"), undoes(g))


def _with_event_subprocesses(g: Grower, depth: int) -> Any:
    """Add some; return the container's place, where errors may be caught now."""
    place = g.place
    for _ in range(max(0, g.number(-2, 2))):
        kind = g.pick("error", "event", "event", "compensation")
        inside = g.inside(aside=True)
        if kind == "error":
            definition: Any = ErrorDefinition()
            place = g.inside(catches=True).place
        elif kind == "compensation":
            definition = CompensateDefinition()
            inside = g.inside(aside=True, catches=False)  # what is around has completed by then
        else:
            definition = caught_beside(g)
        interrupting = kind == "error" or g.flip()
        begin, done = inside.block(min(depth, 1))
        inside.ended(begin, done, m.StartEvent(id="", definition=definition, interrupting=interrupting))
        g.add(m.EventSubProcess, "es", nodes=inside.nodes, flows=inside.flows)
    return place


def subprocess(g: Grower, depth: int, **more: Any) -> Ends:
    if g.flip():
        inside = g.inside(catches=True)
        fill(inside, depth)
        node = g.add(m.SubProcess, "sub", nodes=inside.nodes, flows=inside.flows, **more)
        return interrupted(g, node, ErrorDefinition(), 0)
    inside = g.inside()
    fill(inside, depth)
    data = (DataItem(id="d", variable="d"),) if g.flip() else ()
    node = g.add(m.SubProcess, "sub", nodes=inside.nodes, flows=inside.flows, data=data, **more)
    if g.flip():
        return _undoable(g, node)
    return with_boundary(g, node, depth)


def _undoable(g: Grower, node: str) -> Ends:
    handler = g.add(person, "h")
    g.change(handler, for_compensation=True)
    g.add(m.BoundaryEvent, "cb", attached_to=node, definition=CompensateDefinition(), handler=handler)
    g.compensable.append(node)
    return node, node


def transaction(g: Grower, depth: int, **more: Any) -> Ends:
    """Cancelled or completed; behind the cancel event the flow goes on."""
    inside = g.inside(cancels=True)
    begin, done = inside.block(depth)
    check = inside.add(m.ExclusiveGateway, "tc")
    cancel = inside.add(m.EndEvent, "cancel", definition=CancelDefinition())
    inside.connect(done, check)
    inside.connect(check, cancel, inside.condition())
    out = inside.add(m.Task, "to")
    inside.change(check, default_flow=inside.connect(check, out))
    inside.ended(begin, out)
    node = g.add(m.Transaction, "tx", nodes=inside.nodes, flows=inside.flows, **more)
    if not g.place.sound and not g.number(0, 5):
        return node, node
    return interrupted(g, node, CancelDefinition(), 0)


def undone(g: Grower, depth: int) -> Ends:
    """Some that can be undone, one after another, and a throw that undoes them."""
    rows = [g.kinds.leaves["compensable"](g, 0), g.block(depth), g.pick(compensable, subprocess)(g, depth)]
    event = g.add(m.IntermediateThrowEvent, "th", definition=undoes(g))
    return g.row([*rows, (event, event)])


def ad_hoc(g: Grower, depth: int) -> Ends:
    inside = g.inside()
    for _ in range(g.number(1, 3)):
        inside.block(depth if g.flip() else 0)
    conditions = (None, "x >= 0") if g.place.sound else (None, "x >= 0", "x > 1", "missing.value")
    condition = g.pick(*conditions)
    node = g.add(
        m.AdHocSubProcess,
        "ah",
        nodes=inside.nodes,
        flows=inside.flows,
        ordering=g.pick("parallel", "sequential"),
        completion_condition=feel(condition) if condition else None,
        cancel_remaining=g.flip(),
    )
    return with_boundary(g, node, 0)


def instances(g: Grower, depth: int) -> Ends:
    """Several instances of a task or a subprocess, with an event at the end of each, of the first, or as conditions say."""
    return _repeated(g, depth, multi_instance=multi_instance(g))


def multi_instance(g: Grower) -> m.MultiInstance:
    events: tuple[Any, ...] = (signal("go"), MessageDefinition(name="out"))
    if not g.place.sound:  # caught on its own boundary, where it lets one more token go
        events += (
            signal("alarm"),
            EscalationDefinition(code="E2"),
            ErrorDefinition(code="E1"),
            EscalationDefinition(code="E1"),
        )
    behavior = g.pick("all", "none", "one", "complex")
    over = (
        {"cardinality": feel(str(g.number(0, 3)))}
        if g.flip()
        else {"collection": feel("[1, x, 3]" if g.place.sound or g.flip() else "x"), "element_variable": "item"}
    )
    return m.MultiInstance(
        sequential=g.flip(),
        completion_condition=feel("nrOfCompletedInstances >= 2") if g.flip() else None,
        output_collection="all",
        output_element=feel("loopCounter"),
        behavior=behavior,
        behavior_event=g.pick(*events) if behavior in ("none", "one") else None,
        complex_behaviors=((feel("loopCounter > 1"), g.pick(*events)),) if behavior == "complex" else (),
        **over,
    )


def standard_loop(g: Grower, depth: int) -> Ends:
    """Without a maximum only the counter ends it: what a person inside says may stay inside."""
    maximum = g.pick(None, 2, 3)
    condition = g.pick("loopCounter < 2", "again") if maximum else "loopCounter < 2"
    loop = m.StandardLoop(condition=feel(condition), test_before=g.flip(), maximum=maximum)
    return _repeated(g, depth, standard_loop=loop)


def _repeated(g: Grower, depth: int, **loop: Any) -> Ends:
    kind = g.pick("user", "user", "job", "call", "subprocess", "transaction")
    if kind == "subprocess":
        return subprocess(g, depth, **loop)
    if kind == "transaction" and "multi_instance" in loop:
        return transaction(g, depth, **loop)
    if kind == "call":
        node = g.add(m.CallActivity, "c", called_process="q", inputs=IN, **loop)
    elif kind == "job":
        node = g.add(m.ServiceTask, "j", handler="h", **loop)
    else:
        node = g.add(person, "m")
        g.change(node, **loop)
    return _undoable(g, node) if not g.number(0, 3) else with_boundary(g, node, 0)


SCOPES: dict[str, Block] = {
    "subprocess": subprocess,
    "transaction": transaction,
    "undone": undone,
    "ad_hoc": ad_hoc,
    "instances": instances,
    "standard_loop": standard_loop,
}
