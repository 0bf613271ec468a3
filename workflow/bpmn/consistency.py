"""What a file says twice must agree: the flows that nodes list, and the direction that a gateway claims."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from workflow.bpmn.elements import SUPPORTED_FLOW_NODES
from workflow.bpmn.namespaces import BPMN, Element, attribute, children, local, reference, text_of
from workflow.bpmn.report import Report
from workflow.errors import N_

_ENDS = {"sourceRef": "outgoing", "targetRef": "incoming"}
_MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


def check_consistency(root: Element, ids: Mapping[str, Element], report: Report) -> None:
    """Report flows listed at one end only, gateways whose direction is not theirs, and text formats that are none."""
    flows = [element for element in _all(root, "sequenceFlow") if attribute(element, "id")]
    for flow in flows:
        _check_listing(flow, ids, report)
    incoming = Counter(reference(flow, "targetRef") for flow in flows)
    outgoing = Counter(reference(flow, "sourceRef") for flow in flows)
    for gateway in (
        element for name in SUPPORTED_FLOW_NODES if name.endswith("Gateway") for element in _all(root, name)
    ):
        key = attribute(gateway, "id")
        _check_direction(gateway, incoming[key], outgoing[key], report)
    for name in ("textAnnotation", "documentation"):
        for element in _all(root, name):
            _check_text_format(element, report)


def _all(root: Element, name: str) -> Iterator[Element]:
    return root.iter(f"{{{BPMN}}}{name}")


def _check_listing(flow: Element, ids: Mapping[str, Element], report: Report) -> None:
    """`incoming` and `outgoing` are optional, but a flow that one end lists and the other not was half deleted."""
    listed: dict[str, bool] = {}
    ends: dict[str, Element] = {}
    for key, side in _ENDS.items():
        node = ids.get(reference(flow, key) or "")
        if node is None:
            return
        ends[side] = node
        listed[side] = attribute(flow, "id") in {text_of(each).rsplit(":", 1)[-1] for each in children(node, side)}
    if listed["outgoing"] != listed["incoming"]:
        missing = "incoming" if listed["outgoing"] else "outgoing"
        report.error(
            "half-listed-flow",
            N_(
                "The %(element)s does not list the sequence flow %(flow)s as %(side)s; the element at its other end lists it"
            ),
            ends[missing],
            N_("Draw the flow again in the modeler"),
            element=local(ends[missing]),
            flow=attribute(flow, "id"),
            side=missing,
        )


def _check_direction(gateway: Element, incoming: int, outgoing: int, report: Report) -> None:
    """BPMN 2.0.2, 10.6.1: what each value of gatewayDirection demands."""
    direction = attribute(gateway, "gatewayDirection") or "Unspecified"
    holds = {
        "Unspecified": True,
        "Converging": incoming > 1 and outgoing <= 1,
        "Diverging": outgoing > 1 and incoming <= 1,
        "Mixed": incoming > 1 and outgoing > 1,
    }
    if not holds.get(direction, False):
        report.error(
            "gateway-direction",
            N_(
                "The %(element)s says that it is %(direction)s, but has %(incoming)s incoming and %(outgoing)s outgoing flows"
            ),
            gateway,
            N_("Delete the attribute gatewayDirection, or connect the gateway as it says"),
            element=local(gateway),
            direction=direction,
            incoming=incoming,
            outgoing=outgoing,
        )


def _check_text_format(element: Element, report: Report) -> None:
    text_format = attribute(element, "textFormat")
    if text_format is not None and not _MIME_TYPE.fullmatch(text_format):
        report.error(
            "text-format",
            N_("textFormat “%(format)s” is no MIME type"),
            element,
            N_("Delete the attribute textFormat"),
            format=text_format,
        )
