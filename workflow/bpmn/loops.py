"""Loops: multi-instance activities with their data and the events they throw, and the standard loop."""

from typing import Literal

from workflow.bpmn.associations import mappings_of, reference_text
from workflow.bpmn.data import readable_variable
from workflow.bpmn.event_definitions import definition_of, single_definition
from workflow.bpmn.expressions import element_expression, feel
from workflow.bpmn.namespaces import CAMUNDA, CN, Element, attribute, child, children, line_of, local, reference
from workflow.bpmn.reading import Reading, flag, whole_number
from workflow.bpmn.triggers import TRIGGERS
from workflow.errors import N_
from workflow.model.elements import MultiInstance, StandardLoop
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
    found = (reference_text(child(loop, name)) for name in ("loopDataInputRef", "loopDataOutputRef"))
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
    found = reading.ids.get(reference_text(data))
    if data is None or found is None:
        return None
    for entry in children(owner, "dataInputAssociation"):
        if found.get("id") == reference_text(child(entry, "targetRef")):
            return next((mapping.source for mapping in mappings_of(entry, reading)), None)
    return Expression(readable_variable(found, data, reading), line_of(data))


def _output(element: Element, owner: Element, reading: Reading) -> tuple[str | None, Expression | None]:
    text, name = attribute(element, "outputElement", CN), attribute(element, "outputCollection", CN)
    item, data = child(element, "outputDataItem"), child(element, "loopDataOutputRef")
    if (text or name) and (item is not None or data is not None):
        _two_ways(element, "cn:outputCollection", "loopDataOutputRef", reading)
    found = reading.ids.get(reference_text(data)) if data is not None else None
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
        if output.get("id") in {reference_text(each) for each in children(entry, "sourceRef")}:
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
