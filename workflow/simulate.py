"""The public way to run a BPMN file: in memory, on a virtual clock, with callables in the place of people and systems.

    result = simulate("approval.bpmn", variables={"amount": 5}, tasks=lambda task: "approve")
    assert result.status == "completed"

How long virtual time may run, who answers and what is kept are said at `simulate`; the records are in
`workflow.simulation.records`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from workflow.engine.evaluation import Stuck
from workflow.engine.instants import instant
from workflow.engine.program import Decisions, Program, WorkingTime
from workflow.errors import N_, InvalidInput, NotFound
from workflow.simulation.answers import Answering, first_outcome
from workflow.simulation.clock import START, let_happen, next_due
from workflow.simulation.outcome import result_of
from workflow.simulation.pool import MAX_STEPS, Pool
from workflow.simulation.records import (
    BpmnError as BpmnError,
    Handler,
    Scripts,
    SimulatedIncident as SimulatedIncident,
    SimulatedInstance as SimulatedInstance,
    SimulatedJob as SimulatedJob,
    SimulatedTask as SimulatedTask,
    SimulationResult as SimulationResult,
    Takes as Takes,
    TaskAnswer as TaskAnswer,
    Tasks,
)
from workflow.simulation.source import Source, load_program

DAY = timedelta(days=1)

Until = timedelta | datetime | str

_NO_PROCESS = N_("The file has no process “%(process)s”; it has %(known)s.")
_NOT_AWARE = N_("%(instant)s has no time zone.")


def simulate(
    source: Source,
    *,
    process_ids: Sequence[str] | None = None,
    variables: Mapping[str, Any] | None = None,
    scripts: Scripts | None = None,
    tasks: Tasks | None = None,
    until: Until | None = None,
    handlers: Mapping[str, Handler] | None = None,
    decisions: Decisions | None = None,
    working_time: WorkingTime | None = None,
    start: datetime | None = None,
    max_steps: int = MAX_STEPS,
) -> SimulationResult:
    """Run a BPMN file and return what happened.

    `source`: a path, the file's bytes, or its text. `process_ids`: which processes to start, in this order (default: the
    executable one); each runs until it only waits before the next one starts. A process that an event starts waits for
    that event. Instances share virtual time, messages and signals. `variables`: for each instance.

    `scripts`: called with a script task's text and the variables it can read; what it returns is assigned where the variables
    live. It may raise `BpmnError` and, for work that takes virtual time, return `Takes`. Without it, scripts are FEEL.
    `tasks`: called with each `SimulatedTask`; it returns a `TaskAnswer`, an outcome's id, variables to set, or None to
    leave the task waiting. Without it, every task is completed with its first outcome. `handlers`: by name, called with each
    `SimulatedJob`, as `scripts` is; service and send tasks without a handler complete at once without a result.

    `until`: how far virtual time may run: an instant, or a length as `timedelta` or ISO 8601 text (default one day), counted
    from `start`. `decisions`: what business rule tasks ask (default: `*.dmn` beside a path, and in its folder `rules`).
    `working_time`: for times such as `WT5D` (default: Monday to Friday, no holidays). After `max_steps` commands the
    simulation is stopped with an incident of the kind `limit`.

    Raises `DefinitionRejected` with the findings for a file that breaks a rule, `NotFound` for an unknown process id,
    `InvalidInput` for an outcome that a task does not have or an `until` that is no time, `OSError` for an unreadable path.
    """
    program = load_program(source, any_script=scripts is not None, decisions=decisions, working_time=working_time)
    begin = _aware(start or START).astimezone(UTC)
    limit = _limit(until if until is not None else DAY, begin, program.working_time)
    asked = tuple(process_ids) if process_ids is not None else (program.main,)
    _check_known(program, asked)
    pool = Pool(program, begin, variables, max_steps=max_steps)
    answering = Answering(scripts=scripts, tasks=tasks or first_outcome, handlers=handlers or {})
    for process_id in asked:
        pool.launch(process_id)
        answering.work(pool)
    while not pool.stopped and (due := next_due(pool, limit)) is not None:
        let_happen(pool, due)
        answering.work(pool)
    return result_of(pool, asked)


def _limit(until: Until, begin: datetime, working_time: WorkingTime | None) -> datetime:
    if isinstance(until, datetime):
        return _aware(until)
    try:
        return instant(until, begin, working_time)
    except Stuck as stuck:
        raise InvalidInput(stuck.template, **stuck.params) from stuck


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidInput(_NOT_AWARE, instant=moment.isoformat())
    return moment


def _check_known(program: Program, process_ids: tuple[str, ...]) -> None:
    for process_id in process_ids:
        if process_id not in program.processes:
            raise NotFound(_NO_PROCESS, process=process_id, known=", ".join(program.processes))
