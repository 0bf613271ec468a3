"""Blocks that split and join: by gateways of every kind, implicitly, and around loops."""

from dataclasses import replace
from typing import Any

from tests.property.generators.grower import CODES, Block, Ends, Grower
from tests.property.generators.leaves import person, waits
from tests.support.processes import feel
from workflow.model import elements as m
from workflow.model.events import ErrorDefinition, MessageDefinition, TerminateDefinition


def sequence(g: Grower, depth: int) -> Ends:
    return g.row([g.block(depth) for _ in range(g.number(2, 3))])


def parallel(g: Grower, depth: int) -> Ends:
    """Split by a gateway, or by a task with several flows."""
    split, join = g.add(g.pick(m.ParallelGateway, m.Task), "ps"), g.add(m.ParallelGateway, "pj")
    for _ in range(g.number(2, 3)):
        _branch(g, split, join, depth, None)
    return split, join


def inclusive(g: Grower, depth: int) -> Ends:
    return _deciding(g, g.pick(m.InclusiveGateway, m.Task, m.ComplexGateway), m.InclusiveGateway, depth)


def choice(g: Grower, depth: int) -> Ends:
    """The branches merge at a gateway, or at a task: each token passes on its own."""
    return _deciding(g, m.ExclusiveGateway, g.pick(m.ExclusiveGateway, m.Task), depth)


def _deciding(g: Grower, kind: Any, joining: Any, depth: int) -> Ends:
    split, join = g.add(kind, "ds"), g.add(joining, "dj")
    for _ in range(g.number(2, 3)):
        _branch(g, split, join, depth, g.condition())
    if g.place.sound or g.flip():
        g.change(split, default_flow=g.connect(split, join))
    return split, join


def _branch(g: Grower, split: str, join: str, depth: int, condition: str | None) -> None:
    begin, done = g.block(depth)
    g.connect(split, begin, condition)
    g.connect(done, join)


def loop(g: Grower, depth: int) -> Ends:
    """The way back is taken while `again` holds; a person sits in the loop, so that it is not endless by itself."""
    merge = g.add(g.pick(m.ExclusiveGateway, m.InclusiveGateway, m.Task), "lm")
    begin, done = g.block(depth)
    asked = g.add(person, "u")
    check = g.add(m.ExclusiveGateway, "lc")
    g.connect(merge, begin)
    g.connect(done, asked)
    g.connect(asked, check)
    g.connect(check, merge, "again")
    out = g.add(m.Task, "lo")
    g.change(check, default_flow=g.connect(check, out))
    return merge, out


def event_based(g: Grower, depth: int) -> Ends:
    """The first event decides."""
    gateway, merge = g.add(m.EventBasedGateway, "eg"), g.add(m.ExclusiveGateway, "em")
    for _ in range(g.number(2, 3)):
        if g.number(0, 3):
            event = g.add(m.IntermediateCatchEvent, "ew", definition=waits(g))
        else:
            event = g.add(m.ReceiveTask, "er", message=MessageDefinition(name="news"))
        begin, done = g.block(depth)
        g.connect(gateway, event)
        g.connect(event, begin)
        g.connect(done, merge)
    return gateway, merge


def discriminator(g: Grower, depth: int) -> Ends:
    """Some of the branches are enough to go on; the others are taken in later."""
    split, join = g.add(m.ParallelGateway, "ds"), g.add(m.ComplexGateway, "cj")
    number = g.number(2, 3)
    enough = g.number(1, number if g.place.sound else number + 1)
    g.change(join, activation_condition=feel(f"activationCount >= {enough}"))
    for _ in range(number):
        begin, done = g.leaf()
        g.connect(split, begin)
        g.connect(done, join)
    if g.flip():
        end = g.add(m.EndEvent, "ce")
        g.connect(join, end, "not(waitingForStart)")
    out = g.add(m.Task, "co")
    g.connect(join, out, "waitingForStart")
    return split, out


def early_end(g: Grower, depth: int) -> Ends:
    """One way out of a choice ends the container, or throws an error that is caught further out."""
    ends: list[Any] = [TerminateDefinition()]
    if g.place.catches or not g.place.sound:
        ends += [ErrorDefinition(code=code) for code in CODES]
    check, out = g.add(m.ExclusiveGateway, "ec"), g.add(m.Task, "eo")
    end = g.add(m.EndEvent, "ee", definition=g.pick(*ends))
    g.connect(check, end, g.condition())
    g.nodes[check] = replace(m.ExclusiveGateway(id=check), default_flow=g.connect(check, out))
    return check, out


GATEWAYS: dict[str, Block] = {
    "sequence": sequence,
    "parallel": parallel,
    "inclusive": inclusive,
    "choice": choice,
    "loop": loop,
    "event_based": event_based,
    "discriminator": discriminator,
    "early_end": early_end,
}
