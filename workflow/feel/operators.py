"""Equality, ordering and arithmetic of FEEL values; what is not defined is null.

`None` from a comparison is FEEL's null: the two values cannot be compared.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException, DivisionByZero
from typing import Any

from workflow.feel import temporal
from workflow.feel.basics import DECIMAL128, YearMonthDuration
from workflow.feel.far import SECOND, FarDate, FarDateTime, FarDuration, Length, length_of, nanos_in
from workflow.feel.values import Function, Range, Value

_DATES = (date, FarDate, FarDateTime)
_LENGTHS = (timedelta, FarDuration)


def kind_of(value: Value) -> str:
    """The name of the value's type, for comparing types and for messages."""
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return "null"


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "boolean"),
    (Decimal, "number"),
    (str, "string"),
    ((datetime, FarDateTime), "date and time"),
    ((date, FarDate), "date"),
    (time, "time"),
    (_LENGTHS, "days and time duration"),
    (YearMonthDuration, "years and months duration"),
    (list, "list"),
    (dict, "context"),
    (Range, "range"),
    (Function, "function"),
)


def equal(left: Value, right: Value) -> bool | None:
    """FEEL's `=`: null for values of different types, except that null equals only null.

    Instants and times within one second are equal: the compatibility kit asks for it (0068, time_005 and datetime_003_a).
    """
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is type(right) and kind in (Decimal, str, bool, timedelta, YearMonthDuration):
        return bool(left == right)
    if isinstance(left, (*_DATES, time, *_LENGTHS)):
        keys = _keys(left, right)
        unit = 1 if isinstance(left, _LENGTHS) else SECOND
        return None if keys is None else _within(keys[0], unit) == _within(keys[1], unit)
    if left is right and isinstance(left, list | dict):
        return True
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(item, right[key]) is True for key, item in left.items())
    if isinstance(left, Range) and isinstance(right, Range):
        return _equal_ranges(left, right)
    if isinstance(left, Function) and isinstance(right, Function):
        return left is right
    return None


def _within(key: tuple[bool, int], unit: int) -> tuple[bool, int]:
    return key[0], key[1] // unit


def _equal_ranges(left: Range, right: Range) -> bool:
    marks = [(side.start_included, side.end_included, side.operator) for side in (left, right)]
    return marks[0] == marks[1] and equal(left.start, right.start) is True and equal(left.end, right.end) is True


def _keys(left: Value, right: Value) -> tuple[Any, Any] | None:
    """Comparable stand-ins for two dates, times or date and times; None when they are not of one kind."""
    if isinstance(left, time) and isinstance(right, time):
        return temporal.time_key(left), temporal.time_key(right)
    if isinstance(left, _LENGTHS) and isinstance(right, _LENGTHS):
        return (False, nanos_in(left)), (False, nanos_in(right))
    if isinstance(left, _DATES) and isinstance(right, _DATES) and kind_of(left) == kind_of(right):
        return temporal.instant_key(left, False), temporal.instant_key(right, False)
    return None


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1, exactly to the nanosecond; None when the two are not ordered."""
    kind = type(left)
    if kind is type(right) and kind in (Decimal, str, timedelta, YearMonthDuration):
        return int(left > right) - int(left < right)
    keys = _keys(left, right)
    if keys is None or keys[0][0] != keys[1][0]:
        return None
    first, last = keys[0][1], keys[1][1]
    return int(first > last) - int(first < last)


_TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def relation(operator: str, left: Value, right: Value) -> bool | None:
    """One of = != < <= > >=."""
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        same = equal(left, right)
        return None if same is None else not same
    order = compare(left, right)
    return None if order is None else _TESTS[operator](order)


def contains(span: Range, value: Value) -> bool | None:
    """Whether a value lies in a range; null when they cannot be compared."""
    if span.operator is not None:
        return relation(span.operator, value, span.start if span.start is not None else span.end)
    if span.start is None or span.end is None:
        return None
    return conjunction(
        relation(">=" if span.start_included else ">", value, span.start),
        relation("<=" if span.end_included else "<", value, span.end),
    )


def conjunction(left: Value, right: Value) -> bool | None:
    """Three-valued `and`; anything but a boolean counts as null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def disjunction(left: Value, right: Value) -> bool | None:
    """Three-valued `or`."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def add(left: Value, right: Value) -> Value:
    """FEEL's `+`."""
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, (*_LENGTHS, YearMonthDuration)) and isinstance(right, (*_DATES, time)):
        left, right = right, left
    if isinstance(right, YearMonthDuration):
        if isinstance(left, YearMonthDuration):
            return YearMonthDuration(left.months + right.months)
        return temporal.add_months(left, right.months) if isinstance(left, _DATES) else None
    if isinstance(right, _LENGTHS):
        return _add_length(left, right)
    return None


def _add_length(left: Value, right: Length) -> Value:
    if isinstance(left, _LENGTHS):
        return length_of(nanos_in(left) + nanos_in(right))
    if isinstance(left, time):
        return temporal.add_to_time(left, right)
    return temporal.add_duration(left, right) if isinstance(left, _DATES) else None


def subtract(left: Value, right: Value) -> Value:
    """FEEL's `-`."""
    if isinstance(right, YearMonthDuration):
        return add(left, YearMonthDuration(-right.months)) if not isinstance(left, _LENGTHS) else None
    if isinstance(right, _LENGTHS):
        return add(left, negate(right))
    if isinstance(left, _DATES) and isinstance(right, _DATES):
        return temporal.subtract(left, right)
    if isinstance(left, time) and isinstance(right, time):
        return temporal.subtract_times(left, right)
    return None


def multiply(left: Value, right: Value) -> Value:
    """FEEL's `*`."""
    if isinstance(left, Decimal):
        left, right = right, left
    if not isinstance(right, Decimal):
        return None
    if isinstance(left, _LENGTHS):
        return temporal.scale_duration(left, right)
    return (
        YearMonthDuration(int(DECIMAL128.multiply(Decimal(left.months), right)))
        if isinstance(left, YearMonthDuration)
        else None
    )


def divide(left: Value, right: Value) -> Value:
    """FEEL's `/`; by zero it is null."""
    if isinstance(left, _LENGTHS) and isinstance(right, _LENGTHS):
        return DECIMAL128.divide(temporal.total_seconds(left), temporal.total_seconds(right))
    if isinstance(left, YearMonthDuration) and isinstance(right, YearMonthDuration):
        return DECIMAL128.divide(Decimal(left.months), Decimal(right.months))
    if not isinstance(right, Decimal):
        return None
    if isinstance(left, _LENGTHS):
        return temporal.divide_duration(left, right)
    if isinstance(left, YearMonthDuration):
        return YearMonthDuration(int(DECIMAL128.divide(Decimal(left.months), right)))
    return None


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Python has no 0 ** 0, and an infinite 0 ** -1 without a signal."""
    if not exponent:
        return Decimal(1)
    if not base and exponent < 0:
        raise DivisionByZero
    return DECIMAL128.power(base, exponent)


def _no_power(left: Value, right: Value) -> Value:
    return None


_NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": DECIMAL128.add,
    "-": DECIMAL128.subtract,
    "*": DECIMAL128.multiply,
    "/": DECIMAL128.divide,
    "**": _power,
}
_OTHERS: dict[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": _no_power,
}


def arithmetic(operator: str, left: Value, right: Value) -> Value:
    """One of + - * / **; null when the types do not fit or the result does not exist."""
    try:
        if type(left) is Decimal and type(right) is Decimal:
            return _NUMBERS[operator](left, right)
        return _OTHERS[operator](left, right)
    except (DecimalException, OverflowError):
        return None


def negate(value: Value) -> Value:
    """FEEL's unary minus."""
    if isinstance(value, Decimal):
        return DECIMAL128.minus(value)
    if isinstance(value, YearMonthDuration):
        return YearMonthDuration(-value.months)
    return length_of(-nanos_in(value)) if isinstance(value, _LENGTHS) else None
