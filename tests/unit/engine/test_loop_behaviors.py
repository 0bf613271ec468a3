"""What a multi-instance activity throws when its instances end, and what its conditions see."""

from typing import Any

import pytest

from tests.support.processes import Case, feel, process, script, subprocess, user
from workflow.engine import events as e
from workflow.engine.commands import CorrelateMessage
from workflow.model import elements as m
from workflow.model.events import (
    CompensateDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
)

SIGNAL = SignalDefinition(name="done")


def loop(**more: Any) -> m.MultiInstance:
    return m.MultiInstance(**{"cardinality": feel("3"), "behavior_event": SIGNAL, **more})


def voting(characteristics: m.MultiInstance, caught: EventDefinition = SIGNAL, *more: m.FlowNode) -> Case:
    boundary = m.BoundaryEvent(id="seen", attached_to="vote", definition=caught)
    return Case(
        process(
            user("vote", multi_instance=characteristics),
            boundary,
            user("each"),
            user("after"),
            *more,
            paths=("start > vote > after > end", "seen > each > end"),
        )
    ).start()


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize(("behavior", "thrown"), [("all", (0, 0, 0)), ("one", (1, 1, 1)), ("none", (1, 2, 3))])
def test_the_event_is_thrown_never_at_the_first_or_at_each_end(
    behavior: Any, thrown: tuple[int, ...], sequential: bool
) -> None:
    case = voting(loop(behavior=behavior, sequential=sequential))
    for number in thrown:
        case.complete("vote")
        assert case.places.count("each") == number
    assert case.places.count("after") == 1, "and the boundary event has not cancelled the rest"


def test_complex_behaviour_throws_what_its_conditions_say() -> None:
    seen: EventDefinition = SignalDefinition(name="other")
    behaviors = (
        (feel("numberOfCompletedInstances = 2 and nrOfInstances = 3 and loopCounter > 0"), SIGNAL),
        (feel("nrOfCompletedInstances = 1 and numberOfActiveInstances = 2 and nrOfTerminatedInstances = 0"), seen),
        (feel("true"), None),
    )
    case = voting(loop(behavior="complex", complex_behaviors=behaviors))
    case.complete("vote")
    assert [event.name for event in case.history if isinstance(event, e.SignalThrown)] == ["other"]
    assert case.places == ["vote", "vote"]
    case.complete("vote")
    assert case.places == ["each", "vote"]


def test_a_complex_condition_that_is_no_boolean_is_an_incident_on_the_instance() -> None:
    case = voting(loop(behavior="complex", complex_behaviors=((feel("null"), SIGNAL),)))
    case.complete("vote")
    assert [(incident.kind, incident.phase) for incident in case.incidents] == [("expression", "leave")]


@pytest.mark.parametrize(
    "definition",
    [
        EscalationDefinition(code="slow"),
        ErrorDefinition(code="slow"),
        MessageDefinition(name="slow"),
        MultipleDefinition(parts=(SignalDefinition(name="x"), EscalationDefinition(code="slow"))),
    ],
)
def test_escalations_errors_and_messages_leave_by_the_boundary_event_too(definition: EventDefinition) -> None:
    caught = definition.parts[1] if isinstance(definition, MultipleDefinition) else definition
    case = voting(loop(behavior="none", behavior_event=definition), caught)
    for number in (1, 2):
        case.complete("vote")
        assert case.places.count("each") == number
    case.complete("vote")
    assert case.places == ["after", "each", "each", "each"]
    assert case.count(e.MessageThrown) == 0, "a message that was received here goes nowhere else"


def test_a_message_that_the_boundary_does_not_await_is_for_others() -> None:
    case = voting(loop(behavior="one", behavior_event=MessageDefinition(name="m", correlation_key=feel("1 + 1"))))
    case.complete("vote")
    assert (case.last(e.MessageThrown).name, case.last(e.MessageThrown).key) == ("m", 2)


def test_the_boundary_event_still_interrupts_when_the_event_comes_from_elsewhere() -> None:
    message = MessageDefinition(name="stop")
    case = voting(loop(behavior="none", behavior_event=message), message)
    case.complete("vote")
    case.do(CorrelateMessage(name="stop"))
    assert case.places == ["each", "each"]


def test_other_waits_of_the_process_receive_the_signal() -> None:
    wait = m.IntermediateCatchEvent(id="wait", definition=SIGNAL)
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            user("vote", multi_instance=loop(behavior="one")),
            wait,
            user("told"),
            paths=("start > split > vote > end", "split > wait > told > end"),
        )
    ).start()
    case.complete("vote")
    assert case.places == ["told", "vote", "vote"]


def test_an_error_goes_outward_and_ends_what_it_is_caught_on() -> None:
    inner = subprocess(
        "sub",
        user("vote", multi_instance=loop(behavior="one", behavior_event=ErrorDefinition(code="no"))),
        paths=("sub_begin > vote > sub_done",),
    )
    caught = m.BoundaryEvent(id="failed", attached_to="sub", definition=ErrorDefinition(code="no"))
    case = Case(process(inner, caught, user("help"), paths=("start > sub > end", "failed > help > end"))).start()
    case.complete("vote")
    assert case.places == ["help"]


@pytest.mark.parametrize(
    ("definition", "kind"), [(ErrorDefinition(code="no"), "error"), (CompensateDefinition(), "loop")]
)
def test_what_nobody_catches_or_what_cannot_be_thrown_is_an_incident(definition: EventDefinition, kind: str) -> None:
    case = voting(loop(behavior="none", behavior_event=definition))
    case.complete("vote")
    assert [incident.kind for incident in case.incidents] == [kind]
    assert case.places == ["vote", "vote"], "and the other instances go on"


def test_a_completion_condition_ends_the_rest_and_the_event_is_thrown_before() -> None:
    case = voting(loop(behavior="none", completion_condition=feel("numberOfCompletedInstances = 2")))
    case.complete("vote")
    case.complete("vote")
    assert case.places == ["after", "each", "each"]
    assert case.count(e.ActivityCancelled, reason="condition") == 1


@pytest.mark.parametrize("sequential", [True, False])
def test_receive_tasks_get_a_message_for_each_instance(sequential: bool) -> None:
    wait = m.ReceiveTask(
        id="wait",
        message=MessageDefinition(name="answer", correlation_key=feel("loopCounter")),
        multi_instance=m.MultiInstance(
            cardinality=feel("2"), sequential=sequential, output_collection="all", output_element=feel("said")
        ),
    )
    case = Case(process(wait, paths=("start > wait > end",))).start()
    for key in (1, 2):
        case.do(CorrelateMessage(name="answer", key=key, variables={"said": f"no. {key}"}))
    assert case.status == "completed"
    assert case.variables["all"] == ["no. 1", "no. 2"]


def test_a_subprocess_goes_through_a_collection_one_by_one() -> None:
    inner = subprocess(
        "sub",
        script("double", "item * 2"),
        user("check"),
        paths=("sub_begin > double > check > sub_done",),
        multi_instance=m.MultiInstance(sequential=True, collection=feel("[4, 5]"), element_variable="item"),
    )
    case = Case(process(inner, paths=("start > sub > end",))).start()
    case.complete("check")
    assert case.places == ["check"]
    case.complete("check")
    assert case.status == "completed"
