"""What lies before what in a procedure: whether going on at another node leaves out what people still have to do."""

from collections import deque
from collections.abc import Iterator, Mapping

from workflow.engine.migration.plan import NodeMapping
from workflow.engine.program import Program
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition


def skips(old: Program, new: Program, source: str, target: str) -> bool:
    """Whether going from a node that is gone to one that was there before leaves out a person's task that is still there, or a round."""
    definition = next((one for one in old.processes.values() if source in one.all_nodes), None)
    if definition is None or target not in definition.all_nodes:
        return False
    depths = _depths(definition)
    if depths.get(target, 0) <= depths.get(source, 0):
        return False  # going back leaves nothing out
    kept = {key for one in new.processes.values() for key in one.user_tasks}
    stops = (kept & definition.user_tasks.keys()) | rounds(definition).keys()
    seen, waiting = {source}, deque([source])
    while waiting:
        for following in _following(definition, waiting.popleft()):
            if following == target:
                return False
            if following not in seen and following not in stops:
                seen.add(following)
                waiting.append(following)
    return True


# Rounds: tasks of which several people do a part each


def rounds(definition: ProcessDefinition) -> Mapping[str, m.MultiInstance]:
    tasks = definition.user_tasks.items()
    return {key: task.multi_instance for key, task in tasks if task.multi_instance is not None}


def leaves_round(old: ProcessDefinition, node: m.FlowNode, target: m.FlowNode, *, alike: bool) -> bool:
    """Whether an open round would become something else than that round, or than a step before it that begins anew."""
    loop, other = _loop(node), _loop(target)
    if loop is None:
        return False
    renamed = target.id == node.id or target.id not in old.all_nodes
    if renamed and other is not None and other.output_collection == loop.output_collection:
        return False
    depths = _depths(old)
    return alike or depths.get(target.id, len(depths)) >= depths.get(node.id, 0)


def passes_over(old: ProcessDefinition, new: ProcessDefinition, mapping: NodeMapping, source: str, target: str) -> bool:
    """Whether a round of the old version leads to the target in the new version without having led to the source."""
    if target in old.all_nodes:
        return False  # `skips` has looked at the way between them
    done = {_image(one, old, new, mapping) for one in _needed(old, source)}
    known = {_image(one, old, new, mapping) for one in rounds(old)}
    return not (_needed(new, target) & known) <= done


def _loop(node: m.FlowNode) -> m.MultiInstance | None:
    return node.multi_instance if isinstance(node, m.UserTask) else None


def _image(key: str, old: ProcessDefinition, new: ProcessDefinition, mapping: NodeMapping) -> str | None:
    """The round of the new version that a round of the old one is: as mapped, of the same id, or gathering the same."""
    found, there = mapping.get(key, key), rounds(new)
    if found in there:
        return found
    gathers = rounds(old)[key].output_collection
    return next((one for one, loop in there.items() if gathers and loop.output_collection == gathers), None)


def _needed(definition: ProcessDefinition, node_id: str) -> set[str]:
    """The rounds without which no way leads from a start to the node."""
    return {one for one in rounds(definition) if one != node_id and node_id not in _depths(definition, without=one)}


# The graph


def _following(definition: ProcessDefinition, node_id: str) -> Iterator[str]:
    yield from (flow.target for flow in definition.outgoing.get(node_id, ()))
    yield from (event.id for event in definition.boundary_events.get(node_id, ()))


def _depths(definition: ProcessDefinition, without: str = "") -> dict[str, int]:
    """How many steps each node is from a start; ways back make none of them deeper."""
    starts = [node for node, flows in definition.incoming.items() if not flows]
    depths = dict.fromkeys(starts, 0)
    waiting = deque(starts)
    while waiting:
        node_id = waiting.popleft()
        for following in _following(definition, node_id):
            if following not in depths and following != without:
                depths[following] = depths[node_id] + 1
                waiting.append(following)
    return depths
