"""What conditions of recognition procedures need."""

from datetime import UTC, datetime
from decimal import Decimal

from workflow.feel import evaluate
from workflow.feel.expression import parse

VOTES = [{"outcome": "yes"}, {"outcome": "no"}, {"outcome": "yes"}]


def test_votes_are_counted() -> None:
    assert evaluate('count(votes[outcome = "yes"])', {"votes": VOTES}) == 2
    assert evaluate('count(votes[outcome = "yes"]) > count(votes) / 2', {"votes": VOTES}) is True


def test_all_findings_must_be_met() -> None:
    findings = [{"all_met": True}, {"all_met": False}]
    assert evaluate("every x in findings satisfies x.all_met", {"findings": findings}) is False
    assert evaluate("every x in findings satisfies x.all_met", {"findings": findings[:1]}) is True


def test_dates_are_compared() -> None:
    assert (
        evaluate('submitted_on < date("2023-04-05")', {"submitted_on": datetime(2023, 4, 1, tzinfo=UTC).date()}) is True
    )
    assert evaluate('date("2023-02-15") + duration("P1M") = date("2023-03-15")') is True


def test_a_context_is_built() -> None:
    assert evaluate("{a: 1, b: x.y}", {"x": {"y": "z"}}) == {"a": Decimal(1), "b": "z"}


def test_a_change_against_last_year_is_exact() -> None:
    assert evaluate("decimal((now - before) / before * 100, 2)", {"now": 97, "before": 120}) == Decimal("-19.17")
    assert evaluate("0.1 + 0.2") == Decimal("0.3")


def test_now_is_given_from_outside() -> None:
    at = datetime(2023, 6, 15, 1, 2, 3, tzinfo=UTC)
    assert parse("now()").evaluate({}, now=at).value == at
    assert parse("today()").evaluate({}, now=at).value == at.date()
