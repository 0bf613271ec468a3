"""The ways in which a process starts by itself: events at its top level that no token has to reach."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workflow.engine.evaluation import View, evaluate, is_true
from workflow.engine.instants import first_of_cycle, instant, next_of_cycle
from workflow.engine.program import WorkingTime
from workflow.model.events import ConditionalDefinition, TimerDefinition
from workflow.model.starts import StartPoint


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
