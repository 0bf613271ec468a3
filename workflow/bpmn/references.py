"""Ids are unique and every reference inside the file points at an element of the right kind."""

from collections.abc import Iterator, Mapping

from workflow.bpmn.namespaces import BPMN, Element, attribute, local, namespace, reference, text_of
from workflow.bpmn.reference_table import (
    ATTRIBUTE_REFERENCES,
    DATA_TYPE_REFERENCES,
    REQUIRED,
    TEXT_REFERENCES,
    WITHIN_CONTAINER,
)
from workflow.bpmn.report import Report
from workflow.bpmn.types import feel_type
from workflow.errors import N_


def index_ids(root: Element, report: Report) -> Mapping[str, Element]:
    """Every BPMN element by its id. Reports ids that are used twice."""
    found: dict[str, Element] = {}
    for element in _bpmn_elements(root):
        element_id = attribute(element, "id")
        if element_id is None:
            continue
        if element_id in found:
            report.error(
                "duplicate-id",
                N_("The id %(id)s is used twice; the first is on line %(first)s"),
                element,
                N_("Give every element an id of its own"),
                id=element_id,
                first=found[element_id].sourceline,
            )
        else:
            found[element_id] = element
    return found


def check_references(root: Element, ids: Mapping[str, Element], report: Report) -> None:
    """Report missing and dangling references, and flows that leave their container."""
    for element in _bpmn_elements(root):
        name = local(element)
        for required in REQUIRED.get(name, ()):
            if attribute(element, required) is None:
                _missing(element, required, report)
        for key, kinds in ATTRIBUTE_REFERENCES.get(name, {}).items():
            target = reference(element, key)
            if target is not None:
                _check_target(element, key, target, kinds, ids, report)
        if name in TEXT_REFERENCES:
            _check_target(element, name, text_of(element).rsplit(":", 1)[-1], TEXT_REFERENCES[name], ids, report)
            _check_ends(element, ids, report)
        _check_container(element, ids, report)


def _bpmn_elements(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if namespace(element) == BPMN)


def _missing(element: Element, key: str, report: Report) -> None:
    report.error(
        "missing-attribute",
        N_("Element %(element)s has no %(attribute)s"),
        element,
        N_("Draw the element again in the modeler"),
        element=local(element),
        attribute=key,
    )


def _check_target(
    element: Element, key: str, target: str, kinds: frozenset[str], ids: Mapping[str, Element], report: Report
) -> None:
    found = ids.get(target)
    if found is None and key in DATA_TYPE_REFERENCES and feel_type(target):
        return
    if found is None:
        report.error(
            "dangling-reference",
            N_("%(attribute)s of %(element)s names %(target)s, which is not in the file"),
            element,
            N_("Draw the connection again, or delete it"),
            attribute=key,
            element=local(element),
            target=target or "-",
        )
    elif kinds and local(found) not in kinds:
        report.error(
            "wrong-reference",
            N_("%(attribute)s of %(element)s names %(target)s, which is a %(kind)s"),
            element,
            N_("Draw the connection again to an element of the right kind"),
            attribute=key,
            element=local(element),
            target=target,
            kind=local(found),
        )


def _check_ends(element: Element, ids: Mapping[str, Element], report: Report) -> None:
    """`incoming` and `outgoing` repeat what the flow says; where they differ the file is broken."""
    side = {"incoming": "targetRef", "outgoing": "sourceRef"}.get(local(element))
    flow, node = ids.get(text_of(element).rsplit(":", 1)[-1]), element.getparent()
    if side is None or flow is None or node is None or local(flow) != "sequenceFlow":
        return
    if reference(flow, side) != attribute(node, "id"):
        report.error(
            "contradicting-flow",
            N_("%(side)s names the flow %(flow)s, whose %(attribute)s is another element"),
            element,
            N_("Draw the flow again in the modeler"),
            side=local(element),
            flow=text_of(element),
            attribute=side,
        )


def _check_container(element: Element, ids: Mapping[str, Element], report: Report) -> None:
    for key in WITHIN_CONTAINER.get(local(element), ()):
        target = ids.get(reference(element, key) or "")
        if target is not None and target.getparent() is not element.getparent():
            report.error(
                "crosses-container",
                N_("%(attribute)s of %(element)s names %(target)s, which is in another process or subprocess"),
                element,
                N_(
                    "A sequence flow stays within one process or subprocess; use an event or a call activity between them"
                ),
                attribute=key,
                element=local(element),
                target=reference(element, key),
            )
