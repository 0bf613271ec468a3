"""An order of a graph's nodes: strongly connected parts one after another, each part by depth-first search."""

from collections.abc import Callable, Mapping, Sequence

Following = Callable[[str], Sequence[str]]


def ranks(nodes: Sequence[str], following: Following) -> Mapping[str, int]:
    """Node → its number. Every edge leads to a higher number, except those that close a loop.

    Branches stand one after another, not interleaved: what a branch does is over before the next one's turn.
    """
    part_of = _parts(nodes, following)
    order = {node: number for number, node in enumerate(reversed(_postorder(nodes, following)))}
    ordered = sorted(nodes, key=lambda node: (part_of[node], order[node]))
    return {node: number for number, node in enumerate(ordered)}


def _postorder(nodes: Sequence[str], following: Following) -> list[str]:
    seen: set[str] = set()
    found: list[str] = []
    for root in nodes:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(following(root)))]
        while stack:
            node, rest = stack[-1]
            for target in rest:
                if target not in seen:
                    seen.add(target)
                    stack.append((target, iter(following(target))))
                    break
            else:
                stack.pop()
                found.append(node)
    return found


def _parts(nodes: Sequence[str], following: Following) -> dict[str, int]:
    """Node → number of its strongly connected part, in the order of the edges between parts (Kosaraju)."""
    backward: dict[str, list[str]] = {node: [] for node in nodes}
    for node in nodes:
        for target in following(node):
            backward[target].append(node)
    part_of: dict[str, int] = {}
    number = 0
    for root in reversed(_postorder(nodes, following)):
        if root in part_of:
            continue
        part_of[root] = number
        waiting = [root]
        while waiting:
            for source in backward[waiting.pop()]:
                if source not in part_of:
                    part_of[source] = number
                    waiting.append(source)
        number += 1
    return part_of
