"""How values are written: numbers, strings with escapes, `@` literals, lists, contexts, comments."""

import pytest

from workflow.errors import ExpressionError
from workflow.feel import evaluate
from workflow.feel.text import to_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: 1} in [{a: 1}]", "true"),
        ("{a: 1} in {a: 1}", "true"),
        ("1 .a", "null"),
        ('1 / @"P1D"', "null"),
        ("{a: 1} + 1", "null"),
        ("1.2E3", "1200"),
        ("1.5e-3", "0.0015"),
        (".872", "0.872"),
        ("100000000000000000000000000000000000000", "100000000000000000000000000000000000000"),
        ("{} = null", "false"),
        ("{} = {}", "true"),
        ("{a: 1}[a = 1]", "[{a: 1}]"),
        ("{a: 1}[1]", "{a: 1}"),
        ('"\\u00e9"', '"é"'),
        ('"\\U01F600"', '"😀"'),
        ('"\\ud83d\\ude00"', '"😀"'),
        ('"\\""', '"\\""'),
        ('"\\\\"', '"\\\\"'),
        ('"\\\'"', '"\'"'),
        ("{a b: 1, c: a b + 1}.c", "2"),
        ("{a+b: 1, c: a+b + 1}.c", "2"),
        ("{if: 1}", "{if: 1}"),
        ("{for each: 2, y: for each + 1}.y", "3"),
        ("{in: 5}", "{in: 5}"),
        ('{"": 1}', '{"": 1}'),
        ("{}", "{}"),
        ("{a: 1, a: 2}", "null"),
        ('{🐎: "bar"}.🐎', '"bar"'),
        ('{"foo+bar((!!],foo": "foo"} = {"foo+bar((!!],foo": "foo"}', "true"),
        ("1 /* c */ + 1", "2"),
        ("/* a */ 1", "1"),
        ("1 // x", "1"),
        ('@"foo"', "null"),
        ('@"2020-01-01"', "2020-01-01"),
        ('@"10:00:00"', "10:00:00"),
        ('@"2020-01-01T10:00:00"', "2020-01-01T10:00:00"),
        ('@"2002-04-02T12:00:00-01:00"', "2002-04-02T12:00:00-01:00"),
        ('@"10:00:00@Europe/Paris"', "10:00:00@Europe/Paris"),
        ('@"-PT10H"', "-PT10H"),
        ('@"P1Y1D"', "null"),
        ('@""', "null"),
        ('@"2020-01-01T24:00:00"', "2020-01-02T00:00:00"),
        ('@"2016-12-31T23:59:60"', "null"),
        ('@"10:00"', "null"),
        ('@"2020-01-01T10:00"', "null"),
        ('@"10:00:00+0100"', "null"),
        ('@"2017-01-01T00:00:00+14:00"', "2017-01-01T00:00:00+14:00"),
        ('@"2017-01-01T00:00:00+14:01"', "null"),
        ("{a: 3, b: 5 in > a}.b", "true"),
        ("{a: 1, b: a + 1, c: b + 1}", "{a: 1, b: 2, c: 3}"),
    ],
)
def test_literals(text: str, expected: str) -> None:
    assert to_text(evaluate(text), True) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1.",
        "'abc'",
        '{"a b": 1}."a b"',
        "{a: 1,}",
        "[1,]",
        '"\\ud800"',
        '"\\udc00\\ud800"',
        '"\udcff"',
        "1 /* \udcff */",
        "\udcff",
    ],
)
def test_literals_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text)
