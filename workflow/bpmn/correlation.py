"""BPMN's own correlation: a key of one property, whose value an expression takes out of each message."""

from collections.abc import Mapping

from workflow.bpmn.expressions import element_expression
from workflow.bpmn.namespaces import BPMN, Element, attribute, child, children, reference, text_of
from workflow.bpmn.report import Report
from workflow.errors import N_
from workflow.model.expressions import Expression


def correlation_keys(root: Element, report: Report) -> Mapping[str, Expression]:
    """Id of a message → its correlation key.

    The engine compares one value; keys of several properties, and a message with several keys, are refused.
    """
    found: dict[str, Expression] = {}
    properties = {attribute(each, "id") or "": each for each in children(root, "correlationProperty")}
    for key in root.iter(f"{{{BPMN}}}correlationKey"):
        refs = [text_of(each).rsplit(":", 1)[-1] for each in children(key, "correlationPropertyRef")]
        if len(refs) != 1:
            _refuse(key, report)
        elif refs[0] in properties:
            _add(properties.pop(refs[0]), found, report)
    return found


def _add(element: Element, found: dict[str, Expression], report: Report) -> None:
    for entry in children(element, "correlationPropertyRetrievalExpression"):
        message, path = reference(entry, "messageRef"), element_expression(child(entry, "messagePath"), report)
        if message is None or path is None:
            report.error(
                "correlation-without-path",
                N_("The retrieval expression needs a message and the path of the property in it"),
                entry,
                N_("Enter messageRef and messagePath"),
            )
        elif message in found:
            _refuse(entry, report)
        else:
            found[message] = path


def _refuse(element: Element, report: Report) -> None:
    report.error(
        "correlation-of-several",
        N_("A message is correlated by one property; here are several or none"),
        element,
        N_("Use one correlation key with one property for each message"),
    )
