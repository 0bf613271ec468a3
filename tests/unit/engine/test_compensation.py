"""Compensation: completed work is undone by its handlers, the newest first, with the data of its time."""

import pytest

from tests.support.processes import feel, process, script, subprocess, undo, undone_by, user
from tests.support.undoing import UndoingCase as Case
from workflow.engine import events as e
from workflow.engine.commands import CancelProcess, FailJob, RetryIncident, ThrowError
from workflow.model import elements as m
from workflow.model.events import ErrorDefinition, TerminateDefinition


def booking(*, wait: bool = True, end: bool = False, activity: str | None = None) -> Case:
    """Book a flight and a hotel, then undo; a user task stands before the throw."""
    return Case(
        process(
            m.Task(id="flight"),
            m.Task(id="hotel"),
            *undone_by("flight", user("no_flight")),
            *undone_by("hotel", user("no_hotel")),
            user("check"),
            undo("back", activity, wait=wait, end=end),
            user("after"),
            paths=("start > flight > hotel > check > back", *(() if end else ("back > after > end",))),
        )
    ).start()


def test_completed_activities_are_undone_one_after_another_the_newest_first() -> None:
    case = booking()
    assert case.left == (2, 1)
    case.complete("check")
    assert case.places == ["no_hotel"]
    case.complete("no_hotel")
    assert case.places == ["no_flight"]
    case.complete("no_flight")
    assert case.places == ["after"]
    assert case.left == (0, 1)
    assert case.last(e.CompensationRequested).compensables == tuple(
        event.compensable_id for event in reversed(case.history) if isinstance(event, e.CompensableRecorded)
    )
    case.complete("after")
    assert case.status == "completed"


def test_only_the_activity_that_the_throw_names_is_undone() -> None:
    case = booking(activity="flight")
    case.complete("check")
    assert case.places == ["no_flight"]
    case.complete("no_flight")
    assert case.places == ["after"]
    assert case.undone == ["no_flight"]
    assert case.left == (1, 1)
    case.complete("after")
    assert case.left == (0, 1), "a process that has ended remembers nothing that could be undone"


def test_an_end_event_undoes_before_it_ends() -> None:
    case = booking(end=True)
    case.complete("check")
    case.complete("no_hotel")
    assert case.status == "active"
    case.complete("no_flight")
    assert case.status == "completed"
    assert case.end_nodes == ("back",)


def test_a_throw_that_does_not_wait_lets_its_token_go_on_at_once() -> None:
    case = booking(wait=False)
    case.complete("check")
    assert case.places == ["after", "no_hotel"]
    case.complete("after")
    assert case.status == "active"
    case.complete("no_hotel")
    case.complete("no_flight")
    assert case.status == "completed"
    assert case.visited.count("after") == 1


def test_an_end_event_that_does_not_wait_still_holds_the_process_until_all_is_undone() -> None:
    case = booking(wait=False, end=True)
    case.complete("check")
    case.complete("no_hotel")
    assert case.status == "active"
    case.complete("no_flight")
    assert case.status == "completed"
    assert case.end_nodes == ("back",)


def test_an_inclusive_join_does_not_wait_for_a_throw_whose_token_has_gone_on() -> None:
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            m.InclusiveGateway(id="split"),
            m.ExclusiveGateway(id="gate"),
            m.InclusiveGateway(id="join"),
            undo("back", wait=False),
            user("after"),
            paths=(
                "start > a > split > back > gate",
                "gate > join ? false",
                "gate > end ? true",
                "split > join > after > end",
            ),
        )
    ).start()
    assert case.places == ["after", "not_a"]


def test_where_nothing_can_be_undone_the_token_goes_on_at_once() -> None:
    case = Case(process(m.Task(id="a"), undo("back"), paths=("start > a > back > end",))).start()
    assert case.status == "completed"
    assert case.count(e.CompensationRequested) == 0


def test_an_activity_that_has_not_completed_cannot_be_undone() -> None:
    case = Case(
        process(
            user("a"),
            *undone_by("a", user("not_a")),
            undo("back"),
            user("after"),
            paths=("start > a > end", "start > back > after > end"),
        )
    ).start()
    assert case.places == ["a", "after"]


def test_what_is_undone_is_not_undone_a_second_time() -> None:
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", m.Task(id="not_a")),
            undo("back"),
            undo("again"),
            paths=("start > a > back > again > end",),
        )
    ).start()
    assert case.undone == ["not_a"]
    assert case.status == "completed"


def test_two_throws_at_once_share_the_work_and_each_thing_is_undone_once() -> None:
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            m.Task(id="b"),
            *undone_by("b", user("not_b")),
            undo("one", "a"),
            undo("all"),
            undo("more"),
            user("after"),
            user("later"),
            paths=("start > a > b > one > after > end", "b > all > end", "b > more > later > end"),
        )
    ).start()
    assert case.places == ["later", "not_a", "not_b"]
    case.complete("not_b")
    assert case.places == ["later", "not_a"]
    case.complete("not_a")
    assert case.places == ["after", "later"]


def test_each_round_of_a_loop_of_flows_is_undone_with_its_own_data() -> None:
    """The hotel that the handler cancels is the one that was booked then, not the last one."""
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
    case.complete("cancel")
    assert case.last(e.UserTaskCreated).assignee == "Hoa Lư"
    case.complete("cancel")
    assert case.status == "completed"
    assert case.variables["hotel"] == "Tam Đảo"


def test_what_a_handler_changes_goes_outward_even_where_it_restores_the_old_value() -> None:
    case = Case(
        process(
            script("a", "1", "x"),
            *undone_by("a", script("not_a", "x", "x")),
            script("change", "2", "x"),
            undo("back"),
            paths=("start > a > change > back > end",),
        )
    ).start(x=0)
    assert case.variables["x"] == 1


def test_a_handler_reads_what_was_made_later_but_not_what_was_changed_later() -> None:
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
    assert case.variables["seen"] == [1, "late"]
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


def test_what_was_not_begun_when_the_thrower_was_ended_can_still_be_undone() -> None:
    stop = m.BoundaryEvent(id="caught", attached_to="not_b", definition=ErrorDefinition(code="E"))
    inner = m.EventSubProcess(
        id="rescue",
        nodes={
            "failed": m.StartEvent(id="failed", definition=ErrorDefinition(code="E")),
            "rest": undo("rest"),
            "rescued": m.EndEvent(id="rescued"),
        },
        flows={
            "f1": m.SequenceFlow(id="f1", source="failed", target="rest"),
            "f2": m.SequenceFlow(id="f2", source="rest", target="rescued"),
        },
    )
    assert stop.interrupting
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            m.Task(id="b"),
            *undone_by("b", m.ServiceTask(id="not_b", handler="h")),
            undo("back"),
            inner,
            paths=("start > a > b > back > end",),
        ),
        handlers=("h",),
    ).start()
    case.do(ThrowError(activity_id=case.waiting("not_b")[0].id, code="E"))
    assert case.places == ["not_a"]
    case.complete("not_a")
    assert case.status == "completed"


@pytest.mark.parametrize("wait", [True, False])
def test_a_process_can_be_cancelled_while_it_undoes(wait: bool) -> None:
    case = booking(wait=wait)
    case.complete("check")
    case.do(CancelProcess())
    assert case.status == "cancelled"
    assert case.left == (0, 1)
    assert case.state is not None
    assert not case.state.activities


def test_a_terminate_end_event_ends_the_undoing_too() -> None:
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            undo("back"),
            user("wait"),
            m.EndEvent(id="stop", definition=TerminateDefinition()),
            paths=("start > a > back > end", "a > wait > stop"),
        )
    ).start()
    case.complete("wait")
    assert case.status == "completed"
    assert case.left == (0, 1)


def test_parallel_branches_are_undone_in_the_reverse_order_of_their_completion() -> None:
    case = Case(
        process(
            *(user(name) for name in "abc"),
            *(node for name in "abc" for node in undone_by(name, m.Task(id=f"not_{name}"))),
            m.ParallelGateway(id="split"),
            m.ParallelGateway(id="join"),
            undo("back"),
            paths=("start > split > a > join > back > end", "split > b > join", "split > c > join"),
        )
    ).start()
    for name in "bca":
        case.complete(name)
    assert case.undone == ["not_a", "not_c", "not_b"]
    assert case.status == "completed"


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
