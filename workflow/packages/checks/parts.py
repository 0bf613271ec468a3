"""What a process uses of the rest of the package: handlers, decisions, criteria sets, other processes, times, names."""

from workflow.errors import N_
from workflow.model.elements import (
    BusinessRuleTask,
    CallActivity,
    FlowNode,
    ServiceTask,
    UserTask,
)
from workflow.model.expressions import Literal
from workflow.model.findings import Finding
from workflow.packages.contents import Contents
from workflow.packages.names import is_variable_name, written_names
from workflow.packages.notes import Notes


def check_parts(contents: Contents) -> list[Finding]:
    """Check every node of every process."""
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for node in process.all_nodes.values():
                _check_uses(node, contents, notes)
                _check_names(node, notes)
        findings += notes.findings
    return findings


def _check_uses(node: FlowNode, contents: Contents, notes: Notes) -> None:
    if isinstance(node, ServiceTask) and node.handler:
        _known("handler", node.handler, contents.handlers, node, notes)
    elif isinstance(node, BusinessRuleTask) and node.decision:
        if contents.complete("rules/"):
            _known("decision", node.decision, contents.decisions.names, node, notes)
    elif isinstance(node, CallActivity) and node.called_process:
        _known("process", node.called_process, frozenset(contents.processes), node, notes)
    elif isinstance(node, UserTask):
        criteria = node.spec.criteria_set
        if isinstance(criteria, Literal) and contents.complete("criteria/"):
            _known("criteria-set", criteria.text, frozenset(contents.criteria_sets), node, notes)


_UNKNOWN = {
    "handler": (
        N_("There is no handler %(name)s in this installation"),
        N_("Set camunda:topic to one of %(known)s"),
    ),
    "decision": (
        N_("There is no decision %(name)s in the package's DMN files"),
        N_("Set camunda:decisionRef to one of %(known)s"),
    ),
    "process": (
        N_("There is no process %(name)s in the package"),
        N_("Set calledElement to one of %(known)s"),
    ),
    "criteria-set": (
        N_("There is no criteria set %(name)s in the package"),
        N_("Set criteriaSet to one of %(known)s"),
    ),
}


def _known(kind: str, name: str, known: frozenset[str], node: FlowNode, notes: Notes) -> None:
    if name not in known:
        template, advice = _UNKNOWN[kind]
        notes.error(f"unknown-{kind}", template, node, advice, name=name, known=", ".join(sorted(known)) or "-")


def _check_names(node: FlowNode, notes: Notes) -> None:
    for name, where in written_names(node):
        if name and where != "id" and not is_variable_name(name):
            notes.error(
                "not-a-variable-name",
                N_("%(property)s names the variable “%(id)s”, which is no name in FEEL"),
                node,
                N_("Begin with a letter or underscore, and choose no word of FEEL, such as and or not"),
                property=where,
                id=name,
            )
    if (
        isinstance(node, UserTask)
        and isinstance(node.spec.priority, Literal)
        and not node.spec.priority.text.isdecimal()
    ):
        notes.error(
            "not-a-priority",
            N_("The priority “%(text)s” is no whole number"),
            node,
            N_("Write a number from 0 to 100"),
            text=node.spec.priority.text,
        )
