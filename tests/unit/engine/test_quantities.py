"""Token quantities: activities that need several tokens, or let several go on."""

from typing import Any

import pytest

from tests.support.processes import Case, process, script, user
from workflow.engine import events as e
from workflow.engine.commands import RetryIncident
from workflow.model import elements as m


def work(id: str, **more: Any) -> m.UserTask:
    return m.UserTask(id=id, **more)


def test_as_many_tokens_leave_as_the_activity_says() -> None:
    case = Case(process(work("a", completion_quantity=3), user("b"), paths=("start > a > b > end",))).start()
    case.complete("a")
    assert case.places == ["b", "b", "b"]


def test_they_leave_by_each_flow_that_is_taken() -> None:
    case = Case(
        process(
            work("a", completion_quantity=2),
            user("b"),
            user("c"),
            user("d"),
            paths=("start > a > b > end", "a > c ? true", "a > d ? false", "c > end", "d > end"),
        )
    ).start()
    case.complete("a")
    assert case.places == ["b", "b", "c", "c"]


def test_an_activity_starts_once_for_as_many_tokens_as_it_needs() -> None:
    case = Case(
        process(
            work("a", completion_quantity=4),
            user("b"),
            work("c", start_quantity=2),
            paths=("start > a > b > c > end",),
        )
    ).start()
    case.complete("a")
    case.complete("b")
    assert case.places == ["b", "b", "b"]
    case.complete("b")
    assert case.places == ["b", "b", "c"]
    case.complete("b")
    case.complete("b")
    assert case.places == ["c", "c"]
    case.complete("c")
    case.complete("c")
    assert case.status == "completed"


def test_tokens_of_any_flow_count() -> None:
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            user("a"),
            user("b"),
            user("c"),
            work("last", start_quantity=3),
            paths=("start > split > a > last > end", "split > b > last", "split > c > last"),
        )
    ).start()
    for name in ("b", "a"):
        case.complete(name)
        assert case.places == sorted({"a", "b", "c"} - {"b"} - ({"a"} if name == "a" else set()))
    case.complete("c")
    assert case.places == ["last"]
    joined = case.last(e.JoinCompleted)
    assert joined.flow_ids == ("a_last", "b_last", "c_last")


def test_too_few_tokens_are_an_incident_that_says_how_many_are_missing_and_can_be_overruled() -> None:
    case = Case(process(script("a", "1"), work("b", start_quantity=2), paths=("start > a > b > end",))).start()
    (incident,) = case.incidents
    params = case.last(e.IncidentOpened).params
    assert (incident.kind, incident.node_id) == ("no-flow", "b")
    assert (params["node"], params["needed"], params["count"]) == ("b", 2, 1)
    case.do(RetryIncident(incident_id=incident.id))
    case.complete("b")
    assert case.status == "completed"


def test_a_start_without_a_flow_counts_as_one_token() -> None:
    case = Case(process(work("only", start_quantity=2), paths=("only > end",))).start()
    assert [incident.node_id for incident in case.incidents] == ["only"]


def test_tokens_before_an_activity_hold_back_an_inclusive_join_behind_it() -> None:
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            user("a"),
            user("b"),
            work("both", start_quantity=2),
            user("c"),
            user("d"),
            m.InclusiveGateway(id="join"),
            paths=("start > split > a > both > join > d > end", "split > b > both", "split > c > join"),
        )
    ).start()
    case.complete("c")
    case.complete("a")
    assert case.places == ["b"]
    case.complete("b")
    case.complete("both")
    assert case.places == ["d"]


@pytest.mark.parametrize("quantity", [0, -1])
def test_no_token_is_lost_where_a_definition_says_that_none_leaves(quantity: int) -> None:
    case = Case(process(work("a", completion_quantity=quantity), paths=("start > a > end",))).start()
    case.complete("a")
    assert [(incident.kind, incident.phase) for incident in case.incidents] == [("no-flow", "leave")]
