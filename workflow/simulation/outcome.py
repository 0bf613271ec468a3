"""What a pool has come to."""

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.engine.events import Event
from workflow.simulation.pool import Pool
from workflow.simulation.records import SimulatedInstance, SimulationResult, Status


def status_of(pool: Pool) -> Status:
    """Failed, completed or waiting, as `SimulationResult` says."""
    if pool.incidents or pool.errors:
        return "failed"
    started = {state.process_id for state in pool.states}
    if any(process_id not in started for process_id in pool.armed):
        return "waiting"
    return "completed" if pool.states and all(state.ended for state in pool.states) else "waiting"


def visited_of(pool: Pool) -> tuple[str, ...]:
    """Flow nodes in the order in which they were entered; of a loop its instances, not the loop itself."""
    return tuple(entry.node_id for entry in pool.entries if (entry.instance, entry.activity_id) not in pool.loops)


def ends_of(pool: Pool) -> tuple[str, ...]:
    """The end events of the top level that were reached, of each instance in turn."""
    return tuple(node_id for state in pool.states for node_id in state.end_nodes)


def variables_of(pool: Pool, process_ids: Sequence[str]) -> Mapping[str, Any]:
    """The root variables of the first instance of the first of these processes that has one."""
    for process_id in process_ids:
        for state in pool.states:
            if state.process_id == process_id:
                return state.variables
    return pool.variables


def result_of(pool: Pool, process_ids: Sequence[str]) -> SimulationResult:
    """Everything that happened."""
    events: list[list[Event]] = [[] for _ in pool.states]
    for index, event in pool.events:
        events[index].append(event)
    return SimulationResult(
        status=status_of(pool),
        scripts=tuple(pool.scripts),
        visited=visited_of(pool),
        variables=variables_of(pool, process_ids),
        incidents=tuple(pool.incidents),
        deadlocks=tuple(pool.deadlocks),
        error_code=pool.errors[0] if pool.errors else None,
        events=tuple(event for _, event in pool.events),
        instances=tuple(
            SimulatedInstance(
                process_id=state.process_id,
                status=state.status,
                variables=state.variables,
                end_nodes=state.end_nodes,
                events=tuple(events[index]),
            )
            for index, state in enumerate(pool.states)
        ),
        now=pool.now,
    )
