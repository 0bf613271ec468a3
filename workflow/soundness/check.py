"""What a search has seen, as findings with the way that leads there; and the one function that looks for all of them."""

from collections.abc import Iterator
from itertools import groupby

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import WAITING, Activity, FlowNode
from workflow.model.findings import Finding
from workflow.soundness.conditions import check_conditions, names_in
from workflow.soundness.level import levels
from workflow.soundness.net import Net, Stand
from workflow.soundness.state_space import MOST_STEPS, Explored, State, Trail, search

_SHOWN = 14
"""Elements of an example that a message names; of a longer way the beginning and the end."""

_SOURCES = 5
"""Sources of missing tokens that a message names."""


def findings_of(explored: Explored, net: Net) -> Iterator[Finding]:
    """Return the faults of one level, the gravest first."""
    for node_id, (state, trail) in explored.deadlocks.items():
        yield _deadlock(explored, net, node_id, state, trail)
    for node_id, (trail, is_fault) in explored.doubled.items():
        yield _doubled(explored, node_id, trail, is_fault=is_fault)
    if explored.trap is not None:
        yield _trapped(explored, *explored.trap)
    if explored.complete:
        yield from _dead(explored)
    if explored.too_large:
        yield _too_large(explored)


def _deadlock(explored: Explored, net: Net, node_id: str, state: State, trail: Trail | None) -> Finding:
    node = explored.level.nodes[node_id]
    if not explored.level.is_join(node_id):
        return _finding(
            "deadlock",
            node,
            N_("“%(element)s” can wait for ever for %(tokens)s tokens: %(path)s."),
            N_("Lead as many tokens to it as its start quantity asks for, or lower that."),
            certain=_is_certain(explored, trail),
            tokens=getattr(node, "start_quantity", 1),
            path=path_text(trail, node),
        )
    arrived = {net.flow_of[place] for place in state if net.stand_of[place].node.id == node_id}
    missing = [flow for flow in explored.level.incoming[node_id] if flow.id not in arrived]
    sources = dict.fromkeys(_name(explored.level.nodes[flow.source]) for flow in missing)
    return _finding(
        "deadlock",
        node,
        N_("“%(element)s” can wait for ever for what comes from %(missing)s: %(path)s."),
        N_("Join with the same kind of gateway as the one that split, so that it waits only for what can come."),
        certain=_is_certain(explored, trail),
        missing=", ".join([f"“{name}”" for name in sources][:_SOURCES]) + (", …" if len(sources) > _SOURCES else ""),
        path=path_text(trail, node),
    )


def _doubled(explored: Explored, node_id: str, trail: Trail, *, is_fault: bool) -> Finding:
    node = explored.level.nodes[node_id]
    return _finding(
        "lack-of-synchronisation",
        node,
        N_("“%(element)s” can be carried out twice, because ways that run side by side meet without a join: %(path)s."),
        N_("Join these ways before it, with the same kind of gateway as the one that split."),
        certain=is_fault and _is_certain(explored, trail),
        path=path_text(trail, node),
    )


def _trapped(explored: Explored, stand: Stand, trail: Trail | None) -> Finding:
    around = _around(explored, stand.node.id)
    waits = any(isinstance(explored.level.nodes[each], WAITING) for each in around)
    return _finding(
        "no-option-to-complete" if waits else "livelock",
        stand.node,
        N_("From “%(element)s” on the process can never end: %(path)s."),
        N_("Lead a way from there to an end event, with a condition that can be true."),
        path=path_text(trail, stand.node),
    )


def _around(explored: Explored, node_id: str) -> frozenset[str]:
    """The nodes that a token can go through from there and come back."""
    level = explored.level
    reached = level.reached((node_id,)) & explored.seen
    return frozenset(each for each in reached if node_id in level.reached((each,))) if len(reached) < 200 else reached


def _dead(explored: Explored) -> Iterator[Finding]:
    """Activities to which flows lead but no run does, unless a deadlock stands before them."""
    level = explored.level
    begun = tuple(node_id for way in level.entries for node_id in way)
    blocked = level.reached(tuple(explored.deadlocks)) if explored.deadlocks else frozenset()
    trapped = level.reached((explored.trap[0].node.id,)) if explored.trap else frozenset()
    for node_id in sorted(level.reached(begun) - explored.seen - blocked - trapped, key=lambda each: level.ranks[each]):
        node = level.nodes[node_id]
        if isinstance(node, Activity):
            yield _finding(
                "dead-task",
                node,
                N_("“%(element)s” is never carried out, whatever happens before it."),
                N_("Correct the conditions or the gateway before it, or delete it."),
            )


def _too_large(explored: Explored) -> Finding:
    element = explored.level.element
    return Finding(
        rule="too-large-to-decide",
        template=N_(
            "“%(element)s” has too many states to say whether it always ends: %(steps)s steps to "
            "%(seen)s of %(nodes)s elements were looked at."
        ),
        params={
            "element": element.name or element.id,
            "steps": explored.steps,
            "seen": len(explored.seen & explored.level.nodes.keys()),
            "nodes": len(explored.level.nodes),
        },
        advice=N_("Move parts of it into subprocesses: each is looked at by itself."),
        element_id=element.id,
        element_name=element.name or None,
        line=element.line,
        severity="warning",
    )


def path_text(trail: Trail | None, last: FlowNode) -> str:
    """The names on the way, such as “Start → Review → Send”."""
    names = [_name(each.stand.node) for each in trail.nodes()] if trail is not None else []
    names = [name for name, _ in groupby([*names, _name(last)])]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN // 2], "…", *names[-_SHOWN // 2 :]]
    return " → ".join(names)


def _is_certain(explored: Explored, trail: Trail | None) -> bool:
    """Whether the choices on the way are free of each other.

    Two gateways that read the same variable may never choose as the example says, and what a complex gateway does when it
    has gone on before depends on when; then it is only a warning.
    """
    read: dict[str, str] = {}
    complex_gateways: set[str] = set()
    for each in trail.nodes() if trail is not None else []:
        if each.stand.decides_itself and each.stand.is_join:
            if each.stand.node.id in complex_gateways:
                return False
            complex_gateways.add(each.stand.node.id)
        if len(each.stand.steps) < 2:
            continue
        for flow in explored.level.outgoing[each.stand.node.id]:
            for name in names_in(flow.condition.text) if flow.condition is not None else ():
                if read.setdefault(name, each.stand.node.id) != each.stand.node.id:
                    return False
    return True


def _finding(
    rule: str, node: FlowNode, template: str, advice: str, *, certain: bool = True, **params: object
) -> Finding:
    return Finding(
        rule=rule,
        template=template,
        params={"element": _name(node), **params},
        advice=advice,
        element_id=node.id,
        element_name=node.name or None,
        line=node.line,
        severity="error" if certain else "warning",
    )


def _name(node: FlowNode | ProcessDefinition) -> str:
    return node.name or node.id


# The one function that looks for faults of a model that strand cases.


def check_soundness(definition: ProcessDefinition, *, most_steps: int = MOST_STEPS) -> list[Finding]:
    """Return what can strand a case: in the process, in each subprocess by itself, and at conditions.

    A level whose flows do not connect its own nodes, or that has nowhere to start, is left to the structural rules.
    `most_steps`: how much of a level is looked at before it is called too large. The result is always the same for the same
    definition, in the order of the file. It never raises.
    """
    found: list[Finding] = []
    for level in levels(definition):
        if level.is_whole and level.entries:
            net = Net(level)
            found += findings_of(search(net, most_steps=most_steps), net)
    return [*found, *check_conditions(definition)]
