"""Whether the order in which people finish their work can change what an inclusive join waits for."""

from collections.abc import Iterable

from workflow.soundness.level import Level
from workflow.soundness.net import Net

_MUCH = 500_000
"""Visits of nodes that the search may take; larger models are taken for well-behaved."""


def orders_matter(net: Net) -> bool:
    """Whether some inclusive join is led to by two branches of a split, and within them by a node with two ways into it.

    A token in such a node does not hold the join up, so the join may go on before that token comes, or after.
    """
    level = net.level
    joins = dict.fromkeys(stand.node.id for stand in net.stand_of if stand.awaits_others)
    budget = _MUCH // max(1, len(level.nodes))
    for join in joins:
        budget -= len(level.incoming[join])
        if budget < 0:
            return False
        ways = _ways_into(level, join)
        mixed = {node_id for node_id, count in ways.items() if count > 1}
        if mixed and _split_before(net, join, ways.keys(), mixed):
            return True
    return False


def _split_before(net: Net, join: str, leading: Iterable[str], mixed: set[str]) -> bool:
    leading = set(leading)
    for stand in {id(each): each for each in net.stand_of}.values():
        if stand.node.id not in leading or stand.clears:
            continue
        for step in stand.steps:
            branches = [net.stand_of[place].node.id for place in step.places]
            branches = [branch for branch in branches if branch in leading or branch == join]
            if len(branches) > 1 and _forward(net.level, branches, join) & mixed:
                return True
    return False


def _ways_into(level: Level, join: str) -> dict[str, int]:
    """Node → the number of the join's incoming flows that it leads to without passing the join."""
    backward: dict[str, list[str]] = {}
    for node_id in level.nodes:
        for target in level.following(node_id):
            backward.setdefault(target, []).append(node_id)
    found: dict[str, int] = {}
    for flow in level.incoming[join]:
        seen: set[str] = {join}
        waiting = [flow.source]
        while waiting:
            node_id = waiting.pop()
            if node_id not in seen:
                seen.add(node_id)
                found[node_id] = found.get(node_id, 0) + 1
                waiting.extend(backward.get(node_id, ()))
    return found


def _forward(level: Level, begin: Iterable[str], join: str) -> set[str]:
    seen: set[str] = {join}
    waiting = list(begin)
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting.extend(level.following(node_id))
    return seen - {join}
