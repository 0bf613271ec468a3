"""Data associations: from where to where data flows, and that its type fits (BPMN 2.0.2, 10.4.2)."""

from workflow.bpmn.namespaces import Element, attribute, child, children, local
from workflow.bpmn.rules.facts import Facts, parent_of, shown_name
from workflow.bpmn.rules.items import item_of, same_item, shown_item
from workflow.bpmn.rules.kinds import ITEM_AWARE
from workflow.errors import N_

_ITEMS = ITEM_AWARE - {"dataStore"}


def check_data_associations(facts: Facts) -> None:
    """Data comes from where it is into an input of the activity, or from an output of it to where it is kept."""
    for association in facts.each("dataInputAssociation"):
        for source in facts.targets(association, "sourceRef"):
            _check_outer(facts, association, source, "dataOutput", "sourceRef")
        for target in facts.targets(association, "targetRef"):
            _check_inner(facts, association, target, "dataInput", "targetRef")
        _check_types(facts, association)
    for association in facts.each("dataOutputAssociation"):
        for source in facts.targets(association, "sourceRef"):
            _check_inner(facts, association, source, "dataOutput", "sourceRef")
        for target in facts.targets(association, "targetRef"):
            _check_outer(facts, association, target, "dataInput", "targetRef")
        _check_types(facts, association)
    for association in facts.each("dataInputAssociation", "dataOutputAssociation"):
        if child(association, "targetRef") is None:
            _wrong(facts, association, "targetRef", "-")


def _check_outer(facts: Facts, association: Element, data: Element, forbidden: str, side: str) -> None:
    """The end outside of the activity: data of a container around it; never an output to read or an input to fill."""
    around = parent_of(parent_of(data)) if local(data) in ("dataInput", "dataOutput") else parent_of(data)
    visible = local(data) == "dataObject" or any(around is each for each in association.iterancestors())
    if local(data) not in _ITEMS or local(data) == forbidden or not visible:
        _wrong(facts, association, side, shown_name(data))


def _check_inner(facts: Facts, association: Element, data: Element, kind: str, side: str) -> None:
    """The end inside: what the activity or event declares; modelers use a property of it as a place holder."""
    owner = parent_of(association)
    declared = any(owner is each for each in data.iterancestors())
    if local(data) not in (kind, "property") or not declared:
        _wrong(facts, association, side, shown_name(data))


def _wrong(facts: Facts, association: Element, side: str, target: str) -> None:
    facts.refuse(
        "data-association-end",
        association,
        N_("The %(side)s of the data association “%(element)s” may not be “%(target)s”"),
        N_("Draw it from data to an input of the activity, or from an output of it to data that it can see"),
        side=side,
        target=target,
    )


def _check_types(facts: Facts, association: Element) -> None:
    if child(association, "transformation") is not None or child(association, "assignment") is not None:
        return
    targets = [item_of(facts, each) for each in facts.targets(association, "targetRef")]
    for source in facts.targets(association, "sourceRef"):
        one, other = item_of(facts, source), targets[0] if targets else None
        if one is not None and other is not None and not same_item(one, other):
            facts.refuse(
                "data-association-type",
                association,
                N_("The data association “%(element)s” leads from %(source)s to %(target)s, which are different types"),
                N_("Use the same item definition at both ends, or add a transformation"),
                source=shown_item(one),
                target=shown_item(other),
            )
    if len(list(children(association, "sourceRef"))) > 1:
        facts.refuse(
            "data-association-sources",
            association,
            N_("The data association “%(element)s” has several sources and no transformation"),
            N_("Draw one association for each source"),
        )


def check_assignments(facts: Facts) -> None:
    """An assignment says from where and to where."""
    for assignment in facts.each("assignment"):
        missing = [name for name in ("from", "to") if child(assignment, name) is None]
        for name in missing:
            facts.refuse(
                "assignment-end",
                assignment,
                N_("The assignment “%(element)s” has no %(side)s"),
                N_("Fill in both from and to"),
                side=name,
            )


def data_of(holder: Element | None, name: str) -> list[Element]:
    """The data inputs or outputs of an activity or process (in its ioSpecification) or of an event (directly)."""
    if holder is None:
        return []
    specification = child(holder, "ioSpecification")
    return list(children(specification if specification is not None else holder, name))


def id_of(element: Element | None) -> str:
    """The element's id, for messages."""
    return (attribute(element, "id") if element is not None else None) or "-"
