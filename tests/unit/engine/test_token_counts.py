"""General rules of joins that count tokens, whatever the order in which the tokens come."""

from hypothesis import given, settings, strategies as st

from tests.support.processes import Case, feel, process, user
from workflow.engine import events as e
from workflow.engine.evolve import replay
from workflow.model import elements as m

ORDERS = st.integers(1, 5).flatmap(lambda number: st.permutations(range(number)))


def branches(target: m.FlowNode, number: int, *more: m.FlowNode, paths: tuple[str, ...]) -> Case:
    nodes = [user(f"b{index}") for index in range(number)]
    ways = (f"split > {node.id} > {target.id}" for node in nodes)
    return Case(process(m.ParallelGateway(id="split"), target, *nodes, *more, paths=("start > split", *ways, *paths)))


@settings(max_examples=40, deadline=None)
@given(order=ORDERS, needed=st.integers(1, 6))
def test_a_complex_gateway_goes_on_once_when_enough_have_come_and_swallows_the_others(
    order: list[int], needed: int
) -> None:
    gateway = m.ComplexGateway(id="gate", activation_condition=feel(f"activationCount >= {needed}"))
    case = branches(gateway, len(order), user("next"), paths=("gate > next > end",)).start()
    for number, index in enumerate(order, start=1):
        case.complete(f"b{index}")
        assert case.places.count("next") == (number >= needed)
    if needed > len(order):
        assert [incident.kind for incident in case.incidents] == ["no-flow"]
    else:
        case.complete("next")
        assert case.status == "completed"
        assert case.count(e.JoinReset) == 1
    assert replay(case.history) == case.state


@settings(max_examples=40, deadline=None)
@given(order=ORDERS, needed=st.integers(2, 4))
def test_an_activity_starts_once_for_each_full_number_of_tokens_and_the_rest_is_an_incident(
    order: list[int], needed: int
) -> None:
    work = m.UserTask(id="work", start_quantity=needed)
    case = branches(work, len(order), paths=("work > end",)).start()
    for number, index in enumerate(order, start=1):
        case.complete(f"b{index}")
        assert case.places.count("work") == number // needed
    while case.waiting("work"):
        case.complete("work")
    left = len(order) % needed
    assert case.status == ("active" if left else "completed")
    assert len(case.incidents) == (1 if left else 0)
    assert replay(case.history) == case.state


@settings(max_examples=40, deadline=None)
@given(order=ORDERS, enough=st.integers(1, 5), cancel=st.booleans())
def test_an_ad_hoc_subprocess_is_done_when_its_condition_says_so(order: list[int], enough: int, cancel: bool) -> None:
    ids = [f"b{index}" for index in range(len(order))]
    inner = m.AdHocSubProcess(
        id="sub",
        nodes={id: user(id) for id in ids},
        completion_condition=feel(f"count([{', '.join(ids)}][item != null]) >= {min(enough, len(order))}"),
        cancel_remaining=cancel,
    )
    case = Case(process(inner, paths=("start > sub > end",))).start(**dict.fromkeys(ids))
    for number, index in enumerate(order, start=1):
        case.complete(f"b{index}", **{f"b{index}": 1})
        done = number >= min(enough, len(order)) if cancel else number == len(order)
        assert (case.status == "completed") == done
        if done:
            break
    assert replay(case.history) == case.state
