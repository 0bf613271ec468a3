"""Data objects, inputs and outputs: collections, states, and where they may be declared (BPMN 2.0.2, 10.4.1)."""

from workflow.bpmn.namespaces import attribute, child, children, reference as reference_to
from workflow.bpmn.rules.facts import Facts, is_true, parent_of, shown_name
from workflow.bpmn.rules.items import item_of
from workflow.bpmn.rules.kinds import SUBPROCESSES
from workflow.errors import N_


def check_collections(facts: Facts) -> None:
    """Data and its item definition say the same about being a collection."""
    for data in facts.each("dataObject", "dataInput", "dataOutput", "inputDataItem", "outputDataItem"):
        item = item_of(facts, data)
        if item is not None and is_true(data, "isCollection") != is_true(item, "isCollection"):
            facts.refuse(
                "collection-mismatch",
                data,
                N_("“%(element)s” and its item definition “%(item)s” do not agree whether it is a collection"),
                N_("Give isCollection the same value in both"),
                item=attribute(item, "id"),
            )


def check_states(facts: Facts) -> None:
    """A reference to a data object in a state is called after both: `Object [State]`."""
    for reference in facts.each("dataObjectReference"):
        target, state = facts.target(reference, "dataObjectRef"), child(reference, "dataState")
        parts = [attribute(each, "name") if each is not None else None for each in (target, state, reference)]
        if all(parts) and parts[2] != f"{parts[0]} [{parts[1]}]":
            facts.refuse(
                "data-state-name",
                reference,
                N_("“%(element)s” is “%(object)s” in the state “%(state)s”, but is not called after them"),
                N_("Call it “%(object)s [%(state)s]”"),
                object=parts[0],
                state=parts[1],
            )


def check_reach(facts: Facts) -> None:
    """A reference stands where its data object can be seen: beside it or deeper."""
    for reference in facts.each("dataObjectReference"):
        target = facts.target(reference, "dataObjectRef")
        if target is not None and not any(parent_of(target) is each for each in reference.iterancestors()):
            facts.refuse(
                "data-object-out-of-reach",
                reference,
                N_("“%(element)s” refers to the data object “%(object)s” of another process or subprocess"),
                N_("Move the data object to where both can see it, or use one of its own"),
                object=shown_name(target),
            )


def check_subprocess_data(facts: Facts) -> None:
    """An embedded subprocess declares no data inputs and outputs, save what its instances run over."""
    looped_over = {
        data
        for loop in facts.each("multiInstanceLoopCharacteristics")
        for name in ("loopDataInputRef", "loopDataOutputRef")
        for data in facts.targets(loop, name)
    }
    for subprocess in facts.each(*sorted(SUBPROCESSES)):
        for specification in children(subprocess, "ioSpecification"):
            for data in children(specification, "dataInput", "dataOutput"):
                if data not in looped_over:
                    facts.refuse(
                        "data-of-subprocess",
                        data,
                        N_(
                            "“%(element)s” is a data input or output of the subprocess “%(subprocess)s”, which can have none"
                        ),
                        N_("Use data objects or properties; the subprocess sees those of the process around it"),
                        subprocess=attribute(subprocess, "name") or attribute(subprocess, "id"),
                    )


def check_interface_data(facts: Facts) -> None:
    """What a process or global task offers as an interface is bound to its data inputs and outputs."""
    for holder in dict.fromkeys(parent_of(each) for each in facts.each("supportedInterfaceRef")):
        bound = {reference_to(each, "operationRef") for each in children(holder, "ioBinding")}
        for interface in dict.fromkeys(facts.targets(holder, "supportedInterfaceRef")):
            unbound = (each for each in children(interface, "operation") if attribute(each, "id") not in bound)
            operation = next(unbound, None)
            if operation is not None:
                facts.refuse(
                    "interface-not-bound",
                    holder,
                    N_("“%(element)s” offers the operation “%(operation)s”, but no ioBinding says with which data"),
                    N_("Add an ioBinding for the operation, or do not offer the interface"),
                    operation=shown_name(operation),
                )
