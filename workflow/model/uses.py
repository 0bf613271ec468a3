"""Finds every expression of a process, with the node or flow it belongs to and what it is for.

By reflection over the frozen records, so that a property added to the model is checked without a word here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import FlowNode, SequenceFlow, SubProcess
from workflow.model.expressions import Expression

_CONTAINED = frozenset({"nodes", "flows"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An expression where it stands; `path` is the property, such as `spec.outcomes[0].condition`."""

    expression: Expression
    owner: FlowNode | SequenceFlow
    path: str


def uses_of(process: ProcessDefinition) -> Iterator[Use]:
    """Every expression of the process, subprocesses included, in the order of the file."""
    owners: list[FlowNode | SequenceFlow] = [*process.all_nodes.values(), *process.all_flows.values()]
    for owner in owners:
        for path, expression in _expressions(owner, ""):
            yield Use(expression=expression, owner=owner, path=path)


def entries_of(value: object, skip: frozenset[str] = frozenset()) -> Iterator[tuple[str, Any]]:
    """The parts of a record, list or mapping by name; none for a plain value."""
    if is_dataclass(value) and not isinstance(value, type):
        yield from ((f".{each.name}", getattr(value, each.name)) for each in fields(value) if each.name not in skip)
    elif isinstance(value, tuple | list):
        yield from ((f"[{index}]", part) for index, part in enumerate(value))
    elif isinstance(value, Mapping):
        yield from ((f".{key}", part) for key, part in value.items())


def _expressions(value: object, path: str) -> Iterator[tuple[str, Expression]]:
    if isinstance(value, Expression):
        yield path.lstrip("."), value
        return
    for name, part in entries_of(value, _CONTAINED if isinstance(value, SubProcess) else frozenset()):
        yield from _expressions(part, path + name)
