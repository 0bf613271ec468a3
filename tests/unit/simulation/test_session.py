"""A simulation led step by step: what can be done, doing it, and finding the session again."""

import json
from datetime import UTC, datetime

import pytest

from tests.support.drawing import catching, file_of, flows, process, sequence, throwing, timer, user_task
from workflow.engine.program import Program
from workflow.errors import InvalidInput, NotFound
from workflow.simulation.actions import Action
from workflow.simulation.session import Session
from workflow.simulation.source import load_program

TEXT = sequence(
    user_task("review", "approve", "reject"),
    catching("wait", timer("timeDuration", "P2D")),
    '<serviceTask id="notify" camunda:type="external" camunda:topic="notify"/>',
)


@pytest.fixture
def program() -> Program:
    return load_program(TEXT)


def test_a_session_stands_where_somebody_has_to_do_something(program: Program) -> None:
    session = Session.start(program, variables={"n": 1})

    (waiting,) = session.waiting
    assert (waiting.kind, waiting.target, waiting.outcomes) == ("node", "review", ("approve", "reject"))
    assert session.tokens == {"review": 1}
    assert [(entry.node_id, entry.flow_ids) for entry in session.trace] == [
        ("start", ()),
        ("review", ("start_review",)),
    ]


def test_a_step_gives_another_session_and_leaves_the_first_as_it_was(program: Program) -> None:
    first = Session.start(program)
    second = first.do(first.waiting[0].action(outcome="reject"))

    assert first.tokens == {"review": 1}
    assert second.tokens == {"wait": 1}
    assert second.variables["review"]["outcome"] == "reject"


def test_a_timer_moves_virtual_time_and_work_is_done_by_hand(program: Program) -> None:
    session = Session.start(program).do_all([Action(kind="node", target="review"), Action(kind="timer", target="wait")])

    assert session.now == datetime(2026, 1, 7, 1, tzinfo=UTC)
    assert [(each.kind, each.handler) for each in session.waiting] == [("job", "notify")]

    done = session.do(Action(kind="job", target="notify", variables={"sent": True}))
    assert (done.status, done.end, done.variables["sent"]) == ("completed", ("end",), True)


def test_work_can_end_with_an_error(program: Program) -> None:
    session = Session.start(program).do_all(
        [
            Action(kind="node", target="review"),
            Action(kind="timer", target="wait"),
            Action(kind="job", target="notify", error="E"),
        ]
    )

    assert session.status == "failed"
    assert [found.node_id for found in session.incidents] == ["notify"]


def test_what_does_not_wait_cannot_be_done(program: Program) -> None:
    with pytest.raises(NotFound, match="“wait” does not wait here now"):
        Session.start(program).do(Action(kind="timer", target="wait"))


def test_an_unknown_outcome_is_refused(program: Program) -> None:
    with pytest.raises(InvalidInput):
        Session.start(program).do(Action(kind="node", target="review", outcome="perhaps"))


def test_a_session_is_found_again_from_its_json(program: Program) -> None:
    session = Session.start(program, variables={"n": 1}).do(Action(kind="node", target="review", outcome="reject"))

    again = Session.from_json(program, json.loads(json.dumps(session.to_json())))

    assert (again.trace, again.tokens, again.variables, again.now) == (
        session.trace,
        session.tokens,
        session.variables,
        session.now,
    )
    assert again.to_json() == session.to_json()


@pytest.mark.parametrize(
    "saved", [None, [], {}, {"format": 9, "start": "2026-01-05T00:00Z", "process_ids": [], "actions": []}]
)
def test_what_is_no_session_is_refused(program: Program, saved: object) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        Session.from_json(program, saved)


def test_a_session_that_a_changed_definition_does_not_permit_says_at_which_step(program: Program) -> None:
    saved = Session.start(program).do(Action(kind="node", target="review")).to_json()
    changed = load_program(sequence(user_task("other", "approve")))

    with pytest.raises(InvalidInput, match="Step 1 is not possible: “review” does not wait"):
        Session.from_json(changed, saved)


def test_earlier_timers_happen_first() -> None:
    text = file_of(
        process(
            '<startEvent id="start"/><parallelGateway id="both"/>'
            + catching("early", timer("timeDuration", "PT1H"))
            + catching("late", timer("timeDuration", "PT2H"))
            + '<endEvent id="one"/><endEvent id="two"/>'
            + flows("start>both", "both>late", "both>early", "late>one", "early>two")
        )
    )

    session = Session.start(load_program(text)).do(Action(kind="timer", target="late"))

    assert session.end == ("two", "one")


def test_messages_and_signals_come_from_outside() -> None:
    definition = '<messageEventDefinition messageRef="m"/>'
    text = sequence(catching("paid", definition)).replace("<process", '<message id="m" name="payment"/><process', 1)
    session = Session.start(load_program(text))

    assert [(each.kind, each.target, each.node_id) for each in session.waiting] == [("message", "payment", "paid")]
    done = session.do(Action(kind="message", target="payment", variables={"amount": 5}))
    assert (done.status, done.variables["amount"]) == ("completed", 5)


def test_of_several_at_one_node_the_item_chooses() -> None:
    looped = user_task("review", "approve", "reject").replace(
        "</userTask>",
        '<multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="who"/></userTask>',
    )
    session = Session.start(load_program(sequence(looped)), variables={"people": ["An", "Bình"]})

    assert [(each.item, each.variables["who"]) for each in session.waiting] == [(0, "An"), (1, "Bình")]
    left = session.do(Action(kind="node", target="review", item=1))
    assert [each.variables["who"] for each in left.waiting] == ["An"]


def test_a_change_of_variables_lets_a_condition_happen() -> None:
    condition = (
        '<conditionalEventDefinition><condition xsi:type="tFormalExpression">ready</condition>'
        "</conditionalEventDefinition>"
    )
    session = Session.start(load_program(sequence(catching("until", condition))), variables={"ready": False})

    assert session.do(Action(kind="set", variables={"ready": True})).status == "completed"


def test_a_join_shows_by_which_flows_its_tokens_came() -> None:
    text = file_of(
        process(
            '<startEvent id="start"/><parallelGateway id="fork"/><task id="a"/><task id="b"/><parallelGateway id="join"/>'
            '<endEvent id="end"/>' + flows("start>fork", "fork>a", "fork>b", "a>join", "b>join", "join>end")
        )
    )

    trace = Session.start(load_program(text)).trace

    assert [entry.flow_ids for entry in trace if entry.node_id == "join"] == [("a_join", "b_join")]


def test_a_message_that_an_instance_throws_is_delivered_without_anybody() -> None:
    definition = '<messageEventDefinition messageRef="m"/>'
    catcher = process(f'<startEvent id="s2">{definition}</startEvent><endEvent id="e2"/>' + flows("s2>e2"), "other")
    text = sequence(throwing("send", definition)).replace(
        "<process", f'<message id="m" name="payment"/>{catcher}<process', 1
    )

    session = Session.start(load_program(text), process_ids=["p"])

    assert (session.status, session.end) == ("completed", ("end", "e2"))
