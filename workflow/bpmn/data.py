"""Properties and data objects, and the variables that stand for them."""

import re

from workflow.bpmn.namespaces import BPMN, Element, attribute, children, line_of, local, reference
from workflow.bpmn.reading import Reading, flag
from workflow.bpmn.rule import SUB_PROCESSES, names
from workflow.bpmn.types import feel_type
from workflow.errors import N_
from workflow.model.data import DataItem

ITEMS = names("property dataObject dataObjectReference dataInput dataOutput inputDataItem outputDataItem")
"""Elements that stand for a variable."""

PLACE_HOLDER = "__targetRef_placeholder"
"""Name of the property that modelers put into an activity as the end of a data association that they only draw."""

_NAME = re.compile(r"[^\W\d]\w*")
_HOLDERS = names(f"process {SUB_PROCESSES}")


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
        if holder is not None and local(holder) not in _HOLDERS and not drawn:
            reading.report.error(
                "property-without-effect",
                N_("A property of a %(element)s would have no effect: only processes and subprocesses hold data"),
                element,
                N_("Make it a property of the process or subprocess, or delete it"),
                element=local(holder),
            )
    for container in root.iter(*(f"{{{BPMN}}}{name}" for name in _HOLDERS)):
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
