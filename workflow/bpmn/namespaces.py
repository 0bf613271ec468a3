"""XML namespaces and the small questions every reader asks of an element."""

from collections.abc import Iterator
from typing import Any

from lxml.etree import QName, _Element

Element = _Element

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
CN = "urn:congnhan:bpmn:1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

PREFIXES = {CAMUNDA: "camunda", CN: "cn", XSI: "xsi"}


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return QName(element).localname


def namespace(element: Element) -> str:
    """The element's namespace; empty for none."""
    return QName(element).namespace or ""


def shown(name: str) -> str:
    """A Clark name (`{uri}local`) as people write it: `camunda:topic`."""
    qname = QName(name)
    uri = qname.namespace or ""
    if uri in ("", BPMN):
        return qname.localname
    return f"{PREFIXES.get(uri, '{' + uri + '}')}{':' if uri in PREFIXES else ''}{qname.localname}"


def attribute(element: Element, name: str, uri: str | None = None) -> str | None:
    """An attribute without surrounding blanks; `None` where it is absent or blank."""
    value = element.get(f"{{{uri}}}{name}" if uri else name)
    return (value.strip() or None) if value is not None else None


def children(element: Element, *names: str, uri: str = BPMN) -> Iterator[Element]:
    """The direct children with one of these local names in namespace `uri`, in the order of the file."""
    wanted = {f"{{{uri}}}{name}" for name in names}
    return (child for child in element if child.tag in wanted)


def child(element: Element, name: str, uri: str = BPMN) -> Element | None:
    """The first such child."""
    return next(children(element, name, uri=uri), None)


def extensions(element: Element, name: str, uri: str) -> list[Element]:
    """The children called `name` of the element's `extensionElements`."""
    return [found for holder in children(element, "extensionElements") for found in children(holder, name, uri=uri)]


def reference(element: Element, name: str) -> str | None:
    """A QName-valued attribute without its prefix: `messageRef="tns:m1"` gives `m1`."""
    value = attribute(element, name)
    return value.rsplit(":", 1)[-1] if value else None


def text_of(element: Element | None) -> str:
    """The element's text without surrounding blanks."""
    return (element.text or "").strip() if element is not None else ""


def referred_id(element: Element | None) -> str:
    """The id that an element's text names, without a prefix."""
    return text_of(element).rsplit(":", 1)[-1]


def line_of(element: Element) -> int | None:
    """The line of the file on which the element starts."""
    line: Any = element.sourceline  # the stubs allow an ellipsis, lxml does not
    return None if line is None else int(line)
