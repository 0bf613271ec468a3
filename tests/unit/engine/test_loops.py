"""Standard loops: the same activity again and again, each time with what the last one has left."""

from typing import Any

import pytest

from tests.support.processes import Case, feel, process, script, subprocess, timer, user
from workflow.engine import events as e
from workflow.engine.commands import MoveToken, ResolveIncident, RetryIncident, ThrowError
from workflow.model import elements as m
from workflow.model.elements import DataItem
from workflow.model.events import ErrorDefinition


def again(condition: str | None = None, **more: Any) -> m.StandardLoop:
    return m.StandardLoop(condition=feel(condition) if condition else None, **more)


def counting(loop: m.StandardLoop, **more: Any) -> Case:
    work = script("n", "n + 1", standard_loop=loop)
    return Case(process(work, user("after"), paths=("start > n > after > end",)), **more)


def asking(loop: m.StandardLoop, *more: m.FlowNode, paths: tuple[str, ...] = ()) -> Case:
    work = m.UserTask(id="work", standard_loop=loop)
    return Case(process(work, user("after"), *more, paths=("start > work > after > end", *paths)))


@pytest.mark.parametrize(("n", "left"), [(0, 3), (2, 3), (3, 4)])
def test_a_condition_tested_afterwards_lets_it_run_at_least_once(n: int, left: int) -> None:
    assert counting(again("n < 3")).start(n=n).variables == {"n": left}


@pytest.mark.parametrize(("n", "left"), [(0, 3), (2, 3), (3, 3)])
def test_a_condition_tested_before_may_let_it_not_run_at_all(n: int, left: int) -> None:
    case = counting(again("n < 3", test_before=True)).start(n=n)
    assert (case.variables, case.places) == ({"n": left}, ["after"])


@pytest.mark.parametrize("condition", [None, "true"])
def test_the_maximum_ends_it(condition: str | None) -> None:
    assert counting(again(condition, maximum=3)).start(n=0).variables == {"n": 3}


def test_a_maximum_of_none_at_all_does_not_run_it() -> None:
    assert counting(again(maximum=0)).start(n=0).variables == {"n": 0}


def test_the_condition_sees_how_often_it_has_run() -> None:
    case = counting(again("loopCounter < 4")).start(n=0)
    assert case.variables == {"n": 4}, "and the counter stays inside"


def test_a_result_without_a_home_lands_beside_the_loop() -> None:
    case = Case(
        process(script("note", "loopCounter", standard_loop=again("note < 2")), paths=("start > note > end",))
    ).start()
    assert case.variables == {"note": 2}


def test_a_person_is_asked_until_the_answer_will_do() -> None:
    case = asking(again('work.outcome = "return"')).start()
    case.complete("work", work={"outcome": "return"})
    assert case.places == ["work"]
    case.complete("work", work={"outcome": "approve"})
    assert case.places == ["after"]
    assert case.variables == {"work": {"outcome": "approve"}}
    assert [event.loop_counter for event in case.history if isinstance(event, e.UserTaskCreated)] == [1, 2, None]


def test_properties_of_the_activity_are_new_for_each_instance() -> None:
    inner = subprocess(
        "sub",
        script("seen", "if seen = null then 1 else seen + 1"),
        script("total", "total + seen"),
        paths=("sub_begin > seen > total > sub_done",),
        standard_loop=again(maximum=3),
        properties=(DataItem(id="d", variable="seen"),),
    )
    assert Case(process(inner, paths=("start > sub > end",))).start(total=0).variables == {"total": 3}


def test_a_subprocess_repeats_with_a_scope_of_its_own_each_time() -> None:
    inner = subprocess(
        "sub",
        user("check"),
        script("n", "n + 1"),
        paths=("sub_begin > check > n > sub_done",),
        standard_loop=again("n < 2"),
    )
    case = Case(process(inner, paths=("start > sub > end",))).start(n=0)
    case.complete("check", check={"ok": True})
    assert (case.places, dict(case.variables)) == (["check"], {"n": 1})
    case.complete("check", check={"ok": True})
    assert (case.status, dict(case.variables)) == ("completed", {"n": 2})


def test_a_call_activity_repeats() -> None:
    call = m.CallActivity(
        id="call",
        called_process="q",
        inputs=(m.Mapping(source=feel("n"), target="given"),),
        outputs=(m.Mapping(source=feel("given + 1"), target="n"),),
        standard_loop=again("n < 5"),
    )
    case = Case(process(call, paths=("start > call > end",)), process(paths=("start > end",), id="q")).start(n=0)
    assert (case.status, dict(case.variables)) == ("completed", {"n": 5})


@pytest.mark.parametrize("condition", ["null", "1", '"yes"', "missing"])
@pytest.mark.parametrize("test_before", [True, False])
def test_a_condition_that_is_no_boolean_is_an_incident_until_it_is_corrected(condition: str, test_before: bool) -> None:
    case = counting(again(f"if good = true then false else {condition}", test_before=test_before)).start(n=0)
    (incident,) = case.incidents
    assert (incident.kind, incident.phase) == ("expression", "enter" if test_before else "leave")
    case.do(ResolveIncident(incident_id=incident.id, variables={"good": True}))
    assert case.places == ["after"]


def test_an_endless_loop_is_stopped_by_an_incident_that_names_it() -> None:
    case = counting(again(), loop_limit=50).start(n=0)
    (incident,) = case.incidents
    opened = case.last(e.IncidentOpened)
    assert (incident.kind, opened.params["node"], opened.params["count"]) == ("loop", "n", 50)
    assert case.variables == {"n": 50}
    case.do(RetryIncident(incident_id=incident.id))
    assert case.variables == {"n": 100}, "a person let it go on, and it was stopped again"


def test_an_endless_loop_around_another_process_or_loop_is_stopped_too() -> None:
    inner = subprocess(
        "sub",
        script("n", "n + 1", standard_loop=again(maximum=2)),
        paths=("sub_begin > n > sub_done",),
        standard_loop=again("true"),
    )
    case = Case(process(inner, paths=("start > sub > end",)), loop_limit=20).start(n=0)
    assert [incident.node_id for incident in case.incidents] == ["sub"]
    assert case.variables == {"n": 40}


def test_a_loop_with_a_maximum_may_be_longer_than_the_guard_allows_endless_ones() -> None:
    assert counting(again(maximum=60), loop_limit=50).start(n=0).places == ["after"]


def test_a_boundary_event_sits_on_the_whole_loop() -> None:
    due = m.BoundaryEvent(id="due", attached_to="work", definition=timer("duration", "P1D"))
    case = asking(again("true"), due, user("late"), paths=("due > late > end",)).start()
    case.complete("work")
    case.complete("work")
    assert case.count(e.TimerScheduled) == 1
    case.after(days=1)
    assert case.places == ["late"]


def test_an_error_in_one_instance_ends_the_loop() -> None:
    failed = m.BoundaryEvent(id="failed", attached_to="work", definition=ErrorDefinition(code="no"))
    case = asking(again("true"), failed, user("help"), paths=("failed > help > end",)).start()
    case.complete("work")
    case.do(ThrowError(activity_id=case.waiting("work")[0].id, code="no"))
    assert case.places == ["help"]


def test_moving_an_instance_moves_the_whole_loop() -> None:
    case = asking(again("true")).start()
    case.do(MoveToken(activity_id=case.waiting("work")[0].id, target_node="after"))
    assert case.places == ["after"]
