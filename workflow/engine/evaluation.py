"""FEEL as the engine needs it: a value or typed data, or `Stuck` with the reason why there is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from workflow.engine.events import ConditionEvaluated
from workflow.engine.reasons import IncidentKind
from workflow.errors import N_, ExpressionError
from workflow.feel.expression import Evaluation, parse, parse_for
from workflow.feel.text import to_text
from workflow.feel.values import Function, coerce
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import DataItem, SequenceFlow, SubProcess
from workflow.model.expressions import Expression, Literal as Text, Value

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Where days begin and end."""

MOST_QUOTED = 300


class Stuck(Exception):
    """What is in the way, as a message template with its values."""

    def __init__(self, kind: IncidentKind, template: str, **params: Any) -> None:
        self.kind = kind
        self.template = template
        self.params = {name: _shortened(value) for name, value in params.items()}
        super().__init__(template, self.params)


def _shortened(value: Any) -> Any:
    """A message quotes values; a whole list of evidence would bury it."""
    return f"{value[:MOST_QUOTED]}…" if isinstance(value, str) and len(value) > MOST_QUOTED else value


# Declared data keep their type: a text that means a value of it becomes that value

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


# Expressions

_FAULTS = (ExpressionError, ArithmeticError, RecursionError)
_FAILED = N_("The expression “%(expression)s” has no value: %(reason)s")
_FUNCTION = N_("The expression “%(expression)s” gives a function, which cannot be kept in a variable.")
_NOT_BOOLEAN = N_("The condition “%(expression)s” is neither true nor false: %(reason)s")


@dataclass(frozen=True, slots=True)
class View:
    """What an expression sees: variables, and the instant that the command came with for `now()` and, there, `today()`."""

    variables: Mapping[str, Any]
    now: datetime

    def plus(self, variables: Mapping[str, Any]) -> "View":
        """Return the view with these variables before all others."""
        return replace(self, variables={**self.variables, **variables})


def evaluate(value: Value, view: View, kind: IncidentKind = "expression") -> Any:
    """Return a literal's text or an expression's value. Null because of a fault is stuck, null as such is a value."""
    if isinstance(value, Text):
        return value.text
    evaluation = _run(value, view, kind)
    if evaluation.value is None and evaluation.diagnostics:
        raise Stuck(kind, _FAILED, expression=value.text, reason=_reason(evaluation))
    if _holds_function(evaluation.value):
        raise Stuck(kind, _FUNCTION, expression=value.text)
    return evaluation.value


def is_true(expression: Expression, view: View) -> bool:
    """Return what a condition says; anything but true and false is stuck."""
    return _boolean(expression, _run(expression, view, "expression"))


def has_become_true(expression: Expression, view: View) -> bool:
    """Return what an awaited condition says; null counts as false, for its variables may not be there yet."""
    evaluation = _run(expression, view, "expression")
    return evaluation.value is not None and _boolean(expression, evaluation)


def judge(flow: SequenceFlow, expression: Expression, view: View) -> ConditionEvaluated:
    """Evaluate a sequence flow's condition and keep what it was judged by."""
    evaluation = _run(expression, view, "expression")
    result = _boolean(expression, evaluation)
    return ConditionEvaluated(
        flow_id=flow.id, expression=expression.text, inputs=dict(evaluation.inputs), result=result
    )


def _run(expression: Expression, view: View, kind: IncidentKind) -> Evaluation:
    try:
        return parse_for(expression.text, view.variables).evaluate(view.variables, now=view.now.astimezone(ZONE))
    except _FAULTS as error:
        raise Stuck(kind, _FAILED, expression=expression.text, reason=str(error)) from error


def _boolean(expression: Expression, evaluation: Evaluation) -> bool:
    if not isinstance(evaluation.value, bool):
        raise Stuck("expression", _NOT_BOOLEAN, expression=expression.text, reason=_reason(evaluation))
    return evaluation.value


def _holds_function(value: Any) -> bool:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Function):
            return True
        if isinstance(current, dict):
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)
    return False


def stored(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables as FEEL values, the only ones that a state or an event holds."""
    return {name: coerce(value) for name, value in variables.items()}


def _reason(evaluation: Evaluation) -> str:
    value = to_text(evaluation.value)
    return "; ".join(str(diagnostic) for diagnostic in evaluation.diagnostics) or value
