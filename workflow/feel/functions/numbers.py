"""Numeric functions, in 34 digits; where `jdmn` differs, the function says how."""

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import partial

from jdmn.feel.lib.type.numeric.DefaultNumericLib import DefaultNumericLib

from workflow.feel import operators
from workflow.feel.basics import DECIMAL128, YearMonthDuration
from workflow.feel.far import FarDuration, length_of, nanos_in
from workflow.feel.functions.registry import Library
from workflow.feel.types import Mismatch
from workflow.feel.values import Value

LIBRARY = Library()
_JDMN = DefaultNumericLib()
_MIN_SCALE, _MAX_SCALE = -6111, 6176


def _scale(number: Decimal, scale: Decimal | None, rounding: str) -> Decimal:
    """Rounded to so many digits after the point. (`jdmn` fails for more than 28 digits, its context being Python's default.)"""
    digits = int(scale or 0)
    if not _MIN_SCALE <= digits <= _MAX_SCALE:
        raise ValueError(f"the scale lies between {_MIN_SCALE} and {_MAX_SCALE}")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= digits:
        return number
    if number.adjusted() < -digits - 1:
        # Every digit is below the place: rounding depends on the sign and on not being zero alone.
        number = Decimal((number.is_signed(), (1,), -digits - 2)) if number else Decimal(0)
    wide = DECIMAL128.copy()
    wide.prec = 6200
    return DECIMAL128.plus(number.quantize(Decimal((0, (1,), -digits)), rounding=rounding, context=wide))


def _rounding(rounding: str) -> Callable[[Decimal, Decimal | None], Decimal]:
    return partial(_scale, rounding=rounding)


for _name, _mode, _optional in (
    ("decimal", ROUND_HALF_EVEN, ""),
    ("floor", ROUND_FLOOR, "?"),
    ("ceiling", ROUND_CEILING, "?"),
    ("round up", ROUND_UP, ""),
    ("round down", ROUND_DOWN, ""),
    ("round half up", ROUND_HALF_UP, ""),
    ("round half down", ROUND_HALF_DOWN, ""),
):
    LIBRARY.form(_name, "n: number", f"scale: number{_optional}")(_rounding(_mode))


@LIBRARY.form("abs", "n: number")
@LIBRARY.form("abs", "n: duration")
def absolute(value: Value) -> Value:
    """The size of a number or duration."""
    if isinstance(value, YearMonthDuration):
        return YearMonthDuration(abs(value.months))
    if isinstance(value, timedelta | FarDuration):
        return length_of(abs(nanos_in(value)))
    return DECIMAL128.abs(value)


@LIBRARY.form("modulo", "dividend: number", "divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The remainder with the divisor's sign, exactly. (`jdmn` rounds the quotient first and so loses it for large dividends.)"""
    wide = DECIMAL128.copy()
    wide.prec = 200
    rest = wide.remainder(dividend, divisor)
    return DECIMAL128.plus(wide.add(rest, divisor) if rest and rest.is_signed() != divisor.is_signed() else rest)


@LIBRARY.form("sqrt", "number: number")
def sqrt(number: Decimal) -> Decimal:
    """The square root; null below zero."""
    root: Decimal = DECIMAL128.sqrt(number)
    return root


@LIBRARY.form("log", "number: number")
def log(number: Decimal) -> Decimal:
    """The natural logarithm; null for what is not above zero. (`jdmn` gives minus infinity for zero.)"""
    if number <= 0:
        raise ValueError("the number must be above zero")
    return DECIMAL128.ln(number)


@LIBRARY.form("exp", "number: number")
def exp(number: Decimal) -> Decimal:
    """e to the power of the number."""
    if abs(number) > 20_000:
        raise ValueError("the number is too large")
    return DECIMAL128.exp(number)


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise ValueError("a whole number is expected")
    return int(number)


@LIBRARY.form("odd", "number: number")
def odd(number: Decimal) -> bool:
    """Whether a whole number is odd."""
    return _whole(number) % 2 == 1


@LIBRARY.form("even", "number: number")
def even(number: Decimal) -> bool:
    """Whether a whole number is even."""
    return _whole(number) % 2 == 0


def _aggregate(name: str) -> Callable[[Callable[[list[Decimal]], Value]], Callable[[list[Decimal]], Value]]:
    """A function of a list of numbers, which may also be given one by one; null and other types make it null."""

    def declare(body: Callable[[list[Decimal]], Value]) -> Callable[[list[Decimal]], Value]:
        def checked(items: list[Value]) -> Value:
            if not all(isinstance(item, Decimal) for item in items):
                raise Mismatch("numbers are expected")
            return body(items)

        LIBRARY.form(name, "list: list")(checked)
        LIBRARY.form(name, rest="any")(checked)
        return body

    return declare


@_aggregate("sum")
def total(items: list[Decimal]) -> Value:
    """The sum; null of nothing."""
    result = Decimal(0)
    for item in items:
        result = DECIMAL128.add(result, item)
    return result if items else None


@_aggregate("product")
def product(items: list[Decimal]) -> Value:
    """The product; null of nothing."""
    result = Decimal(1)
    for item in items:
        result = DECIMAL128.multiply(result, item)
    return result if items else None


@_aggregate("mean")
def mean(items: list[Decimal]) -> Value:
    """The average; null of nothing."""
    return DECIMAL128.divide(total(items), Decimal(len(items))) if items else None


@_aggregate("median")
def median(items: list[Decimal]) -> Value:
    """The middle, or the mean of the two in the middle. (`jdmn` sorts by float and so confuses long numbers.)"""
    ordered = sorted(items)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else mean(ordered[middle - 1 : middle + 1])


@_aggregate("stddev")
def stddev(items: list[Decimal]) -> Value:
    """The deviation of a sample; null of fewer than two. (`jdmn` adds up with 28 digits, Python's default.)"""
    if len(items) < 2:
        return None
    middle = mean(items)
    gaps = [DECIMAL128.subtract(item, middle) for item in items]
    squares = total([DECIMAL128.multiply(gap, gap) for gap in gaps])
    return DECIMAL128.sqrt(DECIMAL128.divide(squares, Decimal(len(items) - 1)))


@_aggregate("mode")
def mode(items: list[Decimal]) -> Value:
    """The most frequent numbers, ascending."""
    return _JDMN.mode(items)


def _extreme(sign: int) -> Callable[[list[Value]], Value]:
    def choose(items: list[Value]) -> Value:
        """By FEEL's order; null when two cannot be compared. (`jdmn` raises.)"""
        best = items[0] if items else None
        for item in items:
            order = operators.compare(item, best)
            if order is None:
                raise Mismatch("values of one ordered type are expected")
            if order * sign > 0:
                best = item
        return best

    return choose


for _name, _sign in (("min", -1), ("max", 1)):
    LIBRARY.form(_name, "list: list")(_extreme(_sign))
    LIBRARY.form(_name, rest="any")(_extreme(_sign))
