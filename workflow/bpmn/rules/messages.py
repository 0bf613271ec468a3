"""What is passed between activities, events, operations and called processes fits the data at both ends (BPMN 2.0.2, 8.3, 10.3)."""

from collections import Counter

from workflow.bpmn.kinds import CALLABLE, CATCH_EVENTS, THROW_EVENTS
from workflow.bpmn.namespaces import CAMUNDA, Element, child, children, extensions, local, reference
from workflow.bpmn.rules.data import data_of, item_of, kind_of, same_item, shown_item
from workflow.bpmn.rules.index import FileIndex, shown_name
from workflow.errors import N_

_PAYLOAD = {
    "messageEventDefinition": "messageRef",
    "signalEventDefinition": "signalRef",
    "errorEventDefinition": "errorRef",
    "escalationEventDefinition": "escalationRef",
}
_SETS = {"dataInput": "inputSet", "dataOutput": "outputSet"}


def check_service_tasks(index: FileIndex) -> None:
    """A service task takes the operation's incoming message as its only input, gives the outgoing one as its only output."""
    for task in index.each("serviceTask"):
        operation = index.target(task, "operationRef")
        if operation is None or child(task, "ioSpecification") is None:
            continue
        for data_name, message_name in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
            message = index.first_target(operation, message_name)
            _check_single(index, task, data_name, needed=data_name == "dataInput" or message is not None)
            if message is not None:
                _check_data(index, task, data_name, message)


def check_send_and_receive_tasks(index: FileIndex) -> None:
    """A send task takes at most its message as data, a receive task gives at most its message."""
    for task in index.each("sendTask", "receiveTask"):
        data_name = "dataInput" if local(task) == "sendTask" else "dataOutput"
        if child(task, "ioSpecification") is None:
            continue
        _check_single(index, task, data_name, needed=False)
        message = index.target(task, "messageRef")
        if message is not None:
            _check_data(index, task, data_name, message)


def _check_single(index: FileIndex, task: Element, data_name: str, *, needed: bool) -> None:
    specification = child(task, "ioSpecification")
    for name in (data_name, _SETS[data_name]):
        count = len(list(children(specification, name))) if specification is not None else 0
        if count > 1 or (count == 0 and needed):
            index.refuse(
                "task-data-count",
                task,
                N_("“%(element)s” has %(count)s elements %(name)s; it must have one, for its message"),
                N_("Keep exactly one %(name)s"),
                name=name,
                count=count,
            )


def _check_data(index: FileIndex, task: Element, data_name: str, message: Element) -> None:
    expected = item_of(index, message)
    for data in data_of(task, data_name):
        found = item_of(index, data)
        if expected is not None and (found is None or not same_item(expected, found)):
            index.refuse(
                "task-data-type",
                task,
                N_(
                    "The %(name)s of “%(element)s” is of type %(type)s, but its message “%(message)s” is of type %(expected)s"
                ),
                N_("Let both refer to the same item definition"),
                name=data_name,
                type=shown_item(found),
                expected=shown_item(expected),
                message=shown_name(message),
            )


def check_event_data(index: FileIndex) -> None:
    """An event with data has data for each thing that it throws or catches, of that thing's type."""
    for event in index.each(*sorted(CATCH_EVENTS | THROW_EVENTS)):
        data_name = "dataOutput" if local(event) in CATCH_EVENTS else "dataInput"
        data = data_of(event, data_name)
        payloads = [
            payload
            for definition in (index.definitions_of(event) if data else [])
            if (payload := index.target(definition, _PAYLOAD.get(local(definition), "-"))) is not None
        ]
        for payload in _without_data(index, payloads, data):
            index.refuse(
                "event-data",
                event,
                N_("“%(element)s” has no %(name)s of type %(type)s for “%(payload)s”"),
                N_("Give the event one %(name)s for each of its event definitions, of the same item definition"),
                name=data_name,
                type=shown_item(item_of(index, payload)),
                payload=shown_name(payload),
            )


def _without_data(index: FileIndex, payloads: list[Element], data: list[Element]) -> list[Element]:
    """The payloads for which no data of their type is left; data of the very same item definition is taken first."""
    free = Counter(item for each in data if (item := item_of(index, each)) is not None)
    left: list[Element] = []
    for payload in payloads:
        expected = item_of(index, payload)
        if expected is not None and free[expected] > 0:
            free[expected] -= 1
        elif expected is not None:
            left.append(payload)
    alike: Counter[tuple[str, bool]] = Counter()
    for item, count in free.items():
        alike[kind_of(item)] += count
    missing: list[Element] = []
    for payload in left:
        wanted = item_of(index, payload)
        if wanted is None or alike[kind_of(wanted)] <= 0:
            missing.append(payload)
        else:
            alike[kind_of(wanted)] -= 1
    return missing


def check_operations(index: FileIndex) -> None:
    """A message that is exchanged through interfaces or has a declared content names the operation that carries it.

    The standard asks for the operation in every executable process. Here messages are known by their name alone, so a
    message without declared content, in a file without interfaces, needs none.
    """
    interfaces = next(index.each("interface"), None) is not None
    for definition in index.each("messageEventDefinition"):
        message = index.target(definition, "messageRef")
        if message is None or child(definition, "operationRef") is not None:
            continue
        if interfaces or item_of(index, message) is not None:
            index.refuse(
                "message-without-operation",
                _event_of(definition),
                N_("“%(element)s” does not say by which operation the message “%(message)s” is exchanged"),
                N_("Add operationRef to the event, or delete the message's itemRef and the interfaces of the file"),
                message=shown_name(message),
            )


def check_messages(index: FileIndex) -> None:
    """An event that names the operation of its message names the message too."""
    for definition in index.each("messageEventDefinition"):
        if child(definition, "operationRef") is not None and definition.get("messageRef") is None:
            index.refuse(
                "message-missing",
                _event_of(definition),
                N_("“%(element)s” names an operation, but not the message that it exchanges"),
                N_("Choose the message of the event"),
            )


def _event_of(definition: Element) -> Element:
    """The event that a definition belongs to; a shared one stands for itself."""
    return next((each for each in definition.iterancestors() if local(each) in CATCH_EVENTS | THROW_EVENTS), definition)


# Call activities fit what they call; interfaces fit the data that they are bound to (BPMN 2.0.2, 10.3.6, 10.4.1).


def check_called_elements(index: FileIndex) -> None:
    """What a call activity calls is a process or a global task; it may stand in another file."""
    for call in index.each("callActivity"):
        found = index.target(call, "calledElement")
        if found is not None and local(found) not in CALLABLE:
            index.refuse(
                "reference-of-wrong-kind",
                call,
                N_("%(attribute)s of “%(element)s” names “%(target)s”, which is of the kind %(kind)s"),
                N_("Choose an element of the right kind"),
                attribute="calledElement",
                target=reference(call, "calledElement"),
                kind=local(found),
            )


def check_calls(index: FileIndex) -> None:
    """A call activity has the inputs and outputs of what it calls, in number, order and type."""
    data: dict[tuple[Element, str], list[Element]] = {}
    for call in index.each("callActivity"):
        called = index.target(call, "calledElement")
        mapped = any(extensions(call, name, CAMUNDA) for name in ("in", "out"))
        if called is None or (mapped and child(call, "ioSpecification") is None):
            continue
        for name in ("dataInput", "dataOutput"):
            own = data_of(call, name)
            if (called, name) not in data:
                data[called, name] = data_of(called, name)
            expected = data[called, name]
            if len(own) != len(expected):
                index.refuse(
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
                    _check_types(index, call, one, other)


def _check_types(index: FileIndex, call: Element, own: Element, called: Element) -> None:
    type_here, type_there = item_of(index, own), item_of(index, called)
    if type_here is not None and type_there is not None and not same_item(type_here, type_there):
        index.refuse(
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


def check_bindings(index: FileIndex) -> None:
    """A binding joins an operation's messages to data of their types."""
    for binding in index.each("ioBinding"):
        operation = index.target(binding, "operationRef")
        if operation is None:
            continue
        for key, message_name in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
            data = index.target(binding, key)
            message = index.first_target(operation, message_name)
            if message is not None and data is not None:
                expected, found = item_of(index, message), _bound_type(index, data)
                if expected is not None and (found is None or not same_item(expected, found)):
                    index.refuse(
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


def _bound_type(index: FileIndex, data: Element | None) -> Element | None:
    """The type of the bound data; the schema lets a binding name a set of one member too."""
    found = item_of(index, data)
    if found is None and data is not None:
        members = [*index.targets(data, "dataInputRefs"), *index.targets(data, "dataOutputRefs")]
        found = item_of(index, members[0]) if len(members) == 1 else None
    return found
