"""Any way through a process that a person can lead: found again, and a test that passes as it was saved."""

import json

from hypothesis import given, settings, strategies as st

from tests.support.drawing import catching, file_of, flows, process, timer, user_task
from workflow.simulation.saved_runs import as_test, parse_test, run_test, write_test
from workflow.simulation.session import Session
from workflow.simulation.source import load_program

PROGRAM = load_program(
    file_of(
        '<message id="m" name="payment"/><signal id="g" name="stop"/>',
        process(
            '<startEvent id="start"/><parallelGateway id="fork"/><exclusiveGateway id="merge"/>'
            + user_task("review", "approve", "again")
            + '<exclusiveGateway id="choice" default="choice_join"/>'
            + catching("paid", '<messageEventDefinition messageRef="m"/>')
            + catching("pause", timer("timeDuration", "PT5H"))
            + '<serviceTask id="notify" camunda:type="external" camunda:topic="notify"/>'
            + '<boundaryEvent id="nudge" attachedToRef="review" cancelActivity="false">'
            + timer("timeCycle", "R2/PT1H")
            + '</boundaryEvent><endEvent id="nudged"/><parallelGateway id="join"/><endEvent id="end"/>'
            + '<sequenceFlow id="back" sourceRef="choice" targetRef="merge">'
            + '<conditionExpression xsi:type="tFormalExpression">review.outcome = "again"</conditionExpression></sequenceFlow>'
            + flows("start>fork", "fork>merge", "merge>review", "review>choice", "choice>join", "nudge>nudged")
            + flows("fork>paid", "paid>join", "fork>pause", "pause>notify", "notify>join", "join>end")
        ),
    )
)


def walk(data: st.DataObject) -> Session:
    session = Session.start(PROGRAM)
    for _ in range(data.draw(st.integers(0, 8))):
        if not session.waiting:
            break
        chosen = data.draw(st.sampled_from(range(len(session.waiting))))
        waiting = session.waiting[chosen]
        outcome = data.draw(st.sampled_from(waiting.outcomes)) if waiting.outcomes else None
        session = session.do(waiting.action(outcome=outcome))
    return session


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_walk_is_found_again_and_passes_as_a_test(data: st.DataObject) -> None:
    session = walk(data)

    again = Session.from_json(PROGRAM, json.loads(json.dumps(session.to_json())))
    saved = parse_test(json.dumps(write_test(as_test(session, "walk"))))

    assert (again.trace, again.tokens, again.now, again.pool.states) == (
        session.trace,
        session.tokens,
        session.now,
        session.pool.states,
    )
    assert run_test(PROGRAM, saved).differences == ()


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_step_never_changes_the_session_it_began_with(data: st.DataObject) -> None:
    session = walk(data)
    before = (session.to_json(), session.trace, session.tokens, session.pool.states.copy())

    for waiting in session.waiting:
        session.do(waiting.action())

    assert before == (session.to_json(), session.trace, session.tokens, session.pool.states)
