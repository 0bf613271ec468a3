"""What data is made of: item definitions behind data, messages, signals and errors, and when two are the same."""

from workflow.bpmn.namespaces import Element, attribute, local
from workflow.bpmn.rules.facts import Facts, is_true

_KEYS = {
    "message": "itemRef",
    "signal": "structureRef",
    "error": "structureRef",
    "escalation": "structureRef",
}


def item_of(facts: Facts, element: Element | None) -> Element | None:
    """The item definition that types this data or payload; `None` where nothing says."""
    if element is None:
        return None
    kind = local(element)
    own = facts.target(element, _KEYS.get(kind, "itemSubjectRef"))
    if own is None and kind in ("dataObjectReference", "dataStoreReference"):
        own = item_of(facts, facts.target(element, kind.removesuffix("Reference") + "Ref"))
    return own if own is not None and local(own) == "itemDefinition" else None


def same_item(one: Element, other: Element) -> bool:
    """Whether two item definitions mean the same: one definition, or the same structure and multiplicity."""
    return one is other or kind_of(one) == kind_of(other)


def kind_of(item: Element) -> tuple[str, bool]:
    """What makes two item definitions the same: the structure, and whether there are many of it."""
    return attribute(item, "structureRef") or "", is_true(item, "isCollection")


def is_collection(facts: Facts, data: Element) -> bool:
    """Whether the data is a collection: it says so, or its item definition does."""
    item = item_of(facts, data)
    holder = facts.target(data, "dataObjectRef") if local(data) == "dataObjectReference" else data
    return (item is not None and is_true(item, "isCollection")) or (
        holder is not None and is_true(holder, "isCollection")
    )


def shown_item(item: Element | None) -> str:
    """The type as people write it."""
    return "-" if item is None else attribute(item, "structureRef") or attribute(item, "id") or "-"
