"""The ways in which a token can leave a node: which flows it takes, as `workflow.engine.flows` decides it."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    BoundaryEvent,
    EndEvent,
    EventBasedGateway,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    ParallelGateway,
    SequenceFlow,
)
from workflow.model.events import CancelDefinition, ErrorDefinition, TerminateDefinition, parts_of
from workflow.soundness.decisions import rows

MANY = 7
"""Up to so many flows every choice of several is looked at; past that single ones, all, and all but one."""

VERY_MANY = 60
"""Past so many only the first and the last stand for the single ones, and for the ones left out."""

Taken = frozenset[str]
"""Ids of flows taken at once (and of boundary events that happen)."""


def ways_out(
    definition: ProcessDefinition, node: FlowNode, flows: Sequence[SequenceFlow], events: Sequence[BoundaryEvent] = ()
) -> tuple[Taken, ...]:
    """Every set of flows that a token can leave by, without the case that no condition is true.

    An interrupting boundary event is a way of its own; one that does not interrupt may come with each way.
    """
    own = list(_own(definition, node, flows))
    own += [frozenset({event.id}) for event in events if event.interrupting]
    beside = [frozenset({event.id}) for event in events if not event.interrupting]
    more = [frozenset(), *beside, *([frozenset().union(*beside)] if len(beside) > 1 else [])] if beside else [Taken()]
    return tuple(dict.fromkeys(way | extra for way in own for extra in more))


def clears(node: FlowNode) -> bool:
    """Whether a token there ends all others of its level: terminate, error and cancel end events."""
    ending = TerminateDefinition | ErrorDefinition | CancelDefinition
    return isinstance(node, EndEvent) and any(isinstance(part, ending) for part in parts_of(node.definition))


def _own(definition: ProcessDefinition, node: FlowNode, flows: Sequence[SequenceFlow]) -> Iterable[Taken]:
    if isinstance(node, ParallelGateway) or not flows:
        return [frozenset(flow.id for flow in flows)]
    if isinstance(node, EventBasedGateway):
        return [frozenset({flow.id}) for flow in flows]
    if isinstance(node, ExclusiveGateway):
        return _one(definition, node, flows)
    return _several(definition, node, flows)


def _one(definition: ProcessDefinition, node: ExclusiveGateway, flows: Sequence[SequenceFlow]) -> Iterable[Taken]:
    conditional: list[SequenceFlow] = []
    last = node.default_flow
    for flow in flows:
        if flow.id == node.default_flow:
            continue
        if flow.condition is None:
            last = flow.id
            break
        conditional.append(flow)
    known = rows(definition, conditional)
    if known is None:
        taken = [flow.id for flow in conditional]
    else:
        firsts = {_first(row.results) for row in known}
        taken = [flow.id for index, flow in enumerate(conditional) if index in firsts]
        last = last if len(conditional) in firsts or not conditional else None
    return [frozenset({flow_id}) for flow_id in dict.fromkeys([*taken, *([last] if last else [])])]


def _first(results: Sequence[bool | None]) -> int | None:
    """The place of the first true condition, past the last one where all are false, None where one says nothing before."""
    for index, result in enumerate(results):
        if result is None:
            return None
        if result:
            return index
    return len(results)


def _several(definition: ProcessDefinition, node: FlowNode, flows: Sequence[SequenceFlow]) -> Iterable[Taken]:
    default: str | None = getattr(node, "default_flow", None)
    always = frozenset(flow.id for flow in flows if flow.condition is None and flow.id != default)
    conditional = [flow for flow in flows if flow.condition is not None and flow.id != default]
    stands_in = default is not None and not (isinstance(node, InclusiveGateway) and always)
    for true in _true_together(definition, conditional):
        taken = always | true if true or not stands_in else always | {default or ""}
        if taken:
            yield taken


def _true_together(definition: ProcessDefinition, flows: Sequence[SequenceFlow]) -> Iterator[Taken]:
    ids = [flow.id for flow in flows]
    known = rows(definition, flows) if flows else None
    if known is not None:
        whole = [row.results for row in known if None not in row.results]
        yield from dict.fromkeys(frozenset(itertools.compress(ids, results)) for results in whole)
        return
    yield frozenset()
    if len(ids) <= MANY:
        for size in range(1, len(ids) + 1):
            yield from (frozenset(some) for some in itertools.combinations(ids, size))
        return
    shown = ids if len(ids) <= VERY_MANY else [ids[0], ids[-1]]
    yield from (frozenset({each}) for each in shown)
    yield frozenset(ids)
    yield from (frozenset(ids) - {each} for each in shown)
