"""Our own corpus: one small BPMN file a behaviour, named by it, with what the standard says must happen in its first comment.

The comment is a sentence or two, an empty line, and TOML; `tests.support.corpus` says what may stand there. Each file runs twice: as
it is, and with state and events written to JSON and read again between any two commands.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.corpus import CORPUS, Expected, Refused, read, refused, runs
from workflow.engine.codec import event_from_json, event_to_json, state_from_json, state_to_json
from workflow.engine.commands import Command
from workflow.engine.decide import advance
from workflow.engine.events import Event
from workflow.engine.evolve import replay
from workflow.engine.instants import instant
from workflow.engine.program import Program
from workflow.engine.state import ProcessState
from workflow.errors import DefinitionRejected
from workflow.simulate import BpmnError, SimulatedJob, SimulatedTask, SimulationResult, Takes, simulate
from workflow.simulation import pool
from workflow.simulation.clock import START


def _name(path: Path) -> str:
    return path.relative_to(CORPUS).with_suffix("").as_posix()


def _run(path: Path, expected: Expected) -> SimulationResult:
    answers = {node: list(given) if isinstance(given, list) else [given] for node, given in expected.answers.items()}

    def answer(task: SimulatedTask) -> Any:
        if task.node_id in expected.waits:
            return None
        given = answers.get(task.node_id)
        return (given.pop(0) if len(given) > 1 else given[0]) if given else {}

    def work(job: SimulatedJob) -> Mapping[str, Any] | Takes:
        if job.handler in expected.takes:
            return Takes(_length(expected.takes[job.handler]), expected.jobs.get(job.handler))
        if job.handler in expected.errors:
            raise BpmnError(expected.errors[job.handler])
        return expected.jobs.get(job.handler, {})

    handlers = dict.fromkeys({*expected.takes, *expected.errors, *expected.jobs}, work)
    return simulate(
        path,
        process_ids=expected.processes,
        variables=expected.variables,
        tasks=answer,
        handlers=handlers,
        until=expected.until,
    )


def _length(duration: str) -> timedelta:
    return instant(duration, START, None) - START


def _faults(result: SimulationResult, expected: Expected) -> dict[str, Any]:
    """What differs: name → (found, expected)."""
    found: dict[str, tuple[Any, Any]] = {
        "status": (result.status, expected.status),
        "incidents": (sorted(f"{each.kind} {each.node_id}" for each in result.incidents), sorted(expected.incidents)),
        "deadlocks": (sorted(each.node_id for each in result.deadlocks), sorted(expected.deadlocks)),
        "error_code": (result.error_code, expected.error_code),
        "result": ({name: result.variables.get(name, "absent") for name in expected.result}, dict(expected.result)),
        "absent": ([name for name in expected.absent if name in result.variables], []),
    }
    if expected.visited is not None:
        found["visited"] = (list(result.visited), expected.visited.split())
    if expected.entered is not None:
        found["entered"] = (Counter(result.visited), Counter(expected.entered.split()))
    for pair in expected.before:
        first, second = pair.split()
        place = {node: index for index, node in reversed(list(enumerate(result.visited)))}
        found[f"before: {pair}"] = (place.get(first, -1) < place.get(second, -1), True)
    if expected.instances is not None:
        instances = [f"{each.process_id} {each.status}" for each in result.instances]
        found["instances"] = (instances, list(expected.instances))
    if expected.after is not None:
        found["after"] = (result.now.astimezone(UTC) - START.astimezone(UTC), _length(expected.after))
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


@pytest.mark.parametrize("path", runs(), ids=_name)
def test_the_file_does_what_the_standard_says(path: Path) -> None:
    expected = Expected(**read(path)[1])

    result = _run(path, expected)

    assert _faults(result, expected) == {}, (result.visited, result.variables, result.incidents)


@pytest.mark.parametrize("path", runs(), ids=_name)
def test_saving_and_reloading_after_every_step_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Expected(**read(path)[1])
    plain = _run(path, expected)
    monkeypatch.setattr(pool, "advance", _advance_and_reload)

    reloaded = _run(path, expected)

    assert reloaded.events == plain.events
    assert reloaded.visited == plain.visited
    for instance in reloaded.instances:
        assert replay(instance.events).variables == instance.variables


def _advance_and_reload(
    program: Program, state: ProcessState | None, command: Command, now: datetime
) -> tuple[list[Event], ProcessState]:
    """As `advance`, with the events and the state after it as they come back from JSON."""
    events, after = advance(program, state, command, now)
    written = json.loads(json.dumps([event_to_json(event) for event in events]))
    return [event_from_json(each) for each in written], state_from_json(json.loads(json.dumps(state_to_json(after))))


@pytest.mark.parametrize("path", refused(), ids=_name)
def test_the_file_is_refused_for_this_rule_at_this_element(path: Path) -> None:
    expected = Refused(**read(path)[1])

    with pytest.raises(DefinitionRejected) as rejected:
        simulate(path)

    found = {(finding.rule, finding.element_id) for finding in rejected.value.findings if finding.severity == "error"}
    assert (expected.rule, expected.element) in found


def test_every_file_says_in_its_first_comment_where_the_standard_says_so() -> None:
    silent = [_name(path) for path in (*runs(), *refused()) if "BPMN 2.0.2, " not in read(path)[0]]

    assert silent == []


def test_the_corpus_is_as_large_as_it_is_meant_to_be() -> None:
    assert len(runs()) >= 150
    assert len(refused()) >= 20
