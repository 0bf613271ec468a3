"""Compensation: completed work is undone by its handlers, the newest first."""

import pytest

from tests.support.processes import process, undo, undone_by, user
from tests.support.undoing import UndoingCase as Case
from workflow.engine import events as e
from workflow.engine.commands import CancelProcess
from workflow.model import elements as m
from workflow.model.events import TerminateDefinition


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
