"""The public way to run a file: its source, scripts, people, virtual time, and what comes out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.drawing import (
    catching,
    feel_script,
    file_of,
    flows,
    process,
    script,
    sequence,
    timer,
    user_task,
)
from workflow.errors import DefinitionRejected, InvalidInput, NotFound
from workflow.simulate import BpmnError, SimulatedTask, Takes, TaskAnswer, simulate


def nothing(text: str, variables: Mapping[str, Any]) -> None:
    return None


def with_boundary(definition: str, duration: str = "PT2S") -> str:
    """A subprocess with one script `slow`, and a timer on it that leads to the script `late`."""
    inner = '<startEvent id="in"/>' + script("slow") + '<endEvent id="out"/>' + flows("in>slow", "slow>out")
    return file_of(
        process(
            f'<startEvent id="start"/><subProcess id="inside">{inner}</subProcess><endEvent id="end"/>'
            f'<boundaryEvent id="alarm" attachedToRef="inside">{timer("timeDuration", duration)}</boundaryEvent>'
            f"{script('late')}<endEvent id='gone'/>{flows('start>inside', 'inside>end', 'alarm>late', 'late>gone')}"
        )
        + definition
    )


def test_a_path_bytes_and_text_are_the_same_file(tmp_path: Path) -> None:
    text = sequence(script("one"))
    path = tmp_path / "a.bpmn"
    path.write_text(text, encoding="utf-8")

    results = [simulate(source, scripts=nothing) for source in (path, str(path), text.encode(), "\ufeff \n" + text)]

    assert [result.status for result in results] == ["completed"] * 4
    assert {result.visited for result in results} == {("start", "one", "end")}


def test_a_text_is_read_whatever_encoding_it_declares() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + sequence(feel_script("one", '"Đạt"', "x"))

    assert simulate(text).variables == {"x": "Đạt"}


def test_scripts_are_called_in_order_with_what_they_can_read_and_set_it() -> None:
    seen = []

    def run(text: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        seen.append((text, dict(variables)))
        return {"n": variables["n"] + 1}

    result = simulate(sequence(script("a"), script("b")), variables={"n": 1}, scripts=run)

    assert seen == [("a", {"n": Decimal(1)}), ("b", {"n": Decimal(2)})]
    assert result.scripts == ("a", "b")
    assert result.variables == {"n": Decimal(3)}


def test_a_script_changes_a_variable_where_it_lives_and_makes_others_in_its_own_scope() -> None:
    result = simulate(with_boundary(""), variables={"n": 1}, scripts=lambda text, variables: {"n": 2, "own": 1})

    assert result.status == "completed"
    assert result.variables == {"n": Decimal(2)}


def test_feel_scripts_run_without_a_callable_and_are_listed_too() -> None:
    result = simulate(sequence(feel_script("a", "n + 1", "n"), feel_script("b", "n * 2", "m")), variables={"n": 1})

    assert result.scripts == ("n + 1", "n * 2")
    assert result.variables == {"n": Decimal(2), "m": Decimal(4)}


def test_each_instance_of_a_loop_counts_and_the_loop_itself_does_not() -> None:
    looped = script("a").replace(
        "<script>",
        '<multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">3</loopCardinality>'
        "</multiInstanceLoopCharacteristics><script>",
    )

    result = simulate(sequence(looped), scripts=nothing)

    assert result.scripts == ("a", "a", "a")
    assert result.visited == ("start", "a", "a", "a", "end")


def test_a_file_that_breaks_a_rule_is_refused_with_its_findings() -> None:
    with pytest.raises(DefinitionRejected) as refused:
        simulate(sequence('<serviceTask id="x"/>'))

    assert refused.value.findings


def test_scripts_in_other_languages_are_refused_where_nobody_runs_them() -> None:
    with pytest.raises(DefinitionRejected):
        simulate(sequence(script("a")))


def test_an_unknown_process_is_named_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match="“q”; it has p"):
        simulate(sequence(), process_ids=["q"])


def test_people_take_the_first_outcome_unless_somebody_answers() -> None:
    result = simulate(sequence(user_task("review", "approve", "reject")))

    assert result.status == "completed"
    assert result.variables["review"]["outcome"] == "approve"


@pytest.mark.parametrize(
    ("answer", "outcome", "more"),
    [
        ("reject", "reject", {}),
        ({"outcome": "reject", "n": 1}, "reject", {"n": Decimal(1)}),
        ({"n": 1}, "approve", {"n": Decimal(1)}),
        (TaskAnswer(outcome="reject", variables={"n": 1}), "reject", {"n": Decimal(1)}),
    ],
)
def test_an_answer_is_an_outcome_variables_or_both(answer: Any, outcome: str, more: dict[str, Any]) -> None:
    result = simulate(sequence(user_task("review", "approve", "reject")), tasks=lambda task: answer)

    assert result.variables["review"]["outcome"] == outcome
    assert {name: value for name, value in result.variables.items() if name != "review"} == more


def test_fields_and_reason_stand_under_the_task_as_in_a_real_case() -> None:
    answer = TaskAnswer(fields={"score": 8}, reason="good")

    result = simulate(sequence(user_task("review", "approve")), tasks=lambda task: answer)

    assert result.variables["review"] == {"outcome": "approve", "score": Decimal(8), "reason": "good"}


def test_no_answer_leaves_the_task_waiting() -> None:
    asked: list[SimulatedTask] = []

    result = simulate(sequence(user_task("review", "approve")), variables={"n": 1}, tasks=asked.append)

    assert result.status == "waiting"
    assert [(task.node_id, task.outcomes, dict(task.variables)) for task in asked] == [
        ("review", ("approve",), {"n": Decimal(1)})
    ]


def test_an_outcome_that_the_task_does_not_have_is_a_mistake() -> None:
    with pytest.raises(InvalidInput, match="“maybe”; it has approve"):
        simulate(sequence(user_task("review", "approve")), tasks=lambda task: "maybe")


def test_a_task_without_outcomes_is_just_completed() -> None:
    assert simulate(sequence('<userTask id="plain"/>')).status == "completed"


def test_virtual_time_runs_as_far_as_it_may() -> None:
    text = sequence(catching("wait", timer("timeDuration", "P2D")))

    assert simulate(text).status == "waiting"
    assert simulate(text, until="P2D").status == "completed"
    assert simulate(text, until=timedelta(days=2)).now == datetime(2026, 1, 7, 1, tzinfo=UTC)
    assert simulate(text, until=datetime(2026, 1, 6, tzinfo=UTC)).status == "waiting"


@pytest.mark.parametrize("until", ["soon", datetime(2026, 1, 6)])  # noqa: DTZ001 - the point of it
def test_an_until_that_is_no_instant_is_a_mistake(until: Any) -> None:
    with pytest.raises(InvalidInput):
        simulate(sequence(), until=until)


def test_working_days_are_those_from_monday_to_friday() -> None:
    result = simulate(sequence(catching("wait", timer("timeDuration", "WT5D"))), until="P30D")

    assert result.now == datetime(2026, 1, 12, 1, tzinfo=UTC)


def test_work_that_takes_time_is_interrupted_by_a_timer() -> None:
    def run(text: str, variables: Mapping[str, Any]) -> Takes | None:
        return Takes(timedelta(seconds=10)) if text == "slow" else None

    result = simulate(with_boundary(""), scripts=run)

    assert result.scripts == ("slow", "late")
    assert result.now == datetime(2026, 1, 5, 1, 0, 2, tzinfo=UTC)


def test_work_that_takes_time_ends_before_a_later_timer() -> None:
    def run(text: str, variables: Mapping[str, Any]) -> Takes:
        return Takes(timedelta(seconds=1), {"done": True})

    result = simulate(with_boundary(""), variables={"done": False}, scripts=run)

    assert (result.status, result.scripts, result.variables) == ("completed", ("slow",), {"done": True})


def test_an_error_that_nothing_catches_fails_and_is_named() -> None:
    def run(text: str, variables: Mapping[str, Any]) -> None:
        raise BpmnError("E-7")

    result = simulate(sequence(script("a")), scripts=run)

    assert (result.status, result.error_code, result.visited) == ("failed", "E-7", ("start", "a"))


def test_an_endless_loop_is_an_incident_that_names_the_node() -> None:
    text = file_of(
        process(
            '<startEvent id="start"/><exclusiveGateway id="again"/><exclusiveGateway id="done" default="done_again"/>'
            f'{script("work")}<endEvent id="end"/>{flows("start>again", "again>work", "work>done", "done>again")}'
            '<sequenceFlow id="out" sourceRef="done" targetRef="end">'
            '<conditionExpression xsi:type="tFormalExpression">false</conditionExpression></sequenceFlow>'
        )
    )

    result = simulate(text, scripts=nothing)

    assert result.status == "failed"
    assert [(found.kind, found.node_id) for found in result.incidents] == [("loop", "work")]


def test_a_simulation_stops_at_its_limit_of_steps() -> None:
    result = simulate(sequence(script("a"), script("b"), script("c")), scripts=nothing, max_steps=2)

    assert [found.kind for found in result.incidents] == ["limit"]
    assert result.visited == ("start", "a", "b")


def test_the_same_run_gives_the_same_result() -> None:
    text = sequence(user_task("review", "approve"), catching("wait", timer("timeDuration", "PT1H")), script("a"))

    assert simulate(text, scripts=nothing) == simulate(text, scripts=nothing)


def test_a_join_for_which_no_token_can_come_waits_and_says_so() -> None:
    text = file_of(
        process(
            '<startEvent id="start"/><exclusiveGateway id="either" default="either_b"/><task id="a"/><task id="b"/>'
            '<parallelGateway id="both"/><endEvent id="end"/>'
            '<sequenceFlow id="either_a" sourceRef="either" targetRef="a">'
            '<conditionExpression xsi:type="tFormalExpression">false</conditionExpression></sequenceFlow>'
            + flows("start>either", "either>b", "a>both", "b>both", "both>end")
        )
    )

    result = simulate(text)

    assert (result.status, result.incidents) == ("waiting", ())
    assert [(found.node_id, found.kind) for found in result.deadlocks] == [("both", "deadlock")]
    assert result.visited == ("start", "either", "b")


def test_decisions_are_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "grade.dmn").write_text(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        '<inputData id="i" name="score"/><decision id="grade" name="grade"><variable name="grade"/>'
        '<informationRequirement><requiredInput href="#i"/></informationRequirement>'
        '<literalExpression><text>if score > 5 then "good" else "poor"</text></literalExpression></decision></definitions>',
        encoding="utf-8",
    )
    rule = '<businessRuleTask id="rule" camunda:decisionRef="grade" camunda:resultVariable="grade"/>'
    (tmp_path / "a.bpmn").write_text(sequence(rule), encoding="utf-8")

    assert simulate(tmp_path / "a.bpmn", variables={"score": 8}).variables["grade"] == "good"


def test_machine_work_is_answered_by_its_handler_or_done_at_once() -> None:
    work = '<serviceTask id="{0}" camunda:type="external" camunda:topic="{0}"/>'
    text = sequence(work.format("count"), work.format("notify"))

    result = simulate(text, handlers={"count": lambda job: {"counted": job.handler}})

    assert (result.status, result.variables) == ("completed", {"counted": "count"})
