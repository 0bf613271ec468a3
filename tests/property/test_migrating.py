"""Laws of moving to another version, for any process and at any moment.

Moved to a version that is the same but for every id, a process does from then on exactly what it would have done; taken back, it
stands as before; a move to the very same version is one event and nothing else.
"""

import json
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from tests.property.driving import command_for, program_of, start_of
from tests.property.laws import check_state
from tests.property.processes import CALLED, TASK, structured, unstructured
from tests.property.test_engine import CHOICES
from tests.support.processes import START
from workflow.engine import commands as c, events as e
from workflow.engine.codec import event_to_json, state_to_json
from workflow.engine.decide import decide
from workflow.engine.evolve import evolve_all, replay
from workflow.engine.migration import events as me
from workflow.engine.program import Program
from workflow.engine.state import ProcessState
from workflow.errors import TransitionRefused, WorkflowError
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.events import CompensateDefinition, EventDefinition, MultipleDefinition, SingleDefinition

PREFIX = "other_"
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def other(process: ProcessDefinition) -> ProcessDefinition:
    """The same process with other ids for all nodes and flows."""
    return replace(process, nodes=_nodes(process.nodes), flows=_flows(process.flows))


def _nodes(nodes: Any) -> dict[str, m.FlowNode]:
    return {PREFIX + key: _node(node) for key, node in nodes.items()}


def _flows(flows: Any) -> dict[str, m.SequenceFlow]:
    return {
        PREFIX + key: replace(flow, id=PREFIX + flow.id, source=PREFIX + flow.source, target=PREFIX + flow.target)
        for key, flow in flows.items()
    }


def _node(node: m.FlowNode) -> m.FlowNode:
    changed: dict[str, Any] = {"id": PREFIX + node.id}
    for name in ("default_flow", "attached_to", "handler"):
        if name == "handler" and not isinstance(node, m.BoundaryEvent):
            continue
        if getattr(node, name, None):
            changed[name] = PREFIX + getattr(node, name)
    definition = getattr(node, "definition", None)
    if definition is not None:
        changed["definition"] = _definition(definition)
    if isinstance(node, m.SubProcess):
        changed |= {"nodes": _nodes(node.nodes), "flows": _flows(node.flows)}
    return replace(node, **changed)


def _definition(definition: EventDefinition) -> EventDefinition:
    """Only a compensation names a node."""
    if isinstance(definition, MultipleDefinition):
        return replace(definition, parts=tuple(_part(part) for part in definition.parts))
    return _part(definition)


def _part(definition: SingleDefinition) -> SingleDefinition:
    if isinstance(definition, CompensateDefinition) and definition.activity:
        return replace(definition, activity=PREFIX + definition.activity)
    return definition


def program(process: ProcessDefinition) -> Program:
    return program_of({"p": process, "q": CALLED, "g": TASK})


def played(process: ProcessDefinition, choices: list[tuple[str, int]]) -> tuple[list[e.Event], ProcessState]:
    """A history of these choices, and where it leads."""
    history = decide(program(process), None, start_of(process), START)
    state = replay(history)
    for kind, number in choices:
        done = step(program(process), state, command_for(kind, number, state, process))
        history += done
        state = evolve_all(state, done) if done else state
    return history, state


def step(running: Program, state: ProcessState, command: c.Command | None) -> list[e.Event]:
    """What the command makes happen; nothing where it is refused."""
    late = max((timer.due_at for timer in state.timers.values()), default=START)
    try:
        return decide(running, state, command, late) if command is not None else []
    except WorkflowError:
        return []


def plain(value: Any) -> Any:
    """The JSON without the other ids' prefix, and with flows in one order."""
    return json.loads(json.dumps(value).replace(PREFIX, ""))


def moving(old: Program, mapping: dict[str, str | None]) -> c.MigrateProcess:
    return c.MigrateProcess(old=old, from_version="v1", to_version="v2", mapping=mapping)


def translated(command: c.Command | None) -> c.Command | None:
    if isinstance(command, c.MoveToken):
        return replace(command, target_node=PREFIX + command.target_node)
    if isinstance(command, c.ActivateNode):
        return replace(command, node_id=PREFIX + command.node_id)
    if isinstance(command, c.ResolveIncident) and command.flow_id:
        return replace(command, flow_id=PREFIX + command.flow_id)
    return command


def check_same_future(process: ProcessDefinition, before: list[Any], after: list[Any]) -> None:
    renamed = other(process)
    mapping: dict[str, str | None] = {one: PREFIX + one for one in (*process.all_nodes, *process.all_flows)}
    history, state = played(process, before)
    if state.ended:
        return
    events = decide(program(renamed), state, moving(program(process), mapping), START)
    moved = evolve_all(state, events)
    assert replay(history + events) == moved
    assert plain(state_to_json(moved)) == plain(state_to_json(state)), "only the ids are others"
    check_state(moved)
    for kind, number in after:
        command = command_for(kind, number, state, process)
        stayed = step(program(process), state, command)
        went = step(program(renamed), moved, translated(command))
        assert plain([event_to_json(event) for event in went]) == [event_to_json(event) for event in stayed]
        if stayed:
            state, moved = evolve_all(state, stayed), evolve_all(moved, went)


@QUICK
@given(structured(), CHOICES, CHOICES)
def test_a_moved_process_does_what_it_would_have_done(
    process: ProcessDefinition, before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    check_same_future(process, before, after)


@QUICK
@given(unstructured(), CHOICES, CHOICES)
def test_a_moved_process_without_structure_too(
    process: ProcessDefinition, before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    check_same_future(process, before, after)


@QUICK
@given(structured(), CHOICES)
def test_moving_to_the_same_is_one_event(process: ProcessDefinition, choices: list[tuple[str, int]]) -> None:
    _, state = played(process, choices)
    if not state.ended:
        events = decide(program(process), state, moving(program(process), {}), START)
        assert [type(event) for event in events] == [me.ProcessMigrated]
        assert evolve_all(state, events) == state


@QUICK
@given(structured(), structured(), CHOICES, st.data())
def test_taken_back_from_wherever_it_went_it_stands_as_before(
    process: ProcessDefinition, target: ProcessDefinition, choices: list[tuple[str, int]], data: st.DataObject
) -> None:
    """The other process is any other; what cannot move is refused, and what moved loses nothing."""
    history, state = played(process, choices)
    nodes = sorted(target.all_nodes)
    mapping: dict[str, str | None] = {
        activity.node_id: data.draw(st.sampled_from(nodes)) for activity in state.activities.values()
    }
    try:
        events = decide(program(target), state, moving(program(process), mapping), START)
    except TransitionRefused:
        return
    moved = evolve_all(state, events)
    assert replay(history + events) == moved
    check_state(moved)
    if moved.ended:
        return  # the move itself led it to its end, which nobody takes back
    back = decide(program(process), moved, c.RestoreProcess(from_version="v2", to_version="v1", state=state), START)
    restored = evolve_all(moved, back)
    assert replace(restored, counter=state.counter) == state
    assert replay(history + events + back) == restored
