"""Activities that are not user tasks, and multi-instance loops."""

from collections import Counter
from collections.abc import Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity,
    BusinessRuleTask,
    CallActivity,
    MultiInstance,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
)
from workflow.model.events import MessageDefinition
from workflow.model.findings import Finding
from workflow.model.validation.containers import Element, containers, found

_NEEDED: tuple[tuple[type[Activity], str, str], ...] = (
    (ServiceTask, "handler", N_("“%(element)s” names no handler.")),
    (ScriptTask, "result_variable", N_("“%(element)s” names no variable for its result.")),
    (BusinessRuleTask, "decision", N_("“%(element)s” names no decision.")),
    (BusinessRuleTask, "result_variable", N_("“%(element)s” names no variable for its result.")),
    (CallActivity, "called_process", N_("“%(element)s” names no process to call.")),
)


def check_ids(definition: ProcessDefinition) -> Iterator[Finding]:
    """No two elements share an id."""
    # A global task is a definition with that one node.
    elements: list[Element] = [] if definition.id in definition.nodes else [definition]
    for container in containers(definition):
        elements += [*container.nodes.values(), *container.flows.values()]
    times = Counter(element.id for element in elements)
    for element in elements:
        if times[element.id] > 1:
            yield found(
                "duplicate-id",
                element,
                N_("The id “%(id)s” is used %(count)s times."),
                N_("Give each element an id of its own."),
                id=element.id,
                count=times[element.id],
            )


def check_empty_subprocesses(definition: ProcessDefinition) -> Iterator[Finding]:
    for node in definition.all_nodes.values():
        if isinstance(node, SubProcess) and not node.nodes:
            yield found(
                "empty-subprocess",
                node,
                N_("The subprocess “%(element)s” is empty."),
                N_("Put steps into it, or delete it."),
            )


def check_needed_attributes(definition: ProcessDefinition) -> Iterator[Finding]:
    for node in definition.all_nodes.values():
        for kind, attribute, template in _NEEDED:
            sends = isinstance(node, SendTask) and node.message is not None
            if isinstance(node, kind) and not getattr(node, attribute) and not sends:
                yield found(f"no-{attribute.replace('_', '-')}", node, template, N_("Fill it in."))
        if isinstance(node, ReceiveTask) and not isinstance(node.message, MessageDefinition):
            yield found("no-message", node, N_("“%(element)s” names no message to wait for."), N_("Choose a message."))


def check_multi_instance(definition: ProcessDefinition) -> Iterator[Finding]:
    """A loop counts either numbers or the items of a collection, and says what it gathers and where."""
    for node in definition.all_nodes.values():
        if isinstance(node, Activity) and node.multi_instance is not None:
            yield from _check_loop(node, node.multi_instance)


def _check_loop(node: Activity, loop: MultiInstance) -> Iterator[Finding]:
    if (loop.collection is None) == (loop.cardinality is None):
        yield found(
            "loop-without-bounds",
            node,
            N_("The multi-instance activity “%(element)s” needs either a collection or a number of instances."),
            N_("Fill in one of the two."),
        )
    if loop.element_variable and loop.collection is None:
        yield found(
            "element-without-collection",
            node,
            N_("“%(element)s” has a variable for an item but no collection."),
            N_("Fill in the collection, or delete the variable."),
        )
    if (loop.output_collection is None) != (loop.output_element is None):
        yield found(
            "half-output",
            node,
            N_("“%(element)s” says what it gathers or where, but not both."),
            N_("Fill in the output collection and the output element."),
        )
