"""`instance of` with every form of type."""

import pytest

from workflow.errors import ExpressionError
from workflow.feel import evaluate
from workflow.feel.text import to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 instance of number", "true"),
        ("null instance of Any", "false"),
        ("null instance of Null", "false"),
        ("null instance of number", "false"),
        ("1 instance of Any", "true"),
        ('[1, "a"] instance of list<Any>', "true"),
        ('[1, "a"] instance of list<number>', "false"),
        ("[] instance of list<number>", "true"),
        ("[1,2] instance of list", "true"),
        ("{a: 1} instance of context", "true"),
        ("{a: 1} instance of context<a: number, b: string>", "false"),
        ('{a: 1, b: "x"} instance of context<a: number>', "true"),
        ("[1..3] instance of range<number>", "true"),
        ("[1..3] instance of range<string>", "false"),
        ('["a".."c"] instance of range<string>', "true"),
        ("(function(a) a) instance of function<Any>->Any", "true"),
        ("(function(a: string) a) instance of function<string>->Any", "true"),
        ('@"P1D" instance of days and time duration', "true"),
        ('@"P1D" instance of years and months duration', "false"),
        ('@"2020-01-01T00:00:00" instance of date and time', "true"),
        ('@"2020-01-01T00:00:00" instance of date', "false"),
        ('@"2020-01-01" instance of date and time', "false"),
        ("1 instance of string or true", "true"),
        ("1 + 2 instance of number", "null"),
        ('"a" instance of string', "true"),
        ("true instance of boolean", "true"),
        ('@"2020-01-01" instance of date', "true"),
        ('@"10:00:00" instance of time', "true"),
        ('@"P1Y" instance of years and months duration', "true"),
        ("[1..2] instance of range", "true"),
        ('@"P1DT1H" instance of days and time duration', "true"),
    ],
)
def test_types(text: str, expected: str) -> None:
    assert to_text(evaluate(text), True) == expected


@pytest.mark.parametrize(
    "text",
    [
        "abs instance of function",
    ],
)
def test_types_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text)
