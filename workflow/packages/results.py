"""What a case's result is called: the name of the end event that bears it."""

import re
from collections.abc import Iterable

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import EndEvent, FlowNode, ServiceTask
from workflow.packages.records import RECORD_RESULT

_TEXT = re.compile(r'"([^"\\]*)"')


def recorded(node: FlowNode) -> str | None:
    """The result that the node records, where that is a plain word."""
    if not isinstance(node, ServiceTask) or node.handler != RECORD_RESULT:
        return None
    given = next((_TEXT.fullmatch(one.source.text) for one in node.inputs if one.target == "outcome"), None)
    return given[1] if given is not None else None


def end_of_result(processes: Iterable[ProcessDefinition], outcome: str) -> FlowNode | None:
    """The named node that bears the result: of its id, of the id `end_<result>`, or the end event after the step that records it."""
    processes = list(processes)
    for process in processes:
        for node_id in (outcome, f"end_{outcome}"):
            node = process.all_nodes.get(node_id)
            if node is not None and node.name.strip():
                return node
    for process in processes:
        for node in process.all_nodes.values():
            if recorded(node) == outcome and (end := _end_after(process, node)) is not None:
                return end
    return None


def _end_after(process: ProcessDefinition, node: FlowNode) -> FlowNode | None:
    """The nearest named end event that the node leads to."""
    ahead, seen = [node.id], {node.id}
    while ahead:
        at = process.all_nodes[ahead.pop(0)]
        if isinstance(at, EndEvent) and at.name.strip():
            return at
        targets = [flow.target for flow in process.all_flows.values() if flow.source == at.id]
        ahead += [one for one in targets if one not in seen]
        seen.update(targets)
    return None
