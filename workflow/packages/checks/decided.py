"""What decision tables decide for user tasks: a criteria set or an organisation that does not exist is found before it is decided.

Follows `criteriaSet="=criteria_set"` and `jurisdiction="=routing.evaluator"` to the business rule task that writes the
variable, and looks at the texts of that output column. Anything less plain is left to run time.
"""

import re
from collections.abc import Iterator, Mapping

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import BusinessRuleTask, UserTask
from workflow.model.expressions import Expression, Value
from workflow.model.findings import Finding
from workflow.packages.checks.people import check_holders, is_jurisdiction
from workflow.packages.contents import Contents
from workflow.packages.notes import Notes
from workflow.packages.rule_facts import decided_texts

_VARIABLE = re.compile(r"([^\W\d]\w*)(?:\.([^\W\d]\w*))?")

Column = tuple[str, str]
"""A decision and the name of its output; an empty name for the only one."""


def check_decided(contents: Contents) -> list[Finding]:
    """Check what decisions give to user tasks, and that decisions read variables that the process has."""
    if not contents.complete("rules/") or not contents.complete("criteria/"):
        return []
    findings: list[Finding] = []
    texts = decided_texts(contents.files)
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in process.user_tasks.values():
                _check_task(task, process, texts, contents, notes)
        findings += notes.findings
    return findings


def _check_task(
    task: UserTask,
    process: ProcessDefinition,
    texts: Mapping[Column, tuple[str, ...]],
    contents: Contents,
    notes: Notes,
) -> None:
    spec = task.spec
    for decision, text in _decided(spec.criteria_set, process, texts):
        if text not in contents.criteria_sets:
            notes.error(
                "decided-criteria-set",
                N_("The decision %(decision)s gives the criteria set “%(text)s”, which is not in the package"),
                task,
                N_("Correct the rule, or add the criteria set; there are %(known)s"),
                decision=decision,
                text=text,
                known=", ".join(contents.criteria_sets) or "-",
            )
    if contents.manifest is not None:
        for _, text in _decided(spec.jurisdiction, process, texts):
            if is_jurisdiction(text):
                check_holders(task, text, contents.manifest, notes)
    for value in (spec.jurisdiction, *(field.jurisdiction for field in spec.fields)):
        for decision, text in _decided(value, process, texts):
            if not is_jurisdiction(text):
                notes.error(
                    "decided-jurisdiction",
                    N_("The decision %(decision)s gives “%(text)s”, which names no organisation"),
                    task,
                    N_("Write subject, or a kind of body and a level such as steering-committee@commune"),
                    decision=decision,
                    text=text,
                )


def _decided(
    value: Value | None, process: ProcessDefinition, texts: Mapping[Column, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """Every decision and text that the value can be."""
    match = _VARIABLE.fullmatch(value.text) if isinstance(value, Expression) else None
    if match is None:
        return
    for node in process.all_nodes.values():
        if isinstance(node, BusinessRuleTask) and node.result_variable == match[1]:
            yield from ((node.decision, text) for text in texts.get((node.decision, match[2] or ""), ()))
