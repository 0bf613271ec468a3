"""Call activities fit what they call; interfaces fit the data that they are bound to (BPMN 2.0.2, 10.3.6, 10.4.1)."""

from workflow.bpmn.namespaces import CAMUNDA, Element, child, extensions
from workflow.bpmn.rules.associations import data_of
from workflow.bpmn.rules.facts import Facts, shown_name
from workflow.bpmn.rules.items import item_of, same_item, shown_item
from workflow.errors import N_


def check_calls(facts: Facts) -> None:
    """A call activity has the inputs and outputs of what it calls, in number, order and type."""
    data: dict[tuple[Element, str], list[Element]] = {}
    for call in facts.each("callActivity"):
        called = facts.target(call, "calledElement")
        mapped = any(extensions(call, name, CAMUNDA) for name in ("in", "out"))
        if called is None or (mapped and child(call, "ioSpecification") is None):
            continue
        for name in ("dataInput", "dataOutput"):
            own = data_of(call, name)
            if (called, name) not in data:
                data[called, name] = data_of(called, name)
            expected = data[called, name]
            if len(own) != len(expected):
                facts.refuse(
                    "call-data-count",
                    call,
                    N_("“%(element)s” has %(count)s elements %(name)s, but “%(called)s” has %(expected)s"),
                    N_("Give the call activity the same inputs and outputs as what it calls"),
                    name=name,
                    count=len(own),
                    expected=len(expected),
                    called=shown_name(called),
                )
            else:
                for one, other in zip(own, expected, strict=True):
                    _check_types(facts, call, one, other)


def _check_types(facts: Facts, call: Element, own: Element, called: Element) -> None:
    type_here, type_there = item_of(facts, own), item_of(facts, called)
    if type_here is not None and type_there is not None and not same_item(type_here, type_there):
        facts.refuse(
            "call-data-type",
            call,
            N_(
                "“%(data)s” of “%(element)s” is of type %(type)s, but “%(other)s” of what it calls is of type %(expected)s"
            ),
            N_("Let both refer to the same item definition"),
            data=shown_name(own),
            other=shown_name(called),
            type=shown_item(type_here),
            expected=shown_item(type_there),
        )


def check_bindings(facts: Facts) -> None:
    """A binding joins an operation's messages to data of their types."""
    for binding in facts.each("ioBinding"):
        operation = facts.target(binding, "operationRef")
        if operation is None:
            continue
        for key, message_name in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
            data = facts.target(binding, key)
            message = facts.first_target(operation, message_name)
            if message is not None and data is not None:
                expected, found = item_of(facts, message), _bound_type(facts, data)
                if expected is not None and (found is None or not same_item(expected, found)):
                    facts.refuse(
                        "binding-type",
                        binding,
                        N_(
                            "“%(data)s” is of type %(type)s, but the message “%(message)s” that it is bound to is of type %(expected)s"
                        ),
                        N_("Let both refer to the same item definition"),
                        data=shown_name(data),
                        type=shown_item(found),
                        message=shown_name(message),
                        expected=shown_item(expected),
                    )


def _bound_type(facts: Facts, data: Element | None) -> Element | None:
    """The type of the bound data; the schema lets a binding name a set of one member too."""
    found = item_of(facts, data)
    if found is None and data is not None:
        members = [*facts.targets(data, "dataInputRefs"), *facts.targets(data, "dataOutputRefs")]
        found = item_of(facts, members[0]) if len(members) == 1 else None
    return found
