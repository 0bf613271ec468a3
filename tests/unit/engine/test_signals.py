"""Signals: to every wait of the instance at once, whoever threw them."""

from tests.support.processes import Case, process, signal, subprocess, user
from workflow.engine.events import ActivityCancelled, ActivityCompleted, SignalThrown
from workflow.model import elements as m
from workflow.model.expressions import Expression


def catch(id: str, name: str = "alarm") -> m.IntermediateCatchEvent:
    return m.IntermediateCatchEvent(id=id, definition=signal(name))


def throw(id: str, name: str = "alarm", **more: object) -> m.IntermediateThrowEvent:
    return m.IntermediateThrowEvent(id=id, definition=signal(name), **more)  # type: ignore[arg-type]  # test shorthand


def test_a_signal_reaches_every_wait_for_it_and_no_other() -> None:
    nodes = (m.ParallelGateway(id="fork"), catch("one"), catch("two"), catch("other", "calm"))
    case = Case(process(*nodes, paths=("start > fork > one", "fork > two", "fork > other"))).start()

    case.signal("alarm", level="high")

    assert case.places == ["other"]
    assert case.variables["level"] == "high"


def test_a_signal_that_nobody_waits_for_is_no_fault() -> None:
    case = Case(process(user("work"), paths=("start > work > end",))).start()

    assert case.signal("alarm") == []
    assert case.places == ["work"]


def test_a_throw_reaches_the_waits_of_its_own_instance_with_what_it_sends() -> None:
    level = m.Mapping(source=Expression('"high"'), target="level")
    nodes = (m.ParallelGateway(id="fork"), catch("wait"), throw("shout", inputs=(level,)), user("after"))
    case = Case(process(*nodes, paths=("start > fork > wait > after > end", "fork > shout"))).start()

    assert case.places == ["after"]
    assert case.last(SignalThrown).variables == {"level": "high"}
    assert case.variables["level"] == "high"


def test_a_token_that_throws_into_the_scope_it_interrupts_does_not_go_on() -> None:
    inner = subprocess("sub", throw("shout"), user("never"), paths=("sub_begin > shout > never",))
    boundary = m.BoundaryEvent(id="caught", attached_to="sub", definition=signal())
    case = Case(process(inner, boundary, user("after"), paths=("start > sub > end", "caught > after"))).start()

    assert case.places == ["after"]
    assert case.count(ActivityCancelled, node_id="shout", reason="boundary") == 1
    assert case.count(ActivityCompleted, node_id="shout") == 0


def test_a_non_interrupting_boundary_event_catches_every_signal() -> None:
    boundary = m.BoundaryEvent(id="caught", attached_to="work", definition=signal(), interrupting=False)
    case = Case(process(user("work"), boundary, user("note"), paths=("start > work > end", "caught > note"))).start()

    case.signal("alarm")
    case.signal("alarm")

    assert case.places == ["note", "note", "work"]


def test_a_wait_that_begins_with_the_signal_does_not_catch_it() -> None:
    case = Case(process(throw("shout"), catch("wait"), paths=("start > shout > wait > end",))).start()

    assert case.places == ["wait"]


def test_a_wait_in_a_branch_beside_the_throw_hears_it_whichever_flow_is_drawn_first() -> None:
    nodes = (m.ParallelGateway(id="fork"), throw("shout"), catch("wait"), user("after"))
    case = Case(process(*nodes, paths=("start > fork > shout", "fork > wait > after > end"))).start()

    assert case.visited.index("shout") < case.visited.index("wait")
    assert case.places == ["after"]
