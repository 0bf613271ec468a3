"""Results of one level: what is refused, what is missing, where two levels differ."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from tests.unit.recognition.support import criteria_set, criterion, figures
from workflow.recognition.assessment import (
    RESULT_VALUES,
    CriterionResult,
    Results,
    ResultValue,
    check_result,
    differences,
    summarise,
    unexplained,
)
from workflow.recognition.checks import CountCheck, DecreaseCheck, PercentCheck
from workflow.recognition.criteria import Criterion

MODELS = CountCheck(quote="", figure="models", op=">=", value=Decimal(1))
CONTAINED = DecreaseCheck(
    quote="", previous="previous", current="current", at_least=Decimal(5), measure="percent", short_of_it="judgement"
)
NUMERIC = criterion(MODELS, id="I.1")
MIXED = criterion(MODELS, id="I.2", kind="mixed")
BOOLEAN = criterion(id="I.3", kind="boolean")


def result(
    value: ResultValue | None, id: str = "I.1", reason: str = "", statement: str = "", **values: int | str
) -> CriterionResult:
    return CriterionResult(criterion_id=id, result=value, reason=reason, statement=statement, figures=figures(**values))


def results(*given_results: CriterionResult) -> Results:
    return {item.criterion_id: item for item in given_results}


def rules(of: Criterion, given_result: CriterionResult) -> list[str]:
    return [problem.rule for problem in check_result(of, given_result)]


def test_met_is_refused_where_the_figures_say_not_met() -> None:
    assert rules(NUMERIC, result("met", models=0)) == ["computed-not-met"]
    assert rules(MIXED, result("met", models=0)) == ["computed-not-met"]
    assert rules(NUMERIC, result("met", models=1)) == []


def test_not_met_is_refused_where_figures_alone_decide_but_not_where_judgement_counts_too() -> None:
    assert rules(NUMERIC, result("not_met", models=2)) == ["computed-met"]
    assert rules(MIXED, result("not_met", models=2)) == []


def test_what_figures_leave_open_needs_a_reason() -> None:
    contained = criterion(CONTAINED)

    assert rules(contained, result("met", previous=40, current=40)) == ["judgement-unexplained"]
    assert rules(contained, result("met", previous=40, current=40, reason="Không tăng so với năm trước")) == []
    assert rules(contained, result("not_met", previous=40, current=40, statement="Chưa kiềm chế được")) == []


def test_figures_that_contradict_one_another_are_refused() -> None:
    share = criterion(PercentCheck(quote="", part="part", whole="whole", op="==", value=Decimal(100)))

    assert rules(share, result("met", part=5, whole=4)) == ["contradiction"]


@pytest.mark.parametrize(
    ("value", "rule"), [("-1", "figure-low"), ("8", "figure-high"), ("1.5", "figure-kind"), ("NaN", "figure-kind")]
)
def test_a_figure_out_of_bounds_is_refused(value: str, rule: str) -> None:
    of = criterion(MODELS, maximum=7)

    assert rules(of, result("met", models=value)) == [rule]
    assert "models" in str(check_result(of, result("met", models=value))[0])


def test_not_applicable_only_where_the_set_allows_it() -> None:
    assert rules(BOOLEAN, result("not_applicable", id="I.3")) == ["not-applicable"]
    assert rules(criterion(kind="boolean", not_applicable_allowed=True), result("not_applicable")) == []


def test_a_draft_has_gaps_but_no_problems() -> None:
    assert rules(NUMERIC, result(None)) == []
    assert rules(NUMERIC, result("met")) == [], "a missing figure is a gap, not a contradiction"


def test_the_summary_counts_and_names_what_is_missing() -> None:
    whole = criteria_set(NUMERIC, MIXED, BOOLEAN)

    summary = summarise(whole, results(result("met", models=2), result("not_met", id="I.3")), "result")

    assert (summary.met, summary.not_met, summary.not_applicable, summary.total) == (1, 1, 0, 3)
    assert summary.missing == ("I.2",)
    assert not summary.complete
    assert not summary.all_met


def test_a_result_without_its_figures_is_still_missing() -> None:
    assert summarise(criteria_set(NUMERIC), results(result("met")), "result").missing == ("I.1",)


def test_evidence_is_asked_for_what_is_claimed_to_be_met() -> None:
    whole = criteria_set(BOOLEAN)
    bare = result("met", id="I.3")
    stated = result("met", id="I.3", statement="Đã ban hành kế hoạch")
    filed = CriterionResult(criterion_id="I.3", result="met", evidence_ids=("e1",))

    assert summarise(whole, results(bare), "evidence").missing == ("I.3",)
    assert summarise(whole, results(bare), "result").complete
    assert summarise(whole, results(stated), "evidence").complete
    assert summarise(whole, results(filed), "evidence").complete
    assert summarise(whole, results(result("not_met", id="I.3")), "evidence").complete


def test_a_faulty_result_is_neither_complete_nor_all_met() -> None:
    summary = summarise(criteria_set(NUMERIC), results(result("met", models=0)), "result")

    assert summary.faulty == ("I.1",)
    assert not summary.complete
    assert not summary.all_met
    assert summary.as_variables()["all_met"] is False


def test_all_met_with_one_that_was_allowed_not_to_apply() -> None:
    optional = criterion(id="I.4", kind="boolean", not_applicable_allowed=True)

    summary = summarise(
        criteria_set(BOOLEAN, optional), results(result("met", id="I.3"), result("not_applicable", id="I.4")), "result"
    )

    assert summary.all_met
    assert summary.as_variables() == {
        "met": 1,
        "not_met": 0,
        "not_applicable": 1,
        "total": 2,
        "all_met": True,
        "complete": True,
    }


def test_levels_that_differ_need_a_reason() -> None:
    whole = criteria_set(NUMERIC, MIXED, BOOLEAN)
    earlier = results(result("met", models=1), result("met", id="I.2", models=1), result("met", id="I.3"))
    later = results(
        result("met", models=1),
        result("not_met", id="I.2", models=0),
        result("not_met", id="I.3", reason="Thiếu hồ sơ"),
    )

    found = differences(whole, earlier, later)

    assert [item.criterion_id for item in found] == ["I.2", "I.3"]
    assert unexplained(found) == ("I.2",)


def test_a_gap_on_either_level_is_no_difference() -> None:
    whole = criteria_set(BOOLEAN)

    assert differences(whole, {}, results(result("met", id="I.3"))) == ()
    assert differences(whole, results(result("met", id="I.3")), results(result(None, id="I.3"))) == ()


@given(st.lists(st.sampled_from([None, *RESULT_VALUES]), min_size=1, max_size=40))
def test_the_counts_and_the_gaps_always_add_up(values: list[ResultValue | None]) -> None:
    criteria = [criterion(id=f"I.{n}", kind="boolean", not_applicable_allowed=True) for n in range(len(values))]
    given_results = results(*(result(value, id=f"I.{n}") for n, value in enumerate(values)))

    summary = summarise(criteria_set(*criteria), given_results, "result")

    assert summary.met + summary.not_met + summary.not_applicable + len(summary.missing) == summary.total
    assert summary.all_met == (set(values) <= {"met", "not_applicable"})
