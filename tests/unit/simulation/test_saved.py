"""A run that is saved as a test, written, read, and run again."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.support.drawing import catching, sequence, timer, user_task
from workflow.engine.program import Program
from workflow.errors import InvalidInput
from workflow.simulation.actions import Action, action_from_json, action_to_json
from workflow.simulation.saved_runs import (
    ProcessTest,
    as_test,
    parse_test,
    read_test,
    replay_to_break,
    run_test,
    write_test,
)
from workflow.simulation.session import Session
from workflow.simulation.source import load_program

REVIEW = sequence(user_task("review", "approve", "reject"), catching("wait", timer("timeDuration", "P2D")))


@pytest.fixture
def program() -> Program:
    return load_program(REVIEW)


@pytest.fixture
def saved(program: Program) -> ProcessTest:
    steps = [Action(kind="node", target="review", outcome="reject"), Action(kind="timer", target="wait")]
    return as_test(Session.start(program, variables={"n": 1}).do_all(steps), "rejected in the end")


def test_a_saved_run_passes_and_survives_being_written_and_read(program: Program, saved: ProcessTest) -> None:
    again = parse_test(json.dumps(write_test(saved)))

    assert again == saved
    assert run_test(program, again).passed
    assert write_test(saved)["expect"] == {
        "status": "completed",
        "visited": ["start", "review", "wait", "end"],
        "end": ["end"],
    }


def test_a_step_that_is_gone_fails_with_its_number(saved: ProcessTest) -> None:
    changed = load_program(sequence(user_task("review", "approve")))

    result = run_test(changed, saved)

    assert not result.passed
    assert str(result.differences[0]).startswith("Step 1 is not possible: “review” has no outcome “reject”")


def test_a_failing_test_is_replayed_to_where_it_breaks(program: Program, saved: ProcessTest) -> None:
    gone = load_program(sequence(user_task("review", "approve")))
    assert replay_to_break(gone, saved).actions == ()

    extra = '<task id="extra"/>'
    wait = catching("wait", timer("timeDuration", "P2D"))
    other = load_program(sequence(user_task("review", "approve", "reject"), extra, wait))
    broken = replay_to_break(other, saved)
    assert broken.actions == saved.steps[:1]
    assert broken.visited == ("start", "review", "extra", "wait")

    assert replay_to_break(program, saved).actions == saved.steps


def test_another_way_is_shown_from_where_it_differs(saved: ProcessTest) -> None:
    changed = load_program(
        sequence(
            user_task("review", "approve", "reject"),
            catching("wait", timer("timeDuration", "P2D")),
            '<task id="extra"/>',
        )
    )

    (difference,) = run_test(changed, saved).differences

    assert str(difference) == "From step 4 on it should go “end” but goes “extra”, “end”."


def test_status_and_end_are_compared_where_they_are_said(program: Program) -> None:
    result = run_test(program, ProcessTest(name="x", status="completed", end=("end",)))

    assert [str(each) for each in result.differences] == [
        "The run should be “completed” but is “waiting”.",
        "It should end at “end” but ends at -.",
    ]
    assert run_test(program, ProcessTest(name="x")).passed


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"name": 1}',
        '{"name": "x", "more": 1}',
        '{"name": "x", "steps": {}}',
        '{"name": "x", "steps": [{}]}',
        '{"name": "x", "steps": [{"node": "a", "timer": "b"}]}',
        '{"name": "x", "steps": [{"node": "a", "key": 1}]}',
        '{"name": "x", "steps": [{"node": "a", "item": -1}]}',
        '{"name": "x", "expect": {"status": "done"}}',
        '{"name": "x", "expect": {"visited": "start"}}',
        '{"name": "x", "start": "yesterday"}',
        '{"name": "x", "variables": []}',
    ],
)
def test_what_is_no_test_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_test(text)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_VARIABLES = st.dictionaries(st.text(min_size=1), _VALUES, max_size=3)
_IDS = st.text(min_size=1)
_ACTIONS = (
    st.builds(
        lambda **given: Action(kind="node", **given),
        target=_IDS,
        item=st.integers(0, 9),
        outcome=st.none() | _IDS,
        fields=_VARIABLES,
        variables=_VARIABLES,
        reason=st.text(),
    )
    | st.builds(lambda target, item: Action(kind="timer", target=target, item=item), _IDS, st.integers(0, 9))
    | st.builds(lambda **given: Action(kind="message", **given), target=_IDS, key=_VALUES, variables=_VARIABLES)
    | st.builds(lambda **given: Action(kind="job", **given), target=_IDS, variables=_VARIABLES, error=st.none() | _IDS)
    | st.builds(lambda variables: Action(kind="set", variables=variables), _VARIABLES)
)


@given(_ACTIONS)
def test_every_action_is_read_as_it_was_written(action: Action) -> None:
    assert action_from_json(json.loads(json.dumps(action_to_json(action)))) == action


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_is_a_test_or_refused(anything: Any) -> None:
    try:
        found = read_test(anything)
    except InvalidInput:
        return
    assert found.name == anything["name"]


def test_only_the_variables_that_are_named_are_compared(program: Program) -> None:
    test = ProcessTest(name="x", variables={"amount": Decimal(5), "other": "y"}, values={"amount": Decimal(6)})

    again = parse_test(json.dumps(write_test(test)))
    (difference,) = run_test(program, again).differences

    assert str(difference) == "“amount” should be 6 but is 5."
    assert run_test(program, replace(test, values={"amount": Decimal(5)})).passed


def test_an_outcome_whose_condition_does_not_hold_fails() -> None:
    task = (
        '<userTask id="review" camunda:candidateGroups="reviewer"><extensionElements>'
        '<cn:outcome id="approve" label="Đạt" condition="=score &gt;= 5" refusal="Chưa đủ điểm."/>'
        "</extensionElements></userTask>"
    )
    judged = load_program(sequence(task))
    step = Action(kind="node", target="review", outcome="approve")

    refused = run_test(judged, ProcessTest(name="x", steps=(step,), variables={"score": Decimal(4)}))

    assert [str(each) for each in refused.differences] == [
        "Step 1 is not possible: “Đạt” is not possible: Chưa đủ điểm."
    ]
    assert run_test(judged, ProcessTest(name="x", steps=(step,), variables={"score": Decimal(5)})).passed
