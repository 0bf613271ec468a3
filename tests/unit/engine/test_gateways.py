"""Exclusive, parallel and inclusive gateways: where tokens go and where they wait."""

from typing import Any

import pytest

from tests.support.processes import Case, process, script, timer, user
from workflow.engine import events as e
from workflow.model import elements as m


def choosing(**more: Any) -> Case:
    return Case(
        process(
            m.ExclusiveGateway(id="gate", **more),
            user("high"),
            user("low"),
            paths=("start > gate", "gate > high ? x > 10", "gate > low ? x > 5", "high > end", "low > end"),
        )
    )


@pytest.mark.parametrize(("x", "place"), [(11, "high"), (6, "low")])
def test_an_exclusive_gateway_takes_the_first_flow_whose_condition_is_true(x: int, place: str) -> None:
    assert choosing().start(x=x).places == [place]


def test_a_decision_records_what_it_was_judged_by() -> None:
    case = choosing().start(x=6)
    decided = case.last(e.GatewayDecided)
    assert decided.taken == ("gate_low",)
    assert [(c.flow_id, c.result, dict(c.inputs)) for c in decided.conditions] == [
        ("gate_high", False, {"x": 6}),
        ("gate_low", True, {"x": 6}),
    ]


def test_an_exclusive_gateway_takes_the_default_when_no_condition_is_true() -> None:
    case = choosing(default_flow="gate_low").start(x=6)
    assert case.places == ["low"]
    assert case.last(e.GatewayDecided).default_taken


def test_an_exclusive_gateway_passes_every_token_that_comes() -> None:
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            m.ExclusiveGateway(id="merge"),
            user("a"),
            paths=("start > split > merge > a > end", "split > merge"),
        )
    ).start()
    assert case.places == ["a", "a"]
    case.complete("a")
    assert case.status == "active"
    case.complete("a")
    assert case.status == "completed"


def test_a_parallel_join_waits_for_every_branch() -> None:
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            m.ParallelGateway(id="join"),
            user("a"),
            user("b"),
            user("c"),
            paths=("start > split > a > join > c > end", "split > b > join"),
        )
    ).start()
    assert case.places == ["a", "b"]
    case.complete("a")
    assert case.places == ["b"]
    case.complete("b")
    assert case.places == ["c"]


def test_a_parallel_join_keeps_a_second_token_on_one_flow_for_its_next_activation() -> None:
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            m.ExclusiveGateway(id="merge"),
            m.ParallelGateway(id="join"),
            user("a"),
            user("b"),
            user("c"),
            user("d"),
            paths=(
                "start > split > a > merge > join > d > end",
                "split > b > merge",
                "split > c > join",
            ),
        )
    ).start()
    case.complete("a")
    case.complete("b")
    assert case.places == ["c"]
    case.complete("c")
    assert case.places == ["d"]
    assert case.state is not None
    assert case.state.arrivals == {("s1", "join"): {"merge_join": 1}}
    case.complete("d")
    assert [incident.kind for incident in case.incidents] == ["no-flow"]


def inclusive(default: str | None = None) -> Case:
    return Case(
        process(
            m.InclusiveGateway(id="split", default_flow=default),
            m.InclusiveGateway(id="join"),
            user("a"),
            user("b"),
            user("c"),
            paths=(
                "start > split",
                "split > a ? list contains(ways, 1)",
                "split > b ? list contains(ways, 2)",
                "split > c ? list contains(ways, 3)",
                "a > join > end",
                "b > join",
                "c > join",
            ),
        )
    )


def test_an_inclusive_gateway_takes_every_true_flow_and_its_join_waits_for_these_only() -> None:
    case = inclusive().start(ways=[1, 3])
    assert case.places == ["a", "c"]
    case.complete("a")
    assert case.status == "active"
    case.complete("c")
    assert case.status == "completed"
    assert case.count(e.JoinCompleted, node_id="join") == 1


def test_an_inclusive_gateway_takes_its_default_only_when_nothing_else_is_true() -> None:
    assert inclusive("split_b").start(ways=[]).places == ["b"]
    assert inclusive("split_b").start(ways=[3]).places == ["c"]


def test_an_inclusive_join_in_a_loop_does_not_wait_for_what_must_pass_it_first() -> None:
    # join > work > again? > join: the flow back into the join is reachable only through the join itself.
    case = Case(
        process(
            m.InclusiveGateway(id="join"),
            user("work"),
            m.ExclusiveGateway(id="again", default_flow="again_end"),
            paths=("start > join > work > again > end", "again > join ? work.again"),
        )
    ).start()
    for _ in range(3):
        assert case.places == ["work"]
        case.complete("work", work={"again": True})
    case.complete("work", work={"again": False})
    assert case.status == "completed"


def test_an_inclusive_join_waits_for_a_branch_that_loops_before_it_arrives() -> None:
    case = Case(
        process(
            m.InclusiveGateway(id="split"),
            m.InclusiveGateway(id="join"),
            m.ExclusiveGateway(id="merge"),
            m.ExclusiveGateway(id="check", default_flow="check_join"),
            user("a"),
            user("b"),
            paths=(
                "start > split > a > join > end",
                "split > merge > b > check > join",
                "check > merge ? b.again",
            ),
        )
    ).start()
    case.complete("a")
    case.complete("b", b={"again": True})
    assert case.places == ["b"]
    assert case.count(e.JoinCompleted) == 0
    case.complete("b", b={"again": False})
    assert case.status == "completed"
    assert case.count(e.JoinCompleted) == 1


def test_an_inclusive_join_does_not_wait_for_a_token_that_can_also_come_by_a_flow_that_has_one() -> None:
    # b can reach both flows of the join; a has already come by the one: the join goes on at once.
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            m.InclusiveGateway(id="join"),
            m.ExclusiveGateway(id="merge"),
            m.ExclusiveGateway(id="choice", default_flow="choice_join"),
            user("a"),
            user("b"),
            user("c"),
            paths=(
                "start > split > a > merge > join > c > end",
                "split > b > choice > join",
                "choice > merge ? b = 1",
            ),
        )
    ).start()
    case.complete("a")
    assert case.places == ["b", "c"]
    case.complete("b", b=2)
    assert case.places == ["c", "c"]


def test_an_inclusive_join_waits_for_the_way_out_of_a_boundary_event() -> None:
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            m.InclusiveGateway(id="join"),
            user("a"),
            user("b"),
            user("late"),
            m.BoundaryEvent(id="due", attached_to="b", definition=timer("duration", "P1D")),
            paths=("start > split > a > join > end", "split > b > end", "due > late > join"),
        )
    ).start()
    case.complete("a")
    assert case.count(e.JoinCompleted) == 0
    case.complete("b")
    assert case.status == "completed"


def test_conditions_on_an_activity_split_as_an_inclusive_gateway_does() -> None:
    def case() -> Case:
        return Case(
            process(
                script("work", "1", default_flow="work_other"),
                user("yes"),
                user("always"),
                user("other"),
                paths=("start > work", "work > yes ? x", "work > other", "yes > end", "other > end"),
            )
        )

    assert case().start(x=True).places == ["yes"]
    assert case().start(x=False).places == ["other"]


def test_a_flow_without_a_condition_is_taken_beside_the_default() -> None:
    case = Case(
        process(
            script("work", "1", default_flow="work_other"),
            user("yes"),
            user("always"),
            user("other"),
            paths=("start > work > always > end", "work > yes ? x", "work > other > end", "yes > end"),
        )
    )
    assert case.start(x=False).places == ["always", "other"]


def test_an_activity_with_two_plain_flows_sends_a_token_out_on_each() -> None:
    case = Case(process(script("work", "1"), user("a"), user("b"), paths=("start > work > a > end", "work > b > end")))
    assert case.start().places == ["a", "b"]


def test_each_token_that_merges_without_a_gateway_enters_on_its_own() -> None:
    case = Case(process(m.ParallelGateway(id="split"), user("a"), paths=("start > split > a > end", "split > a")))
    assert case.start().places == ["a", "a"]


def test_feel_is_what_a_condition_is_written_in() -> None:
    case = Case(
        process(
            m.ExclusiveGateway(id="gate", default_flow="gate_end"),
            user("a"),
            paths=("start > gate > end", 'gate > a ? some v in votes satisfies v.outcome = "approve"'),
        )
    ).start(votes=[{"outcome": "reject"}, {"outcome": "approve"}])
    assert case.places == ["a"]
