"""Complex gateways: they go on when their condition holds, then wait for the tokens that are still to come."""

from typing import Any

import pytest

from tests.support.processes import Case, feel, process, user
from workflow.engine import events as e
from workflow.engine.commands import MoveToken, ResolveIncident, RetryIncident, SetVariables
from workflow.model import elements as m
from workflow.model.events import TerminateDefinition


def gate(condition: str | None = None, **more: Any) -> m.ComplexGateway:
    return m.ComplexGateway(id="gate", activation_condition=feel(condition) if condition else None, **more)


def merging(condition: str | None, *more: m.FlowNode, paths: tuple[str, ...] = (), **settings: Any) -> Case:
    branches = [user(name) for name in ("a", "b", "c")]
    return Case(
        process(
            m.ParallelGateway(id="split"),
            *branches,
            gate(condition, **settings),
            user("next"),
            *more,
            paths=("start > split", *(f"split > {each.id} > gate" for each in branches), "gate > next > end", *paths),
        )
    )


def is_waiting(case: Case) -> bool:
    return case.state is not None and ("s1", "gate") in case.state.resetting


@pytest.mark.parametrize("condition", ["activationCount >= 1", None])
def test_a_discriminator_goes_on_with_the_first_token_and_swallows_the_rest(condition: str | None) -> None:
    case = merging(condition).start()
    case.complete("b")
    assert case.places == ["a", "c", "next"]
    assert is_waiting(case)
    case.complete("next")
    case.complete("a")
    assert (case.places, case.status) == (["c"], "active")
    case.complete("c")
    assert case.status == "completed"
    assert (case.count(e.JoinReset), case.count(e.ActivityCompleted, node_id="next")) == (1, 1)


def test_n_out_of_m_waits_for_n() -> None:
    case = merging("activationCount >= 2").start()
    case.complete("c")
    assert case.places == ["a", "b"]
    case.complete("a")
    assert case.places == ["b", "next"]
    assert case.last(e.JoinCompleted).flow_ids == ("a_gate", "c_gate")
    case.complete("b")
    assert case.places == ["next"]
    assert not is_waiting(case)


def test_the_condition_may_need_all() -> None:
    case = merging("activationCount >= 3").start()
    for name in ("a", "b", "c"):
        case.complete(name)
    assert case.places == ["next"]
    assert not is_waiting(case), "every flow has given its token: it starts anew at once"


def test_the_condition_sees_variables_and_is_looked_at_again_when_they_change() -> None:
    case = merging("activationCount >= needed").start(needed=2)
    case.complete("a")
    assert case.places == ["b", "c"]
    case.do(SetVariables(variables={"needed": 1}))
    assert case.places == ["b", "c", "next"]


def test_it_starts_anew_as_soon_as_no_further_token_can_come() -> None:
    nodes = (
        m.ParallelGateway(id="split"),
        user("a"),
        user("b"),
        gate("activationCount >= 1"),
        user("next"),
        m.ExclusiveGateway(id="way", default_flow="way_gate"),
        m.EndEvent(id="gone"),
    )
    case = Case(
        process(
            *nodes,
            paths=("start > split > a > gate > next > end", "split > b > way > gate", "way > gone ? stop"),
        )
    ).start()
    case.complete("a")
    assert is_waiting(case)
    case.complete("b", stop=True)
    assert not is_waiting(case)
    assert case.places == ["next"]


def test_flows_that_name_its_state_are_taken_when_it_goes_on_or_when_it_starts_anew() -> None:
    case = merging(
        "activationCount >= 1",
        user("early"),
        user("late"),
        paths=("gate > early ? waitingForStart", "gate > late ? not(waitingForStart)", "early > end", "late > end"),
    ).start()
    case.complete("a")
    assert case.places == ["b", "c", "early", "next"]
    case.complete("b")
    case.complete("c")
    assert case.places == ["early", "late", "next"]
    assert case.last(e.GatewayDecided).taken == ("gate_late",)


def test_a_scope_does_not_close_before_its_gateway_has_started_anew() -> None:
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            user("a"),
            user("b"),
            gate("activationCount >= 1"),
            user("late"),
            m.ExclusiveGateway(id="way", default_flow="way_gate"),
            m.EndEvent(id="gone"),
            paths=(
                "start > split > a > gate > end ? waitingForStart",
                "split > b > way > gate",
                "way > gone ? stop",
                "gate > late ? waitingForStart = false",
                "late > end",
            ),
        )
    ).start()
    case.complete("a")
    case.complete("b", stop=True)
    assert (case.places, case.status) == (["late"], "active")
    case.complete("late")
    assert case.status == "completed"


def test_a_terminate_event_ends_it_without_starting_anew() -> None:
    case = merging(
        "activationCount >= 1",
        user("late"),
        m.EndEvent(id="stop", definition=TerminateDefinition()),
        paths=("next > stop", "gate > late ? not(waitingForStart)", "late > end"),
    ).start()
    case.complete("a")
    case.complete("next")
    assert case.status == "completed"
    assert case.count(e.JoinReset) == 0


def test_diverging_it_takes_every_true_flow_else_the_default() -> None:
    def start(**variables: Any) -> list[str]:
        nodes = (gate(default_flow="gate_c"), user("a"), user("b"), user("c"))
        paths = ("start > gate", "gate > a ? x > 1", "gate > b ? x > 2", "gate > c")
        ends = tuple(f"{name} > end" for name in ("a", "b", "c"))
        return Case(process(*nodes, paths=(*paths, *ends))).start(**variables).places

    assert (start(x=3), start(x=2), start(x=0)) == (["a", "b"], ["a"], ["c"])


def test_no_true_flow_and_no_default_is_an_incident_and_a_flow_can_be_chosen() -> None:
    nodes = (gate("activationCount >= 2"), m.ParallelGateway(id="split"), user("a"), user("b"))
    paths = ("start > split > gate", "split > gate", "gate > a ? x", "gate > b ? false", "a > end", "b > end")
    case = Case(process(*nodes, paths=paths)).start(x=False)
    (incident,) = case.incidents
    assert incident.kind == "no-flow"
    case.do(ResolveIncident(incident_id=incident.id, flow_id="gate_b"))
    assert case.places == ["b"]
    assert not is_waiting(case)


def test_a_condition_that_is_no_boolean_is_an_incident_and_no_token_is_lost() -> None:
    case = merging("if good = true then activationCount >= 2 else null").start()
    case.complete("a")
    (incident,) = case.incidents
    assert incident.kind == "expression"
    case.complete("b")
    assert len(case.incidents) == 1
    case.do(RetryIncident(incident_id=incident.id))
    (incident,) = case.incidents
    case.do(SetVariables(variables={"good": True}))
    case.do(RetryIncident(incident_id=incident.id))
    assert (case.places, case.incidents) == (["c", "next"], [])


def test_a_condition_that_can_never_hold_is_an_incident_that_can_be_overruled() -> None:
    case = merging("activationCount >= 4").start()
    for name in ("a", "b", "c"):
        case.complete(name)
    (incident,) = case.incidents
    assert (incident.kind, incident.node_id) == ("no-flow", "gate")
    case.do(RetryIncident(incident_id=incident.id))
    assert case.places == ["next"]
    case.complete("next")
    assert case.status == "completed"


def test_it_works_again_in_the_next_round_of_a_loop() -> None:
    case = Case(
        process(
            m.ExclusiveGateway(id="top"),
            m.ParallelGateway(id="split"),
            user("a"),
            user("b"),
            user("c"),
            gate("activationCount >= 2"),
            user("next"),
            m.ExclusiveGateway(id="again", default_flow="again_end"),
            paths=(
                "start > top > split > a > gate > next > again > end",
                "split > b > gate",
                "split > c > gate",
                "again > top ? more",
            ),
        )
    ).start()
    for more in (True, True, False):
        case.complete("a")
        case.complete("c")
        assert case.places == ["b", "next"]
        case.complete("b")
        case.complete("next", more=more)
    assert case.status == "completed"
    assert (case.count(e.JoinReset), case.count(e.ActivityCompleted, node_id="next")) == (3, 3)


def test_a_second_token_on_a_flow_belongs_to_the_next_activation() -> None:
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            user(
                "a",
            ),
            user("b"),
            user("d"),
            m.ExclusiveGateway(id="merge"),
            gate("activationCount >= 1"),
            user("next"),
            paths=("start > split > a > merge > gate > next > end", "split > d > merge", "split > b > gate"),
        )
    ).start()
    case.complete("a")
    case.complete("d")
    assert case.places == ["b", "next"], "it waits for b, and the token of d before it"
    case.complete("b")
    assert case.places == ["next", "next"]
    case.complete("next")
    case.complete("next")
    assert case.status == "completed"


def test_a_token_that_is_moved_to_it_passes() -> None:
    case = merging("activationCount >= 2").start()
    case.do(MoveToken(activity_id=case.waiting("a")[0].id, target_node="gate"))
    assert case.places == ["b", "c", "next"]
    case.complete("b")
    case.complete("c")
    case.complete("next")
    assert case.status == "completed"
