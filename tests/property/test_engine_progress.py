"""A sound process that nothing goes wrong in completes, exactly once, whatever order things happen in."""

from hypothesis import given, strategies as st

from tests.property import laws
from tests.property.driving import program_of, start_of, step, ways_on
from tests.property.processes import crossing, started_by_events, structured, with_called
from tests.property.profiles import examples
from workflow.engine import commands as c, events as e
from workflow.engine.program import Program
from workflow.engine.state import ProcessState, age
from workflow.model.definition import ProcessDefinition

ENOUGH = 600
"""No process here needs as many steps to its end."""
NUMBERS = st.lists(st.integers(0, 1_000), max_size=30)

Processes = dict[str, ProcessDefinition]


def complete(processes: Processes, numbers: list[int]) -> list[e.Event]:
    """Do what is waited for, as the numbers choose; then all that is still in the way of the end. Return the history."""
    program = program_of(processes)
    state, history = step(program, None, start_of(processes["p"], len(numbers)))
    assert state is not None
    for number in (*numbers, *[None] * ENOUGH):
        assert not state.incidents, history[-1]
        laws.check_state(state)
        if state.ended:
            break
        ways = ways_on(state, number) if number is not None else to_the_end(program, state)
        following, events = step(program, state, ways[(number or 0) % len(ways)])
        assert following is not None
        assert events or number is not None
        state = following
        history += events
    assert state.status == "completed"
    laws.check_history(history, state)
    assert sum(isinstance(event, e.ProcessCompleted) for event in history) == 1
    return history


def to_the_end(program: Program, state: ProcessState) -> list[c.Command]:
    """The oldest thing that holds the process up; events that are waited for beside an activity need not happen."""
    final = {"x": 0, "again": False}
    found: list[tuple[int, c.Command]] = []
    for activity in state.activities.values():
        if activity.waits_for in ("user", "job"):
            found.append((age(activity.id), c.CompleteActivity(activity_id=activity.id, variables=final)))
    for timer in state.timers.values():
        if _holds_up(state, timer.activity_id, timer.node_id):
            found.append((age(timer.id), c.FireTimer(timer_id=timer.id)))
    for wait in state.subscriptions.values():
        if not _holds_up(state, wait.activity_id, wait.node_id):
            continue
        command: c.Command = c.CorrelateMessage(name=wait.name, variables=final, subscription_id=wait.id)
        if wait.kind == "signal":
            command = c.BroadcastSignal(name=wait.name, variables=final)
        elif wait.kind == "condition":
            wanted = 0 if "= 0" in wait.name else 2
            scope_id = state.activities[wait.activity_id].scope_id
            command = c.SetVariables(variables={"x": wanted}, scope_id=scope_id)
        found.append((age(wait.id), command))
    return [command for _, command in sorted(found, key=lambda pair: pair[0])]


def _holds_up(state: ProcessState, holder_id: str, node_id: str) -> bool:
    """Whether the wait is that of an activity itself, or one behind an event-based gateway."""
    holder = state.activities.get(holder_id)
    return holder is not None and (holder.node_id == node_id or holder.waits_for == "events")


@examples(120)
@given(with_called(structured(sound=True), sound=True), NUMBERS)
def test_nested_blocks_complete(processes: Processes, numbers: list[int]) -> None:
    complete(processes, numbers)


@examples(120)
@given(with_called(crossing(), sound=True), NUMBERS)
def test_graphs_that_cross_complete(processes: Processes, numbers: list[int]) -> None:
    complete(processes, numbers)


@examples(40)
@given(with_called(started_by_events(sound=True), sound=True), NUMBERS)
def test_processes_that_events_start_complete(processes: Processes, numbers: list[int]) -> None:
    complete(processes, numbers)
