"""The one table of supported elements. A new element is one line here and one behaviour."""

from collections.abc import Mapping
from typing import Any

from workflow.engine.behaviours.catch_events import Catch
from workflow.engine.behaviours.containers import AdHoc, Call, Embedded, EventStarted
from workflow.engine.behaviours.gateways import Complex, EventBased, Exclusive, Inclusive, Parallel
from workflow.engine.behaviours.tasks import BusinessRule, Plain, Script, Send, Service, User
from workflow.engine.behaviours.throw_events import Throw
from workflow.engine.run import Behaviour, PassThrough
from workflow.model import elements as m

BEHAVIOURS: Mapping[type[m.FlowNode], Behaviour[Any]] = {
    m.StartEvent: PassThrough(),
    m.EndEvent: Throw(),
    m.IntermediateThrowEvent: Throw(),
    m.IntermediateCatchEvent: Catch(),
    m.BoundaryEvent: PassThrough(),
    m.Task: Plain(),
    m.UserTask: User(),
    m.ServiceTask: Service(),
    m.SendTask: Send(),
    m.ScriptTask: Script(),
    m.BusinessRuleTask: BusinessRule(),
    m.ReceiveTask: Catch(),
    m.CallActivity: Call(),
    m.SubProcess: Embedded(),
    m.EventSubProcess: EventStarted(),
    m.Transaction: Embedded(),
    m.AdHocSubProcess: AdHoc(),
    m.ExclusiveGateway: Exclusive(),
    m.ParallelGateway: Parallel(),
    m.InclusiveGateway: Inclusive(),
    m.ComplexGateway: Complex(),
    m.EventBasedGateway: EventBased(),
}

SUPPORTED: frozenset[str] = frozenset(kind.__name__ for kind in BEHAVIOURS)
"""The names of the element classes that can run."""


def behaviour_of(node: m.FlowNode) -> Behaviour[Any]:
    """Return how the node behaves."""
    return BEHAVIOURS[type(node)]
