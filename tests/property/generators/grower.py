"""Grows the nodes and flows of one container, block by block; nested containers have growers of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, pairwise
from typing import Any

from hypothesis import strategies as st

from tests.support.processes import feel
from workflow.model import elements as m

CONDITIONS = ("x > 1", "x = 2", "again", "x < 3", "not(again)")
FAULTY = (*CONDITIONS, "missing.value > 1", "x")
CODES = ("E1", "E2")
MOST_NODES = 45
PLAIN = ("task", "script", "throw", "send", "catch", "quantities", "compensable", "link")

Ends = tuple[str, str]
"""The first and the last node of a block."""
Block = Callable[["Grower", int], Ends]
"""Adds a block no deeper than the number says to the grower."""


@dataclass(frozen=True)
class Kinds:
    """Which blocks there are: those without blocks inside, and those with."""

    leaves: Mapping[str, Block]
    nested: Mapping[str, Block]


@dataclass(frozen=True)
class Place:
    """Where a container stands. `sound`: nothing may get stuck when all is done that is waited for.

    `catches`: somebody catches every error that is thrown here. `aside`: it runs beside the main flow, once for each event,
    so that what it throws must not start it again. `cancels`: it is inside a transaction with a cancel event.
    """

    sound: bool
    catches: bool = False
    aside: bool = False
    cancels: bool = False


@dataclass
class Grower:
    draw: Any
    kinds: Kinds
    place: Place
    prefix: str = "n"
    numbers: Any = field(default_factory=count)
    nodes: dict[str, m.FlowNode] = field(default_factory=dict)
    flows: dict[str, m.SequenceFlow] = field(default_factory=dict)
    compensable: list[str] = field(default_factory=list)
    """Activities with a compensation handler, so far."""
    size: list[int] = field(default_factory=lambda: [0])
    """How many nodes there are in all containers together."""

    def inside(self, **changes: Any) -> "Grower":
        """A grower for a container in this one."""
        return replace(self.beside(**changes), nodes={}, flows={}, compensable=[])

    def beside(self, **changes: Any) -> "Grower":
        """A grower for the same container, whose blocks stand in another place of it."""
        return replace(self, place=replace(self.place, **changes))

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def flip(self) -> bool:
        return bool(self.draw(st.booleans()))

    def number(self, least: int, most: int) -> int:
        return int(self.draw(st.integers(least, most)))

    def add(self, kind: Callable[..., m.FlowNode], name: str, **more: Any) -> str:
        node_id = f"{self.prefix}{name}{next(self.numbers)}"
        self.nodes[node_id] = kind(id=node_id, **more)
        self.size[0] += 1
        return node_id

    def change(self, node_id: str, **more: Any) -> None:
        self.nodes[node_id] = replace(self.nodes[node_id], **more)

    def connect(self, source: str, target: str, condition: str | None = None) -> str:
        flow_id = f"{self.prefix}f{next(self.numbers)}"
        self.flows[flow_id] = m.SequenceFlow(
            id=flow_id, source=source, target=target, condition=feel(condition) if condition else None
        )
        return flow_id

    def condition(self) -> str:
        return str(self.pick(*(CONDITIONS if self.place.sound else FAULTY)))

    def block(self, depth: int) -> Ends:
        """Any block."""
        if depth <= 0 or self.size[0] > MOST_NODES:
            return self.leaf()
        names = (*self.kinds.leaves, *self.kinds.nested, *self.kinds.nested)
        name = self.pick(*names)
        return {**self.kinds.leaves, **self.kinds.nested}[name](self, depth - 1)

    def leaf(self) -> Ends:
        return self.kinds.leaves[self.pick(*self.kinds.leaves)](self, 0)

    def plain(self) -> Ends:
        """A leaf that never has anything on its boundary, so that boundaries do not grow out of boundaries for ever."""
        return self.kinds.leaves[self.pick(*PLAIN)](self, 0)

    def row(self, blocks: list[Ends]) -> Ends:
        """The blocks one after another."""
        for (_, done), (begin, _) in pairwise(blocks):
            self.connect(done, begin)
        return blocks[0][0], blocks[-1][1]

    def ended(self, begin: str, done: str, start: m.StartEvent | None = None, end: Any = None) -> None:
        """Put a start event before the block and an end event behind it."""
        first = self.add(m.StartEvent, "start")
        if start is not None:
            self.nodes[first] = replace(start, id=first)
        self.connect(first, begin)
        self.connect(done, self.add(m.EndEvent, "end", definition=end))
