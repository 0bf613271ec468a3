"""`congnhan feel`: values as JSON, faults on standard error."""

import pytest
from click.testing import CliRunner

from workflow.cli.main import main


@pytest.mark.parametrize(
    ("expression", "variables", "printed"),
    [
        ("a * 1.1", '{"a": 2}', "2.2"),
        ("0.1 + 0.2", "{}", "0.3"),
        ('"Đ" + a', '{"a": "ạt"}', '"Đạt"'),
        ("[1, null, true]", "{}", "[1, null, true]"),
        ('{a: {"b c": 1}}', "{}", '{"a": {"b c": 1}}'),
        ('d + duration("P1D")', '{"d": {"$date": "2026-01-05"}}', '"2026-01-06"'),
        ("full name", '{"full name": "An"}', '"An"'),
        ("null", "{}", "null"),
        ("-1 + 2", "{}", "1"),
        ("-a", '{"a": -3}', "3"),
        ("--1", "{}", "1"),
    ],
)
def test_the_value_is_printed_as_json(expression: str, variables: str, printed: str) -> None:
    ran = CliRunner().invoke(main, ["feel", expression, "--vars", variables])

    assert (ran.exit_code, ran.stdout) == (0, f"{printed}\n")


def test_null_because_of_an_error_is_exit_code_1_with_the_reason() -> None:
    ran = CliRunner().invoke(main, ["feel", "1 / 0"])

    assert (ran.exit_code, ran.stdout) == (1, "null\n")
    assert ran.stderr.strip()


def test_an_expression_that_cannot_be_read_is_refused_with_its_place() -> None:
    ran = CliRunner().invoke(main, ["feel", "1 +"])

    assert ran.exit_code == 1
    assert "column 4" in ran.stderr


@pytest.mark.parametrize(
    ("expression", "column"),
    [
        ('"\\ud800"', 1),
        ('1 + "a\\uDC00"', 5),
        ('{"\\ud800": 1}', 2),
        ('"\\U00D800"', 1),
        ('"\\ud800 \\udc00"', 1),
    ],
)
def test_half_of_a_character_is_refused_with_its_place(expression: str, column: int) -> None:
    ran = CliRunner().invoke(main, ["feel", expression])

    assert (ran.exit_code, ran.stdout) == (1, "")
    assert f"Column {column}: \\uD" in ran.stderr


def test_half_of_a_character_in_a_text_that_is_read_as_a_range_is_null() -> None:
    ran = CliRunner().invoke(main, ["feel", 'range("[\\"\\\\ud800\\"..\\"b\\"]")'])

    assert (ran.exit_code, ran.stdout) == (1, "null\n")
    assert "half of a character" in ran.stderr


def test_variables_that_are_no_object_are_a_wrong_command_line() -> None:
    assert CliRunner().invoke(main, ["feel", "1", "--vars", "[]"]).exit_code == 2
