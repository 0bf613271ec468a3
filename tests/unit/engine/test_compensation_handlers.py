"""Compensation handlers: what they read and change, what kinds of activity they may be, and what if they fail."""

from dataclasses import replace

import pytest

from tests.support.processes import event_subprocess, feel, process, script, subprocess, undo, undone_by, user
from tests.support.undoing import UndoingCase as Case
from workflow.engine import events as e
from workflow.engine.commands import FailJob, MoveToken, RetryIncident, ThrowError
from workflow.errors import TransitionRefused
from workflow.model import elements as m
from workflow.model.events import CompensateDefinition, ErrorDefinition, MultipleDefinition, SignalDefinition


def test_each_round_of_a_loop_of_flows_is_undone_and_reads_the_data_of_now() -> None:
    """The data around a handler are those of now (13.5.5): what every round has done is kept in a list, or in a subprocess."""
    case = Case(
        process(
            user("choose"),
            script("book", "hotel"),
            *undone_by("book", user("cancel", assignee=feel("hotel"))),
            m.ExclusiveGateway(id="gate"),
            undo("back"),
            paths=("start > choose > book > gate", "gate > choose ? more", "gate > back ? not(more)", "back > end"),
        )
    ).start()
    case.complete("choose", hotel="Hoa Lư", more=True)
    case.complete("choose", hotel="Tam Đảo", more=False)
    assert case.last(e.UserTaskCreated).assignee == "Tam Đảo"
    case.complete("cancel", hotel="Hoa Lư")
    assert case.last(e.UserTaskCreated).assignee == "Hoa Lư", "what one handler hands on, the next one reads"
    case.complete("cancel")
    assert case.status == "completed"
    assert case.variables["hotel"] == "Hoa Lư"


def test_what_handlers_change_goes_outward_and_adds_up() -> None:
    case = Case(
        process(
            script("a", "1", "x"),
            *undone_by("a", script("not_a", "x * 10", "x")),
            script("change", "2", "x"),
            *undone_by("change", script("not_change", "x + 1", "x")),
            undo("back"),
            paths=("start > a > change > back > end",),
        )
    ).start(x=0)
    assert case.variables["x"] == 30


def test_a_handler_reads_what_was_made_and_changed_later() -> None:
    case = Case(
        process(
            script("a", "1", "x"),
            *undone_by("a", script("not_a", "[x, reason]", "seen")),
            script("change", "2", "x"),
            script("explain", '"late"', "reason"),
            undo("back"),
            paths=("start > a > change > explain > back > end",),
        )
    ).start()
    assert case.variables["seen"] == [2, "late"]
    assert case.variables["x"] == 2


def test_a_handler_that_fails_waits_for_an_operator_and_goes_on() -> None:
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", m.ServiceTask(id="not_a", handler="h")),
            undo("back"),
            paths=("start > a > back > end",),
        ),
        handlers=("h",),
    ).start()
    case.do(FailJob(activity_id=case.waiting("not_a")[0].id, message="no line"))
    (incident,) = case.incidents
    case.do(RetryIncident(incident_id=incident.id))
    case.complete("not_a", done=True)
    assert case.status == "completed"
    assert case.variables == {"done": True}


def test_an_error_in_a_handler_is_thrown_outward_from_the_thrower_and_ends_the_undoing() -> None:
    inner = subprocess(
        "sub",
        m.Task(id="a"),
        *undone_by("a", user("not_a")),
        m.Task(id="b"),
        *undone_by("b", m.ServiceTask(id="not_b", handler="h")),
        undo("back"),
        paths=("sub_begin > a > b > back > sub_done",),
    )
    caught = m.BoundaryEvent(id="caught", attached_to="sub", definition=ErrorDefinition(code="E"))
    case = Case(
        process(inner, caught, user("repair"), paths=("start > sub > end", "caught > repair > end")), handlers=("h",)
    ).start()
    case.do(ThrowError(activity_id=case.waiting("not_b")[0].id, code="E"))
    assert case.places == ["repair"]
    assert case.left == (0, 1)


def failing() -> Case:
    """The second of two handlers is a job; an event subprocess catches its error and undoes the rest."""
    rescue = event_subprocess(
        "rescue", ErrorDefinition(code="E"), undo("rest"), paths=("rescue_begin > rest > rescue_done",)
    )
    return Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            m.Task(id="b"),
            *undone_by("b", m.ServiceTask(id="not_b", handler="h")),
            undo("back"),
            user("after"),
            rescue,
            paths=("start > a > b > back > after > end",),
        ),
        handlers=("h",),
    ).start()


def test_what_was_not_begun_when_the_thrower_was_ended_can_still_be_undone() -> None:
    case = failing()
    case.do(ThrowError(activity_id=case.waiting("not_b")[0].id, code="E"))
    assert case.places == ["not_a"]
    case.complete("not_a")
    assert case.status == "completed"
    assert "after" not in case.visited


def test_an_operator_moves_the_throw_but_no_token_into_or_out_of_a_handler() -> None:
    case = failing()
    assert case.state is not None
    (back,) = (each for each in case.state.activities.values() if each.node_id == "back")
    for activity_id, target in ((case.waiting("not_b")[0].id, "after"), (back.id, "not_a")):
        with pytest.raises(TransitionRefused):
            case.do(MoveToken(activity_id=activity_id, target_node=target))
    case.do(MoveToken(activity_id=back.id, target_node="after"))
    assert case.places == ["after"]
    assert case.left == (1, 1)


def test_a_handler_that_a_new_version_has_lost_asks_an_operator_and_goes_on_once_it_is_there_again() -> None:
    case = failing()
    old = case.program
    process = old.process
    nodes = {key: node for key, node in process.nodes.items() if key != "a_undo"}
    case.program = replace(old, processes={process.id: replace(process, nodes=nodes)})
    case.complete("not_b")
    (incident,) = case.incidents
    assert incident.node_id == "back"
    case.program = old
    case.do(RetryIncident(incident_id=incident.id))
    assert case.places == ["not_a"]
    case.complete("not_a")
    assert case.places == ["after"]


def test_a_boundary_event_on_a_handler_goes_on_beside_it() -> None:
    late = m.BoundaryEvent(id="late", attached_to="not_a", definition=SignalDefinition(name="late"))
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            late,
            user("phone"),
            undo("back"),
            user("after"),
            paths=("start > a > back > after > end", "late > phone"),
        )
    ).start()
    case.signal("late")
    assert case.places == ["phone"]
    case.complete("phone", answer="yes")
    assert case.places == ["after"]
    assert case.variables == {"answer": "yes"}


def test_an_event_that_throws_a_signal_and_compensation_goes_on_when_all_is_undone() -> None:
    both = MultipleDefinition(parts=(SignalDefinition(name="undone"), CompensateDefinition(activity="a")))
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            m.IntermediateThrowEvent(id="back", definition=both),
            user("after"),
            paths=("start > a > back > after > end",),
        )
    ).start()
    assert case.count(e.SignalThrown, name="undone") == 1
    assert case.places == ["not_a"]
    case.complete("not_a")
    assert case.places == ["after"]


def test_a_handler_may_be_a_subprocess_or_a_loop() -> None:
    handler = subprocess("not_a", user("x"), user("y"), paths=("not_a_begin > x > y > not_a_done",))
    twice = user("not_b", multi_instance=m.MultiInstance(cardinality=feel("2")))
    case = Case(
        process(
            m.Task(id="a"),
            m.Task(id="b"),
            *undone_by("a", handler),
            *undone_by("b", twice),
            undo("back"),
            paths=("start > a > b > back > end",),
        )
    ).start()
    assert case.places == ["not_b", "not_b"]
    case.complete("not_b")
    case.complete("not_b")
    assert case.places == ["x"]
    case.complete("x")
    case.complete("y")
    assert case.status == "completed"


def test_a_multi_instance_activity_counts_as_one() -> None:
    case = Case(
        process(
            user("a", multi_instance=m.MultiInstance(cardinality=feel("3"))),
            *undone_by("a", m.Task(id="not_a")),
            undo("back"),
            paths=("start > a > back > end",),
        )
    ).start()
    for _ in range(3):
        case.complete("a")
    assert case.undone == ["not_a"]
    assert case.status == "completed"
