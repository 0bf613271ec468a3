"""General laws of FEEL values and expressions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import rfc8785
from hypothesis import given, settings, strategies as st

from workflow.errors import ExpressionError
from workflow.feel import evaluate
from workflow.feel.basics import YearMonthDuration
from workflow.feel.expression import parse
from workflow.feel.text import to_text
from workflow.feel.values import from_json, to_json

numbers = st.decimals(-(10**12), 10**12, allow_nan=False, places=4)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.dates(),
    st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
    st.integers(-9999, 9999).map(YearMonthDuration),
)
keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values: Any = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
trilean = st.sampled_from(["true", "false", "null"])


@settings(deadline=None)
@given(values)
def test_json_reads_back_as_the_same_value(value: Any) -> None:
    stored = to_json(value)
    assert from_json(stored) == value
    assert rfc8785.dumps(stored) == rfc8785.dumps(to_json(from_json(stored)))


@settings(deadline=None)
@given(values)
def test_every_value_equals_itself(value: Any) -> None:
    assert evaluate("x = x", {"x": value}) is True


@settings(deadline=None)
@given(values, values)
def test_equality_is_symmetric(left: Any, right: Any) -> None:
    scope = {"a": left, "b": right}
    assert evaluate("a = b", scope) is evaluate("b = a", scope)


@settings(deadline=None)
@given(numbers, numbers)
def test_sums_are_exact(left: Decimal, right: Decimal) -> None:
    assert evaluate("a + b - b = a", {"a": left, "b": right}) is True


@settings(deadline=None)
@given(trilean, trilean)
def test_de_morgan_holds_in_three_values(left: str, right: str) -> None:
    assert evaluate(f"not({left} and {right})") is evaluate(f"not({left}) or not({right})")


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-1000, 1000))
def test_days_can_be_added_and_taken_away(day: date, days: int) -> None:
    scope = {"day": day, "length": timedelta(days=days)}
    assert evaluate("day + length - day = length", scope) is True


@settings(deadline=None)
@given(st.text(max_size=30))
def test_strings_survive_quoting(text: str) -> None:
    assert evaluate(to_text(text, True)) == text


@settings(deadline=None)
@given(st.lists(numbers, min_size=1, max_size=20))
def test_sorting_puts_the_smallest_first(items: list[Decimal]) -> None:
    scope = {"items": items}
    assert evaluate("sort(items, function(a, b) a < b)[1] = min(items)", scope) is True


@settings(deadline=None)
@given(st.text(st.sampled_from(list('abx1.5"?-+*/<>=!()[]{},:@ \nnotinforif')), max_size=40))
def test_any_text_gives_a_value_or_an_expression_error(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError as error:
        message = str(error)
    else:
        message = f"{expression.evaluate({'a': 1, 'b': [1], 'x': 'y'})}"
    assert message


clocks = st.builds("{:02d}:{:02d}:{:02d}.{:09d}".format, *map(st.integers, (0,) * 4, (23, 59, 59, 999_999_999)))
years = st.integers(-12_000, 12_000).map(lambda year: f"{'-' * (year < 0)}{abs(year):04d}")
zones = st.sampled_from(["", "Z", "+05:45", "-03:00", "@Europe/Berlin", "@America/New_York", "@Asia/Ho_Chi_Minh"])
instants = st.builds("{}-{:02d}-{:02d}T{}{}".format, years, st.integers(1, 12), st.integers(1, 28), clocks, zones)
lengths = st.builds(
    "{}PT{}.{:09d}S".format, st.sampled_from(["", "-"]), st.integers(0, 10**12), st.integers(0, 10**9 - 1)
)


@settings(deadline=None)
@given(instants, lengths)
def test_an_instant_goes_by_a_length_and_back(instant: str, length: str) -> None:
    scope = {"d": evaluate(f'@"{instant}"'), "l": evaluate(f'@"{length}"')}
    assert evaluate("d + l - l = d", scope) is True
    assert evaluate("(d + l) - d = l", scope) is True
    assert evaluate('string(d + l - l) = string(d + @"PT0S")', scope) is True


alike = st.builds(
    "{}00:00:00.{:09d}{}".format,
    st.sampled_from(["", "2023-01-01T", "10000-01-01T", "-0400-01-01T"]),
    st.integers(0, 3) | st.integers(0, 999_999_999),
    st.sampled_from(["", "Z", "+05:45", "@Asia/Ho_Chi_Minh"]),
)
"""Times, and instants of one day, that differ by nanoseconds or by their offsets."""


@settings(deadline=None)
@given(alike, alike)
def test_order_is_the_sign_of_the_difference(first: str, second: str) -> None:
    scope = {"a": evaluate(f'@"{first}"'), "b": evaluate(f'@"{second}"'), "none": timedelta(0)}
    for operator in ("<", "<=", ">", ">="):
        assert evaluate(f"a {operator} b", scope) == evaluate(f"a - b {operator} none", scope)
    if evaluate("a < b", scope):
        assert evaluate("before(a, b) and min(a, b) - a = none and not(b between a and a)", scope) is True
        assert evaluate("sort([b, a], function(x, y) x < y)[1] - a = none and not(b in [a..a])", scope) is True
    if evaluate("a - b = none", scope):
        assert evaluate("a = b", scope) is True


@settings(deadline=None)
@given(instants, lengths)
def test_what_is_calculated_is_stored_as_it_is(instant: str, length: str) -> None:
    moved = evaluate("d + l", {"d": evaluate(f'@"{instant}"'), "l": evaluate(f'@"{length}"')})
    again = from_json(to_json(moved))
    assert evaluate("a - b", {"a": again, "b": moved}) == timedelta(0)
    assert to_text(again) == to_text(moved)
