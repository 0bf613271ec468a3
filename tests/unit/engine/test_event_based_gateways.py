"""Event-based gateways: the first of the events behind them decides."""

import pytest

from tests.support.processes import Case, condition, process, signal, timer, user
from workflow.engine.commands import StartProcess
from workflow.engine.events import GatewayDecided, MessageThrown
from workflow.errors import TransitionRefused
from workflow.model import elements as m
from workflow.model.events import MessageDefinition

PATHS = ("gate > reply > good > end", "gate > late > bad > end")


def nodes(**gateway: bool) -> tuple[m.FlowNode, ...]:
    return (
        m.EventBasedGateway(id="gate", **gateway),
        m.IntermediateCatchEvent(id="reply", definition=MessageDefinition(name="reply")),
        m.IntermediateCatchEvent(id="late", definition=timer("duration", "P1D")),
        user("good"),
        user("bad"),
    )


def test_the_message_that_comes_first_decides_and_the_timer_is_gone() -> None:
    case = Case(process(*nodes(), paths=("start > gate", *PATHS))).start()

    case.message("reply", text="yes")

    assert case.places == ["good"]
    assert case.variables["text"] == "yes"
    assert not case.state.timers  # type: ignore[union-attr]  # it has started
    assert case.last(GatewayDecided).taken == ("gate_reply",)
    assert case.visited[-3:] == ["gate", "reply", "good"]


def test_the_timer_decides_when_nothing_comes() -> None:
    case = Case(process(*nodes(), paths=("start > gate", *PATHS))).start()

    case.after(days=2)

    assert case.places == ["bad"]


def test_a_receive_task_behind_it_is_an_event_too() -> None:
    receive = m.ReceiveTask(id="receive", message=MessageDefinition(name="reply"))
    gate = m.EventBasedGateway(id="gate")
    alarm = m.IntermediateCatchEvent(id="alarm", definition=signal())
    paths = ("start > gate > receive > good > end", "gate > alarm > end")
    case = Case(process(gate, receive, alarm, user("good"), paths=paths)).start()

    case.message("reply")

    assert case.places == ["good"]


def test_an_instantiating_gateway_starts_at_the_event_that_happened() -> None:
    case = Case(process(*nodes(instantiate=True), paths=PATHS)).start_at("reply", text="yes")

    assert case.places == ["good"]
    assert case.variables["text"] == "yes"


def test_a_parallel_instantiating_gateway_waits_for_the_other_events_too() -> None:
    case = Case(process(*nodes(instantiate=True, parallel=True), paths=PATHS)).start_at("reply")

    assert case.places == ["gate", "good"]
    case.after(days=2)
    assert case.places == ["bad", "good"]


def test_a_process_that_only_events_start_cannot_start_by_itself() -> None:
    case = Case(process(*nodes(instantiate=True), paths=PATHS))

    with pytest.raises(TransitionRefused):
        case.start()


def test_an_event_behind_an_ordinary_gateway_starts_no_process() -> None:
    case = Case(process(*nodes(), paths=("start > gate", *PATHS)))

    with pytest.raises(TransitionRefused):
        case.do(StartProcess(start_node="reply"))


def test_a_message_start_event_starts_with_what_the_message_brought() -> None:
    begin = m.StartEvent(id="begin", definition=MessageDefinition(name="order"))
    answer = m.EndEvent(id="answer", definition=MessageDefinition(name="answer"))
    case = Case(process(begin, user("work"), answer, paths=("begin > work > answer",))).start_at("begin", number=7)

    assert case.variables["number"] == 7
    case.complete("work")
    assert case.status == "completed"
    assert case.last(MessageThrown).name == "answer"


def test_a_condition_that_has_become_true_is_awaited_no_more_by_a_parallel_gateway() -> None:
    gate = m.EventBasedGateway(id="gate", instantiate=True, parallel=True)
    full = m.IntermediateCatchEvent(id="full", definition=condition("x = 0"))
    reply = m.IntermediateCatchEvent(id="reply", definition=MessageDefinition(name="reply"))
    nodes = (gate, full, reply, m.ParallelGateway(id="both"))
    case = Case(process(*nodes, paths=("gate > full > both > end", "gate > reply > both"))).start_at("reply", x=1)

    case.set(x=0)

    assert case.status == "completed"
