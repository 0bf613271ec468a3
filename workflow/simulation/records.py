"""What goes into a simulation and what comes out of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from workflow.engine.events import Event
from workflow.errors import WorkflowError
from workflow.model.user_task import FormField

Status = Literal["completed", "failed", "waiting"]


class BpmnError(WorkflowError):
    """The work ended with the BPMN error “%(code)s”."""

    def __init__(self, code: str, variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(code=code)
        self.code = code
        self.variables = dict(variables or {})


@dataclass(frozen=True, slots=True)
class Takes:
    """An answer that comes only after `duration` of virtual time, if nothing interrupts the work before.

    `error`: the code of the BPMN error that the work ends with then.
    """

    duration: timedelta
    variables: Mapping[str, Any] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTask:
    """A user task that waits. `outcomes` are ids in the order of the form; `variables` is all that can be read there."""

    node_id: str
    name: str
    process_id: str
    outcomes: tuple[str, ...]
    fields: tuple[FormField, ...]
    variables: Mapping[str, Any]
    due_at: datetime | None = None
    loop_counter: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedJob:
    """Machine work that waits for its handler; `inputs` are evaluated."""

    node_id: str
    name: str
    process_id: str
    handler: str
    inputs: Mapping[str, Any]
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAnswer:
    """How a user task is done.

    `fields` are the form's entries by id: with the outcome they become the context that the process reads under the task's
    id. `variables` are set beside it. Without an outcome the first one is taken.
    """

    outcome: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


Answer = TaskAnswer | Mapping[str, Any] | str | None
"""A user task's answer in full; variables to set; an outcome's id; or None to leave the task waiting."""

Scripts = Callable[[str, Mapping[str, Any]], "Mapping[str, Any] | Takes | None"]
Tasks = Callable[[SimulatedTask], Answer]
Handler = Callable[[SimulatedJob], "Mapping[str, Any] | Takes | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedIncident:
    """A point at which a token is stuck. `message` is `template` in English with its `params`.

    Kinds are those of the engine, and `limit`: the simulation was stopped; `deadlock`: tokens wait at a join for others that
    cannot come any more.
    """

    node_id: str
    kind: str
    message: str
    process_id: str = ""
    template: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry into a flow node. `flow_ids`: the flows by which tokens came (several at a join, none at a start)."""

    instance: int
    activity_id: str
    node_id: str
    flow_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedInstance:
    """One process instance. `end_nodes`: the end events of its top level that were reached."""

    process_id: str
    status: Literal["active", "suspended", "completed", "cancelled"]
    variables: Mapping[str, Any]
    end_nodes: tuple[str, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationResult:
    """What happened. Variables are FEEL values in Python's own types.

    `status`: "failed" where a token is stuck or an error was caught by nothing; "completed" where every instance is done;
    else "waiting". `scripts`: the texts of script tasks in the order in which they ran. `visited`: flow-node ids in the order
    in which they were entered; of a loop each instance counts. `variables`: the root variables of the first process asked for.
    `incidents` make a run fail; `deadlocks` leave it waiting for ever.
    `error_code`: of the first error that nothing caught. `events` are the engine's, in order, those of all instances;
    `instances` has them apart. `now`: how far virtual time ran.
    """

    status: Status
    scripts: tuple[str, ...]
    visited: tuple[str, ...]
    variables: Mapping[str, Any]
    incidents: tuple[SimulatedIncident, ...]
    deadlocks: tuple[SimulatedIncident, ...]
    error_code: str | None
    events: tuple[Event, ...]
    instances: tuple[SimulatedInstance, ...]
    now: datetime
