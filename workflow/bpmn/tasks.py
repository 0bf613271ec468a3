"""Tasks and call activities."""

from collections.abc import Callable, Mapping

from workflow.bpmn.activities import activity
from workflow.bpmn.event_definitions import message_definition
from workflow.bpmn.expressions import feel, is_feel
from workflow.bpmn.mappings import call_mappings
from workflow.bpmn.namespaces import CAMUNDA, Element, attribute, child, extensions, line_of, reference, text_of
from workflow.bpmn.reading import Reading, flag
from workflow.bpmn.user_task import user_task_spec
from workflow.errors import N_
from workflow.model.elements import (
    BusinessRuleTask,
    CallActivity,
    FlowNode,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    Task,
    UserTask,
)
from workflow.model.expressions import Expression


def _task(element: Element, reading: Reading) -> FlowNode:
    return Task(**activity(element, reading))


def _user_task(element: Element, reading: Reading) -> FlowNode:
    return UserTask(**activity(element, reading), spec=user_task_spec(element, reading))


def _service(element: Element, reading: Reading) -> FlowNode:
    return ServiceTask(**activity(element, reading), handler=_handler(element, reading))


def _send(element: Element, reading: Reading) -> FlowNode:
    """A send task sends the message it names, or is work for the handler of its topic; never both."""
    topic = attribute(element, "topic", CAMUNDA)
    if not attribute(element, "messageRef") and not (attribute(element, "operationRef") and topic is None):
        if topic is None:
            reading.report.error(
                "nothing-to-send",
                N_("The send task names neither a message nor a handler"),
                element,
                N_("Choose a message, or set camunda:topic to the name of a handler"),
            )
            return SendTask(**activity(element, reading))
        return SendTask(**activity(element, reading), handler=_handler(element, reading))
    if topic is not None:
        reading.report.error(
            "said-twice",
            N_("%(one)s and %(other)s say the same thing in two ways"),
            element,
            N_("Keep one of them"),
            one="messageRef",
            other="camunda:topic",
        )
    return SendTask(**activity(element, reading), message=message_definition(element, reading))


def _handler(element: Element, reading: Reading) -> str:
    if attribute(element, "type", CAMUNDA) not in (None, "external"):
        reading.report.error(
            "not-external",
            N_('camunda:type="%(type)s" is not supported; machine work is done by registered handlers'),
            element,
            N_('Set camunda:type="external" and camunda:topic to the name of a handler'),
            type=attribute(element, "type", CAMUNDA),
        )
    return reading.required(element, "topic", CAMUNDA, "camunda:")


def _script(element: Element, reading: Reading) -> FlowNode:
    script = child(element, "script")
    at = script if script is not None else element
    if not text_of(script):
        reading.report.error("empty-script", N_("The script is empty"), element, N_("Write a FEEL expression"))
    # A global script task names its language by another attribute.
    script_format = attribute(element, "scriptFormat") or attribute(element, "scriptLanguage") or ""
    if reading.scripts == "any" and not (is_feel(script_format) and attribute(element, "resultVariable", CAMUNDA)):
        return ScriptTask(**activity(element, reading), script=Expression(text_of(script), line_of(at)))
    if not is_feel(script_format):
        reading.report.error(
            "script-format",
            N_('Script format "%(format)s" is not supported; a script task computes a value with FEEL'),
            element,
            N_('Set scriptFormat="feel" and write a FEEL expression'),
            format=script_format,
        )
    return ScriptTask(
        **activity(element, reading),
        script=feel(text_of(script), at, reading.report),
        result_variable=reading.required(element, "resultVariable", CAMUNDA, "camunda:"),
    )


def _business_rule(element: Element, reading: Reading) -> FlowNode:
    return BusinessRuleTask(
        **activity(element, reading),
        decision=reading.required(element, "decisionRef", CAMUNDA, "camunda:"),
        result_variable=reading.required(element, "resultVariable", CAMUNDA, "camunda:"),
    )


def _receive(element: Element, reading: Reading) -> FlowNode:
    return ReceiveTask(
        **activity(element, reading),
        message=message_definition(element, reading),
        instantiate=flag(element, "instantiate", False, reading.report),
    )


def _call(element: Element, reading: Reading) -> FlowNode:
    reading.required(element, "calledElement")
    arguments = activity(element, reading)
    passed, kept = call_mappings(element, "in", reading), call_mappings(element, "out", reading)
    if (passed or kept) and extensions(element, "inputOutput", CAMUNDA):
        reading.report.error(
            "said-twice",
            N_("%(one)s and %(other)s say the same thing in two ways"),
            element,
            N_("Keep one of them"),
            one="camunda:in/out",
            other="camunda:inputOutput",
        )
    return CallActivity(
        **{
            **arguments,
            "called_process": reference(element, "calledElement") or "",
            "inputs": (*arguments["inputs"], *passed),
            "outputs": (*arguments["outputs"], *kept),
        }
    )


TASK_BUILDERS: Mapping[str, Callable[[Element, Reading], FlowNode]] = {
    "task": _task,
    "manualTask": _task,
    "userTask": _user_task,
    "serviceTask": _service,
    "sendTask": _send,
    "receiveTask": _receive,
    "scriptTask": _script,
    "businessRuleTask": _business_rule,
    "callActivity": _call,
}

GLOBAL_TASK_BUILDERS: Mapping[str, Callable[[Element, Reading], FlowNode]] = {
    "globalTask": _task,
    "globalManualTask": _task,
    "globalUserTask": _user_task,
    "globalScriptTask": _script,
    "globalBusinessRuleTask": _business_rule,
}
