"""Data: item definitions, where data may be used, inputs and outputs in sets, and associations (BPMN 2.0.2, 10.4)."""

from workflow.bpmn.kinds import ITEM_AWARE, SUBPROCESSES
from workflow.bpmn.namespaces import (
    Element,
    attribute,
    child,
    children,
    line_of,
    local,
    reference as reference_to,
    referred_id,
)
from workflow.bpmn.rules.index import FileIndex, is_true, parent_of, shown_name
from workflow.errors import N_

_KEYS = {
    "message": "itemRef",
    "signal": "structureRef",
    "error": "structureRef",
    "escalation": "structureRef",
}


def item_of(index: FileIndex, element: Element | None) -> Element | None:
    """The item definition that types this data or payload; `None` where nothing says."""
    if element is None:
        return None
    kind = local(element)
    own = index.target(element, _KEYS.get(kind, "itemSubjectRef"))
    if own is None and kind in ("dataObjectReference", "dataStoreReference"):
        held = index.target(element, kind.removesuffix("Reference") + "Ref")
        # Of another kind it may lead back here; that it is has been reported with the references.
        own = item_of(index, held) if held is not None and local(held) == kind.removesuffix("Reference") else None
    return own if own is not None and local(own) == "itemDefinition" else None


def same_item(one: Element, other: Element) -> bool:
    """Whether two item definitions mean the same: one definition, or the same structure and multiplicity."""
    return one is other or kind_of(one) == kind_of(other)


def kind_of(item: Element) -> tuple[str, bool]:
    """What makes two item definitions the same: the structure, and whether there are many of it."""
    return attribute(item, "structureRef") or "", is_true(item, "isCollection")


def is_collection(index: FileIndex, data: Element) -> bool:
    """Whether the data is a collection: it says so, or its item definition does."""
    item = item_of(index, data)
    holder = index.target(data, "dataObjectRef") if local(data) == "dataObjectReference" else data
    return (item is not None and is_true(item, "isCollection")) or (
        holder is not None and is_true(holder, "isCollection")
    )


def shown_item(item: Element | None) -> str:
    """The type as people write it."""
    return "-" if item is None else attribute(item, "structureRef") or attribute(item, "id") or "-"


# Data objects, inputs and outputs: collections, states, and where they may be declared (BPMN 2.0.2, 10.4.1).


def check_collections(index: FileIndex) -> None:
    """Data and its item definition say the same about being a collection."""
    for data in index.each("dataObject", "dataInput", "dataOutput", "inputDataItem", "outputDataItem"):
        item = item_of(index, data)
        if item is not None and is_true(data, "isCollection") != is_true(item, "isCollection"):
            index.refuse(
                "collection-mismatch",
                data,
                N_("“%(element)s” and its item definition “%(item)s” do not agree whether it is a collection"),
                N_("Give isCollection the same value in both"),
                item=attribute(item, "id"),
            )


def check_states(index: FileIndex) -> None:
    """A reference to a data object in a state is called after both: `Object [State]`."""
    for reference in index.each("dataObjectReference"):
        target, state = index.target(reference, "dataObjectRef"), child(reference, "dataState")
        parts = [attribute(each, "name") if each is not None else None for each in (target, state, reference)]
        if all(parts) and parts[2] != f"{parts[0]} [{parts[1]}]":
            index.refuse(
                "data-state-name",
                reference,
                N_("“%(element)s” is “%(object)s” in the state “%(state)s”, but is not called after them"),
                N_("Call it “%(object)s [%(state)s]”"),
                object=parts[0],
                state=parts[1],
            )


def check_reach(index: FileIndex) -> None:
    """A reference stands where its data object can be seen: beside it or deeper."""
    for reference in index.each("dataObjectReference"):
        target = index.target(reference, "dataObjectRef")
        if target is not None and not any(parent_of(target) is each for each in reference.iterancestors()):
            index.refuse(
                "data-object-out-of-reach",
                reference,
                N_("“%(element)s” refers to the data object “%(object)s” of another process or subprocess"),
                N_("Move the data object to where both can see it, or use one of its own"),
                object=shown_name(target),
            )


def check_subprocess_data(index: FileIndex) -> None:
    """An embedded subprocess declares no data inputs and outputs, save what its instances run over."""
    looped_over = {
        data
        for loop in index.each("multiInstanceLoopCharacteristics")
        for name in ("loopDataInputRef", "loopDataOutputRef")
        for data in index.targets(loop, name)
    }
    for subprocess in index.each(*sorted(SUBPROCESSES)):
        for specification in children(subprocess, "ioSpecification"):
            for data in children(specification, "dataInput", "dataOutput"):
                if data not in looped_over:
                    index.refuse(
                        "data-of-subprocess",
                        data,
                        N_(
                            "“%(element)s” is a data input or output of the subprocess “%(subprocess)s”, which can have none"
                        ),
                        N_("Use data objects or properties; the subprocess sees those of the process around it"),
                        subprocess=attribute(subprocess, "name") or attribute(subprocess, "id"),
                    )


def check_interface_data(index: FileIndex) -> None:
    """What a process or global task offers as an interface is bound to its data inputs and outputs."""
    for holder in dict.fromkeys(parent_of(each) for each in index.each("supportedInterfaceRef")):
        bound = {reference_to(each, "operationRef") for each in children(holder, "ioBinding")}
        for interface in dict.fromkeys(index.targets(holder, "supportedInterfaceRef")):
            unbound = (each for each in children(interface, "operation") if attribute(each, "id") not in bound)
            operation = next(unbound, None)
            if operation is not None:
                index.refuse(
                    "interface-not-bound",
                    holder,
                    N_("“%(element)s” offers the operation “%(operation)s”, but no ioBinding says with which data"),
                    N_("Add an ioBinding for the operation, or do not offer the interface"),
                    operation=shown_name(operation),
                )


# Input and output sets gather what an activity, event or process declares (BPMN 2.0.2, 10.4.1).

_SIDES = (
    ("dataInput", "inputSet", "dataInputRefs", ("optionalInputRefs", "whileExecutingInputRefs")),
    ("dataOutput", "outputSet", "dataOutputRefs", ("optionalOutputRefs", "whileExecutingOutputRefs")),
)


def check_sets(index: FileIndex) -> None:
    """Every input and output is in a set, and every set names only what is declared beside it."""
    for holder in _holders(index):
        for data_name, set_name, refs, subsets in _SIDES:
            declared = {attribute(each, "id"): each for each in children(holder, data_name)}
            sets = list(children(holder, set_name))
            _check_presence(index, holder, set_name, sets)
            named = {referred_id(each) for group in sets for each in children(group, refs)}
            for key, data in declared.items():
                if key not in named:
                    _not_in_set(index, data, set_name)
            for group in sets:
                _check_set(index, group, declared, refs, subsets)


def _holders(index: FileIndex) -> list[Element]:
    """Where inputs and outputs are declared: specifications, and events, which have none of those."""
    events = (parent_of(each) for each in index.each("dataInput", "dataOutput"))
    found = [*index.each("ioSpecification"), *events]
    return list(dict.fromkeys(found))


def _check_presence(index: FileIndex, holder: Element, set_name: str, sets: list[Element]) -> None:
    if holder.tag.endswith("}ioSpecification") and not sets:
        index.refuse(
            "set-missing",
            holder,
            N_("The inputs and outputs of “%(holder)s” have no %(set)s"),
            N_("Add a %(set)s; it may be empty"),
            holder=shown_name(parent_of(holder)),
            set=set_name,
        )


def _not_in_set(index: FileIndex, data: Element, set_name: str) -> None:
    index.refuse(
        "data-in-no-set",
        data,
        N_("“%(element)s” is in no %(set)s"),
        N_("Name it in an %(set)s beside it, or delete it"),
        set=set_name,
    )


def _check_set(
    index: FileIndex, group: Element, declared: dict[str | None, Element], refs: str, subsets: tuple[str, ...]
) -> None:
    members = dict.fromkeys(referred_id(each) for each in children(group, refs))
    for key in members:
        if key not in declared:
            index.refuse(
                "set-of-undeclared",
                group,
                N_("“%(holder)s” gathers “%(data)s”, which is not declared beside it"),
                N_("Name only data that is declared in the same place"),
                holder=_holder(group),
                data=key,
            )
    for name in subsets:
        for key in (referred_id(each) for each in children(group, name)):
            if key not in members:
                index.refuse(
                    "set-subset",
                    group,
                    N_("%(list)s of “%(holder)s” names “%(data)s”, which is not among the %(refs)s of the same set"),
                    N_("Name it among the %(refs)s too"),
                    holder=_holder(group),
                    data=key,
                    refs=refs,
                    list=name,
                )


def _holder(group: Element) -> str:
    parent = parent_of(group)
    return shown_name(parent_of(parent) if child(parent, "inputSet") is not None else parent)


def check_set_pairs(index: FileIndex) -> None:
    """An input set that names output sets is named by them, and the other way round."""
    backs = {"inputSet": "outputSetRefs", "outputSet": "inputSetRefs"}
    named = {
        (group, target)
        for name, forward in backs.items()
        for group in index.each(name)
        for target in index.targets(group, forward)
    }
    for group, target in sorted(named, key=lambda pair: (line_of(pair[1]) or 0, shown_name(pair[1]))):
        if (target, group) not in named:
            index.refuse(
                "set-pair",
                target,
                N_("“%(other)s” names “%(element)s”, which does not name it in %(back)s"),
                N_("Name each other in both sets, or in neither"),
                other=shown_name(group),
                back=backs.get(local(target), "-"),
            )


# Data associations: from where to where data flows, and that its type fits (BPMN 2.0.2, 10.4.1).

_ITEMS = ITEM_AWARE - {"dataStore"}


def check_data_associations(index: FileIndex) -> None:
    """Data comes from where it is into an input of the activity, or from an output of it to where it is kept."""
    for association in index.each("dataInputAssociation"):
        for source in index.targets(association, "sourceRef"):
            _check_outer(index, association, source, "dataOutput", "sourceRef")
        for target in index.targets(association, "targetRef"):
            _check_inner(index, association, target, "dataInput", "targetRef")
        _check_types(index, association)
    for association in index.each("dataOutputAssociation"):
        for source in index.targets(association, "sourceRef"):
            _check_inner(index, association, source, "dataOutput", "sourceRef")
        for target in index.targets(association, "targetRef"):
            _check_outer(index, association, target, "dataInput", "targetRef")
        _check_types(index, association)
    for association in index.each("dataInputAssociation", "dataOutputAssociation"):
        if child(association, "targetRef") is None:
            _wrong(index, association, "targetRef", "-")


def _check_outer(index: FileIndex, association: Element, data: Element, forbidden: str, side: str) -> None:
    """The end outside of the activity: data of a container around it; never an output to read or an input to fill."""
    around = parent_of(parent_of(data)) if local(data) in ("dataInput", "dataOutput") else parent_of(data)
    visible = local(data) == "dataObject" or any(around is each for each in association.iterancestors())
    if local(data) not in _ITEMS or local(data) == forbidden or not visible:
        _wrong(index, association, side, shown_name(data))


def _check_inner(index: FileIndex, association: Element, data: Element, kind: str, side: str) -> None:
    """The end inside: what the activity or event declares; modelers use a property of it as a place holder."""
    owner = parent_of(association)
    declared = any(owner is each for each in data.iterancestors())
    if local(data) not in (kind, "property") or not declared:
        _wrong(index, association, side, shown_name(data))


def _wrong(index: FileIndex, association: Element, side: str, target: str) -> None:
    index.refuse(
        "data-association-end",
        association,
        N_("The %(side)s of the data association “%(element)s” may not be “%(target)s”"),
        N_("Draw it from data to an input of the activity, or from an output of it to data that it can see"),
        side=side,
        target=target,
    )


def _check_types(index: FileIndex, association: Element) -> None:
    if child(association, "transformation") is not None or child(association, "assignment") is not None:
        return
    targets = [item_of(index, each) for each in index.targets(association, "targetRef")]
    for source in index.targets(association, "sourceRef"):
        one, other = item_of(index, source), targets[0] if targets else None
        if one is not None and other is not None and not same_item(one, other):
            index.refuse(
                "data-association-type",
                association,
                N_("The data association “%(element)s” leads from %(source)s to %(target)s, which are different types"),
                N_("Use the same item definition at both ends, or add a transformation"),
                source=shown_item(one),
                target=shown_item(other),
            )
    if len(list(children(association, "sourceRef"))) > 1:
        index.refuse(
            "data-association-sources",
            association,
            N_("The data association “%(element)s” has several sources and no transformation"),
            N_("Draw one association for each source"),
        )


def check_assignments(index: FileIndex) -> None:
    """An assignment says from where and to where."""
    for assignment in index.each("assignment"):
        missing = [name for name in ("from", "to") if child(assignment, name) is None]
        for name in missing:
            index.refuse(
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
