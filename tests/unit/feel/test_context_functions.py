"""Context functions."""

import pytest

from workflow.feel import evaluate
from workflow.feel.text import to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("get entries({a: 1, b: 2})", '[{key: "a", value: 1}, {key: "b", value: 2}]'),
        ('get entries({a: 1, b: 2})[key = "b"].value', "[2]"),
        ("get entries(null)", "null"),
        ("get entries(m: {a: 1})", '[{key: "a", value: 1}]'),
        ("get entries([])", "null"),
        ("get entries({})", "[]"),
        ("get entries(1)", "null"),
        ('get value({key1: "value1"}, "key1")', '"value1"'),
        ('get value({key1: {key2: "value1"}}, ["key1", "key2"])', '"value1"'),
        ('get value(null, "a")', "null"),
        ('context([{key: "a", value: 1}])', "{a: 1}"),
        ("context merge([{a: 1}, {b: 2}])", "{a: 1, b: 2}"),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "null"),
        ('context put({x: 1}, "y", 2)', "{x: 1, y: 2}"),
        ('context put({x: 1, y: {a: 0}}, ["y", "a"], 2)', "{x: 1, y: {a: 2}}"),
        ("context merge([{x: 1}, {x: 2, y: 3}])", "{x: 2, y: 3}"),
    ],
)
def test_context_functions(text: str, expected: str) -> None:
    assert to_text(evaluate(text), True) == expected
