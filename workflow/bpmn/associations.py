"""Data associations: which value goes where when an activity starts or ends, or an event sends or receives."""

from collections.abc import Iterator

from workflow.bpmn.data import ITEMS, PLACE_HOLDER, readable_variable, variable_of
from workflow.bpmn.expressions import element_expression
from workflow.bpmn.namespaces import Element, attribute, child, children, line_of, local, text_of
from workflow.bpmn.reading import Reading
from workflow.errors import N_
from workflow.model.elements import Mapping
from workflow.model.expressions import Expression


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
        if not without & {reference_text(each) for each in children(entry, inner)}
        for mapping in mappings_of(entry, reading)
    )


def reference_text(element: Element | None) -> str:
    """An element's text as an id, without a prefix."""
    return text_of(element).rsplit(":", 1)[-1]


def mappings_of(entry: Element, reading: Reading) -> Iterator[Mapping]:
    """What one data association says: a copy, the value of a transformation, or assignments.

    Missing and superfluous ends break static rules and are not repeated here.
    """
    target = _item(reference_text(child(entry, "targetRef")), entry, reading)
    sources = [_item(reference_text(each), entry, reading) for each in children(entry, "sourceRef")]
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


def _item(key: str, at: Element, reading: Reading) -> Element | None:
    """The data element of this id. What is missing altogether has been reported with the references."""
    found = reading.ids.get(key)
    if found is None or local(found) in ITEMS:
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
