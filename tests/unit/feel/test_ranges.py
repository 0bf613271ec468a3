"""Ranges in all forms of brackets."""

import pytest

from workflow.errors import ExpressionError
from workflow.feel import evaluate
from workflow.feel.text import to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1..3].start", "1"),
        ("[1..3].end", "3"),
        ("[1..3).end included", "false"),
        ("(1..3].start included", "false"),
        ("[1..3].foo", "null"),
        ("[1+1..2*3]", "[2..6]"),
        ('["a".."z"]', '["a".."z"]'),
        ('[@"2020-01-01"..@"2020-12-31"]', "[2020-01-01..2020-12-31]"),
        ('[@"P1D"..@"P2D"]', "[P1D..P2D]"),
        ('[date("2020-01-01")..date("2020-12-31")]', "[2020-01-01..2020-12-31]"),
        ("[10..1]", "null"),
        ("[1..1]", "[1..1]"),
        ("(1..1)", "(1..1)"),
        ('["a"..1]', "null"),
        ("[true..false]", "null"),
        ("(>= 5)", "(>= 5)"),
        ("(= 5)", "(= 5)"),
        ('(< "a")', '(< "a")'),
    ],
)
def test_ranges(text: str, expected: str) -> None:
    assert to_text(evaluate(text), True) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[1..2..3]",
    ],
)
def test_ranges_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text)
