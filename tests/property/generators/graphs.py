"""Sound processes without block structure: graphs whose branches cross, each put in the place of a block of another.

Three kinds of graph are sound however their flows cross. Exclusive gateways only: one token, which wanders forward and back
until it comes to the end. Parallel gateways only, without a cycle: every node waits for all before it and happens once.
Splits of any kind without a cycle, all joined by inclusive gateways, which wait for what can still come.
"""

from typing import Any

from tests.property.generators.grower import CONDITIONS, Block, Ends, Grower
from tests.property.generators.leaves import person
from workflow.model import elements as m


def wandering(g: Grower, depth: int) -> Ends:
    """Exclusive gateways: each node leads on to the next by default, and by conditions to any other, back too."""
    stops = _stops(g, depth)
    gates = []
    for begin, done in stops:
        entry = g.add(g.pick(m.ExclusiveGateway, m.Task), "xm")
        asked, gate = g.add(person, "u"), g.add(m.ExclusiveGateway, "xs")
        g.connect(entry, begin)
        g.connect(done, asked)
        g.connect(asked, gate)
        gates.append((entry, gate))
    for number, (_, gate) in enumerate(gates[:-1]):
        for target in _targets(g, number, len(gates), back=True):
            g.connect(gate, gates[target][0], "again" if target <= number else g.pick(*CONDITIONS))
        g.change(gate, default_flow=g.connect(gate, gates[number + 1][0]))
    return gates[0][0], gates[-1][1]


def marked(g: Grower, depth: int) -> Ends:
    """Parallel gateways in any order without a cycle."""
    stops = _stops(g, depth)
    gates = [(g.add(m.ParallelGateway, "pj"), g.add(m.ParallelGateway, "ps")) for _ in stops]
    _acyclic(g, stops, gates, lambda split, number: None)
    return gates[0][0], gates[-1][1]


def gathering(g: Grower, depth: int) -> Ends:
    """Splits of any kind, and inclusive joins."""
    stops = _stops(g, depth)
    kinds: tuple[Any, ...] = (m.InclusiveGateway, m.ExclusiveGateway, m.ParallelGateway)
    gates = [(g.add(m.InclusiveGateway, "ij"), g.add(g.pick(*kinds), "is")) for _ in stops]

    def condition(split: str, number: int) -> str | None:
        is_default = isinstance(g.nodes[split], m.ParallelGateway) or number == 0
        return None if is_default else str(g.pick(*CONDITIONS))

    _acyclic(g, stops, gates, condition)
    return gates[0][0], gates[-1][1]


def _acyclic(g: Grower, stops: list[Ends], gates: list[Ends], condition: Any) -> None:
    """Every node leads forward to some others; every node but the first is reached."""
    reached = {0}
    for (entry, gate), (begin, done) in zip(gates, stops, strict=True):
        g.connect(entry, begin)
        g.connect(done, gate)
    for number, (_, gate) in enumerate(gates[:-1]):
        targets = _targets(g, number, len(gates), back=False)
        if number + 1 not in reached:
            targets = [number + 1, *targets]
        for place, target in enumerate(dict.fromkeys(targets or [number + 1])):
            said = condition(gate, place)
            flow_id = g.connect(gate, gates[target][0], said)
            if said is None and not isinstance(g.nodes[gate], m.ParallelGateway):
                g.change(gate, default_flow=flow_id)
            reached.add(target)


def _stops(g: Grower, depth: int) -> list[Ends]:
    return [g.block(depth) for _ in range(g.number(3, 5))]


def _targets(g: Grower, number: int, total: int, *, back: bool) -> list[int]:
    least = 0 if back else number + 1
    return [g.number(least, total - 1) for _ in range(g.number(0, 2))]


GRAPHS: dict[str, Block] = {"wandering": wandering, "marked": marked, "gathering": gathering}
