"""Conditions that overlap or leave a gap, with values that show it."""

import pytest

from tests.support.processes import process, user
from tests.unit.soundness.checking import exclusive, found, inclusive, only, outcomes
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.soundness.check import check_soundness


def deciding(first: str, second: str, gateway: m.FlowNode | None = None) -> ProcessDefinition:
    return process(
        user("review", outcomes=outcomes("approve", "return", "reject")),
        gateway or exclusive("g"),
        user("a"),
        user("b"),
        paths=("start > review > g", f"g > a ? {first}", f"g > b ? {second}", "a > end", "b > end"),
    )


@pytest.mark.parametrize(
    ("first", "second", "example"),
    [
        ("n < 5", "n > 5", "n = 5"),
        ("n in [1..3]", "n in (3..9] or n > 9 or n <= 0", "n = 0.5"),
        ("n between 1 and 3 or n > 3", "n < -1", "n = -1"),
        ('s = "x"', 's in ("y", "z")', 's = "…"'),
        ('s in ["x", "y"]', 's != "x" and s != "z" and s != "y"', 's = "z"'),
        ("ok and n > 5", "not(ok)", "ok = true, n = 4"),
        ("n = null", "n > 0", "n = -1"),
        ('review.outcome = "approve"', 'review.outcome = "return"', 'review.outcome = "reject"'),
    ],
)
def test_a_case_that_no_condition_covers(first: str, second: str, example: str) -> None:
    finding = only(deciding(first, second))
    assert (finding.rule, finding.element_id, finding.severity) == ("condition-gap", "g", "warning")
    assert finding.params["example"] == example


@pytest.mark.parametrize(
    ("first", "second", "example"),
    [
        ("n <= 5", "n >= 5", "n = 5"),
        ("n < 5", "n != 7 or n = 7", "n = 4"),
        ('s = "x" or s = "y"', 's != "x"', 's = "y"'),
        ("ok", "ok or not(ok)", "ok = true"),
        (
            'review.outcome = "approve"',
            'review.outcome != "return" or review.outcome = "return"',
            'review.outcome = "approve"',
        ),
    ],
)
def test_a_case_that_two_conditions_cover(first: str, second: str, example: str) -> None:
    finding = only(deciding(first, second))
    assert (finding.rule, finding.element_id, finding.severity) == ("overlapping-conditions", "g", "warning")
    assert finding.params["example"] == example
    assert finding.params["first"] == "g_a"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("n < 5", "n >= 5"),
        ("ok", "not(ok)"),
        ("n in [1..3)", "n < 1 or n >= 3"),
        ('review.outcome = "approve"', 'review.outcome in ("return", "reject")'),
        ("count(votes) > 3", "count(votes) < 3"),
        ("n < m", "n > m"),
        ("date(s) > today()", 's = "x"'),
    ],
)
def test_exact_conditions_and_such_as_cannot_be_decided_are_left_alone(first: str, second: str) -> None:
    assert not found(deciding(first, second))


def test_a_default_flow_closes_the_gap() -> None:
    assert not found(
        process(
            exclusive("g", default_flow="g_c"),
            user("a"),
            user("c"),
            paths=("start > g", "g > a ? n < 5", "g > c", "a > end", "c > end"),
        )
    )


def test_inclusive_conditions_may_overlap_but_not_leave_a_gap() -> None:
    findings = found(deciding("n > 3", "n > 5", inclusive("g")))
    assert findings == [("condition-gap", "g", "warning")]


def test_many_variables_are_too_much_to_try() -> None:
    first = " and ".join(f"a{number} = 1" for number in range(12))
    assert not found(deciding(first, "a0 = 2"))


def test_conditions_after_an_activity_are_looked_at_too() -> None:
    (finding,) = check_soundness(
        process(
            user("a"), user("b"), user("c"), paths=("start > a", "a > b ? n = 1", "a > c ? n = 2", "b > end", "c > end")
        )
    )
    assert (finding.rule, finding.element_id) == ("condition-gap", "a")
