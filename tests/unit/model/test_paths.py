"""Which incoming flows of a gateway can be reached from where."""

from tests.support.processes import process, timer, user
from workflow.model import elements as m


def test_paths_end_at_the_gateway_itself() -> None:
    definition = process(
        m.InclusiveGateway(id="join"), user("a"), user("b"), paths=("start > a > join > b > join", "b > end")
    )
    assert definition.paths.into("join") == {
        "start": {"a_join"},
        "a": {"a_join"},
        "b": {"b_join"},
    }


def test_a_boundary_event_is_a_way_out_of_its_activity() -> None:
    due = m.BoundaryEvent(id="due", attached_to="a", definition=timer("duration", "P1D"))
    definition = process(
        m.InclusiveGateway(id="join"), user("a"), user("b"), due, paths=("start > a > end", "due > b > join > end")
    )
    assert definition.paths.into("join")["a"] == {"b_join"}


def test_paths_are_worked_out_once() -> None:
    definition = process(m.InclusiveGateway(id="join"), user("a"), paths=("start > a > join > end",))
    assert definition.paths.into("join") is definition.paths.into("join")
