"""Blocks without blocks inside: tasks, jobs, events that wait, events that throw."""

from collections.abc import Callable
from typing import Any

from tests.property.generators.attached import with_boundary
from tests.property.generators.grower import Block, Ends, Grower
from tests.support.processes import condition, feel, signal, timer, user
from workflow.model import elements as m
from workflow.model.elements import DataItem
from workflow.model.events import (
    CompensateDefinition,
    EscalationDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    SingleDefinition,
)

IN = (m.Mapping(source=feel("x"), target="x"), m.Mapping(source=feel("again"), target="again"))
OUT = (m.Mapping(source=feel("x"), target="x"),)


def person(**more: Any) -> m.UserTask:
    return user(more.pop("id"), **more)


def waits(g: Grower) -> SingleDefinition:
    """What an intermediate event may wait for. What starts the way beside the flow is not awaited on it: that would never end."""
    signals = ("go",) if g.place.aside and g.place.sound else ("go", "alarm")
    found: SingleDefinition = g.pick(
        timer("duration", "PT1H"),
        timer("date", "2023-02-05T00:00:00Z"),
        MessageDefinition(name="news"),
        MessageDefinition(name="keyed", correlation_key=feel("x" if g.place.sound else "missing.key")),
        signal(g.pick(*signals)),
        condition("x > 1"),
        condition("x = 0"),
    )
    return found


def awaited(g: Grower) -> SingleDefinition | MultipleDefinition:
    """As `waits`, or several of them."""
    if g.number(0, 4):
        return waits(g)
    return MultipleDefinition(parts=(waits(g), waits(g)), parallel=g.flip())


def user_task(g: Grower, depth: int) -> Ends:
    data = (DataItem(id="d", variable="d"),) if g.flip() else ()
    return with_boundary(g, g.add(person, "u"), 0) if not data else _with_data(g, data)


def _with_data(g: Grower, data: tuple[DataItem, ...]) -> Ends:
    node = g.add(person, "u")
    mappings = {"inputs": IN[:1], "outputs": OUT} if g.place.sound or g.flip() else {"outputs": (_faulty(g),)}
    g.change(node, properties=data, **mappings)
    return with_boundary(g, node, 0)


def _faulty(g: Grower) -> m.Mapping:
    return m.Mapping(source=feel("missing.value + x"), target="y")


def job(g: Grower, depth: int) -> Ends:
    outputs = () if g.flip() else OUT
    return with_boundary(g, g.add(m.ServiceTask, "j", handler="h", outputs=outputs), 0)


def script(g: Grower, depth: int) -> Ends:
    texts = ("x + 1", "1") if g.place.sound else ("x + 1", "1", "missing + 1")
    target = "y" if g.place.sound else g.pick("x", "y")
    return _twice(g.add(m.ScriptTask, "s", script=feel(g.pick(*texts)), result_variable=target))


def task(g: Grower, depth: int) -> Ends:
    return _twice(g.add(m.Task, "t"))


def call(g: Grower, depth: int) -> Ends:
    node = g.add(m.CallActivity, "c", called_process=g.pick("q", "q", "g"), inputs=IN, outputs=OUT)
    return with_boundary(g, node, 0)


def receive(g: Grower, depth: int) -> Ends:
    return with_boundary(g, g.add(m.ReceiveTask, "r", message=MessageDefinition(name="news")), 0)


def send(g: Grower, depth: int) -> Ends:
    if g.flip():
        return _twice(g.add(m.SendTask, "se", handler="h"))
    message = MessageDefinition(name="out", correlation_key=feel("x"))
    return _twice(g.add(m.SendTask, "se", message=message, inputs=OUT))


def catch(g: Grower, depth: int) -> Ends:
    return _twice(g.add(m.IntermediateCatchEvent, "w", definition=awaited(g)))


def repeating(g: Grower, depth: int) -> Ends:
    """Lets several tokens go: only where nothing behind it joins them, that is, towards an end of its own."""
    split = g.add(m.ParallelGateway, "rs")
    out = g.add(m.Task, "ro")
    event = g.add(m.IntermediateCatchEvent, "w", definition=timer("cycle", "R2/PT1H"))
    g.connect(split, event)
    g.connect(event, g.add(m.EndEvent, "re"))
    g.connect(split, out)
    return split, out


def throw(g: Grower, depth: int) -> Ends:
    """Signals, messages, escalations that somebody or nobody catches; compensation of what is there."""
    names = ("go",) if g.place.aside and g.place.sound else ("go", "alarm")
    parts: list[SingleDefinition] = [
        signal(g.pick(*names)),
        MessageDefinition(name="out"),
        EscalationDefinition(code=g.pick("E1", "E2")),
        undoes(g),
    ]
    definition: Any = g.pick(*parts)
    if not g.number(0, 5):
        definition = MultipleDefinition(parts=(definition, parts[0], parts[2]))
    return _twice(g.add(m.IntermediateThrowEvent, "th", definition=definition))


def undoes(g: Grower) -> CompensateDefinition:
    """All of the scope, or one of the activities that can be undone."""
    return CompensateDefinition(activity=g.pick(None, *g.compensable), wait_for_completion=g.flip())


def link(g: Grower, depth: int) -> Ends:
    definition = LinkDefinition(name=f"link{g.size[0]}")
    throwing = g.add(m.IntermediateThrowEvent, "lt", definition=definition)
    return throwing, g.add(m.IntermediateCatchEvent, "lc", definition=definition)


def quantities(g: Grower, depth: int) -> Ends:
    """Several tokens leave one activity and start another."""
    number = g.number(2, 3)
    kind: Callable[..., m.FlowNode] = g.pick(m.Task, person)
    first, last = g.add(kind, "q1"), g.add(g.pick(m.Task, person), "q2")
    g.change(first, completion_quantity=number)
    g.change(last, start_quantity=number if g.place.sound else number - g.number(0, 1))
    g.connect(first, last)
    return first, last


def compensable(g: Grower, depth: int) -> Ends:
    """An activity that can be undone."""
    host = g.add(g.pick(person, m.Task), "co")
    handler = _handler(g)
    g.add(m.BoundaryEvent, "cb", attached_to=host, definition=CompensateDefinition(), handler=handler)
    g.compensable.append(host)
    return host, host


def _handler(g: Grower) -> str:
    kind = g.pick("user", "task", "script", "job")
    if kind == "user":
        node = g.add(person, "h")
    elif kind == "job":
        node = g.add(m.ServiceTask, "h", handler="h")
    elif kind == "script":
        node = g.add(m.ScriptTask, "h", script=feel("x + 1"), result_variable="z")
    else:
        node = g.add(m.Task, "h")
    g.change(node, for_compensation=True)
    return node


def _twice(node: str) -> Ends:
    return node, node


LEAVES: dict[str, Block] = {
    "user": user_task,
    "job": job,
    "script": script,
    "task": task,
    "call": call,
    "receive": receive,
    "send": send,
    "catch": catch,
    "repeating": repeating,
    "throw": throw,
    "link": link,
    "quantities": quantities,
    "compensable": compensable,
}
