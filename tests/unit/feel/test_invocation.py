"""Function definitions and their calls, by position and by name."""

import pytest

from workflow.feel import evaluate
from workflow.feel.text import to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{f: function(x) x * x, r: f(3)}.r", "9"),
        ("(function(x) x * x)(3)", "9"),
        ("(function() 5)()", "5"),
        ("[function(a) a + 1][1](3)", "4"),
        ("(function(x) function(y) x + y)(1)(2)", "3"),
        ("{add: function(x) function(y) x + y, r: add(1)(2)}.r", "3"),
        ("{f: function(x) x, g: function(h, y) h(y), r: g(f, 3)}.r", "3"),
        ('(function(a: number) a)("x")', "null"),
        ("(function(a: number) a)([1])", "1"),
        ("(function(a: list<number>) a)(1)", "[1]"),
        ('(function(a: list<number>) a)(["x"])', "null"),
        ("(function(a) a)(1, 2)", "null"),
        ("(function(a, b) a)(1)", "null"),
        ("(function(a, b) a)(b: 1, a: 2)", "2"),
        ("(function(a, b) a)(a: 2)", "2"),
        ('(function(a: string, b: number) a)("x", null)', '"x"'),
        ("{f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(5)}.r", "120"),
        ("(function(f: function<number>->number) f(2))(function(x: number) x * 2)", "4"),
        ("(function(f: function<number>->number) f(2))(function(x: string) x)", "null"),
        ('(function(a: date and time) a)(@"2020-01-01")', "2020-01-01T00:00:00Z"),
        ("(function(a: context<x: number>) a.x)({x: 1, y: 2})", "1"),
        ("(function(a: context<x: number>) a.x)({y: 2})", "null"),
        ("(function(a: range<number>) a.start)([1..2])", "1"),
        ("{a: 1, b: function(x) a + x, c: b(2)}.c", "3"),
        ("foo(1)", "null"),
        ("1(2)", "null"),
        ('"x"(1)', "null"),
        ('(function(a: string) external {java: {class: "java.lang.Math", method signature: "abs(int)"}})("x")', "null"),
    ],
)
def test_invocation(text: str, expected: str) -> None:
    assert to_text(evaluate(text), True) == expected
