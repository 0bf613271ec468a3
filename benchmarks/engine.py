"""The pure engine against SpiffWorkflow on the same files in one run, and against itself at ten times the size: see README.md.

Only execution is measured; both engines have read the file before. A step is a flow node that was entered.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import bpmn_files
from shared import middle, options, say, spent_by
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from workflow.bpmn.reader import read_bpmn
from workflow.engine.commands import CompleteActivity, StartProcess
from workflow.engine.decide import advance
from workflow.engine.events import ActivityEntered, Event
from workflow.engine.program import Program
from workflow.engine.state import ProcessState

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
VARIABLES = {"score": 60}
ROUNDS, QUICK_ROUNDS = 7, 1


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of process, the size at which the engines are compared, and what makes a file of it."""

    name: str
    size: int
    file: Callable[[int], bytes]


SHAPES = (
    Shape("sequence", 200, bpmn_files.sequence),
    Shape("branches", 100, bpmn_files.branches),
    Shape("choices", 100, bpmn_files.choices),
    Shape("user_tasks", 100, bpmn_files.tasks),
)
LONG, TENTH = 10_000, 1_000


def main() -> None:
    """Measure each shape on both engines in turn and print."""
    quick = options(__doc__ or "").quick
    rounds = QUICK_ROUNDS if quick else ROUNDS
    result: dict[str, Any] = {
        name: {} for name in ("ratio", "ours_ms", "spiffworkflow_ms", "steps", "steps_per_second")
    }
    for shape in SHAPES:
        source = shape.file(shape.size // 10 if quick else shape.size)
        program, spec = ours(source), theirs(source)
        steps = len([event for event in run_ours(program) if isinstance(event, ActivityEntered)])
        assert run_theirs(spec) == "completed", f"SpiffWorkflow did not complete {shape.name}"
        pairs = [(spent_by(lambda: run_ours(program)), spent_by(lambda: run_theirs(spec))) for _ in range(rounds)]  # noqa: B023 - called at once
        mine, other = (middle(pair[side].cpu for pair in pairs) for side in (0, 1))
        result["ours_ms"][shape.name], result["spiffworkflow_ms"][shape.name] = mine, other
        result["ratio"][shape.name] = round(other / mine, 1)
        result["steps"][shape.name] = steps
        result["steps_per_second"][shape.name] = round(steps / mine * 1000)
    say({**result, "least_ratio": min(result["ratio"].values()), "linear": linear(rounds)})


def linear(rounds: int) -> float:
    """The time a node takes in a sequence of 10,000 to that in one of 1,000."""
    long, tenth = ours(bpmn_files.sequence(LONG)), ours(bpmn_files.sequence(TENTH))
    pairs = [(spent_by(lambda: run_ours(long)), spent_by(lambda: run_ours(tenth))) for _ in range(rounds)]
    return round(middle(a.cpu for a, _ in pairs) / middle(b.cpu for _, b in pairs) / (LONG / TENTH), 2)


def ours(source: bytes) -> Program:
    """The file as this engine runs it."""
    file = read_bpmn(source)
    return Program(processes=file.processes, main=file.main)


def run_ours(program: Program) -> list[Event]:
    """Run the process to its end, completing user tasks one after another."""
    history, state = advance(program, None, StartProcess(variables=VARIABLES), NOW)
    while not state.ended:
        events, state = advance(program, state, CompleteActivity(activity_id=waiting(state)), NOW)
        history += events
    return history


def waiting(state: ProcessState) -> str:
    """The id of an activity that waits for a person."""
    return next(activity.id for activity in state.activities.values() if activity.waits_for == "user")


def theirs(source: bytes) -> Any:
    """The file as SpiffWorkflow runs it."""
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(source))
    return parser.get_spec("benchmark")


def run_theirs(spec: Any) -> str:
    """Run the process to its end in the same way."""
    workflow = BpmnWorkflow(spec)
    next(iter(workflow.get_tasks(state=TaskState.READY))).data.update(VARIABLES)
    workflow.do_engine_steps()
    while not workflow.is_completed():
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.run()
        workflow.do_engine_steps()
    return "completed" if workflow.is_completed() else "waiting"


if __name__ == "__main__":
    main()
