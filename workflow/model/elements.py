"""Flow elements of BPMN 2.0, in BPMN's own spelling, and the data that they declare."""

from dataclasses import dataclass, field
from typing import Literal

from workflow.model.events import EventDefinition, MessageDefinition
from workflow.model.expressions import Expression
from workflow.model.user_task import UserTaskSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItem:
    """A property or data object. In FEEL it is the variable `variable`: its name, or its id where it has none.

    `type_name` is a FEEL type such as `string`, `number`, `boolean`, `date`, or empty where none is declared.
    """

    id: str
    variable: str
    type_name: str = ""
    is_collection: bool = False
    line: int | None = None


# Flow elements of BPMN 2.0, in BPMN's own spelling.


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
    behavior: Literal["all", "none", "one", "complex"] = "all"
    """When the instances throw an event of their own: never, each, the first, or as `complex_behaviors` say."""
    behavior_event: EventDefinition | None = None
    """The event that behavior none or one throws."""
    complex_behaviors: tuple[tuple[Expression, EventDefinition | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLoop:
    """Repeats while the condition is true (null condition: for ever), at most `maximum` times."""

    condition: Expression | None = None
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(FlowNode):
    """`inputs` and `outputs` come from data associations and `camunda:inputOutput`.

    `start_quantity` tokens are needed to start; `completion_quantity` tokens leave by each flow.
    `for_compensation`: a compensation handler, which no sequence flow reaches.
    """

    multi_instance: MultiInstance | None = None
    standard_loop: StandardLoop | None = None
    default_flow: str | None = None
    start_quantity: int = 1
    completion_quantity: int = 1
    for_compensation: bool = False
    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()
    properties: tuple[DataItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Activity):
    """A task without a kind, or a manual task: it is passed through."""

    manual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask(Activity):
    spec: UserTaskSpec = field(default_factory=UserTaskSpec)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTask(Activity):
    """Machine work: a job for the handler registered under `handler`, run outside the transaction."""

    handler: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTask(ServiceTask):
    """Sends `message`; without one, a service task whose handler sends something. `handler` is empty where `message` is set."""

    handler: str = ""
    message: MessageDefinition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask(Activity):
    """FEEL; its value goes into `result_variable`.

    Without a result variable the script is in another language: only an environment that runs such scripts accepts it.
    """

    script: Expression
    result_variable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessRuleTask(Activity):
    """A decision of the package's DMN models; its value goes into `result_variable`."""

    decision: str
    result_variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveTask(Activity):
    """`instantiate`: the message starts a new instance here."""

    message: EventDefinition
    instantiate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallActivity(Activity):
    """Runs another process or a global task of the same package in a scope of its own, with mapped variables only."""

    called_process: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Activity):
    """An embedded subprocess: a container of its own and a scope of its own at run time."""

    nodes: dict[str, FlowNode] = field(default_factory=dict)
    flows: dict[str, SequenceFlow] = field(default_factory=dict)
    data: tuple[DataItem, ...] = ()
    """Its data objects; its properties are in `properties`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSubProcess(SubProcess):
    """Starts by an event while the scope around it is active; no sequence flow reaches or leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction(SubProcess):
    """A subprocess that a cancel end event undoes: its completed activities are compensated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHocSubProcess(SubProcess):
    """Its activities without incoming flows run in any order, at once or one by one; see `workflow.engine.behaviours.containers`."""

    ordering: Literal["parallel", "sequential"] = "parallel"
    completion_condition: Expression | None = None
    cancel_remaining: bool = True


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
class EventBasedGateway(FlowNode):
    """The first of the events behind it decides. `instantiate`: it starts the process; with `parallel` all events are awaited."""

    instantiate: bool = False
    parallel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplexGateway(FlowNode):
    """Goes on when `activation_condition` holds over `activationCount`, then waits for the other tokens before it starts anew."""

    activation_condition: Expression | None = None
    default_flow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(FlowNode):
    """`inputs`: what a throw event sends. `outputs`: what a catch event keeps of what it received (without any: all)."""

    definition: EventDefinition | None = None
    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartEvent(Event):
    """`interrupting` matters in an event subprocess only: whether the scope around it is ended first."""

    interrupting: bool = True


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
    """`handler`: for a compensation event, the activity that undoes (an association leads to it)."""

    attached_to: str
    interrupting: bool = True
    handler: str | None = None


def default_flow_of(node: FlowNode) -> str | None:
    """The id of the flow that is taken when no condition holds, of what can have one."""
    default: str | None = getattr(node, "default_flow", None)
    return default


def definition_of(node: FlowNode) -> EventDefinition | None:
    """What an event or a receive task waits for, or an event throws; None for every other node."""
    if isinstance(node, Event):
        return node.definition
    return node.message if isinstance(node, ReceiveTask) else None


WAITING = (UserTask, ServiceTask, ReceiveTask, IntermediateCatchEvent, EventBasedGateway, CallActivity, SubProcess)
"""What stands still until somebody or something outside lets it go on; everything else is passed at once."""
