"""The ways in which a process starts by itself: events at its top level that no token has to reach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workflow.engine.evaluation import View, evaluate, is_true
from workflow.engine.instants import first_of_cycle, instant, next_of_cycle
from workflow.engine.program import WorkingTime
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import EventBasedGateway, FlowNode, IntermediateCatchEvent, ReceiveTask, StartEvent
from workflow.model.events import (
    ConditionalDefinition,
    EventDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    SingleDefinition,
    TimerDefinition,
    parts_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPoint:
    """One definition of one event that starts a process. With `needs` above 1, that many different parts must happen."""

    process_id: str
    node_id: str
    part: int
    definition: SingleDefinition
    needs: int = 1

    def listens_for(self, kind: type[MessageDefinition] | type[SignalDefinition], name: str) -> bool:
        """Whether a message or signal of this name starts the process here."""
        return isinstance(self.definition, kind) and self.definition.name == name


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer:
    """A timer that starts a process. `remaining`: how often its cycle starts one after this time (-1: for ever)."""

    point: StartPoint
    due_at: datetime
    cycle: str | None = None
    remaining: int | None = None

    def following(self, now: datetime, working_time: WorkingTime | None) -> "StartTimer | None":
        """The same timer's next time, if there is one. Raises `Stuck`."""
        if self.cycle is None or not self.remaining:
            return None
        due_at = next_of_cycle(self.cycle, self.due_at, now, working_time)
        return replace(self, due_at=due_at, remaining=max(self.remaining - 1, -1))


def starts_at_once(process: ProcessDefinition) -> bool:
    """Whether the process starts without an event: at a none start event, or at nodes that no flow leads to."""
    return any(event.definition is None for event in process.start_events(process.id)) or not start_points(process)


def start_points(process: ProcessDefinition) -> list[StartPoint]:
    """Every definition that starts the process, in the order of the file."""
    return [
        StartPoint(
            process_id=process.id,
            node_id=node.id,
            part=part,
            definition=single,
            needs=len(parts_of(definition)) if _all_needed(definition) else 1,
        )
        for node, definition in _starting(process)
        for part, single in enumerate(parts_of(definition))
    ]


def timer_of(
    point: StartPoint, variables: Mapping[str, Any], now: datetime, working_time: WorkingTime | None
) -> StartTimer | None:
    """When a timer starts the process; None for another kind of start. Raises `Stuck`."""
    if not isinstance(point.definition, TimerDefinition):
        return None
    value = evaluate(point.definition.value, View(variables, now), "timer")
    if point.definition.kind == "cycle":
        due_at, remaining = first_of_cycle(value, now, working_time)
        return StartTimer(point=point, due_at=due_at, cycle=str(value), remaining=remaining)
    return StartTimer(point=point, due_at=instant(value, now, working_time))


def holds(point: StartPoint, variables: Mapping[str, Any], now: datetime) -> bool:
    """Whether the start is a condition that is true now. Raises `Stuck`."""
    return isinstance(point.definition, ConditionalDefinition) and is_true(
        point.definition.condition, View(variables, now)
    )


def _starting(process: ProcessDefinition) -> Iterator[tuple[FlowNode, EventDefinition | None]]:
    for node in process.children(process.id):
        if isinstance(node, StartEvent) and node.definition is not None:
            yield node, node.definition
        elif isinstance(node, ReceiveTask) and node.instantiate:
            yield node, node.message
        elif isinstance(node, EventBasedGateway) and node.instantiate:
            for flow in process.outgoing[node.id]:
                target = process.all_nodes[flow.target]
                if isinstance(target, IntermediateCatchEvent):
                    yield target, target.definition
                elif isinstance(target, ReceiveTask):
                    yield target, target.message


def _all_needed(definition: EventDefinition | None) -> bool:
    return isinstance(definition, MultipleDefinition) and definition.parallel
