"""`for`, `some` and `every`."""

import pytest

from workflow.feel import evaluate
from workflow.feel.text import to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in [1,2] return i * 2", "[2, 4]"),
        ("for i in 1..3 return i", "[1, 2, 3]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in [1,2], j in [i, 10] return i * j", "[1, 10, 4, 20]"),
        ("for i in [1..3] return i", "[1, 2, 3]"),
        ("for i in (1..3] return i", "[2, 3]"),
        ("for i in 1 return i", "[1]"),
        ("for i in null return i", "null"),
        ("for i in [] return i", "[]"),
        ("for i in 1..2 return for j in 1..2 return i + j", "[[2, 3], [3, 4]]"),
        ("for i in 1..(1+2) return i", "[1, 2, 3]"),
        ("for i in -1..1 return i", "[-1, 0, 1]"),
        ("for i in 1..count([1,2]) return i", "[1, 2]"),
        ('for d in @"2020-01-01"..@"2020-01-03" return d', "[2020-01-01, 2020-01-02, 2020-01-03]"),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        ("for i in 1..2.5 return i", "null"),
        ('for i in "a".."c" return i', "null"),
        ("some i in [1,2] satisfies i > 1", "true"),
        ("every i in [1,2] satisfies i > 1", "false"),
        ("some i in [1,2] satisfies i > 1 and i < 3", "true"),
        ("some i in 1..3 satisfies i = 3", "true"),
        ("some i in [] satisfies true", "false"),
        ("every i in [1,2], j in [2,3] satisfies i <= j", "true"),
    ],
)
def test_iteration(text: str, expected: str) -> None:
    assert to_text(evaluate(text), True) == expected
