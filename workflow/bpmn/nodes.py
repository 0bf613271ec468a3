"""One builder an element: from XML to the frozen flow node. The table at the end is the whole of what is built."""

from collections.abc import Callable, Mapping

from workflow.bpmn.events import EVENT_BUILDERS, message_definition
from workflow.bpmn.expressions import element_expression, feel, is_feel
from workflow.bpmn.mappings import call_mappings, parameters
from workflow.bpmn.namespaces import (
    BPMN,
    CAMUNDA,
    Element,
    attribute,
    child,
    children,
    local,
    namespace,
    reference,
    text_of,
)
from workflow.bpmn.reading import Reading, activity, base
from workflow.bpmn.user_task import user_task_spec
from workflow.errors import N_
from workflow.model.elements import (
    BusinessRuleTask,
    CallActivity,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    ParallelGateway,
    ReceiveTask,
    ScriptTask,
    SendTask,
    SequenceFlow,
    ServiceTask,
    SubProcess,
    Task,
    UserTask,
)

Builder = Callable[[Element, Reading], FlowNode]


def build_content(element: Element, reading: Reading) -> tuple[dict[str, FlowNode], dict[str, SequenceFlow]]:
    """The flow nodes and sequence flows directly inside a process or subprocess, in the order of the file."""
    nodes: dict[str, FlowNode] = {}
    flows: dict[str, SequenceFlow] = {}
    for part in element:
        if namespace(part) != BPMN or not attribute(part, "id"):
            continue
        if local(part) == "sequenceFlow":
            flow = _flow(part, reading)
            flows.setdefault(flow.id, flow)
        elif local(part) in BUILDERS:
            node = BUILDERS[local(part)](part, reading)
            nodes.setdefault(node.id, node)
    return nodes, flows


def _flow(element: Element, reading: Reading) -> SequenceFlow:
    return SequenceFlow(
        **base(element),
        source=reference(element, "sourceRef") or "",
        target=reference(element, "targetRef") or "",
        condition=element_expression(child(element, "conditionExpression"), reading.report),
    )


def _task(element: Element, reading: Reading) -> FlowNode:
    return Task(**activity(element, reading))


def _user_task(element: Element, reading: Reading) -> FlowNode:
    return UserTask(**activity(element, reading), spec=user_task_spec(element, reading))


def _service(kind: type[ServiceTask]) -> Builder:
    def build(element: Element, reading: Reading) -> FlowNode:
        if attribute(element, "type", CAMUNDA) not in (None, "external"):
            reading.report.error(
                "not-external",
                N_('camunda:type="%(type)s" is not supported; machine work is done by registered handlers'),
                element,
                N_('Set camunda:type="external" and camunda:topic to the name of a handler'),
                type=attribute(element, "type", CAMUNDA),
            )
        return kind(
            **activity(element, reading),
            handler=reading.required(element, "topic", CAMUNDA, "camunda:"),
            inputs=parameters(element, "inputParameter", reading),
            outputs=parameters(element, "outputParameter", reading),
        )

    return build


def _script(element: Element, reading: Reading) -> FlowNode:
    script_format = attribute(element, "scriptFormat") or ""
    if not is_feel(script_format):
        reading.report.error(
            "script-format",
            N_('Script format "%(format)s" is not supported; a script task computes a value with FEEL'),
            element,
            N_('Set scriptFormat="feel" and write a FEEL expression'),
            format=script_format,
        )
    script = child(element, "script")
    text = text_of(script)
    if not text:
        reading.report.error("empty-script", N_("The script is empty"), element, N_("Write a FEEL expression"))
    return ScriptTask(
        **activity(element, reading),
        script=feel(text, script if script is not None else element, reading.report),
        result_variable=reading.required(element, "resultVariable", CAMUNDA, "camunda:"),
    )


def _business_rule(element: Element, reading: Reading) -> FlowNode:
    return BusinessRuleTask(
        **activity(element, reading),
        decision=reading.required(element, "decisionRef", CAMUNDA, "camunda:"),
        result_variable=reading.required(element, "resultVariable", CAMUNDA, "camunda:"),
    )


def _receive(element: Element, reading: Reading) -> FlowNode:
    return ReceiveTask(**activity(element, reading), message=message_definition(element, reading))


def _call(element: Element, reading: Reading) -> FlowNode:
    reading.required(element, "calledElement")
    return CallActivity(
        **activity(element, reading),
        called_process=reference(element, "calledElement") or "",
        inputs=call_mappings(element, "in", reading),
        outputs=call_mappings(element, "out", reading),
    )


def _sub_process(element: Element, reading: Reading) -> FlowNode:
    nodes, flows = build_content(element, reading)
    return SubProcess(**activity(element, reading), nodes=nodes, flows=flows)


def _exclusive(element: Element, reading: Reading) -> FlowNode:
    return ExclusiveGateway(**base(element), default_flow=reference(element, "default"))


def _inclusive(element: Element, reading: Reading) -> FlowNode:
    return InclusiveGateway(**base(element), default_flow=reference(element, "default"))


def _parallel(element: Element, reading: Reading) -> FlowNode:
    return ParallelGateway(**base(element))


BUILDERS: Mapping[str, Builder] = {
    "task": _task,
    "manualTask": _task,
    "userTask": _user_task,
    "serviceTask": _service(ServiceTask),
    "sendTask": _service(SendTask),
    "receiveTask": _receive,
    "scriptTask": _script,
    "businessRuleTask": _business_rule,
    "callActivity": _call,
    "subProcess": _sub_process,
    "exclusiveGateway": _exclusive,
    "inclusiveGateway": _inclusive,
    "parallelGateway": _parallel,
    **EVENT_BUILDERS,
}


def lanes_of(process: Element) -> list[tuple[str, str, tuple[str, ...]]]:
    """Id, name and node ids of every lane of the process, nested ones included."""
    return [
        (
            attribute(lane, "id") or "",
            attribute(lane, "name") or "",
            tuple(text_of(entry) for entry in children(lane, "flowNodeRef")),
        )
        for lane in process.iter(f"{{{BPMN}}}lane")
    ]
