"""Small processes in a few lines, and a case that is saved and loaded again between all steps."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

import rfc8785

from workflow.engine.codec import event_from_json, event_to_json, state_from_json, state_to_json
from workflow.engine.commands import (
    BroadcastSignal,
    Command,
    CompleteActivity,
    CorrelateMessage,
    FireTimer,
    SetVariables,
    StartProcess,
)
from workflow.engine.decide import decide
from workflow.engine.events import ActivityEntered, Event
from workflow.engine.evolve import evolve_all
from workflow.engine.program import Program
from workflow.engine.state import Activity, Incident, ProcessState, age
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.events import (
    CompensateDefinition,
    ConditionalDefinition,
    EventDefinition,
    SignalDefinition,
    TimerDefinition,
)
from workflow.model.expressions import Expression, Literal
from workflow.model.user_task import UserTaskSpec

ENDS: Mapping[str, type[m.Event]] = {"start": m.StartEvent, "end": m.EndEvent}
START = datetime(2023, 2, 1, 1, 0, tzinfo=UTC)


def feel(text: str) -> Expression:
    return Expression(text)


def flows(*lines: str) -> dict[str, m.SequenceFlow]:
    """Read lines such as `start > a > gate` and `gate > b ? x > 1` (a condition). Ids are `gate_b`, then `gate_b_2`."""
    found: dict[str, m.SequenceFlow] = {}
    for line in lines:
        path, _, condition = line.partition("?")
        names = [name.strip() for name in path.split(">")]
        for source, target in itertools.pairwise(names):
            flow_id, number = f"{source}_{target}", 2
            while flow_id in found:
                flow_id, number = f"{source}_{target}_{number}", number + 1
            found[flow_id] = m.SequenceFlow(
                id=flow_id,
                source=source,
                target=target,
                condition=feel(condition.strip()) if condition and target == names[-1] else None,
            )
    return found


def process(*nodes: m.FlowNode, paths: tuple[str, ...] = (), id: str = "p") -> ProcessDefinition:
    """A process of these nodes; `start` and `end` events are added where a path names them."""
    return ProcessDefinition(id=id, name=id, nodes=_with_ends(nodes, paths, ENDS), flows=flows(*paths))


def subprocess(id: str, *nodes: m.FlowNode, paths: tuple[str, ...] = (), **more: Any) -> m.SubProcess:
    """An embedded subprocess; its own start and end events are `<id>_begin` and `<id>_done`."""
    ends = {f"{id}_begin": m.StartEvent, f"{id}_done": m.EndEvent}
    return m.SubProcess(id=id, nodes=_with_ends(nodes, paths, ends), flows=flows(*paths), **more)


def _with_ends(
    nodes: tuple[m.FlowNode, ...], paths: tuple[str, ...], ends: Mapping[str, type[m.Event]]
) -> dict[str, m.FlowNode]:
    found = {node.id: node for node in nodes}
    named = {name.strip() for line in paths for name in line.partition("?")[0].split(">")}
    for name, kind in ends.items():
        if name in named:
            found.setdefault(name, kind(id=name))
    return found


def user(id: str, **more: Any) -> m.UserTask:
    activity = {key: more.pop(key) for key in ("multi_instance", "default_flow") if key in more}
    return m.UserTask(id=id, spec=UserTaskSpec(**more), **activity)


def script(id: str, text: str, variable: str | None = None, **more: Any) -> m.ScriptTask:
    return m.ScriptTask(id=id, script=feel(text), result_variable=variable or id, **more)


def transaction(id: str, *nodes: m.FlowNode, paths: tuple[str, ...] = (), **more: Any) -> m.Transaction:
    """As `subprocess`."""
    inner = subprocess(id, *nodes, paths=paths)
    return m.Transaction(id=id, nodes=inner.nodes, flows=inner.flows, **more)


def undone_by(host: str, handler: m.Activity) -> tuple[m.FlowNode, m.FlowNode]:
    """The compensation event `<host>_undo` on the host's boundary, and the handler that it leads to."""
    handler = replace(handler, for_compensation=True)
    definition = CompensateDefinition()
    return m.BoundaryEvent(id=f"{host}_undo", attached_to=host, definition=definition, handler=handler.id), handler


def undo(id: str, activity: str | None = None, *, wait: bool = True, end: bool = False) -> m.Event:
    """An event that throws compensation."""
    definition = CompensateDefinition(activity=activity, wait_for_completion=wait)
    kind = m.EndEvent if end else m.IntermediateThrowEvent
    return kind(id=id, definition=definition)


def event_subprocess(
    id: str, definition: EventDefinition, *nodes: m.FlowNode, paths: tuple[str, ...] = (), interrupting: bool = True
) -> m.EventSubProcess:
    """An event subprocess whose start event is `<id>_begin`; its end event is `<id>_done`."""
    begin = m.StartEvent(id=f"{id}_begin", definition=definition, interrupting=interrupting)
    ends = {f"{id}_done": m.EndEvent}
    return m.EventSubProcess(id=id, nodes={begin.id: begin, **_with_ends(nodes, paths, ends)}, flows=flows(*paths))


def signal(name: str = "alarm") -> SignalDefinition:
    return SignalDefinition(name=name)


def condition(text: str) -> ConditionalDefinition:
    return ConditionalDefinition(condition=feel(text))


def timer(kind: Any, text: str) -> TimerDefinition:
    return TimerDefinition(kind=kind, value=feel(text[1:]) if text.startswith("=") else Literal(text))


def same_types(left: Any, right: Any) -> bool:
    """Whether two records are equal down to the types of their values (1 and Decimal(1) differ)."""
    if type(left) is not type(right):
        return False
    if is_dataclass(left):
        return all(same_types(getattr(left, field.name), getattr(right, field.name)) for field in fields(left))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same_types(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same_types, left, right))
    return bool(left == right)


class Case:
    """One process instance that is driven by a test. Every step saves and loads the state and the events."""

    def __init__(self, *processes: ProcessDefinition, handlers: tuple[str, ...] = (), **more: Any) -> None:
        self.program = Program(
            processes={process.id: process for process in processes},
            main=processes[0].id,
            handlers=frozenset(handlers),
            **more,
        )
        self.state: ProcessState | None = None
        self.history: list[Event] = []
        self.now = START

    def do(self, command: Command) -> list[Event]:
        events = decide(self.program, self.state, command, self.now)
        self.history.extend(events)
        self.state = evolve_all(self.state, events) if events else self.state
        if self.state is not None:
            written = rfc8785.dumps(state_to_json(self.state))
            loaded = state_from_json(json.loads(written))
            assert same_types(loaded, self.state)
            self.state = loaded
        for event in events:
            assert same_types(event_from_json(json.loads(rfc8785.dumps(event_to_json(event)))), event)
        return events

    def start(self, **variables: Any) -> Self:
        self.do(StartProcess(variables=variables))
        return self

    def start_at(self, node: str, **variables: Any) -> Self:
        self.do(StartProcess(start_node=node, variables=variables))
        return self

    def message(self, name: str, key: Any = None, **variables: Any) -> list[Event]:
        return self.do(CorrelateMessage(name=name, key=key, variables=variables))

    def signal(self, name: str, **variables: Any) -> list[Event]:
        return self.do(BroadcastSignal(name=name, variables=variables))

    def set(self, **variables: Any) -> list[Event]:
        return self.do(SetVariables(variables=variables))

    def complete(self, node: str, **variables: Any) -> list[Event]:
        return self.do(CompleteActivity(activity_id=self.waiting(node)[0].id, variables=variables))

    def after(self, **span: float) -> list[Event]:
        """Let time pass and fire what is due, in order."""
        end = self.now + timedelta(**span)
        fired: list[Event] = []
        while due := sorted((t for t in self._state.timers.values() if t.due_at <= end), key=lambda t: t.due_at):
            self.now = max(self.now, due[0].due_at)
            fired.extend(self.do(FireTimer(timer_id=due[0].id)))
        self.now = end
        return fired

    @property
    def _state(self) -> ProcessState:
        assert self.state is not None
        return self.state

    def waiting(self, *nodes: str) -> list[Activity]:
        found = [a for a in self._state.activities.values() if a.waits_for not in (None, "scope", "loop")]
        return sorted((a for a in found if not nodes or a.node_id in nodes), key=lambda a: age(a.id))

    @property
    def places(self) -> list[str]:
        """The nodes that wait for somebody or something, sorted."""
        return sorted(activity.node_id for activity in self.waiting())

    @property
    def status(self) -> str:
        return self._state.status

    @property
    def end_nodes(self) -> tuple[str, ...]:
        return self._state.end_nodes

    @property
    def visited(self) -> list[str]:
        """The nodes that were entered, in order."""
        return [event.node_id for event in self.history if isinstance(event, ActivityEntered)]

    @property
    def variables(self) -> Mapping[str, Any]:
        return self._state.variables

    @property
    def incidents(self) -> list[Incident]:
        return list(self._state.incidents.values())

    def count(self, kind: type, **values: Any) -> int:
        """How many events of this kind with these values there have been."""
        return sum(
            isinstance(event, kind) and all(getattr(event, name) == value for name, value in values.items())
            for event in self.history
        )

    def last(self, kind: type) -> Any:
        return next(event for event in reversed(self.history) if isinstance(event, kind))


def number(value: int | str) -> Decimal:
    return Decimal(value)
