"""What can be written, and what is said of what cannot."""

from typing import Any

import pytest

from workflow.errors import ExpressionError
from workflow.feel import evaluate
from workflow.feel.expression import parse, parse_unary_tests


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("Pre-bureau risk + 1", {"Pre-bureau risk": 1}, 2),
        ("a-b", {"a": 5, "b": 2}, 3),
        ("a-b", {"a-b": 7, "a": 5, "b": 2}, 7),
        ("{foo bar: 1, twice: foo bar * 2}.twice", {}, 2),
        ('{"foo bar": 1}.foo bar', {}, 1),
        ("for một số in [1, 2] return một số + 1", {}, [2, 3]),
        ("(function(first number, second: number) first number - second)(5, 3)", {}, 2),
        ('substring(string: "abc", start position: 2)', {}, "bc"),
        ("đơn vị.tên đầy đủ", {"đơn vị": {"tên đầy đủ": "xã A"}}, "xã A"),
        ("1 /* one */ + // two\n 2", {}, 3),
        ("3 in ]1..3]", {}, True),
        ("3 in [1..3[", {}, False),
        ("[[1, 2], [3]][1][2]", {}, 2),
        ("1 + if true then 2 else 3", {}, 3),
        ("-2 ** 2", {}, 4),
        ("2 - -2", {}, 4),
        ("(-(function(a) a)(10))", {}, -10),
        ("[1, 2] instance of list<number>", {}, True),
        ("{a: 1} instance of context<a: number>", {}, True),
        ("(function(a: number) a) instance of function<number> -> number", {}, True),
        ('"\\u0111\\t\\"x\\""', {}, 'đ\t"x"'),
    ],
)
def test_it_reads(text: str, variables: dict[str, Any], expected: object) -> None:
    assert evaluate(text, variables) == expected


def test_a_syntax_error_names_column_and_what_was_expected() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("1 + * 2")
    assert caught.value.params["column"] == 5
    assert caught.value.params["found"] == "*"
    assert "number" in parse_error("[1, 2").params["expected"] or "]" in parse_error("[1, 2").params["expected"]


def parse_error(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    "text", ["", "1 +", '"open', "a..b", "if a then b", "x instance of nonsense", "__import__('os')", "#"]
)
def test_it_refuses(text: str) -> None:
    assert parse_error(text).template


def test_free_variables_are_known_without_evaluating() -> None:
    expression = parse("if a.b > 1 then count(votes[outcome = c]) else {x: 1, y: x}.y")
    assert expression.variables == {"a", "votes"}
    assert expression.item_names == {"outcome", "c"}


def test_nesting_is_bounded_and_chains_are_not_nesting() -> None:
    parse_error("(" * 400 + "1" + ")" * 400)
    assert evaluate(" or ".join(["false"] * 400 + ["true"])) is True


def test_an_expression_is_parsed_once() -> None:
    assert parse("1 + 1") is parse("1 + 1")


BLANKS = [*"\t\n\x0b\x0c\r \x85\xa0\u1680\u180e\u2028\u2029\u202f\u205f\u3000\ufeff", *map(chr, range(0x2000, 0x200C))]


@pytest.mark.parametrize("blank", BLANKS)
def test_white_space_is_what_rules_61_and_62_say(blank: str) -> None:
    scope = {"a b": 2}
    for text in (
        "1{0}+ 2",
        "{0}1 + 2{0}",
        "a{0}b + 1",
        "{{a{0}b:{0}3}}.a b",
        "(for{0}x{0}y{0}in [3] return x{0}y)[1]",
        '@{0}"P3D".days',
    ):
        assert evaluate(text.format(blank), scope) == 3, text
    assert evaluate(f"1 instance{blank}of{blank}number") is True
    assert parse_unary_tests(f"{blank}-{blank}").matches(1, {}) is True
    assert parse_unary_tests(f"{blank}<{blank}5{blank}").matches(1, {}) is True


@pytest.mark.parametrize("char", ["\x1c", "\x1f", "\u200c", "\u2060"])
def test_nothing_else_is_white_space(char: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(f"1{char}+ 2")
