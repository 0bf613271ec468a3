"""Ad-hoc subprocesses: activities in any order, until a condition says that it is enough."""

from typing import Any

import pytest

from tests.support.processes import Case, feel, flows, process, script, subprocess, timer, user
from workflow.engine import events as e
from workflow.engine.commands import (
    ActivateNode,
    BroadcastSignal,
    MoveToken,
    ResolveIncident,
    RetryIncident,
    SetVariables,
)
from workflow.errors import NotFound, TransitionRefused
from workflow.model import elements as m
from workflow.model.events import ErrorDefinition, SignalDefinition


def adhoc(*nodes: m.FlowNode, paths: tuple[str, ...] = (), condition: str | None = None, **more: Any) -> Case:
    inner = m.AdHocSubProcess(
        id="sub",
        nodes={node.id: node for node in nodes},
        flows=flows(*paths),
        completion_condition=feel(condition) if condition else None,
        **more,
    )
    return Case(process(inner, user("after"), paths=("start > sub > after > end",)))


def tasks(*names: str) -> tuple[m.UserTask, ...]:
    return tuple(user(name) for name in names)


def activate(case: Case, node: str) -> None:
    assert case.state is not None
    (found,) = [activity for activity in case.state.activities.values() if activity.node_id == "sub"]
    case.do(ActivateNode(activity_id=found.id, node_id=node))


def test_all_activities_start_at_once_and_it_is_done_when_all_are() -> None:
    case = adhoc(*tasks("a", "b", "c")).start()
    assert case.places == ["a", "b", "c"]
    for name in ("b", "c", "a"):
        assert name in case.places
        case.complete(name)
    assert case.places == ["after"]


def test_a_sequential_one_runs_them_one_after_another_in_the_order_of_the_file() -> None:
    case = adhoc(*tasks("b", "a", "c"), ordering="sequential").start()
    for name in ("b", "a", "c"):
        assert case.places == [name]
        case.complete(name)
    assert case.places == ["after"]


def test_a_sequential_one_runs_what_follows_an_activity_before_the_next_begins() -> None:
    case = adhoc(*tasks("a", "then", "b"), paths=("a > then",), ordering="sequential").start()
    for name in ("a", "then", "b"):
        assert case.places == [name]
        case.complete(name)
    assert case.places == ["after"]


def test_activities_that_a_flow_leads_to_do_not_start_by_themselves() -> None:
    case = adhoc(*tasks("a", "b", "then"), paths=("a > then",)).start()
    assert case.places == ["a", "b"]
    case.complete("a")
    assert case.places == ["b", "then"]


@pytest.mark.parametrize("ordering", ["parallel", "sequential"])
def test_automatic_activities_run_through(ordering: Any) -> None:
    case = adhoc(script("x", "n + 1"), script("y", "n + 2"), ordering=ordering).start(n=1, x=0, y=0)
    assert case.places == ["after"]
    assert dict(case.variables) == {"n": 1, "x": 2, "y": 3}


def test_the_condition_is_looked_at_after_each_activity_and_cancels_the_rest() -> None:
    case = adhoc(*tasks("a", "b", "c", "then"), paths=("a > then",), condition="enough").start(enough=False)
    case.complete("b")
    assert case.places == ["a", "c"]
    case.do(SetVariables(variables={"enough": True}))
    assert case.places == ["a", "c"], "only the completion of an activity counts"
    case.complete("a")
    assert case.places == ["after"]
    assert case.count(e.ActivityCancelled, reason="condition") == 1
    assert case.count(e.ActivityEntered, node_id="then") == 0


def test_the_rest_is_awaited_where_it_is_not_to_be_cancelled() -> None:
    case = adhoc(*tasks("a", "b"), condition="enough", cancel_remaining=False).start(enough=True)
    case.complete("a")
    assert case.places == ["b"]
    with pytest.raises(TransitionRefused):
        activate(case, "a")
    case.do(SetVariables(variables={"enough": False}))
    case.complete("b")
    assert case.places == ["after"], "it has been met once, and that is enough"


def test_a_sequential_one_starts_nothing_more_once_the_condition_is_met() -> None:
    case = adhoc(*tasks("a", "b"), condition="true", cancel_remaining=False, ordering="sequential").start()
    case.complete("a")
    assert case.places == ["after"]


def test_the_condition_sees_what_the_activities_have_worked_out() -> None:
    case = adhoc(*tasks("a", "b"), condition="b.ok = true").start()
    case.complete("b", b={"ok": True})
    assert case.places == ["after"]


def test_nothing_left_to_do_while_the_condition_is_not_true_is_an_incident_and_more_can_be_started() -> None:
    case = adhoc(*tasks("a", "b"), condition="enough").start(enough=False)
    case.complete("a")
    case.complete("b")
    (incident,) = case.incidents
    assert (incident.kind, incident.node_id, case.places) == ("no-flow", "sub", [])
    activate(case, "a")
    assert (case.incidents, case.places) == ([], ["a"])
    case.complete("a")
    (incident,) = case.incidents
    case.do(ResolveIncident(incident_id=incident.id, variables={"enough": True}))
    assert (case.incidents, case.places) == ([], ["after"])


def test_a_condition_that_is_no_boolean_is_one_incident_that_can_be_corrected() -> None:
    case = adhoc(*tasks("a", "b", "c"), condition="if good = true then true else null").start()
    case.complete("a")
    case.complete("b")
    (incident,) = case.incidents
    assert (incident.kind, case.places) == ("expression", ["c"])
    case.do(SetVariables(variables={"good": True}))
    case.do(RetryIncident(incident_id=incident.id))
    assert (case.incidents, case.places) == ([], ["after"])


def test_one_more_activity_can_be_started_by_hand() -> None:
    case = adhoc(*tasks("a", "b")).start()
    activate(case, "a")
    assert case.places == ["a", "a", "b"]
    for name in ("a", "b", "a"):
        case.complete(name)
    assert case.places == ["after"]


def test_what_cannot_be_started_by_hand_is_refused() -> None:
    case = adhoc(*tasks("a", "then"), paths=("a > then",), ordering="sequential").start()
    with pytest.raises(NotFound):
        activate(case, "then")
    with pytest.raises(NotFound):
        activate(case, "after")
    with pytest.raises(TransitionRefused):
        activate(case, "a")
    with pytest.raises(NotFound):
        case.do(ActivateNode(activity_id="a99", node_id="a"))
    with pytest.raises(TransitionRefused):
        case.do(ActivateNode(activity_id=case.waiting("a")[0].id, node_id="a"))


def test_an_empty_one_is_passed_through() -> None:
    assert adhoc().start().places == ["after"]
    assert [incident.kind for incident in adhoc(condition="false", ordering="sequential").start().incidents] == [
        "no-flow"
    ]


def test_boundary_events_compensation_handlers_and_event_subprocesses_inside_do_not_start_by_themselves() -> None:
    undo = m.UserTask(id="undo", for_compensation=True)
    due = m.BoundaryEvent(id="due", attached_to="a", definition=timer("duration", "P1D"))
    alarm = m.EventSubProcess(
        id="alarm",
        nodes={
            "rung": m.StartEvent(id="rung", definition=SignalDefinition(name="bell"), interrupting=False),
            "leave": user("leave"),
        },
        flows=flows("rung > leave"),
    )
    case = adhoc(user("a"), due, user("late"), undo, alarm, paths=("due > late",)).start()
    assert case.places == ["a"]
    case.after(days=1)
    assert case.places == ["late"]
    case.complete("late")
    assert case.places == ["after"]


def test_an_error_inside_is_caught_outside() -> None:
    fails = m.EndEvent(id="fails", definition=ErrorDefinition(code="no"))
    inner = m.AdHocSubProcess(
        id="sub", nodes={"a": user("a"), "b": user("b"), "fails": fails}, flows=flows("a > fails"), ordering="parallel"
    )
    caught = m.BoundaryEvent(id="caught", attached_to="sub", definition=ErrorDefinition(code="no"))
    case = Case(process(inner, caught, user("help"), paths=("start > sub > end", "caught > help > end"))).start()
    case.complete("a")
    assert case.places == ["help"]


def test_joins_inside_work_and_what_waits_at_them_is_given_up_when_enough_is_done() -> None:
    nodes = (*tasks("a", "b", "c", "d"), m.InclusiveGateway(id="join"))
    paths = ("a > join > d", "b > join")
    case = adhoc(*nodes, paths=paths, condition="c.ok = true").start()
    case.complete("a")
    assert case.places == ["b", "c"]
    case.complete("b")
    assert case.places == ["c", "d"]
    early = adhoc(*nodes, paths=paths, condition="c.ok = true").start()
    early.complete("a")
    early.complete("c", c={"ok": True})
    assert early.places == ["after"]
    assert early.state is not None
    assert not early.state.arrivals


def test_a_subprocess_inside_counts_when_it_is_done_not_its_parts() -> None:
    inner = subprocess("part", user("x"), user("y"), paths=("part_begin > x > y > part_done",))
    case = adhoc(inner, user("b"), condition="true").start()
    case.complete("x")
    assert case.places == ["b", "y"]
    case.complete("y")
    assert case.places == ["after"]


@pytest.mark.parametrize("ordering", ["parallel", "sequential"])
def test_it_can_repeat(ordering: Any) -> None:
    repeated = m.MultiInstance(cardinality=feel("2"), sequential=True)
    case = adhoc(*tasks("a", "b"), ordering=ordering, multi_instance=repeated).start()
    for name in ("a", "b", "a", "b"):
        assert name in case.places
        case.complete(name)
    assert case.places == ["after"]


def test_moving_a_token_inside_a_sequential_one_keeps_the_order() -> None:
    case = adhoc(*tasks("a", "b", "c"), ordering="sequential").start()
    case.do(MoveToken(activity_id=case.waiting("a")[0].id, target_node="c"))
    for name in ("c", "b", "c"):
        assert case.places == [name]
        case.complete(name)
    assert case.places == ["after"]


@pytest.mark.parametrize("ordering", ["parallel", "sequential"])
@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_that_interrupts_it_ends_it_and_nothing_more_starts(interrupting: bool, ordering: Any) -> None:
    bell = m.EventSubProcess(
        id="bell",
        nodes={
            "rung": m.StartEvent(id="rung", definition=SignalDefinition(name="bell"), interrupting=interrupting),
            "answer": user("answer"),
        },
        flows=flows("rung > answer"),
    )
    case = adhoc(*tasks("a", "b"), bell, condition="enough", ordering=ordering).start(enough=False)
    case.do(BroadcastSignal(name="bell"))
    begun = [] if interrupting else ["a"] if ordering == "sequential" else ["a", "b"]
    assert case.places == sorted(["answer", *begun])
    case.complete("answer")
    assert case.places == (["after"] if interrupting else begun)
