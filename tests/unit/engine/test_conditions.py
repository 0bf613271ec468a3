"""Conditional events: they happen when their condition becomes true."""

from tests.support.processes import Case, condition, process, user
from workflow.engine.events import ConditionChanged
from workflow.model import elements as m


def waiting_for(text: str) -> Case:
    event = m.IntermediateCatchEvent(id="wait", definition=condition(text))
    return Case(process(event, user("after"), paths=("start > wait > after > end",)))


def test_a_condition_that_is_true_already_happens_at_once() -> None:
    assert waiting_for("x > 1").start(x=2).places == ["after"]


def test_a_condition_happens_when_a_variable_makes_it_true() -> None:
    case = waiting_for("x > 1").start()

    case.set(x=1)
    assert case.places == ["wait"]
    case.set(x=2)
    assert case.places == ["after"]


def test_a_condition_over_a_variable_that_is_not_there_yet_is_false() -> None:
    case = waiting_for('status = "ready" and count(files) > 0').start()

    assert case.places == ["wait"]
    assert case.incidents == []


def test_a_condition_that_is_no_condition_is_an_incident_and_goes_on_when_it_becomes_one() -> None:
    case = waiting_for("x").start(x=5)

    assert [incident.kind for incident in case.incidents] == ["expression"]
    case.set(x=True)
    assert case.places == ["after"]


def test_a_non_interrupting_condition_happens_each_time_it_becomes_true() -> None:
    boundary = m.BoundaryEvent(id="high", attached_to="work", definition=condition("x > 5"), interrupting=False)
    case = Case(process(user("work"), boundary, user("note"), paths=("start > work > end", "high > note"))).start(x=9)

    assert case.places == ["note", "work"]
    case.set(x=10)
    assert case.places == ["note", "work"], "it was true before"
    case.set(x=1)
    case.set(x=7)
    assert case.places == ["note", "note", "work"]
    assert [event.holds for event in case.history if isinstance(event, ConditionChanged)] == [True, False, True]


def test_an_interrupting_condition_ends_its_activity() -> None:
    boundary = m.BoundaryEvent(id="high", attached_to="work", definition=condition("x > 5"))
    case = Case(process(user("work"), boundary, user("note"), paths=("start > work > end", "high > note"))).start(x=1)

    case.set(x=6)

    assert case.places == ["note"]
