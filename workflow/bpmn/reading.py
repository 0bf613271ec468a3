"""What every builder needs beside its element, and the parts that all flow nodes share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.bpmn.expressions import element_expression, feel
from workflow.bpmn.namespaces import CAMUNDA, CN, Element, attribute, child, line_of, reference
from workflow.bpmn.report import Report
from workflow.errors import N_
from workflow.model.elements import MultiInstance


@dataclass
class Reading:
    """One file while it is read."""

    report: Report
    ids: Mapping[str, Element] = field(default_factory=dict)

    def required(self, element: Element, name: str, uri: str | None = None, prefix: str = "") -> str:
        """The attribute's value; where it is missing, a finding and the empty text."""
        value = attribute(element, name, uri)
        if value is None:
            self.report.error(
                "missing-property",
                N_("%(attribute)s is missing"),
                element,
                N_("Enter %(attribute)s in the element's properties"),
                attribute=f"{prefix}{name}",
            )
        return value or ""


def flag(element: Element, name: str, default: bool, report: Report, uri: str | None = None) -> bool:
    """A truth value of XML; anything else is a fault and gives the default."""
    value = attribute(element, name, uri)
    if value in (None, "true", "1", "false", "0"):
        return default if value is None else value in ("true", "1")
    report.error(
        "not-boolean",
        N_('%(attribute)s="%(value)s" is neither true nor false'),
        element,
        N_("Write true or false"),
        attribute=name,
        value=value,
    )
    return default


def base(element: Element) -> dict[str, Any]:
    """Id, names and line of a flow node or flow."""
    return {
        "id": attribute(element, "id") or "",
        "name": attribute(element, "name") or "",
        "name_en": attribute(element, "nameEn", CN) or "",
        "line": line_of(element),
    }


def activity(element: Element, reading: Reading) -> dict[str, Any]:
    """What every activity has: its base, its default flow and its multi-instance marker."""
    return {
        **base(element),
        "default_flow": reference(element, "default"),
        "multi_instance": _multi_instance(child(element, "multiInstanceLoopCharacteristics"), reading),
    }


def _multi_instance(element: Element | None, reading: Reading) -> MultiInstance | None:
    if element is None:
        return None
    report = reading.report
    cardinality = element_expression(child(element, "loopCardinality"), report)
    collection = attribute(element, "collection", CAMUNDA)
    output = attribute(element, "outputElement", CN)
    output_collection = attribute(element, "outputCollection", CN)
    if cardinality is None and collection is None:
        report.error(
            "multi-instance-of-nothing",
            N_("The multi-instance activity has neither a collection nor a cardinality"),
            element,
            N_("Enter camunda:collection, or a loopCardinality"),
        )
    if (output is None) != (output_collection is None):
        report.error(
            "half-an-output",
            N_("cn:outputCollection and cn:outputElement belong together; one of them is missing"),
            element,
            N_("Enter both or neither"),
        )
    return MultiInstance(
        sequential=flag(element, "isSequential", False, report),
        cardinality=cardinality,
        collection=feel(collection, element, report) if collection else None,
        element_variable=attribute(element, "elementVariable", CAMUNDA),
        completion_condition=element_expression(child(element, "completionCondition"), report),
        output_collection=output_collection,
        output_element=feel(output, element, report) if output else None,
    )
