"""Compensation of what loops and called processes did: each instance with its own data."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.processes import event_subprocess, feel, process, script, subprocess, undo, undone_by, user
from tests.support.undoing import UndoingCase as Case
from workflow.engine import events as e
from workflow.model import elements as m
from workflow.model.events import CompensateDefinition, SignalDefinition


def looping(**loop: Any) -> Case:
    """A repeated subprocess whose task books the hotel of its instance."""
    inner = subprocess(
        "sub",
        script("book", "loopCounter * 10", "room"),
        *undone_by("book", user("cancel", assignee=feel("string(room)"))),
        paths=("sub_begin > book > sub_done",),
        **loop,
    )
    return Case(process(inner, undo("back"), user("after"), paths=("start > sub > back > after > end",))).start()


def assignees(case: Case) -> list[str | None]:
    found = []
    while case.places == ["cancel"]:
        found.append(case.last(e.UserTaskCreated).assignee)
        case.complete("cancel")
    return found


def test_every_instance_of_a_multi_instance_subprocess_is_undone_with_its_own_data() -> None:
    for sequential in (True, False):
        case = looping(multi_instance=m.MultiInstance(cardinality=feel("3"), sequential=sequential))
        assert assignees(case) == ["30", "20", "10"]
        assert case.places == ["after"]
        assert case.left == (0, 1)


def test_every_round_of_a_standard_loop_is_undone_with_its_own_data() -> None:
    case = looping(standard_loop=m.StandardLoop(maximum=2))
    assert assignees(case) == ["20", "10"]
    assert case.left == (0, 1)


@pytest.mark.parametrize(
    ("loop", "times"),
    [
        ({"multi_instance": m.MultiInstance(cardinality=feel("3"))}, 3),
        ({"multi_instance": m.MultiInstance(cardinality=feel("3"), sequential=True)}, 3),
        ({"multi_instance": m.MultiInstance(cardinality=feel("0"))}, 0),
        ({"multi_instance": m.MultiInstance(cardinality=feel("3"), completion_condition=feel("true"))}, 1),
        ({"standard_loop": m.StandardLoop(maximum=2)}, 2),
        ({}, 1),
    ],
)
def test_a_handler_on_a_subprocess_runs_once_for_each_instance_that_completed(loop: Any, times: int) -> None:
    """BPMN 2.0.2, 10.7.2."""
    inner = subprocess("sub", m.Task(id="b"), paths=("sub_begin > b > sub_done",), **loop)
    handler = script("not_sub", "count + 1", "count")
    case = Case(
        process(inner, *undone_by("sub", handler), undo("back", "sub"), paths=("start > sub > back > end",))
    ).start(count=0)
    assert case.undone == ["not_sub"] * times
    assert (case.status, case.variables["count"]) == ("completed", times)


def test_every_instance_has_its_own_compensation_event_subprocess() -> None:
    undoing = event_subprocess(
        "undoing", CompensateDefinition(), user("by_hand"), paths=("undoing_begin > by_hand > undoing_done",)
    )
    inner = subprocess(
        "sub",
        m.Task(id="b"),
        undoing,
        paths=("sub_begin > b > sub_done",),
        multi_instance=m.MultiInstance(cardinality=feel("2")),
    )
    case = Case(process(inner, undo("back", "sub"), user("after"), paths=("start > sub > back > after",))).start()
    assert case.places == ["by_hand"]
    case.complete("by_hand")
    assert case.places == ["by_hand"]
    case.complete("by_hand")
    assert case.places == ["after"]
    assert case.left == (0, 1)


def test_instances_of_a_loop_that_still_runs_are_not_undone_and_are_forgotten_when_it_is_interrupted() -> None:
    inner = subprocess(
        "sub",
        user("book"),
        *undone_by("book", user("cancel")),
        paths=("sub_begin > book > sub_done",),
        multi_instance=m.MultiInstance(cardinality=feel("2")),
    )
    alarm = m.BoundaryEvent(id="alarm", attached_to="sub", definition=SignalDefinition(name="alarm"))
    case = Case(
        process(
            inner,
            alarm,
            user("go"),
            undo("back"),
            user("after"),
            paths=("start > sub > end", "start > go > back > after", "alarm > end"),
        )
    ).start()
    case.complete("book")
    case.complete("go")
    assert case.places == ["after", "book"]
    assert case.left == (1, 5)
    case.signal("alarm")
    assert case.places == ["after"]
    assert case.left == (0, 1)


def calling(*boundary: m.FlowNode) -> Case:
    called = process(
        script("book", "room + 1", "room"),
        *undone_by("book", script("cancel", "room * 100", "room")),
        paths=("start > book > end",),
        id="q",
    )
    inputs: Mapping[str, Any] = {"inputs": (m.Mapping(source=feel("room"), target="room"),)}
    call = m.CallActivity(id="call", called_process="q", **inputs)
    return Case(
        process(call, *boundary, undo("back"), user("after"), paths=("start > call > back > after > end",)), called
    ).start(room=1)


def test_what_a_called_process_did_is_undone_from_outside_with_its_own_data() -> None:
    case = calling()
    assert case.places == ["after"]
    assert case.undone == ["cancel"]
    assert case.variables["room"] == 1, "a called process changes nothing of its caller"
    assert case.last(e.VariablesSet).variables == {"room": 200}
    assert case.left == (0, 1)


def test_a_handler_on_a_call_activity_stands_for_the_called_process() -> None:
    case = calling(*undone_by("call", script("not_call", "room + 5", "room")))
    assert case.undone == ["not_call"]
    assert case.variables["room"] == 6
