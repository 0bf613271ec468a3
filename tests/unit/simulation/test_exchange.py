"""Several instances in one simulation: messages, signals, and processes that an event starts."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.support.drawing import catching, file_of, flows, process, script, throwing, timer
from workflow.simulate import simulate

MESSAGE = '<message id="m" name="paid"/>'
SIGNAL = '<signal id="g" name="stop"/>'
OF_MESSAGE = '<messageEventDefinition messageRef="m"/>'
OF_SIGNAL = '<signalEventDefinition signalRef="g"/>'


def nothing(text: str, variables: Mapping[str, Any]) -> None:
    return None


def line(process_id: str, *nodes: str, start: str = "") -> str:
    """A process whose nodes stand one after another; every id ends with the process's id."""
    first = f'<startEvent id="start_{process_id}">{start}</startEvent>'
    last = f'<endEvent id="end_{process_id}"/>'
    ids = [node.partition('id="')[2].partition('"')[0] for node in (first, *nodes, last)]
    ways = flows(*(f"{one}>{other}" for one, other in itertools.pairwise(ids)))
    return process(first + "".join(nodes) + last + ways, process_id)


def test_a_message_goes_to_the_instance_that_waits() -> None:
    text = file_of(MESSAGE, line("a", catching("wait", OF_MESSAGE)), line("b", throwing("send", OF_MESSAGE)))

    result = simulate(text, process_ids=["a", "b"])

    assert result.status == "completed"
    assert [instance.process_id for instance in result.instances] == ["a", "b"]


def test_a_message_that_nobody_waits_for_yet_is_kept() -> None:
    text = file_of(MESSAGE, line("a", catching("wait", OF_MESSAGE)), line("b", throwing("send", OF_MESSAGE)))

    assert simulate(text, process_ids=["b", "a"]).status == "completed"


def test_one_message_lets_one_instance_go_on() -> None:
    text = file_of(MESSAGE, line("a", catching("wait", OF_MESSAGE)), line("b", throwing("send", OF_MESSAGE)))

    result = simulate(text, process_ids=["a", "a", "b"])

    assert [instance.status for instance in result.instances] == ["completed", "active", "completed"]
    assert result.status == "waiting"


def test_a_message_starts_a_process_that_nobody_has_named() -> None:
    text = file_of(MESSAGE, line("a", throwing("send", OF_MESSAGE)), line("b", script("began"), start=OF_MESSAGE))

    result = simulate(text, process_ids=["a"], scripts=nothing)

    assert result.scripts == ("began",)
    assert [instance.process_id for instance in result.instances] == ["a", "b"]


def test_a_process_that_waits_for_a_message_to_start_is_waiting() -> None:
    text = file_of(MESSAGE, line("b", script("began"), start=OF_MESSAGE))

    result = simulate(text, scripts=nothing)

    assert (result.status, result.visited, result.instances) == ("waiting", (), ())


def test_an_instantiating_receive_task_starts_its_process() -> None:
    receiver = process(
        '<receiveTask id="receive" messageRef="m" instantiate="true"/><endEvent id="over"/>' + flows("receive>over"),
        "b",
    )
    text = file_of(MESSAGE, line("a", throwing("send", OF_MESSAGE)), receiver)

    assert simulate(text, process_ids=["a"]).visited[-2:] == ("receive", "over")


def test_a_signal_reaches_every_other_instance_and_starts_processes() -> None:
    text = file_of(
        SIGNAL,
        line("a", catching("wait", OF_SIGNAL)),
        line("b", throwing("shout", OF_SIGNAL)),
        line("c", script("began"), start=OF_SIGNAL),
    )

    result = simulate(text, process_ids=["a", "a", "b"], scripts=nothing)

    assert result.status == "completed"
    assert [instance.process_id for instance in result.instances] == ["a", "a", "b", "c"]


def test_nobody_keeps_a_signal() -> None:
    text = file_of(SIGNAL, line("a", catching("wait", OF_SIGNAL)), line("b", throwing("shout", OF_SIGNAL)))

    assert simulate(text, process_ids=["b", "a"]).status == "waiting"


def test_a_timer_starts_a_process_at_its_time_and_again_in_a_cycle() -> None:
    text = file_of(line("a", script("tick"), start=timer("timeCycle", "R3/PT1H")))

    result = simulate(text, scripts=nothing)

    assert result.scripts == ("tick",) * 3
    assert result.now == datetime(2026, 1, 5, 4, tzinfo=UTC)
    assert result.status == "completed"


def test_a_condition_starts_a_process_when_it_holds_over_the_variables() -> None:
    start = (
        '<conditionalEventDefinition><condition xsi:type="tFormalExpression">n > 1</condition>'
        "</conditionalEventDefinition>"
    )
    text = file_of(line("a", script("began"), start=start))

    assert simulate(text, variables={"n": 2}, scripts=nothing).scripts == ("began",)
    assert simulate(text, variables={"n": 1}, scripts=nothing).status == "waiting"


def test_variables_are_those_of_the_first_process_asked_for() -> None:
    text = file_of(line("a", script("x")), line("b", script("y")))

    result = simulate(text, process_ids=["b", "a"], scripts=lambda text, variables: {text: 1})

    assert set(result.variables) == {"y"}


def test_processes_that_start_one_another_for_ever_are_stopped() -> None:
    def answering(process_id: str, heard: str, said: str) -> str:
        hears = f'<messageEventDefinition messageRef="{heard}"/>'
        says = f'<endEvent id="say_{process_id}"><messageEventDefinition messageRef="{said}"/></endEvent>'
        start = f'<startEvent id="hear_{process_id}">{hears}</startEvent>'
        return process(start + says + flows(f"hear_{process_id}>say_{process_id}"), process_id)

    names = '<message id="m" name="ping"/><message id="n" name="pong"/>'
    text = file_of(names, line("c", throwing("send", OF_MESSAGE)), answering("a", "m", "n"), answering("b", "n", "m"))

    result = simulate(text, process_ids=["c"])

    assert result.status == "failed"
    assert [(found.kind, found.node_id) for found in result.incidents] == [("loop", "hear_a")]
