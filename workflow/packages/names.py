"""Which variables an expression may read where it stands, and which of them decide."""

import re
from collections.abc import Iterator, Mapping

from workflow.errors import ExpressionError
from workflow.feel.expression import parse_open
from workflow.feel.lexer import BLANK, KEYWORDS, PART, START, is_plain, normalise
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import (
    Activity,
    BusinessRuleTask,
    Event,
    FlowNode,
    ScriptTask,
    SequenceFlow,
    ServiceTask,
    SubProcess,
    UserTask,
)
from workflow.model.events import TimerDefinition, parts_of
from workflow.model.expressions import Expression
from workflow.model.uses import Use, uses_of
from workflow.packages.decisions import Decisions
from workflow.packages.records import RECORD_RESULT

_NAME = re.compile(rf"{START}(?:{PART}|{BLANK}|[./'+*\-])*")
"""A name of DMN (rule 27): it may hold spaces and signs. Ids of BPMN begin as one and hold nothing else."""
_WORD = re.compile(r"[^\W\d]\w*")
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


# What decides: who handles a case, by when and on what.

Origin = tuple[str, frozenset[str]]
"""A variable that a node writes, and those that its value is made of."""


def decided_by_people(processes: Mapping[str, ProcessDefinition]) -> frozenset[str]:
    """The variables that hold results of user tasks, or what was made of those by scripts, mappings and lists of several."""
    tasks = [task for process in processes.values() for task in process.user_tasks.values()]
    found = {task.id for task in tasks} | {mapping.target for task in tasks for mapping in task.outputs}
    found |= {task.multi_instance.output_collection or "" for task in tasks if task.multi_instance is not None} - {""}
    origins = [origin for node in _nodes(processes) for origin in _origins(node, _spaced(processes))]
    while more := {name for name, sources in origins if name not in found and sources & found}:
        found |= more
    return frozenset(found)


def deciding(processes: Mapping[str, ProcessDefinition], decisions: Decisions) -> frozenset[str]:
    """The variables by which it is decided who handles a case, by when, on what and how it ends.

    These are what every case starts with, the results of decisions, whatever user tasks, timers and the recording of the result
    read, and all that these are made of.
    """
    names = _spaced(processes)
    found = set(CASE_VARIABLES)
    origins: list[Origin] = []
    for process in processes.values():
        for use in uses_of(process):
            if _decides(use.owner):
                found |= _read(use.expression, names)
    for node in _nodes(processes):
        origins += _origins(node, names)
        if isinstance(node, BusinessRuleTask):
            found |= {name for name, _ in written_names(node)}
            origins.append((node.result_variable, decisions.inputs_of(node.decision)))
    while more := {source for name, sources in origins if name in found for source in sources - found}:
        found |= more
    return frozenset(found)


def _nodes(processes: Mapping[str, ProcessDefinition]) -> Iterator[FlowNode]:
    return (node for process in processes.values() for node in process.all_nodes.values())


def _decides(owner: FlowNode | SequenceFlow) -> bool:
    if isinstance(owner, ServiceTask):
        return owner.handler == RECORD_RESULT
    if isinstance(owner, Event):
        return any(isinstance(part, TimerDefinition) for part in parts_of(owner.definition))
    return isinstance(owner, UserTask)


def _origins(node: FlowNode, names: frozenset[str]) -> Iterator[Origin]:
    if isinstance(node, Activity | Event):
        yield from ((one.target, _read(one.source, names)) for one in (*node.inputs, *node.outputs))
    if isinstance(node, ScriptTask) and node.result_variable is not None:
        yield node.result_variable, _read(node.script, names)
    if isinstance(node, Activity) and (loop := node.multi_instance) is not None:
        if loop.element_variable and loop.collection:
            yield loop.element_variable, _read(loop.collection, names)
        if loop.output_collection and loop.output_element:
            yield loop.output_collection, _read(loop.output_element, names)


def _read(expression: Expression, names: frozenset[str]) -> frozenset[str]:
    """The variables that it reads; of one that no longer parses every word."""
    try:
        return frozenset(parse_open(expression.text, names).variables)
    except ExpressionError:
        return frozenset(_WORD.findall(expression.text))


def _spaced(processes: Mapping[str, ProcessDefinition]) -> frozenset[str]:
    """Names with spaces or signs, which only whoever knows them can read."""
    return frozenset(name for process in processes.values() for name in written_by(process) if not is_plain(name))
