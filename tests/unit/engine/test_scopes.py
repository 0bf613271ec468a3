"""Subprocesses, call activities and terminate: scopes and their variables."""

import pytest

from tests.support.processes import Case, feel, process, script, subprocess, user
from workflow.engine import events as e
from workflow.engine.behaviours.containers import MAX_CALL_DEPTH
from workflow.engine.commands import CompleteActivity, RetryIncident, SetVariables, StartProcess
from workflow.errors import NotFound, TransitionRefused
from workflow.model import elements as m
from workflow.model.events import TerminateDefinition


def embedded() -> Case:
    inner = subprocess("sub", user("a"), user("b"), paths=("sub_begin > a > sub_done", "sub_begin > b > sub_done"))
    return Case(process(inner, user("after"), paths=("start > sub > after > end",)))


def test_a_subprocess_is_done_when_no_token_is_left_in_it() -> None:
    case = embedded().start()
    assert case.places == ["a", "b"]
    case.complete("a")
    assert case.places == ["b"]
    case.complete("b")
    assert case.places == ["after"]
    assert case.count(e.ScopeClosed) == 1


def test_a_result_inside_a_subprocess_stays_there_and_is_gone_with_it() -> None:
    case = embedded().start()
    case.complete("a", a={"outcome": "approve"})
    assert "a" not in case.variables
    case.complete("b")
    assert "a" not in case.variables


def test_a_script_inside_a_subprocess_changes_a_variable_that_is_further_out() -> None:
    inner = subprocess("sub", script("add", "total + 1", "total"), paths=("sub_begin > add > sub_done",))
    case = Case(process(inner, paths=("start > sub > end",))).start(total=1)
    assert case.variables == {"total": 2}


def test_a_subprocess_without_a_start_event_starts_at_every_node_that_no_flow_leads_to() -> None:
    case = Case(process(m.SubProcess(id="sub", nodes={"a": user("a"), "b": user("b")}), paths=("start > sub > end",)))
    assert case.start().places == ["a", "b"]


def test_an_empty_subprocess_is_passed_through() -> None:
    assert Case(process(m.SubProcess(id="sub"), paths=("start > sub > end",))).start().status == "completed"


def test_a_terminate_end_event_ends_its_own_scope_only() -> None:
    stop = m.EndEvent(id="stop", definition=TerminateDefinition())
    inner = subprocess("sub", user("a"), user("b"), stop, paths=("sub_begin > a > stop", "sub_begin > b > sub_done"))
    case = Case(process(inner, user("after"), user("beside"), paths=("start > sub > after > end", "start > beside")))
    case.start()
    case.complete("a")
    assert case.places == ["after", "beside"]
    assert case.last(e.ActivityCancelled).reason == "terminated"


def test_a_terminate_end_event_ends_the_process_with_tokens_at_joins_and_on_their_way() -> None:
    stop = m.EndEvent(id="stop", definition=TerminateDefinition())
    case = Case(
        process(
            user("a"),
            user("b"),
            user("c"),
            stop,
            m.ParallelGateway(id="join"),
            paths=("start > a > join > end", "start > b > join", "start > c > stop"),
        )
    ).start()
    case.complete("a")
    case.complete("c")
    assert case.status == "completed"
    assert case.end_nodes == ("stop",)
    assert case.state is not None
    assert not case.state.activities
    assert not case.state.arrivals


def test_end_nodes_name_the_ends_that_were_reached_the_last_one_last() -> None:
    case = Case(
        process(
            user("a"),
            user("b"),
            m.EndEvent(id="first"),
            m.EndEvent(id="second"),
            paths=("start > a > first", "start > b > second"),
        )
    ).start()
    case.complete("b")
    case.complete("a")
    assert case.last(e.ProcessCompleted).end_nodes == ("second", "first")


def calling(*, inputs: tuple[m.Mapping, ...] = (), outputs: tuple[m.Mapping, ...] = ()) -> Case:
    call = m.CallActivity(id="call", called_process="inspection", inputs=inputs, outputs=outputs)
    called = process(user("inspect"), paths=("start > inspect > end",), id="inspection")
    return Case(process(call, paths=("start > call > end",)), called)


def test_a_call_activity_passes_mapped_variables_only_in_both_directions() -> None:
    case = calling(
        inputs=(m.Mapping(source=feel("unit.name"), target="name"),),
        outputs=(m.Mapping(source=feel("inspect.result"), target="found"),),
    ).start(unit={"name": "Xã A"}, secret=1)
    opened = case.last(e.ScopeOpened)
    assert (opened.process_id, dict(opened.variables)) == ("inspection", {"name": "Xã A"})
    case.complete("inspect", inspect={"result": "good"})
    assert case.variables == {"unit": {"name": "Xã A"}, "secret": 1, "found": "good"}
    assert case.status == "completed"


def test_a_called_process_does_not_see_the_caller_s_variables() -> None:
    call = m.CallActivity(id="call", called_process="q")
    case = Case(
        process(call, paths=("start > call > end",)),
        process(script("read", "secret + 1"), paths=("start > read > end",), id="q"),
    ).start(secret=1)
    assert [incident.kind for incident in case.incidents] == ["expression"]


def test_outputs_that_fail_are_an_incident_on_the_call_and_nothing_is_lost() -> None:
    case = calling(outputs=(m.Mapping(source=feel("found + 1"), target="found"),)).start()
    case.complete("inspect")
    (incident,) = case.incidents
    assert (incident.node_id, incident.phase) == ("call", "wait")
    scope = case.last(e.ScopeOpened).scope_id
    case.do(SetVariables(variables={"found": 1}, scope_id=scope))
    case.do(RetryIncident(incident_id=incident.id))
    assert case.variables == {"found": 2}
    assert case.status == "completed"


def test_an_unknown_called_process_is_an_incident() -> None:
    call = m.CallActivity(id="call", called_process="missing")
    case = Case(process(call, paths=("start > call > end",))).start()
    assert [incident.kind for incident in case.incidents] == ["call"]


def test_a_process_that_calls_itself_without_end_is_stopped_by_an_incident() -> None:
    call = m.CallActivity(id="call", called_process="p")
    case = Case(process(call, paths=("start > call > end",))).start()
    assert [incident.kind for incident in case.incidents] == ["call"]
    assert case.count(e.ScopeOpened) == MAX_CALL_DEPTH - 1


def test_a_process_can_be_started_at_another_node() -> None:
    case = Case(process(user("a"), user("b"), paths=("start > a > b > end",)))
    case.do(StartProcess(start_node="b"))
    assert case.places == ["b"]
    with pytest.raises(NotFound):
        Case(process(user("a"), paths=("start > a > end",))).do(StartProcess(start_node="nowhere"))


def test_a_subprocess_itself_cannot_be_completed_from_outside() -> None:
    case = embedded().start()
    assert case.state is not None
    holder = next(a for a in case.state.activities.values() if a.node_id == "sub")
    with pytest.raises(TransitionRefused):
        case.do(CompleteActivity(activity_id=holder.id))


def test_variables_can_be_set_from_outside_in_a_scope_that_exists() -> None:
    case = embedded().start()
    case.do(SetVariables(variables={"x": 1}))
    assert case.variables == {"x": 1}
    with pytest.raises(NotFound):
        case.do(SetVariables(variables={"x": 1}, scope_id="s99"))
