"""Evaluation is bounded, and never leaves FEEL for Python."""

import pytest

from workflow.errors import BudgetSpent, ExpressionError
from workflow.feel.expression import Evaluation, parse


def run(text: str, **variables: object) -> Evaluation:
    return parse(text).evaluate(variables)


@pytest.mark.parametrize(
    "text",
    [
        "count(for i in 1..1000000000 return i)",
        "{f: function(n) f(n + 1), r: f(0)}.r",
        "count(for i in 1..1000, j in 1..1000, k in 1..1000 return i)",
        "{" + 'a0: "xxxxxxxxxx", ' + ", ".join(f"a{i}: a{i - 1} + a{i - 1}" for i in range(1, 60)) + "}",
        "string({" + "a0: [1], " + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 60)) + "})",
        "flatten({" + "a0: [1], " + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 60)) + "}.a59)",
    ],
)
def test_it_is_stopped_and_not_called_null(text: str) -> None:
    with pytest.raises(BudgetSpent, match="It was stopped"):
        run(text)


@pytest.mark.parametrize("text", ["10 ** 7000", "exp(1e9)", '@"999999999-12-31T23:59:59" + @"P1D"', "decimal(1, 1e9)"])
def test_numbers_and_dates_beyond_their_bounds_are_null(text: str) -> None:
    assert run(text).value is None


NUMBERS = "l: for i in 1..40000 return i"
TEXT = "l: string(for i in 1..90000 return i)"


@pytest.mark.parametrize(
    "text",
    [
        'count(for d in @"0001-01-01"..@"9999-12-31", e in 1..9 return d)',
        "every i in 1..1000, j in 1..1000 satisfies i + j > 0",
        "for i in 1..100000 return partial",
        "{" + NUMBERS + ", r: for i in 1..100000 return 0 in l}",
        "{" + NUMBERS + ", m: for i in l return i, r: for i in 1..100000 return l = m}",
        "{" + NUMBERS + ", r: for i in 1..100000 return list contains([l], [i])}",
        "{" + NUMBERS + ", r: for i in 1..100000 return concatenate(l, l)}",
        "{" + NUMBERS + ", r: for i in 1..100000 return l[item > 0]}",
        "{"
        + NUMBERS
        + ', c: context(for i in l return {key: string(i), value: i}), r: for i in l return context put(c, "a", i)}',
        "{" + TEXT + ", r: for i in 1..100000 return upper case(l)}",
        "{" + TEXT + ', r: for i in 1..100000 return l + "a"}',
        "{" + TEXT + ', r: for i in 1..100000 return contains(l, "zz")}',
        '{l: string(for i in 1..100 return i), r: for i in 1..100000 return matches(l, "[0-9]*[0-9]*[0-9]*d")}',
        "sort(for i in 1..100000 return modulo(i * 7919, 100003), function(a, b) a < b)",
        "distinct values(for i in 1..100000 return [i])",
    ],
)
def test_work_is_paid_for_by_its_size(text: str) -> None:
    with pytest.raises(BudgetSpent, match="It was stopped"):
        run(text)


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9 ** 9 ** 9",
        "1e6000 * 1e6000",
        "9" * 40_000,
        "1e999999999",
        "modulo(1e6000, 7)",
        'number("1e99999")',
        "0 ** -1",
    ],
    ids=lambda text: text[:24],
)
def test_numbers_that_do_not_exist_are_null_with_a_reason(text: str) -> None:
    result = run(text)
    assert result.value is None
    assert result.diagnostics


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000 + "1" + ")" * 20_000,
        "-" * 40_000 + "1",
        "not(" * 9_000 + "true",
        "[" * 9_000,
        "1" * 50_001,
        "{" + ",".join(f"a {number}: 1" for number in range(3_000)) + "}",
        '"' * 49_999,
        "/*" * 20_000,
        "@" * 40_000,
    ],
    ids=lambda text: text[:12],
)
def test_text_that_is_nested_or_named_without_end_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_long_chains_are_no_nesting() -> None:
    assert run("+".join(["1"] * 5000)).value == 5000
    assert run(" - ".join(["1"] * 400)).value == -398


def test_distinct_values_of_plain_kind_may_be_many() -> None:
    assert run("count(distinct values(for i in 1..50000 return modulo(i, 20000)))").value == 20000


class Secret:
    """Something of the program that an expression must not see."""

    key = "s3cret"


@pytest.mark.parametrize("text", ["x.key", "x.__class__", 'x["key"]', 'get value(x, "key")', "string(x)"])
def test_python_objects_are_null(text: str) -> None:
    assert run(text, x=Secret()).value in (None, [])


@pytest.mark.parametrize(
    "text", ['"a".upper', "(1).real", "[1].append", "{a: 1}.keys", "count.invoke", "{a: 1}.__len__"]
)
def test_python_attributes_cannot_be_reached(text: str) -> None:
    assert run(text).value in (None, [None])
