"""Which node of another version stands for which of the old one, and which may: names, kinds and containers compared."""

from collections import deque
from collections.abc import Iterator

from workflow.engine.migration_plan import NodeMapping
from workflow.engine.program import Program
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.events import CompensateDefinition, parts_of

_NEVER = (m.BoundaryEvent, m.StartEvent, m.EndEvent, m.EventSubProcess)
_WAITS = (
    m.UserTask,
    m.ServiceTask,
    m.ReceiveTask,
    m.IntermediateCatchEvent,
    m.EventBasedGateway,
    m.SubProcess,
    m.CallActivity,
)
_FOR_PEOPLE = (m.UserTask, m.SubProcess, m.CallActivity)


def signature(node: m.FlowNode) -> tuple[object, ...]:
    """What must be alike for an activity to go on in another node: its kind, how it repeats, what it calls."""
    loop: object = None
    if isinstance(node, m.Activity):
        if node.standard_loop is not None:
            loop = "loop"
        elif node.multi_instance is not None:
            loop = "sequential" if node.multi_instance.sequential else "parallel"
    work = node.called_process if isinstance(node, m.CallActivity) else getattr(node, "handler", None)
    ordering = node.ordering if isinstance(node, m.AdHocSubProcess) else None
    return type(node), loop, work if isinstance(node, m.Activity) else None, ordering


def may_be_entered(old: m.FlowNode, new: m.FlowNode) -> bool:
    """Whether a token may be put there instead: only where something is waited for; a person's task goes to people again."""
    if isinstance(new, _NEVER) or getattr(new, "for_compensation", False):
        return False
    return isinstance(new, _FOR_PEOPLE if isinstance(old, m.UserTask) else _WAITS)


def suggestion(old: ProcessDefinition, new: ProcessDefinition, node: m.FlowNode, container: str) -> str | None:
    """The likeliest node for one that is gone: the same name; else the only new one of its kind beside the same neighbour."""
    fitting = [one for one in new.children(container) if signature(one) == signature(node)]
    named = [one.id for one in fitting if node.name and one.name == node.name]
    if len(named) == 1:
        return named[0]
    fresh = [one.id for one in fitting if one.id not in old.all_nodes]
    beside = [one for one in fresh if _neighbours(old, node.id) & _neighbours(new, one)]
    for found in (beside, fresh):
        if len(found) == 1:
            return found[0]
    return None


def skips(old: Program, new: Program, source: str, target: str) -> bool:
    """Whether going from a node that is gone to one that was there before leaves out a person's task that is still there."""
    definition = next((one for one in old.processes.values() if source in one.all_nodes), None)
    if definition is None or target not in definition.all_nodes:
        return False
    depths = _depths(definition)
    if depths.get(target, 0) <= depths.get(source, 0):
        return False  # going back leaves nothing out
    kept = {key for one in new.processes.values() for key in one.user_tasks}
    seen, waiting = {source}, deque([source])
    while waiting:
        for following in _following(definition, waiting.popleft()):
            if following == target:
                return False
            if following not in seen and following not in (kept & definition.user_tasks.keys()):
                seen.add(following)
                waiting.append(following)
    return True


def has_handler(definition: ProcessDefinition, node_id: str) -> bool:
    """Whether a boundary event of the activity says how it is undone."""
    return any(
        isinstance(part, CompensateDefinition) and event.handler
        for event in definition.boundary_events.get(node_id, ())
        for part in parts_of(event.definition)
    )


def renamed_tasks(old: Program, new: Program, mapping: NodeMapping) -> tuple[tuple[str, str], ...]:
    """User tasks that the mapping only renames: the target is a user task that the old version did not have."""
    before = {key for one in old.processes.values() for key in one.all_nodes}
    tasks = {key for one in new.processes.values() for key in one.user_tasks}
    known = {key for one in old.processes.values() for key in one.user_tasks}
    return tuple(
        (node, target)
        for node, target in sorted(mapping.items())
        if target in tasks and target not in before and node in known
    )


def _following(definition: ProcessDefinition, node_id: str) -> Iterator[str]:
    yield from (flow.target for flow in definition.outgoing.get(node_id, ()))
    yield from (event.id for event in definition.boundary_events.get(node_id, ()))


def _depths(definition: ProcessDefinition) -> dict[str, int]:
    """How many steps each node is from a start; ways back make none of them deeper."""
    starts = [node for node, flows in definition.incoming.items() if not flows]
    depths = dict.fromkeys(starts, 0)
    waiting = deque(starts)
    while waiting:
        node_id = waiting.popleft()
        for following in _following(definition, node_id):
            if following not in depths:
                depths[following] = depths[node_id] + 1
                waiting.append(following)
    return depths


def _neighbours(definition: ProcessDefinition, node_id: str) -> set[tuple[str, str]]:
    before = {("before", flow.source) for flow in definition.incoming.get(node_id, ())}
    return before | {("after", flow.target) for flow in definition.outgoing.get(node_id, ())}
