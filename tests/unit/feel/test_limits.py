"""Evaluation is bounded, and never leaves FEEL for Python."""

import pytest

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
def test_it_is_stopped(text: str) -> None:
    result = run(text)
    assert result.value is None
    assert any("stopped" in reason for reason in result.diagnostics)


@pytest.mark.parametrize("text", ["10 ** 7000", "exp(1e9)", '@"999999999-12-31T23:59:59" + @"P1D"', "decimal(1, 1e9)"])
def test_numbers_and_dates_beyond_their_bounds_are_null(text: str) -> None:
    assert run(text).value is None


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
