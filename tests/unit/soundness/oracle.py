"""What the engine itself can come to: every order in which people work, every value that they enter."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.processes import START
from workflow.engine.commands import CompleteActivity, StartProcess
from workflow.engine.decide import advance
from workflow.engine.program import Program
from workflow.engine.state import ProcessState
from workflow.model.definition import ProcessDefinition

Values = Mapping[str, range]
"""User task → the numbers that may be entered there; they go into the variable named like the task."""


@dataclass
class Fate:
    """`stuck`: a join waits for ever. `doubled`: tasks that people get twice at once. `exhausted`: all of it was seen."""

    stuck: bool = False
    doubled: frozenset[str] = frozenset()
    visited: frozenset[str] = frozenset()
    exhausted: bool = True


def fate_of(process: ProcessDefinition, values: Values, *, most: int = 300) -> Fate:
    """Run the process in every way. A run is left where a task stands twice: more follows from it, but nothing else."""
    program = Program(processes={process.id: process}, main=process.id)
    fate = Fate()
    _, state = advance(program, None, StartProcess(variables=dict.fromkeys(values, 0)), START)
    waiting, seen = deque([state]), {_key(state)}
    while waiting:
        state = waiting.popleft()
        at = Counter(activity.node_id for activity in state.activities.values())
        fate.visited |= at.keys()
        fate.stuck = fate.stuck or any(incident.kind == "no-flow" for incident in state.incidents.values())
        twice = frozenset(node_id for node_id, count in at.items() if count > 1)
        fate.doubled |= twice
        if twice or state.incidents:
            continue
        for activity in list(state.activities.values()):
            for value in values.get(activity.node_id, range(1)):
                command = CompleteActivity(activity_id=activity.id, variables={activity.node_id: value})
                _, after = advance(program, state, command, START)
                if _key(after) not in seen:
                    seen.add(_key(after))
                    waiting.append(after)
        if len(seen) > most:
            fate.exhausted = False
            return fate
    return fate


def _key(state: ProcessState) -> object:
    places = sorted(activity.node_id for activity in state.activities.values())
    arrivals = sorted((node_id, tuple(sorted(flows.items()))) for (_, node_id), flows in state.arrivals.items())
    return tuple(places), tuple(arrivals), tuple(sorted(incident.node_id for incident in state.incidents.values()))
