"""FEEL as the engine needs it: a value or a reason why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workflow.engine.events import ConditionEvaluated
from workflow.engine.instants import ZONE
from workflow.engine.stuck import Kind, Stuck
from workflow.errors import N_, ExpressionError
from workflow.feel.expression import Evaluation, parse
from workflow.feel.values import Function, coerce
from workflow.model.elements import SequenceFlow
from workflow.model.expressions import Expression, Literal, Value

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


def evaluate(value: Value, view: View, kind: Kind = "expression") -> Any:
    """Return a literal's text or an expression's value. Null because of a fault is stuck, null as such is a value."""
    if isinstance(value, Literal):
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


def _run(expression: Expression, view: View, kind: Kind) -> Evaluation:
    try:
        return parse(expression.text).evaluate(view.variables, now=view.now.astimezone(ZONE))
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
    value = "null" if evaluation.value is None else str(evaluation.value)
    return "; ".join(str(diagnostic) for diagnostic in evaluation.diagnostics) or value
