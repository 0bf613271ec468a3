"""The shape of a decision model: what XML Schema and the specification ask of its elements before any of them means anything.

A rule with a cell too few, two outputs of one name or an unknown enumeration value would otherwise be found by whoever asks first, or lose a value.
"""

from collections.abc import Callable, Iterator
from typing import Any

from workflow.alphabets import composed
from workflow.dmn.table import HIT_POLICIES
from workflow.dmn.xml import Element, child, children, local, name_of
from workflow.errors import N_

Fault = tuple[str, Element, str, dict[str, Any]]
"""The rule, where, what is wrong (a message) and the values in it."""

EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "list", "relation", "invocation", "functionDefinition", "conditional",
    "filter", "for", "every", "some",
)  # fmt: skip
DRG = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_BOOLEAN = ("true", "false", "1", "0")
_VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    ("decisionTable", "hitPolicy"): HIT_POLICIES,
    ("decisionTable", "aggregation"): ("SUM", "COUNT", "MIN", "MAX"),
    ("decisionTable", "preferredOrientation"): ("Rule-as-Row", "Rule-as-Column", "CrossTable"),
    ("functionDefinition", "kind"): ("FEEL", "Java", "PMML"),
    ("encapsulatedLogic", "kind"): ("FEEL", "Java", "PMML"),
    ("association", "associationDirection"): ("None", "One", "Both"),
    ("itemDefinition", "isCollection"): _BOOLEAN,
    ("itemComponent", "isCollection"): _BOOLEAN,
}
_PARTS = {
    "conditional": ("if", "then", "else"),
    "filter": ("in", "match"),
    "for": ("in", "return"),
    "some": ("in", "satisfies"),
    "every": ("in", "satisfies"),
    "decisionTable": ("output",),
    "input": ("inputExpression",),
    "binding": ("parameter",),
}
"""Element -> parts without which it says nothing."""

_ONCE = {kind: parts for kind, parts in _PARTS.items() if kind != "decisionTable"} | {
    "decision": ("variable",),
    "inputData": ("variable",),
    "businessKnowledgeModel": ("variable", "encapsulatedLogic"),
    "decisionService": ("variable",),
    "contextEntry": ("variable",),
    "literalExpression": ("text",),
    "inputEntry": ("text",),
    "outputEntry": ("text",),
}
"""Element -> parts of which it has no second one, as nobody could say which counts."""
_MANY_EXPRESSIONS = ("list", "row")

_NAMED: dict[str, tuple[str, ...]] = {
    "definitions": DRG,
    "itemDefinition": ("itemComponent",),
    "itemComponent": ("itemComponent",),
    "relation": ("column",),
    "functionDefinition": ("formalParameter",),
    "encapsulatedLogic": ("formalParameter",),
}
"""Element -> those of its children whose names are one another's neighbours, and so differ."""


def faults(root: Element) -> Iterator[Fault]:
    """Everything that is wrong with the shape of a model, in the order of the file."""
    seen: set[str] = set()
    for element in root.iter():
        kind = local(element)
        if not kind:
            continue
        identity = element.get("id")
        if identity is not None and identity in seen:
            yield "dmn-id", element, N_("Two elements have the id '%(id)s'."), {"id": identity}
        seen.add(identity or "")
        yield from _enumerations(element, kind)
        for part in _PARTS.get(kind, ()):
            if child(element, part) is None:
                yield (
                    "dmn-part",
                    element,
                    N_("The element '%(kind)s' lacks its part '%(part)s'."),
                    _named(kind, part),
                )
        yield from _doubles(element, kind)
        yield from _names(element, kind)
        if kind in _COUNTED:
            yield from _COUNTED[kind](element)


def _doubles(element: Element, kind: str) -> Iterator[Fault]:
    """What stands once in its element stands there once."""
    for part in _ONCE.get(kind, ()):
        for second in list(children(element, part))[1:]:
            yield "dmn-twice", second, N_("The element '%(kind)s' has its part '%(part)s' twice."), _named(kind, part)
    if kind not in _MANY_EXPRESSIONS:
        for second in list(children(element, *EXPRESSIONS))[1:]:
            template = N_("The element '%(kind)s' has more than one expression; only one can be its value.")
            yield "dmn-twice", second, template, {"kind": kind}


def _named(element: str, part: str) -> dict[str, Any]:
    return {"kind": element, "part": part}


def _enumerations(element: Element, kind: str) -> Iterator[Fault]:
    for name in element.attrib:
        known = _VALUES.get((kind, str(name)))
        value = element.get(name) or ""
        if known is not None and value.strip() not in known:
            template = N_("'%(value)s' is no value of %(attribute)s; there are: %(known)s.")
            yield "dmn-value", element, template, {"value": value, "attribute": str(name), "known": ", ".join(known)}


def _names(element: Element, kind: str) -> Iterator[Fault]:
    """Names of neighbours differ, and there are some."""
    groups = [list(children(element, *_NAMED[kind]))] if kind in _NAMED else []
    if kind == "definitions":
        groups.append(list(children(element, "itemDefinition")))
    elif kind == "context":
        groups.append(
            [found for entry in children(element, "contextEntry") if (found := child(entry, "variable")) is not None]
        )
    elif kind == "invocation":
        groups.append(
            [found for entry in children(element, "binding") if (found := child(entry, "parameter")) is not None]
        )
    elif kind == "decisionTable":
        outputs = list(children(element, "output"))
        groups.append(outputs if len(outputs) > 1 else [])
    for group in groups:
        seen: set[str] = set()
        for one in group:
            name = composed(name_of(one))
            if not name:
                yield "dmn-name", one, N_("The element '%(kind)s' has no name."), {"kind": local(one)}
            elif name in seen:
                yield "dmn-name", one, N_("Two of one kind are called '%(name)s'."), {"name": name}
            seen.add(name)


def _table(element: Element) -> Iterator[Fault]:
    inputs, outputs = (len(list(children(element, kind))) for kind in ("input", "output"))
    for number, rule in enumerate(children(element, "rule"), 1):
        found = [len(list(children(rule, kind))) for kind in ("inputEntry", "outputEntry")]
        if found != [inputs, outputs]:
            template = N_(
                "Rule %(number)s has %(inputs)s conditions and %(outputs)s conclusions; the table has %(columns)s and %(results)s columns for them."
            )
            values = {"number": number, "inputs": found[0], "outputs": found[1], "columns": inputs, "results": outputs}
            yield "dmn-rule-cells", rule, template, values


def _relation(element: Element) -> Iterator[Fault]:
    columns = len(list(children(element, "column")))
    for number, row in enumerate(children(element, "row"), 1):
        cells = len(list(children(row)))
        if cells != columns:
            template = N_("Row %(number)s has %(cells)s cells; there are %(columns)s columns.")
            yield "dmn-row-cells", row, template, {"number": number, "cells": cells, "columns": columns}


_COUNTED: dict[str, Callable[[Element], Iterator[Fault]]] = {"decisionTable": _table, "relation": _relation}
