"""A join that waits for what cannot come, and the way that leads there."""

import pytest

from tests.support.processes import feel, process, subprocess, timer, user
from tests.unit.soundness.checking import exclusive, found, inclusive, only, parallel
from workflow.model import elements as m
from workflow.model.events import TerminateDefinition


def test_a_parallel_join_after_an_exclusive_split_is_named_with_the_way_there() -> None:
    finding = only(
        process(
            exclusive("which", default_flow="which_b"),
            user("a"),
            user("b"),
            parallel("both"),
            paths=("start > which", "which > a ? x = 1", "which > b", "a > both > end", "b > both"),
        )
    )
    assert (finding.rule, finding.element_id, finding.severity) == ("deadlock", "both", "error")
    assert finding.params["path"] == "start → which → a → both"
    assert finding.params["missing"] == "“b”"


@pytest.mark.parametrize("join", [parallel("join"), inclusive("join")])
def test_a_join_of_its_own_kind_is_right(join: m.FlowNode) -> None:
    assert not found(
        process(
            parallel("split"), user("a"), user("b"), join, paths=("start > split > a > join > end", "split > b > join")
        )
    )


def test_an_inclusive_split_before_a_parallel_join_may_choose_too_little() -> None:
    finding = only(
        process(
            inclusive("some", default_flow="some_a"),
            user("a"),
            user("b"),
            parallel("both"),
            paths=("start > some", "some > a", "some > b ? urgent", "a > both > end", "b > both"),
        )
    )
    assert (finding.rule, finding.element_id) == ("deadlock", "both")


def test_an_inclusive_split_that_always_takes_both_is_right_before_a_parallel_join() -> None:
    assert not found(
        process(
            inclusive("some"),
            user("a"),
            user("b"),
            parallel("both"),
            paths=("start > some", "some > a ? true", "some > b ? x > 1 or x <= 1", "a > both > end", "b > both"),
        )
    )


def test_a_timer_that_takes_a_branch_elsewhere_leaves_the_join_waiting() -> None:
    finding = only(
        process(
            parallel("split"),
            user("a"),
            user("b"),
            parallel("join"),
            m.BoundaryEvent(id="late", attached_to="a", definition=timer("duration", "P1D")),
            m.EndEvent(id="expired"),
            paths=("start > split > a > join > end", "split > b > join", "late > expired"),
        )
    )
    assert (finding.rule, finding.element_id) == ("deadlock", "join")
    assert "expired" in finding.params["path"]


def test_a_terminate_end_strands_nothing() -> None:
    assert not found(
        process(
            parallel("split"),
            user("a"),
            user("b"),
            parallel("join"),
            m.BoundaryEvent(id="late", attached_to="a", definition=timer("duration", "P1D")),
            m.EndEvent(id="expired", definition=TerminateDefinition()),
            paths=("start > split > a > join > end", "split > b > join", "late > expired"),
        )
    )


def test_each_subprocess_is_looked_at_by_itself() -> None:
    inner = subprocess(
        "inner",
        exclusive("which", default_flow="which_b"),
        user("a"),
        user("b"),
        parallel("both"),
        paths=("inner_begin > which", "which > a ? x = 1", "which > b", "a > both > inner_done", "b > both"),
    )
    assert found(process(inner, paths=("start > inner > end",))) == [("deadlock", "both", "error")]


def test_gateways_that_read_the_same_variable_give_a_warning_only() -> None:
    """The second gateway may always choose as the first one did; whether it does is for a person to see."""
    findings = found(
        process(
            inclusive("some"),
            user("a"),
            exclusive("again", default_flow="again_end"),
            user("b"),
            parallel("both"),
            paths=(
                *("start > some", "some > a ? true", "some > b ? x = 1", "a > again", "again > both ? x = 1"),
                *("again > end", "b > both > end"),
            ),
        )
    )
    assert findings == [("deadlock", "both", "warning")]


def test_an_activity_that_needs_more_tokens_than_come() -> None:
    finding = only(process(m.Task(id="pair", start_quantity=2), paths=("start > pair > end",)))
    assert (finding.rule, finding.element_id, finding.params["tokens"]) == ("deadlock", "pair", 2)


def test_an_activity_that_gets_as_many_tokens_as_it_needs() -> None:
    first = m.Task(id="first", completion_quantity=2)
    assert not found(process(first, m.Task(id="pair", start_quantity=2), paths=("start > first > pair > end",)))


@pytest.mark.parametrize(("needed", "rules"), [("activationCount >= 2", []), ("activationCount >= 3", ["deadlock"])])
def test_a_complex_gateway_waits_for_as_many_as_its_condition_says(needed: str, rules: list[str]) -> None:
    gateway = m.ComplexGateway(id="enough", activation_condition=feel(needed))
    findings = found(
        process(
            parallel("split"),
            user("a"),
            user("b"),
            gateway,
            paths=("start > split > a > enough > end", "split > b > enough"),
        )
    )
    assert [rule for rule, _, _ in findings] == rules
