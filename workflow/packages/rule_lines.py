"""Decisions and decision rules as plain lines, read from the DMN text itself: what a comparison of versions shows."""

import re
from collections.abc import Iterator, Mapping

from workflow.bpmn.namespaces import Element, attribute, local
from workflow.bpmn.xml import parse_xml

_EXPRESSIONS = frozenset({"literalExpression", "context", "list", "relation", "invocation", "functionDefinition"})
_TEXT = re.compile(r'"([^"\\]*)"')
Line = tuple[str, str, str, dict[str, str]]


def rule_lines(files: Mapping[str, bytes]) -> Iterator[Line]:
    """Every decision and every rule of its table: what it is, key, name, properties. Expects files that could be read."""
    for file in sorted(name for name in files if name.endswith(".dmn")):
        for decision in _all(parse_xml(files[file], file=file), "decision"):
            yield from _decision(decision)


def _decision(decision: Element) -> Iterator[Line]:
    key = attribute(decision, "id") or ""
    name = attribute(decision, "name") or ""
    table = next(_children(decision, "decisionTable"), None)
    if table is None:
        texts = [_text(part) for part in decision if local(part) in _EXPRESSIONS]
        yield "decision", key, name, {"expression": " ".join(texts)}
        return
    inputs = [attribute(each, "label") or _text(each) for each in _children(table, "input")]
    outputs = [attribute(each, "name") or attribute(each, "label") or "value" for each in _children(table, "output")]
    yield (
        "decision",
        key,
        name,
        {
            "hitPolicy": attribute(table, "hitPolicy") or "UNIQUE",
            "inputs": "; ".join(_text(each) for each in _children(table, "input")),
            "outputs": ", ".join(outputs),
        },
    )
    for position, rule in enumerate(_children(table, "rule"), start=1):
        yield _rule(rule, key, name, position, inputs, outputs)


def _rule(rule: Element, decision: str, name: str, position: int, inputs: list[str], outputs: list[str]) -> Line:
    properties = {"position": str(position)}
    entries = list(_children(rule, "inputEntry"))
    properties |= {f"input.{label}": _text(each) for label, each in zip(inputs, entries, strict=False)}
    results = list(_children(rule, "outputEntry"))
    properties |= {f"output.{label}": _text(each) for label, each in zip(outputs, results, strict=False)}
    notes = [_text(each) for each in _children(rule, "annotationEntry")]
    properties["annotation"] = "; ".join(note for note in notes if note)
    return "rule", f"{decision}/{attribute(rule, 'id') or position}", f"{name}, {position}", properties


def _all(element: Element, name: str) -> Iterator[Element]:
    return (found for found in element.iter() if local(found) == name)


def _children(element: Element, name: str) -> Iterator[Element]:
    return (found for found in element if local(found) == name)


def _text(element: Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())


def decided_texts(files: Mapping[str, bytes]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Decision and output column → the plain texts that its rules can give; the only column has an empty name."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for file in sorted(name for name in files if name.endswith(".dmn")):
        for decision in _all(parse_xml(files[file], file=file), "decision"):
            for table in _children(decision, "decisionTable"):
                columns = list(_children(table, "output"))
                for index, column in enumerate(columns):
                    name = (attribute(column, "name") or "") if len(columns) > 1 else ""
                    found[attribute(decision, "id") or "", name] = tuple(dict.fromkeys(_literals(table, index)))
    return found


def _literals(table: Element, column: int) -> Iterator[str]:
    for rule in _children(table, "rule"):
        entries = list(_children(rule, "outputEntry"))
        if column < len(entries) and (match := _TEXT.fullmatch(_text(entries[column]))):
            yield match[1]
