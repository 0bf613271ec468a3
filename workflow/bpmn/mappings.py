"""Variable mappings of service tasks (`camunda:inputOutput`) and call activities (`camunda:in`, `camunda:out`)."""

import json

from workflow.bpmn.expressions import feel, value_of
from workflow.bpmn.namespaces import CAMUNDA, Element, attribute, children, extensions, local, shown, text_of
from workflow.bpmn.reading import Reading
from workflow.errors import N_
from workflow.model.elements import Mapping
from workflow.model.expressions import Expression, Value


def parameters(element: Element, name: str, reading: Reading) -> tuple[Mapping, ...]:
    """The `inputParameter` or `outputParameter` entries of the task, in the order of the file."""
    found = []
    for holder in extensions(element, "inputOutput", CAMUNDA):
        _only(holder, {"inputParameter", "outputParameter"}, {"name"}, reading)
        for entry in children(holder, name, uri=CAMUNDA):
            target = reading.required(entry, "name")
            value = value_of(text_of(entry), entry, reading.report)
            if value is not None:
                found.append(Mapping(source=_as_expression(value), target=target))
    return tuple(found)


def call_mappings(element: Element, name: str, reading: Reading) -> tuple[Mapping, ...]:
    """The `camunda:in` or `camunda:out` entries of a call activity."""
    found = []
    for entry in extensions(element, name, CAMUNDA):
        _only_attributes(entry, {"source", "sourceExpression", "target"}, reading)
        source = attribute(entry, "sourceExpression") or attribute(entry, "source")
        target = reading.required(entry, "target")
        if source is None:
            reading.required(entry, "source")
        else:
            found.append(Mapping(source=feel(source, entry, reading.report), target=target))
    return tuple(found)


def properties(element: Element, reading: Reading) -> dict[str, str]:
    """The `camunda:properties` of an element, by name."""
    found: dict[str, str] = {}
    for holder in extensions(element, "properties", CAMUNDA):
        _only(holder, {"property"}, {"name", "value", "id"}, reading)
        for entry in children(holder, "property", uri=CAMUNDA):
            found[reading.required(entry, "name")] = attribute(entry, "value") or ""
    return found


def _as_expression(value: Value) -> Expression:
    # A FEEL string literal has the escapes of JSON.
    return (
        value if isinstance(value, Expression) else Expression(json.dumps(value.text, ensure_ascii=False), value.line)
    )


def _only(holder: Element, names: set[str], attributes: set[str], reading: Reading) -> None:
    """Refuse anything within `holder` but these entries with these attributes and plain text."""
    for entry in holder:
        if entry.tag not in {f"{{{CAMUNDA}}}{name}" for name in names}:
            _refuse(entry, reading)
            continue
        _only_attributes(entry, attributes, reading)
        for nested in entry:
            _refuse(nested, reading)


def _only_attributes(entry: Element, names: set[str], reading: Reading) -> None:
    for key in entry.attrib:
        if str(key) not in names:
            reading.report.error(
                "unsupported-attribute",
                N_("Attribute %(attribute)s is not supported on %(element)s"),
                entry,
                N_("Delete the attribute %(attribute)s; it would have no effect"),
                attribute=shown(str(key)),
                element=shown(str(entry.tag)),
            )


def _refuse(entry: Element, reading: Reading) -> None:
    parent = entry.getparent()
    reading.report.error(
        "unsupported-extension",
        N_("Extension %(element)s is not supported on %(parent)s"),
        entry,
        N_("Delete the extension, or express it with what the reference lists for %(parent)s"),
        element=shown(str(entry.tag)),
        parent=local(parent) if parent is not None else "-",
    )
