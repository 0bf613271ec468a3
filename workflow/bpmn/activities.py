"""Activities: tasks and call activities, their loops, their quantities and the data that goes in and out."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from workflow.bpmn.context import Reading, base, flag, whole_number
from workflow.bpmn.data import call_mappings, data_mappings, mappings_of, parameters, readable_variable
from workflow.bpmn.events import definition_of, message_definition, single_definition
from workflow.bpmn.expressions import element_expression, feel, is_feel, unread
from workflow.bpmn.kinds import TRIGGERS, names
from workflow.bpmn.namespaces import (
    CAMUNDA,
    CN,
    Element,
    attribute,
    child,
    children,
    extensions,
    line_of,
    local,
    reference,
    referred_id,
    text_of,
)
from workflow.bpmn.report import Report
from workflow.bpmn.supported import runs_foreign_code
from workflow.bpmn.user_task import user_task_spec
from workflow.errors import N_
from workflow.model.elements import (
    BusinessRuleTask,
    CallActivity,
    FlowNode,
    MultiInstance,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    StandardLoop,
    Task,
    UserTask,
)
from workflow.model.events import EventDefinition
from workflow.model.expressions import Expression

_MOST_ROUNDS = 100_000
_BEHAVIORS: dict[str, Literal["all", "none", "one", "complex"]] = {
    "All": "all",
    "None": "none",
    "One": "one",
    "Complex": "complex",
}


def loop_data(owner: Element) -> frozenset[str]:
    """Ids of the data input and output over which the activity loops; their associations belong to the loop."""
    loop = child(owner, "multiInstanceLoopCharacteristics")
    if loop is None:
        return frozenset()
    found = (referred_id(child(loop, name)) for name in ("loopDataInputRef", "loopDataOutputRef"))
    return frozenset(key for key in found if key)


def standard_loop(owner: Element, reading: Reading) -> StandardLoop | None:
    """The standard loop of an activity."""
    element = child(owner, "standardLoopCharacteristics")
    if element is None:
        return None
    return StandardLoop(
        condition=element_expression(child(element, "loopCondition"), reading.report),
        test_before=flag(element, "testBefore", False, reading.report),
        maximum=whole_number(element, "loopMaximum", reading.report, most=_MOST_ROUNDS),
    )


def multi_instance(owner: Element, reading: Reading) -> MultiInstance | None:
    """The multi-instance marker of an activity; the collection is FEEL text or the activity's loop data input."""
    element = child(owner, "multiInstanceLoopCharacteristics")
    if element is None:
        return None
    report = reading.report
    cardinality = element_expression(child(element, "loopCardinality"), report)
    collection = _collection(element, owner, reading)
    output_collection, output_element = _output(element, owner, reading)
    if cardinality is None and collection is None:
        report.error(
            "multi-instance-of-nothing",
            N_("The multi-instance activity has neither a collection nor a cardinality"),
            element,
            N_("Enter camunda:collection, or a loopCardinality"),
        )
    behavior = _behavior(element, reading)
    return MultiInstance(
        sequential=flag(element, "isSequential", False, report),
        cardinality=cardinality,
        collection=collection,
        element_variable=attribute(element, "elementVariable", CAMUNDA)
        or _variable(child(element, "inputDataItem"), reading),
        completion_condition=element_expression(child(element, "completionCondition"), report),
        output_collection=output_collection,
        output_element=output_element,
        behavior=behavior,
        behavior_event=_behavior_event(element, behavior, reading),
        complex_behaviors=_complex_behaviors(element, reading),
    )


def _variable(element: Element | None, reading: Reading) -> str | None:
    return (readable_variable(element, element, reading) or None) if element is not None else None


def _collection(element: Element, owner: Element, reading: Reading) -> Expression | None:
    text, data = attribute(element, "collection", CAMUNDA), child(element, "loopDataInputRef")
    if text is not None:
        if data is not None:
            _two_ways(element, "camunda:collection", "loopDataInputRef", reading)
        return feel(text, element, reading.report)
    found = reading.ids.get(referred_id(data))
    if data is None or found is None:
        return None
    for entry in children(owner, "dataInputAssociation"):
        if found.get("id") == referred_id(child(entry, "targetRef")):
            return next((mapping.source for mapping in mappings_of(entry, reading)), None)
    return Expression(readable_variable(found, data, reading), line_of(data))


def _output(element: Element, owner: Element, reading: Reading) -> tuple[str | None, Expression | None]:
    text, name = attribute(element, "outputElement", CN), attribute(element, "outputCollection", CN)
    item, data = child(element, "outputDataItem"), child(element, "loopDataOutputRef")
    if (text or name) and (item is not None or data is not None):
        _two_ways(element, "cn:outputCollection", "loopDataOutputRef", reading)
    found = reading.ids.get(referred_id(data)) if data is not None else None
    value = feel(text, element, reading.report) if text else None
    if item is not None and value is None:
        value = Expression(readable_variable(item, item, reading), line_of(item))
    if found is not None and name is None:
        name = _output_target(found, owner, reading)
    # A dangling loopDataOutputRef has been reported as such.
    if (value is None) != (name is None) and (data is None or found is not None):
        reading.report.error(
            "half-an-output",
            N_("cn:outputCollection and cn:outputElement belong together; one of them is missing"),
            element,
            N_("Enter both or neither"),
        )
    return name, value


def _output_target(output: Element, owner: Element, reading: Reading) -> str:
    for entry in children(owner, "dataOutputAssociation"):
        if output.get("id") in {referred_id(each) for each in children(entry, "sourceRef")}:
            return next((mapping.target for mapping in mappings_of(entry, reading)), "")
    return readable_variable(output, owner, reading)


def _behavior(element: Element, reading: Reading) -> Literal["all", "none", "one", "complex"]:
    value = attribute(element, "behavior") or "All"
    if value not in _BEHAVIORS:
        reading.report.error(
            "unknown-value",
            N_('%(attribute)s="%(value)s" is not one of %(choices)s'),
            element,
            N_("Choose one of %(choices)s"),
            attribute="behavior",
            value=value,
            choices=", ".join(_BEHAVIORS),
        )
    return _BEHAVIORS.get(value, "all")


def _behavior_event(element: Element, behavior: str, reading: Reading) -> EventDefinition | None:
    key = reference(element, f"{behavior}BehaviorEventRef") if behavior in ("none", "one") else None
    found = reading.ids.get(key or "")
    # An event definition of another kind has been reported with the references.
    if found is None or local(found) not in TRIGGERS["event"]:
        return None
    return single_definition(found, reading)


def _complex_behaviors(element: Element, reading: Reading) -> tuple[tuple[Expression, EventDefinition | None], ...]:
    found = []
    for entry in children(element, "complexBehaviorDefinition"):
        condition, event = element_expression(child(entry, "condition"), reading.report), child(entry, "event")
        if condition is not None:
            found.append((condition, definition_of(event, reading) if event is not None else None))
    return tuple(found)


def _two_ways(element: Element, one: str, other: str, reading: Reading) -> None:
    reading.report.error(
        "said-twice",
        N_("%(one)s and %(other)s say the same thing in two ways"),
        element,
        N_("Keep one of them"),
        one=one,
        other=other,
    )


# What every activity has: its base, its loops, its quantities and the data that goes in and out.

_MOST_TOKENS = 1_000


WITHOUT_INPUTS = names("receiveTask")
"""Elements on which nothing could read an input: what stands there is refused."""


def activity(element: Element, reading: Reading) -> dict[str, Any]:
    """The arguments of every record of an activity."""
    own = loop_data(element)
    arguments = {
        **base(element),
        "default_flow": reference(element, "default"),
        "multi_instance": multi_instance(element, reading),
        "standard_loop": standard_loop(element, reading),
        "start_quantity": whole_number(element, "startQuantity", reading.report, most=_MOST_TOKENS) or 1,
        "completion_quantity": whole_number(element, "completionQuantity", reading.report, most=_MOST_TOKENS) or 1,
        "for_compensation": flag(element, "isForCompensation", False, reading.report),
        "inputs": (
            *data_mappings(element, "dataInputAssociation", reading, without=own),
            *parameters(element, "inputParameter", reading),
        ),
        "outputs": (
            *data_mappings(element, "dataOutputAssociation", reading, without=own),
            *parameters(element, "outputParameter", reading),
        ),
    }
    if arguments["inputs"] and _reads_nothing(element):
        _refuse(element, reading)
    return arguments


def _reads_nothing(element: Element) -> bool:
    """An event subprocess begins with what its event has brought."""
    return local(element) in WITHOUT_INPUTS or flag(element, "triggeredByEvent", False, Report())


def _refuse(element: Element, reading: Reading) -> None:
    reading.report.error(
        "mapping-without-effect",
        N_("The inputs of the %(element)s would have no effect"),
        element,
        N_("Delete them: the activity reads and writes the variables around it by name"),
        element=local(element),
    )


# Tasks and call activities.


def _task(element: Element, reading: Reading) -> FlowNode:
    return Task(**activity(element, reading), manual=local(element) in ("manualTask", "globalManualTask"))


def _user_task(element: Element, reading: Reading) -> FlowNode:
    return UserTask(**activity(element, reading), spec=user_task_spec(element, reading))


def _service(element: Element, reading: Reading) -> FlowNode:
    return ServiceTask(**activity(element, reading), handler=_handler(element, reading))


def _send(element: Element, reading: Reading) -> FlowNode:
    """A send task sends the message it names, or is work for the handler of its topic; never both."""
    topic = attribute(element, "topic", CAMUNDA)
    if not attribute(element, "messageRef") and not (attribute(element, "operationRef") and topic is None):
        if topic is None:
            if runs_foreign_code(element):
                return SendTask(**activity(element, reading))
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
        # One sentence says all that is to be done; what is wrong besides, by the measure of FEEL, would be noise.
        reading.report.error(
            "script-format",
            N_('Script format "%(format)s" is not supported; a script task computes a value with FEEL'),
            element,
            N_('Set scriptFormat="feel", write a FEEL expression, and name the variable for the result'),
            format=script_format,
        )
        variable = attribute(element, "resultVariable", CAMUNDA)
        return ScriptTask(**activity(element, reading), script=unread(at), result_variable=variable)
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
