"""What a process needs beside its own definition in order to run: called processes, decisions, working time, handlers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from workflow.model.definition import ProcessDefinition


class WorkingTime(Protocol):
    """Resolves working-time texts; `workflow.calendar` implements it."""

    def add(self, start: datetime, text: str) -> datetime:
        """Return `start` plus a working time such as `WT5D` or `WT8H`. Raises `InvalidInput`."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two instants; none where `end` is no later."""

    def later(self, start: datetime, by: timedelta) -> datetime:
        """Return the instant that lies so much working time after `start`, in UTC. Raises `InvalidInput`."""


class Decisions(Protocol):
    """The package's DMN models; `workflow.dmn` results are returned as they are."""

    def explain(self, name: str, inputs: Mapping[str, Any], *, now: datetime | None = None) -> Any:
        """Return a `workflow.dmn` `DecisionResult`. Raises `ExpressionError` or `NotFound`."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """One published version, compiled once and kept."""

    processes: Mapping[str, ProcessDefinition]
    main: str
    decisions: Decisions | None = None
    working_time: WorkingTime | None = None
    handlers: frozenset[str] = field(default_factory=frozenset)
    script_handler: str | None = None
    """Where it is set, script tasks are jobs of this handler, in whatever language they are written."""
    loop_limit: int = 2_000
    """How often one command may enter the same node of the same scope before it is taken for an endless loop."""

    @property
    def process(self) -> ProcessDefinition:
        """The process that a case starts."""
        return self.processes[self.main]
