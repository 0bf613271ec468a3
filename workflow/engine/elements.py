"""The one table of supported elements. A new element is one line here and one behaviour."""

from collections.abc import Mapping
from typing import Any

from workflow.engine.behaviour import Behaviour, PassThrough
from workflow.engine.containers import Call, Embedded
from workflow.engine.gateways import Exclusive, Inclusive, Parallel
from workflow.engine.passing import Catch, End
from workflow.engine.tasks import BusinessRule, Script, Service
from workflow.engine.user_tasks import User
from workflow.model import elements as m

BEHAVIOURS: Mapping[type[m.FlowNode], Behaviour[Any]] = {
    m.StartEvent: PassThrough(),
    m.EndEvent: End(),
    m.IntermediateThrowEvent: PassThrough(),
    m.IntermediateCatchEvent: Catch(),
    m.BoundaryEvent: PassThrough(),
    m.Task: PassThrough(),
    m.UserTask: User(),
    m.ServiceTask: Service(),
    m.SendTask: Service(),
    m.ScriptTask: Script(),
    m.BusinessRuleTask: BusinessRule(),
    m.ReceiveTask: Catch(),
    m.CallActivity: Call(),
    m.SubProcess: Embedded(),
    m.ExclusiveGateway: Exclusive(),
    m.ParallelGateway: Parallel(),
    m.InclusiveGateway: Inclusive(),
}

SUPPORTED: frozenset[str] = frozenset(kind.__name__ for kind in BEHAVIOURS)
"""The names of the element classes that can run."""


def behaviour_of(node: m.FlowNode) -> Behaviour[Any]:
    """Return how the node behaves."""
    return BEHAVIOURS[type(node)]
