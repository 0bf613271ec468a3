"""Events with several definitions, links and repeating catch events."""

from tests.support.processes import Case, process, signal, timer, user
from workflow.engine.events import SignalThrown
from workflow.model import elements as m
from workflow.model.events import LinkDefinition, MessageDefinition, MultipleDefinition

BOTH = (signal("one"), MessageDefinition(name="two"))


def waiting(*, parallel: bool) -> Case:
    event = m.IntermediateCatchEvent(id="wait", definition=MultipleDefinition(parts=BOTH, parallel=parallel))
    return Case(process(event, user("after"), paths=("start > wait > after > end",))).start()


def test_one_of_several_is_enough_and_the_rest_is_forgotten() -> None:
    case = waiting(parallel=False)

    case.signal("one")

    assert case.places == ["after"]
    assert not case.state.subscriptions  # type: ignore[union-attr]  # it has started


def test_a_parallel_event_needs_them_all_in_any_order() -> None:
    case = waiting(parallel=True)

    case.message("two", text="first")
    assert case.places == ["wait"]
    case.signal("one")
    assert case.places == ["after"]
    assert case.variables["text"] == "first"


def test_a_non_interrupting_parallel_boundary_event_waits_for_all_of_them_anew() -> None:
    both = MultipleDefinition(parts=BOTH, parallel=True)
    boundary = m.BoundaryEvent(id="both", attached_to="work", definition=both, interrupting=False)
    case = Case(process(user("work"), boundary, user("note"), paths=("start > work > end", "both > note"))).start()

    for _ in range(2):
        case.signal("one")
        case.message("two")

    assert case.places == ["note", "note", "work"]


def test_a_parallel_event_that_needs_a_date_happens_once_as_the_date_does() -> None:
    both = MultipleDefinition(parts=(signal("one"), timer("date", "2023-01-01")), parallel=True)
    boundary = m.BoundaryEvent(id="both", attached_to="work", definition=both, interrupting=False)
    case = Case(process(user("work"), boundary, user("note"), paths=("start > work > end", "both > note"))).start()

    case.after(hours=1)
    for _ in range(2):
        case.signal("one")
        case.after(hours=1)

    assert case.places == ["note", "work"]


def test_a_throw_event_throws_everything_it_defines() -> None:
    parts = (signal("one"), signal("two"))
    event = m.IntermediateThrowEvent(id="shout", definition=MultipleDefinition(parts=parts))
    case = Case(process(event, paths=("start > shout > end",))).start()

    assert [thrown.name for thrown in case.history if isinstance(thrown, SignalThrown)] == ["one", "two"]
    assert case.status == "completed"


def test_a_link_goes_on_at_the_event_of_its_name() -> None:
    away = m.IntermediateThrowEvent(id="away", definition=LinkDefinition(name="page 2"))
    back = m.IntermediateCatchEvent(id="back", definition=LinkDefinition(name="page 2"))
    case = Case(process(away, back, user("after"), paths=("start > away", "back > after > end"))).start()

    assert case.visited == ["start", "away", "back", "after"]
    case.complete("after")
    assert case.status == "completed"


def test_an_inclusive_join_waits_for_a_token_behind_a_link() -> None:
    nodes = (
        m.InclusiveGateway(id="split"),
        m.InclusiveGateway(id="join"),
        m.IntermediateThrowEvent(id="away", definition=LinkDefinition(name="page 2")),
        m.IntermediateCatchEvent(id="back", definition=LinkDefinition(name="page 2")),
        user("a"),
        user("b"),
        user("after"),
    )
    paths = ("start > split > a > join ? true", "split > b > away ? true", "back > join > after > end")
    case = Case(process(*nodes, paths=paths)).start()

    case.complete("a")
    assert case.places == ["b"]
    case.complete("b")
    assert case.places == ["after"]


def test_a_cycle_lets_a_token_go_each_time_and_is_done_with_the_last() -> None:
    event = m.IntermediateCatchEvent(id="tick", definition=timer("cycle", "R3/PT1H"))
    case = Case(process(event, user("note"), paths=("start > tick > note > end",))).start()

    case.after(minutes=70)
    assert case.places == ["note", "tick"]
    case.after(hours=5)
    assert case.places == ["note", "note", "note"]
