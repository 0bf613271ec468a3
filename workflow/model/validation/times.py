"""Times that are written as text: what is none would only be found when a token gets there."""

from collections.abc import Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import Event, FlowNode, ReceiveTask, UserTask
from workflow.model.events import TimerDefinition, parts_of
from workflow.model.expressions import Literal, Value
from workflow.model.findings import Finding
from workflow.model.times import is_cycle, is_date, is_duration
from workflow.model.validation.containers import found


def check_times(definition: ProcessDefinition) -> Iterator[Finding]:
    """Timers and due times whose text is neither ISO 8601 nor a working time; expressions are left to run time."""
    for node in definition.all_nodes.values():
        for value, kind in _times(node):
            if isinstance(value, Literal) and not _is_time(value.text, kind):
                yield found(
                    "not-a-time",
                    node,
                    N_("“%(text)s” is neither an ISO 8601 time nor a working time"),
                    N_(
                        "Write a duration such as P3D or WT5D, a date such as 2023-02-15, a cycle such as R3/P1D, or =expression"
                    ),
                    line=value.line,
                    text=value.text,
                )


def _is_time(text: str, kind: str) -> bool:
    if kind == "cycle":
        return is_cycle(text)
    if kind == "date":
        return is_date(text)
    return is_duration(text) or (kind == "due" and is_date(text))


def _times(node: FlowNode) -> Iterator[tuple[Value, str]]:
    definition = node.definition if isinstance(node, Event) else node.message if isinstance(node, ReceiveTask) else None
    for part in parts_of(definition):
        if isinstance(part, TimerDefinition):
            yield part.value, part.kind
    if isinstance(node, UserTask):
        yield from ((value, "due") for value in (node.spec.due_date, node.spec.follow_up_date) if value is not None)
