"""What entered figures prove, and how the computation explains itself."""

from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given, strategies as st

from tests.unit.recognition.support import criterion, figures
from workflow.model.user_task import Label
from workflow.recognition.assessment import compute
from workflow.recognition.checks import (
    OPERATORS,
    CountCheck,
    DecreaseCheck,
    Guard,
    Operator,
    PercentCheck,
    evaluate,
    shown,
)

COUNTS = st.integers(min_value=0, max_value=10_000)
CONTAINED = DecreaseCheck(
    quote="", previous="previous", current="current", at_least=Decimal(5), measure="percent", short_of_it="judgement"
)
ADDICTS = (
    DecreaseCheck(
        quote="",
        previous="opening",
        current="closing",
        at_least=Decimal(20),
        measure="percent",
        none_left_is_met=True,
        when=Guard(figure="opening", op=">", value=Decimal(10)),
    ),
    DecreaseCheck(
        quote="",
        previous="opening",
        current="closing",
        at_least=Decimal(2),
        measure="count",
        none_left_is_met=True,
        when=Guard(figure="opening", op="<=", value=Decimal(10)),
    ),
    CountCheck(quote="", figure="new", op="==", value=Decimal(0)),
)


def percent(op: Operator, value: str, when_none: Literal["met", "judgement", "not_met"] = "judgement") -> PercentCheck:
    return PercentCheck(quote="", part="part", whole="whole", op=op, value=Decimal(value), when_none=when_none)


@pytest.mark.parametrize(
    ("previous", "current", "met", "says"),
    [
        (40, 36, True, "down 10.0% (required ≥ 5%)"),
        (100, 95, True, "down 5.0%"),
        (40, 39, None, "the assessor decides"),
        (40, 40, None, "the assessor decides"),
        (40, 41, False, "up 2.5%"),
        (0, 0, True, "none is left"),
        (0, 3, False, "a rise from none"),
        (1, 0, True, "down 100.0%"),
    ],
)
def test_a_fall_against_last_year_or_contained(previous: int, current: int, met: bool | None, says: str) -> None:
    computation = compute(criterion(CONTAINED), figures(previous=previous, current=current))

    assert computation.met is met
    assert says in str(computation.steps[0])


@pytest.mark.parametrize(
    ("opening", "closing", "new", "met"),
    [
        (20, 16, 0, True),
        (20, 17, 0, False),
        (11, 9, 0, False),
        (11, 8, 0, True),
        (10, 8, 0, True),
        (10, 9, 0, False),
        (1, 0, 0, True),
        (1, 1, 0, False),
        (0, 0, 0, True),
        (0, 1, 1, False),
        (20, 10, 1, False),
    ],
)
def test_the_branch_for_many_and_for_few(opening: int, closing: int, new: int, met: bool) -> None:
    computation = compute(criterion(*ADDICTS, kind="mixed"), figures(opening=opening, closing=closing, new=new))

    assert computation.met is met
    assert len(computation.steps) == 2, "only the branch that applies is shown"


@pytest.mark.parametrize(
    ("part", "whole", "op", "limit", "met", "says"),
    [
        (40, 40, "==", "100", True, "part 40 out of whole 40: 100.0% (required = 100%)"),
        (39, 40, "==", "100", False, "97.5%"),
        (1, 100, "<", "1.5", True, "1.0% (required < 1.5%)"),
        (3, 200, "<", "1.5", False, "1.5%"),
    ],
)
def test_a_share_of_a_whole(part: int, whole: int, op: Operator, limit: str, met: bool, says: str) -> None:
    computation = compute(criterion(percent(op, limit)), figures(part=part, whole=whole))

    assert computation.met is met
    assert says in str(computation.steps[0])


@pytest.mark.parametrize(
    ("when_none", "met", "says"),
    [
        ("met", True, "nothing that could fall short"),
        ("judgement", None, "no percentage can be computed"),
        ("not_met", False, "cannot be shown"),
    ],
)
def test_a_share_of_nothing_has_a_stated_outcome(
    when_none: Literal["met", "judgement", "not_met"], met: bool | None, says: str
) -> None:
    computation = compute(criterion(percent("<", "1.5", when_none)), figures(part=0, whole=0))

    assert computation.met is met
    assert says in str(computation.steps[0])


def test_a_part_larger_than_its_whole_decides_nothing() -> None:
    computation = compute(criterion(percent("==", "100")), figures(part=41, whole=40))

    assert computation.met is None
    assert computation.contradiction
    assert "cannot be more than" in str(computation.steps[0])


def test_missing_figures_are_named_and_nothing_is_computed() -> None:
    computation = compute(criterion(CONTAINED), figures(previous=40))

    assert computation.met is None
    assert computation.missing == ("current",)
    assert computation.steps == ()


def test_one_failing_check_decides_even_where_another_is_left_to_judgement() -> None:
    check = CountCheck(quote="", figure="models", op=">=", value=Decimal(1))

    computation = compute(criterion(CONTAINED, check), figures(previous=40, current=40, models=0))

    assert computation.met is False


def test_a_rounded_percentage_never_contradicts_the_verdict() -> None:
    assert shown(Decimal("4.96"), Decimal(5), ">=") == Decimal("4.96")
    assert shown(Decimal("10"), Decimal(5), ">=") == Decimal("10.0")


@given(
    exact=st.decimals(min_value=0, max_value=200, places=5),
    limit=st.sampled_from([Decimal("1.5"), Decimal(5), Decimal(100)]),
    op=st.sampled_from(sorted(OPERATORS)),
)
def test_what_is_shown_tells_the_same_story_as_the_exact_number(exact: Decimal, limit: Decimal, op: Operator) -> None:
    compare = OPERATORS[op][0]

    assert compare(shown(exact, limit, op), limit) == compare(exact, limit)


@given(previous=COUNTS, current=COUNTS)
def test_a_fall_is_decided_for_all_figures_without_rounding(previous: int, current: int) -> None:
    verdict = evaluate(CONTAINED, figures(previous=previous, current=current), {n: Label(vi=n) for n in CONTAINED.used})

    if current > previous:
        assert verdict.met is False
    elif (previous - current) * 100 >= 5 * previous:
        assert verdict.met is True
    else:
        assert verdict.met is None
    assert str(verdict.step)


@given(part=COUNTS, whole=COUNTS)
def test_a_share_never_crashes_and_agrees_with_whole_numbers(part: int, whole: int) -> None:
    computation = compute(criterion(percent("<", "1.5", "met")), figures(part=part, whole=whole))

    if part > whole:
        assert computation.met is None
    else:
        assert computation.met is (whole == 0 or part * 200 < 3 * whole)
    assert str(computation.steps[0])
