"""Reading a DMN file as hostile input, and small helpers over its elements."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflow.errors import N_, DefinitionRejected
from workflow.feel.lexer import normalise
from workflow.model.findings import Finding

MAX_BYTES = 5_000_000
MAX_DEPTH = 200
NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
Element = etree._Element


def reject(rule: str, template: str, *, line: int | None = None, **params: object) -> DefinitionRejected:
    """The error of one finding about a whole file."""
    return DefinitionRejected((Finding(rule=rule, template=template, params=params, line=line),))


def read(content: bytes) -> Element:
    """The root element; raises DefinitionRejected for what is no DMN of 1.2 to 1.5, too large, or declares entities."""
    if len(content) > MAX_BYTES:
        raise reject("dmn-too-large", N_("The file is larger than %(limit)s bytes."), limit=MAX_BYTES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise reject(
            "dmn-xml",
            N_("The file is not well-formed XML: at column %(column)s of this line something is wrong"),
            line=error.lineno,
            column=error.offset or 1,
        ) from None
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise reject("dmn-doctype", N_("The file declares a document type, which is not accepted."), line=1)
    if _depth(root) > MAX_DEPTH:
        raise reject("dmn-depth", N_("The elements are nested more than %(limit)s deep."), limit=MAX_DEPTH)
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise reject("dmn-namespace", N_("The file is no DMN model of version 1.2 to 1.5."), line=line_of(root))
    return root


def _depth(root: Element) -> int:
    deepest = 0
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        deepest = max(deepest, depth)
        if depth <= MAX_DEPTH:
            stack.extend((child, depth + 1) for child in element)
    return deepest


def line_of(element: Element) -> int | None:
    """The line on which an element begins."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None


def local(element: Element) -> str:
    """The element's name without namespace; empty for one that is not DMN's."""
    tag: object = element.tag  # a processing instruction has a function here
    if not isinstance(tag, str):
        return ""
    name = etree.QName(tag)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements of DMN with one of these names, all where none is given."""
    for child in element:
        name = local(child)
        if name and (not names or name in names):
            yield child


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that name."""
    return next(children(element, name), None) if element is not None else None


def text(element: Element | None) -> str:
    """The text of the element's `text` child."""
    inner = child(element, "text")
    return "".join(str(part) for part in inner.itertext()) if inner is not None else ""


def name_of(element: Element) -> str:
    """The element's `name` with single spaces."""
    return normalise(element.get("name") or "")


def flag(element: Element, name: str) -> bool:
    """An attribute of XML Schema's type boolean; absent means false."""
    return (element.get(name) or "").strip() in ("true", "1")
