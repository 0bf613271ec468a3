"""Three-valued logic, null, comparison, ranges, quantifiers."""

import pytest

from workflow.feel import evaluate
from workflow.feel.expression import parse, parse_unary_tests


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ("not(null)", None),
        ("null = null", True),
        ("1 = null", False),
        ("1 != null", True),
        ('1 = "1"', None),
        ("true = 1", None),
        ("null < 1", None),
        ('"a" < "b"', True),
        ("[1, 2] = [1, 2.0]", True),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("if null then 1 else 2", 2),
        ("2 between 1 and 2", True),
        ("5 in (< 3, [4..6])", True),
        ("null between 1 and 2", None),
        ('"x" in ("y", "x")', True),
        ("every x in [true, null] satisfies x", None),
        ("every x in [false, null] satisfies x", False),
        ("some x in [1, 2], y in [x + 1] satisfies y = 3", True),
        ("every x in [] satisfies false", True),
        ("(< 10) = (null..10)", False),
        ("[3..1]", None),
        ("1 / 0", None),
        ("0 ** 0", 1),
    ],
)
def test_it_evaluates(text: str, expected: object) -> None:
    assert evaluate(text) == expected
    assert type(evaluate(text)) is not int


@pytest.mark.parametrize(
    ("tests", "value", "expected"),
    [
        ("-", None, True),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ('not("a", "b")', "c", True),
        ("< 5", 4, True),
        ("< 5", None, None),
        ("[1..3], > 9", 10, True),
        ("null", None, True),
        ("? > 2 and ? < 5", 3, True),
        ("count(?) > 1", [1, 2], True),
        ("limit", 7, True),
        ("true", False, False),
        ("not(? > 2)", 1, True),
        ("not(true) or false", True, False),
    ],
)
def test_unary_tests(tests: str, value: object, expected: bool | None) -> None:
    assert parse_unary_tests(tests).matches(value, {"limit": 7}) is expected


def test_a_failure_is_null_with_its_reason() -> None:
    result = parse('"a" - 1').evaluate({})
    assert result.value is None
    assert result.diagnostics == ("string - number has no result",)
    assert parse("nowhere").evaluate({}).diagnostics == ("'nowhere' is not defined",)


def test_inputs_are_what_was_really_read() -> None:
    variables = {"review": {"outcome": "approve", "notes": "…"}, "unused": 1, "limit": 3}
    result = parse('review.outcome = "approve" and limit > 2 or unused = 1').evaluate(variables)
    assert result.value is True
    assert dict(result.inputs) == {"review.outcome": "approve", "limit": 3}
