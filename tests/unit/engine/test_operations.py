"""Incidents, moves, suspension and cancelling: what an operator can do, with nothing lost."""

import pytest

from tests.support.processes import Case, feel, process, script, subprocess, timer, user
from workflow.engine import events as e
from workflow.engine.commands import (
    CancelProcess,
    CompleteActivity,
    MoveToken,
    ResolveIncident,
    ResumeProcess,
    RetryIncident,
    SetVariables,
    StartProcess,
    SuspendProcess,
)
from workflow.errors import Conflict, InvalidInput, NotFound, TransitionRefused
from workflow.model import elements as m
from workflow.model.expressions import Literal


def stuck_gateway() -> Case:
    return Case(
        process(
            m.ExclusiveGateway(id="gate"),
            user("a"),
            user("b"),
            paths=("start > gate", "gate > a ? x = 1", "gate > b ? x = 2", "a > end", "b > end"),
        )
    )


def test_no_true_condition_and_no_default_is_an_incident() -> None:
    case = stuck_gateway().start(x=3)
    opened = case.last(e.IncidentOpened)
    assert (opened.kind, opened.node_id) == ("no-flow", "gate")
    assert "gate" in opened.template % opened.params
    assert case.status == "active"


def test_a_condition_that_is_no_boolean_is_an_incident_that_says_why() -> None:
    gate = m.ExclusiveGateway(id="gate", default_flow="gate_end")
    case = Case(process(gate, user("a"), paths=("start > gate > end", "gate > a ? x > 1"))).start(x="much")
    opened = case.last(e.IncidentOpened)
    assert opened.kind == "expression"
    assert "x > 1" in opened.template % opened.params


def test_an_incident_is_tried_again_after_the_variables_were_corrected() -> None:
    case = stuck_gateway().start(x=3)
    case.do(ResolveIncident(incident_id=case.incidents[0].id, variables={"x": 2}))
    assert case.places == ["b"]
    assert case.incidents == []
    assert case.last(e.IncidentResolved).how == "corrected"


def test_an_incident_that_stays_stuck_is_opened_anew() -> None:
    case = stuck_gateway().start(x=3)
    first = case.incidents[0].id
    case.do(RetryIncident(incident_id=first))
    assert len(case.incidents) == 1
    assert case.incidents[0].id != first
    with pytest.raises(NotFound):
        case.do(RetryIncident(incident_id=first))


def test_an_operator_chooses_the_flow_out_of_a_stuck_gateway() -> None:
    case = stuck_gateway().start(x=3)
    with pytest.raises(InvalidInput):
        case.do(ResolveIncident(incident_id=case.incidents[0].id, flow_id="a_end"))
    case.do(ResolveIncident(incident_id=case.incidents[0].id, flow_id="gate_a"))
    assert case.places == ["a"]
    assert case.last(e.GatewayDecided).taken == ("gate_a",)


def test_a_completed_task_whose_way_out_is_stuck_is_completed_only_once() -> None:
    case = Case(process(user("a"), user("b"), paths=("start > a", "a > b ? ready", "b > end"))).start()
    done = case.waiting("a")[0].id
    case.complete("a")
    (incident,) = case.incidents
    assert (incident.phase, incident.activity_id) == ("leave", done)
    with pytest.raises(TransitionRefused):
        case.do(CompleteActivity(activity_id=done))
    case.do(ResolveIncident(incident_id=incident.id, variables={"ready": True}))
    assert case.places == ["b"]
    assert case.count(e.ActivityCompleted, activity_id=done) == 1


def test_a_flow_can_be_chosen_for_a_stuck_task_but_not_for_one_that_was_never_entered() -> None:
    case = Case(process(user("a"), user("b"), paths=("start > a", "a > b ? ready", "b > end"))).start()
    case.complete("a")
    case.do(ResolveIncident(incident_id=case.incidents[0].id, flow_id="a_b"))
    assert case.places == ["b"]
    case = Case(process(user("a", priority=Literal("high")), paths=("start > a > end",))).start()
    with pytest.raises(TransitionRefused):
        case.do(ResolveIncident(incident_id=case.incidents[0].id, flow_id="a_end"))


def test_a_loop_without_anything_to_wait_for_is_an_incident_that_names_a_node_of_it() -> None:
    case = Case(
        process(
            script("tick", "1"),
            m.ExclusiveGateway(id="gate", default_flow="gate_tick"),
            paths=("start > tick > gate > tick", "gate > end ? false"),
        )
    ).start()
    (incident,) = case.incidents
    assert (incident.kind, incident.node_id) == ("loop", "tick")
    assert case.count(e.ActivityCompleted, node_id="tick") == case.program.loop_limit


def test_tokens_at_a_join_to_which_nothing_can_come_any_more_are_an_incident_not_a_silence() -> None:
    case = Case(
        process(
            m.ExclusiveGateway(id="gate", default_flow="gate_a"),
            user("a"),
            user("b"),
            m.ParallelGateway(id="join"),
            user("after"),
            paths=("start > gate > a > join > after > end", "gate > b ? false", "b > join"),
        )
    ).start()
    case.complete("a")
    opened = case.last(e.IncidentOpened)
    assert (opened.kind, opened.node_id) == ("no-flow", "join")
    assert "b_join" in opened.template % opened.params
    case.do(RetryIncident(incident_id=opened.incident_id))
    assert case.places == ["after"]


def two_steps() -> Case:
    due = m.BoundaryEvent(id="due", attached_to="b", definition=timer("duration", "P1D"))
    return Case(process(user("a"), user("b"), due, user("c"), paths=("start > a > b > end", "due > c > end"))).start()


def test_a_token_moves_back_with_everything_that_hung_on_it() -> None:
    case = two_steps()
    case.complete("a")
    case.do(MoveToken(activity_id=case.waiting("b")[0].id, target_node="a"))
    assert case.places == ["a"]
    assert case.last(e.TokenMoved).to_node == "a"
    assert case.last(e.ActivityCancelled).reason == "moved"
    assert case.count(e.TimerCancelled) == 1


def test_a_move_out_of_an_incident_resolves_it() -> None:
    case = stuck_gateway().start(x=3)
    case.do(MoveToken(activity_id=case.incidents[0].activity_id, target_node="b"))
    assert case.places == ["b"]
    assert case.last(e.IncidentResolved).how == "moved"


def test_a_move_of_a_completed_task_that_could_not_leave_does_not_cancel_it() -> None:
    case = Case(process(user("a"), user("b"), paths=("start > a", "a > b ? ready", "b > end"))).start()
    case.complete("a")
    case.do(MoveToken(activity_id=case.incidents[0].activity_id, target_node="b"))
    assert case.places == ["b"]
    assert case.count(e.ActivityCancelled) == 0


@pytest.mark.parametrize("target", ["inside", "due", "start"])
def test_a_token_moves_only_to_a_node_beside_it(target: str) -> None:
    inner = subprocess("sub", user("inside"), paths=("sub_begin > inside > sub_done",))
    due = m.BoundaryEvent(id="due", attached_to="a", definition=timer("duration", "P1D"))
    case = Case(process(user("a"), inner, due, paths=("start > a > sub > end", "due > end"))).start()
    with pytest.raises(TransitionRefused):
        case.do(MoveToken(activity_id=case.waiting("a")[0].id, target_node=target))
    with pytest.raises(NotFound):
        case.do(MoveToken(activity_id=case.waiting("a")[0].id, target_node="nowhere"))


def test_a_move_out_of_a_subprocess_activity_closes_its_scope() -> None:
    inner = subprocess("sub", user("inside"), paths=("sub_begin > inside > sub_done",))
    case = Case(process(inner, user("a"), paths=("start > sub > a > end",))).start()
    assert case.state is not None
    holder = next(activity for activity in case.state.activities.values() if activity.node_id == "sub")
    case.do(MoveToken(activity_id=holder.id, target_node="a"))
    assert case.places == ["a"]
    assert list(case.state.scopes) == ["s1"]


def test_a_suspended_process_refuses_everything_but_resume_and_cancel() -> None:
    case = two_steps()
    case.do(SuspendProcess())
    for command in (CompleteActivity(activity_id="a2"), SetVariables(variables={}), SuspendProcess()):
        with pytest.raises(TransitionRefused):
            case.do(command)
    case.do(ResumeProcess())
    with pytest.raises(TransitionRefused):
        case.do(ResumeProcess())
    case.complete("a")
    assert case.places == ["b"]


def test_cancelling_ends_everything_also_while_suspended() -> None:
    case = two_steps()
    case.complete("a")
    case.do(SuspendProcess())
    case.do(CancelProcess())
    assert case.status == "cancelled"
    assert case.state is not None
    assert not case.state.activities
    assert not case.state.timers
    with pytest.raises(TransitionRefused):
        case.do(ResumeProcess())


def test_wrong_commands_are_refused_by_name() -> None:
    case = two_steps()
    with pytest.raises(Conflict):
        case.do(StartProcess())
    with pytest.raises(NotFound):
        Case(process(user("a"), paths=("start > a > end",))).do(SuspendProcess())
    with pytest.raises(NotFound):
        case.do(MoveToken(activity_id="a99", target_node="a"))


def test_a_corrected_variable_changes_where_it_stands_further_out() -> None:
    inner = subprocess("sub", script("use", "rate.value + 1"), paths=("sub_begin > use > sub_done",))
    case = Case(process(inner, paths=("start > sub > end",))).start(rate="high")
    case.do(ResolveIncident(incident_id=case.incidents[0].id, variables={"rate": {"value": 1}}))
    assert case.variables == {"rate": {"value": 1}}
    assert case.status == "completed"


def test_an_instant_without_a_zone_is_a_programming_error() -> None:
    case = two_steps()
    case.now = case.now.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        case.do(SuspendProcess())


def test_an_incident_quotes_a_long_value_in_short() -> None:
    loop = m.MultiInstance(collection=feel("members"))
    case = Case(process(user("a", multi_instance=loop), paths=("start > a > end",))).start(members="x" * 10_000)
    opened = case.last(e.IncidentOpened)
    assert len(opened.template % opened.params) < 500
