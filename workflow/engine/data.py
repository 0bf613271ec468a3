"""Declared data keep their type: a text that means a value of it becomes that value."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from workflow.feel.expression import parse
from workflow.model.data import DataItem
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import SubProcess

_FUNCTIONS: Mapping[str, str] = {
    "number": "number(value)",
    "date": "date(value)",
    "time": "time(value)",
    "date and time": "date and time(value)",
    "days and time duration": "duration(value)",
    "years and months duration": "duration(value)",
    "boolean": 'if value = "true" then true else if value = "false" then false else null',
}
"""FEEL type → how a text becomes a value of it; null where it means none."""


def data_of(definition: ProcessDefinition, container_id: str) -> tuple[DataItem, ...]:
    """The data objects and properties that a process or subprocess declares."""
    node = definition.all_nodes.get(container_id)
    return (*node.data, *node.properties) if isinstance(node, SubProcess) else definition.data


def typed(items: tuple[DataItem, ...], variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the variables, texts read as the type that is declared for them; what cannot be read so stays a text."""
    types = {item.variable: item.type_name for item in items if item.type_name in _FUNCTIONS}
    if not types:
        return variables
    return {name: _read(value, types.get(name, "")) for name, value in variables.items()}


def _read(value: Any, type_name: str) -> Any:
    if isinstance(value, list):
        return [_read(entry, type_name) for entry in value]
    if not isinstance(value, str) or type_name not in _FUNCTIONS:
        return value
    found = _reader(type_name)(value)
    return value if found is None else found


@cache
def _reader(type_name: str) -> Callable[[str], Any]:
    expression = parse(_FUNCTIONS[type_name])
    return lambda text: expression.evaluate({"value": text}).value
