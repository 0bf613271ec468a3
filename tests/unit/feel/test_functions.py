"""Built-in functions, above all where `jdmn-python-runtime` gives something else."""

import re

import pytest

from workflow.errors import BudgetSpent
from workflow.feel import evaluate
from workflow.feel.expression import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("round half up(2.5, 0) = 3 and decimal(2.5, 0) = 2 and round up(-1.1, 0) = -2", True),
        ("decimal(1/3, 30) = 0.333333333333333333333333333333", True),
        ("modulo(-10, 3) = 2 and modulo(10, -3) = -2", True),
        ("modulo(1e33, 7) = 6", True),
        ("log(0)", None),
        ("floor(1.5, null)", None),
        ("median([10000000000000000000001, 10000000000000000000000, 10000000000000000000002]) - 1e22 = 1", True),
        ("sum([])", None),
        ("sum(1, null)", None),
        ('min(1, "a")', None),
        ("mode([6, 1, 9, 6, 1]) = [1, 6]", True),
        ("stddev([1])", None),
        ("stddev([1e30, 1e30 + 2, 1e30 + 4])", 2),
        ('substring("foobar", 0)', None),
        ('substring("foobar", -2, 1)', "a"),
        ('string length("🐎😀") = 2', True),
        ("remove([1, 2, 3], -1) = [1, 2]", True),
        ("sublist([1, 2, 3], 4)", None),
        ("list contains([1], true)", False),
        ("distinct values([1, 1.0, true]) = [1, true]", True),
        ("index of([1, null, 1], null) = [2]", True),
        ("sort([3, 1, 2], function(x, y) x > y) = [3, 2, 1]", True),
        ("list replace([1, 5], function(old, new) old < new, 3) = [3, 5]", True),
        ("all([true, null])", None),
        ("any([])", False),
        ("all()", None),
        ('get value({a: {b: 1}}, ["a", "b"]) = 1', True),
        ('context put({a: {b: 1}}, ["a", "c"], 2) = {a: {b: 1, c: 2}}', True),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', True),
        ('number("1.000,5", ".", ",") = 1000.5', True),
        ('string({a: [1.50, "x", null]})', '{a: [1.5, "x", null]}'),
        ('range("[1..3]") = [1..3]', True),
        ('range("[count([1])..3]")', None),
        ("before([1..5), [5..10]) and not(before([1..5], [5..10]))", True),
        ('before(1, "a")', None),
        ("overlaps after([3..8], [1..5]) and not(overlaps after([1..8], [1..5]))", True),
        ("overlaps before([1..5], (1..8]) and not(overlaps before([1..5], [1..8]))", True),
        ("finishes(5, [1..5]) and not(finishes(5, [1..5)))", True),
        ("during((1..5), [1..5]) and not(during([1..5], (1..5)))", True),
        ("starts([1..3], [1..5]) and started by([1..5], 1)", True),
        ("meets([1..5], [5..9]) and met by([5..9], [1..5]) and not(meets([1..5), [5..9]))", True),
        ("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24]),
        ("for i in 1..3 return count(partial)", [0, 1, 2]),
        ("for i in 1..2 return partial", [[], [[]]]),
    ],
)
def test_it_gives(text: str, expected: object) -> None:
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'replace("darted", "^(.*?)d(.*)$", "$1c$2")', "carted"),
        (r'replace("abc", "[a-z]", "\$")', "$$$"),
        ('replace("abc", "x*", "-")', None),
        (r'matches("x[y-z]", "x[y-z]", "q")', True),
        (r'matches("it' + "'" + r's", "t' + "'" + r's")', True),
        (r'matches("h", "(.)\2")', None),
        (r'matches("a<b", "a<b")', True),
        (r'split("a;b;;", ";") = ["a", "b", "", ""]', True),
        ('matches("a", "[")', None),
        ('matches("a", "a", "z")', None),
    ],
)
def test_patterns(text: str, expected: object) -> None:
    assert evaluate(text) == expected


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "((ab)*c*)*", "(.*)*x", "(a?){50}a{50}", "(a|aa)+$", r"(.*)\1\1\1b"]
)
def test_repeats_within_repeats_are_answered(pattern: str) -> None:
    found = evaluate("matches(text, pattern)", {"text": "a" * 40, "pattern": pattern})
    assert found is (re.search(pattern, "a" * 4) is not None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a|aa)+$", "a" * 200 + "b"),
        ("(a{1,99}){1,99}b", "a" * 1000),
        (r"\s+$", " " * 900_000 + "x"),
    ],
)
@pytest.mark.parametrize("call", ["matches(text, pattern)", 'replace(text, pattern, "-")', "split(text, pattern)"])
def test_a_pattern_that_would_look_for_ever_is_stopped_in_time(call: str, pattern: str, text: str) -> None:
    with pytest.raises(BudgetSpent) as stopped:
        evaluate(call, {"text": text, "pattern": pattern})
    assert "1 seconds" in str(stopped.value)


@pytest.mark.parametrize("pattern", ["(((a{99}){99}){99}){99}b", "(a{1,1000}){1,1000}", "a{1000000}"])
def test_a_pattern_that_is_large_when_written_out_is_refused(pattern: str) -> None:
    assert evaluate("matches(text, pattern)", {"text": "a" * 40, "pattern": pattern}) is None


def test_a_long_text_is_searched_as_far_as_it_takes_no_long_time() -> None:
    scope = {"long": "a" * 5000, "short": "a" * 100}
    assert evaluate('matches(short, "a*a*a*b")', scope) is False
    assert evaluate('matches(long, "a*a*a*b")', scope) is False
    assert evaluate('matches(long, "^a+$")', scope) is True


def test_wrong_arguments_are_null_with_the_function_named() -> None:
    result = parse("upper case(1, 2)").evaluate({})
    assert result.value is None
    assert "upper case()" in result.diagnostics[0]
