"""Flow elements of BPMN 2.0, in BPMN's own spelling."""

from dataclasses import dataclass, field

from workflow.model.events import EventDefinition
from workflow.model.expressions import Expression
from workflow.model.user_task import UserTaskSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceFlow:
    id: str
    source: str
    target: str
    name: str = ""
    name_en: str = ""
    condition: Expression | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNode:
    """`name_en` is what English screens call it (`cn:nameEn`), empty where they show `name`."""

    id: str
    name: str = ""
    name_en: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """`target` in the receiving scope becomes the value of `source` in the giving one."""

    source: Expression
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiInstance:
    """One instance a cardinality count or a collection item.

    Each instance sees `loopCounter` (from 1) and, with a collection, `element_variable`. `output_element` is evaluated when
    an instance completes; the values gather, in instance order, in `output_collection` of the surrounding scope. The
    completion condition sees `nrOfInstances`, `nrOfActiveInstances`, `nrOfCompletedInstances` and the gathered output.
    """

    sequential: bool = False
    cardinality: Expression | None = None
    collection: Expression | None = None
    element_variable: str | None = None
    completion_condition: Expression | None = None
    output_collection: str | None = None
    output_element: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(FlowNode):
    multi_instance: MultiInstance | None = None
    default_flow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Activity):
    """A task without a kind, or a manual task: it is passed through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask(Activity):
    spec: UserTaskSpec = field(default_factory=UserTaskSpec)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTask(Activity):
    """Machine work: a job for the handler registered under `handler`, run outside the transaction."""

    handler: str
    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTask(ServiceTask):
    """A service task whose handler sends a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask(Activity):
    """FEEL; its value goes into `result_variable`."""

    script: Expression
    result_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessRuleTask(Activity):
    """A decision of the package's DMN models; its value goes into `result_variable`."""

    decision: str
    result_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTask(Activity):
    message: EventDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class CallActivity(Activity):
    """Runs another process of the same package in a scope of its own, with mapped variables only."""

    called_process: str
    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Activity):
    """An embedded subprocess: a container of its own and a scope of its own at run time."""

    nodes: dict[str, FlowNode] = field(default_factory=dict)
    flows: dict[str, SequenceFlow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusiveGateway(FlowNode):
    default_flow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusiveGateway(FlowNode):
    default_flow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelGateway(FlowNode):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(FlowNode):
    definition: EventDefinition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEvent(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEvent(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class IntermediateCatchEvent(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class IntermediateThrowEvent(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryEvent(Event):
    attached_to: str
    interrupting: bool = True
