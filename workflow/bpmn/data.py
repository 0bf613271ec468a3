"""Data of a file: the variables that its data items stand for, and which value goes where."""

import json
import re
from collections.abc import Iterator

from workflow.bpmn.context import Reading, feel_type, flag
from workflow.bpmn.expressions import element_expression, feel, value_of
from workflow.bpmn.kinds import CONTAINERS, DATA_ITEMS
from workflow.bpmn.namespaces import (
    BPMN,
    CAMUNDA,
    Element,
    attribute,
    child,
    children,
    extensions,
    line_of,
    local,
    reference,
    referred_id,
    shown,
    text_of,
)
from workflow.errors import N_
from workflow.model.elements import DataItem, Mapping
from workflow.model.expressions import Expression, Value

PLACE_HOLDER = "__targetRef_placeholder"
"""Name of the property that modelers put into an activity as the end of a data association that they only draw."""

_NAME = re.compile(r"[^\W\d]\w*")


def variable_of(element: Element, reading: Reading) -> str:
    """The FEEL variable of a data element: its name, or its id where the name is none or no name of FEEL.

    A reference gives the variable of its data object.
    """
    if local(element) == "dataObjectReference":
        element = reading.ids.get(reference(element, "dataObjectRef") or "", element)
    name, key = attribute(element, "name"), attribute(element, "id") or ""
    return name if name and (_NAME.fullmatch(name) or not _NAME.fullmatch(key)) else key


def readable_variable(element: Element, at: Element, reading: Reading) -> str:
    """The same where an expression is to read it or a mapping to write it: reports one that FEEL cannot read."""
    variable = variable_of(element, reading)
    if not _NAME.fullmatch(variable):
        reading.report.error(
            "data-without-name",
            N_('"%(variable)s" is no name that expressions can read'),
            at,
            N_("Give the %(element)s a name of letters, digits and underscores"),
            variable=variable or "-",
            element=local(element),
        )
    return variable


def properties_of(element: Element, reading: Reading) -> tuple[DataItem, ...]:
    """The properties of a process or subprocess, in the order of the file."""
    found = (each for each in children(element, "property") if attribute(each, "id"))
    return tuple(_item(each, reading) for each in found if attribute(each, "name") != PLACE_HOLDER)


def data_objects_of(element: Element, reading: Reading) -> tuple[DataItem, ...]:
    """The data objects of a process or subprocess, in the order of the file."""
    return tuple(_item(each, reading) for each in children(element, "dataObject") if attribute(each, "id"))


def check_data(root: Element, reading: Reading) -> None:
    """Report properties of elements that have no variables of their own, and two data items of one variable."""
    for element in root.iter(f"{{{BPMN}}}property"):
        holder = element.getparent()
        drawn = attribute(element, "name") == PLACE_HOLDER
        if holder is not None and local(holder) not in CONTAINERS and not drawn:
            reading.report.error(
                "property-without-effect",
                N_("A property of a %(element)s would have no effect: only processes and subprocesses hold data"),
                element,
                N_("Make it a property of the process or subprocess, or delete it"),
                element=local(holder),
            )
    for container in root.iter(*(f"{{{BPMN}}}{name}" for name in CONTAINERS)):
        _check_unique(container, reading)


def _check_unique(container: Element, reading: Reading) -> None:
    first: dict[str, Element] = {}
    for element in children(container, "property", "dataObject"):
        variable = variable_of(element, reading)
        if variable == PLACE_HOLDER:
            continue
        if variable and variable in first:
            reading.report.error(
                "duplicate-data",
                N_('Two data items share the variable "%(variable)s"; the first is on line %(first)s'),
                element,
                N_("Give each a name of its own"),
                variable=variable,
                first=line_of(first[variable]),
            )
        first.setdefault(variable, element)


def _item(element: Element, reading: Reading) -> DataItem:
    subject = attribute(element, "itemSubjectRef")
    definition = reading.ids.get(reference(element, "itemSubjectRef") or "")
    collection = flag(element, "isCollection", False, reading.report)
    if definition is not None and not collection:
        collection = flag(definition, "isCollection", False, reading.report)
    return DataItem(
        id=attribute(element, "id") or "",
        variable=variable_of(element, reading),
        type_name=feel_type(subject if definition is None else attribute(definition, "structureRef")),
        is_collection=collection,
        line=line_of(element),
    )


# Data associations: which value goes where when an activity starts or ends, or an event sends or receives.


def data_mappings(
    element: Element, name: str, reading: Reading, *, without: frozenset[str] = frozenset()
) -> tuple[Mapping, ...]:
    """The associations of one direction, `dataInputAssociation` or `dataOutputAssociation`, in the order of the file.

    `without`: ids of data inputs or outputs whose associations are read elsewhere.
    """
    inner = "targetRef" if name == "dataInputAssociation" else "sourceRef"
    return tuple(
        mapping
        for entry in children(element, name)
        if not without & {referred_id(each) for each in children(entry, inner)}
        for mapping in mappings_of(entry, reading)
    )


def mappings_of(entry: Element, reading: Reading) -> Iterator[Mapping]:
    """What one data association says: a copy, the value of a transformation, or assignments.

    Missing and superfluous ends break static rules and are not repeated here.
    """
    target = _held_item(referred_id(child(entry, "targetRef")), entry, reading)
    sources = [_held_item(referred_id(each), entry, reading) for each in children(entry, "sourceRef")]
    transformation, assignments = child(entry, "transformation"), list(children(entry, "assignment"))
    if _is_place_holder(target) or not (sources or transformation is not None or assignments):
        _drawn_only(entry, reading)
        return
    if target is None:
        return
    variable = readable_variable(target, entry, reading)
    if transformation is not None:
        value = element_expression(transformation, reading.report)
        if value is not None:
            yield Mapping(source=value, target=variable)
    elif assignments:
        yield from (found for each in assignments if (found := _assignment(each, target, reading)) is not None)
    elif len(sources) == 1 and sources[0] is not None:
        yield Mapping(source=Expression(readable_variable(sources[0], entry, reading), line_of(entry)), target=variable)


def _is_place_holder(target: Element | None) -> bool:
    return target is not None and local(target) == "property" and attribute(target, "name") == PLACE_HOLDER


def _held_item(key: str, at: Element, reading: Reading) -> Element | None:
    """The data element of this id. What is missing altogether has been reported with the references."""
    found = reading.ids.get(key)
    if found is None or local(found) in DATA_ITEMS:
        return found
    if local(found) == "dataStoreReference":
        reading.report.error(
            "data-store",
            N_("A data association with the data store %(id)s cannot run: data stores are only drawn"),
            at,
            N_("Use a data object, or a service task that reads and writes the store"),
            id=key,
        )
    return None


def _assignment(element: Element, target: Element, reading: Reading) -> Mapping | None:
    value = element_expression(child(element, "from"), reading.report)
    to = element_expression(child(element, "to"), reading.report)
    if value is None or to is None:
        return None
    variable = variable_of(target, reading)
    if to.text not in (variable, attribute(target, "id"), attribute(target, "name")):
        reading.report.error(
            "assignment-elsewhere",
            N_("The assignment goes to %(to)s, but its association's target is %(variable)s"),
            element,
            N_("Write %(variable)s into the element to"),
            to=to.text,
            variable=variable or "-",
        )
        return None
    return Mapping(source=value, target=variable)


def _drawn_only(element: Element, reading: Reading) -> None:
    reading.report.warning(
        "association-drawn-only",
        N_("The %(element)s is only drawn: it does not say which value goes where, so nothing is copied"),
        element,
        N_("Give it a source and a target, or leave it as a drawing: expressions read the data by name"),
        element=local(element),
    )


# Variable mappings of service tasks (`camunda:inputOutput`) and call activities (`camunda:in`, `camunda:out`).


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
