"""Which variables an expression may read where it stands."""

import re
from collections.abc import Iterator

from workflow.feel.lexer import BLANK, KEYWORDS, PART, START, normalise
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity,
    BusinessRuleTask,
    Event,
    ScriptTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from workflow.model.uses import Use

_NAME = re.compile(rf"{START}(?:{PART}|{BLANK}|[./'+*\-])*")
"""A name of DMN (rule 27): it may hold spaces and signs. Ids of BPMN begin as one and hold nothing else."""
_WORDS = frozenset({"not", "of", "instance"} | KEYWORDS.keys())

CASE_VARIABLES = frozenset({"unit", "campaign", "deadlines"})
"""What every case starts with."""

LOOP_VARIABLES = frozenset(
    {"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "nrOfTerminatedInstances"}
)


def is_variable_name(text: str) -> bool:
    """Whether FEEL can read a variable of this name."""
    return _NAME.fullmatch(text) is not None and text == normalise(text) and text not in _WORDS


def written_by(process: ProcessDefinition) -> frozenset[str]:
    """Every variable that the process declares as data or that its nodes write."""
    declared = {item.variable for item in process.data}
    return frozenset(declared | {name for node in process.all_nodes.values() for name, _ in written_names(node)})


def written_names(node: object) -> Iterator[tuple[str, str]]:
    """The variables a node writes, each with the property that says so."""
    if isinstance(node, UserTask):
        yield node.id, "id"
    if isinstance(node, ScriptTask | BusinessRuleTask) and node.result_variable is not None:
        yield node.result_variable, "camunda:resultVariable"
    if isinstance(node, Activity | Event):
        yield from ((mapping.target, "output") for mapping in node.outputs)
    if isinstance(node, SubProcess):
        yield from ((item.variable, "data") for item in (*node.properties, *node.data))
    if isinstance(node, Activity) and node.multi_instance is not None:
        loop = node.multi_instance
        yield from ((name, "multi-instance") for name in (loop.element_variable, loop.output_collection) if name)


def local_names(use: Use) -> frozenset[str]:
    """Names that only this expression sees: an outcome's condition sees the task's own result."""
    owner = use.owner
    names = set(LOOP_VARIABLES)
    if isinstance(owner, UserTask):
        names |= {"assessment", "quorum", "outcome", "reason", *(field.id for field in owner.spec.fields)}
    if isinstance(owner, ServiceTask):
        # A handler gives back names of its own, which output mappings read.
        names |= {mapping.target for mapping in owner.inputs} | {"result"}
    return frozenset(names)
