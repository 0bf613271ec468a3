"""Unary tests: what a decision table's cell, an allowed value or the right side of `in` says about an input."""

from collections.abc import Callable

from workflow.feel import operators
from workflow.feel.scope import Scope
from workflow.feel.values import Range, Value

Test = Callable[[Scope, Value], bool | None]


def operator_range(operator: str, value: Value) -> Range:
    """The range that `(< 5)` and its like write."""
    if operator in ("<", "<="):
        return Range(None, value, False, operator == "<=", operator)
    if operator in (">", ">="):
        return Range(value, None, operator == ">=", False, operator)
    return Range(value, value, operator == "=", operator == "=", operator)


def matches(expected: Value, value: Value) -> bool | None:
    """Whether an input equals a value, is in a list or range, or in a range or list of that list."""
    if isinstance(expected, Range):
        return operators.contains(expected, value)
    if isinstance(expected, list):
        if isinstance(value, list) and operators.equal(expected, value):
            return True
        return any(
            (matches(item, value) if isinstance(item, Range) else operators.equal(item, value)) is True
            for item in expected
        )
    return operators.equal(value, expected)


def constant_test(code: Callable[[Scope], Value]) -> Test:
    """The test of a plain value."""
    return lambda scope, value: operators.equal(value, code(scope))


def value_test(code: Callable[[Scope], Value], asks: bool) -> Test:
    """The test of an expression; one that asks about `?` gives the answer itself."""

    def test(scope: Scope, value: Value) -> bool | None:
        result = code(Scope({"?": value}, scope, scope.run))
        if asks and (result is None or isinstance(result, bool)):
            return result
        if result is True and not isinstance(value, bool):
            return True
        scope.run.compares(result)
        return matches(result, value)

    return test
