"""Every FEEL expression parses and reads what exists; what decision tables decide for user tasks exists too.

Follows `criteriaSet="=criteria_set"` and `jurisdiction="=routing.evaluator"` to the business rule task that writes the
variable, and looks at the texts of that output column. Anything less plain is left to run time.
"""

import re
from collections.abc import Iterator, Mapping

from workflow.bpmn.expressions import shortened, unreadable
from workflow.errors import N_
from workflow.feel.expression import parse_open
from workflow.feel.lexer import is_plain
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import BusinessRuleTask, CallActivity, ServiceTask, UserTask
from workflow.model.expressions import Expression, Value
from workflow.model.findings import Finding
from workflow.model.uses import Use, uses_of
from workflow.packages.checks.people import check_holders
from workflow.packages.contents import Contents
from workflow.packages.jurisdictions import is_jurisdiction
from workflow.packages.names import CASE_VARIABLES, local_names, written_by
from workflow.packages.notes import Notes
from workflow.packages.rule_lines import decided_texts

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


# Every FEEL expression parses, and reads variables, deadlines and outcomes that exist.

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_DEADLINE = re.compile(r"\bdeadlines\.([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?")
_OUTCOME = re.compile(r'\b([A-Za-z_]\w*)\.outcome\s*(?:=|!=)\s*"((?:[^"\\]|\\.)*)"')
_DEADLINE_PARTS = ("last_day", "due_at", "remind_at")


def check_expressions(contents: Contents) -> list[Finding]:
    """Check every expression of every process."""
    findings: list[Finding] = []
    called = _called_names(contents)
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            known = written_by(process) | (called.get(process.id) or CASE_VARIABLES)
            for use in uses_of(process):
                _check(use, known, contents, notes)
            _check_decisions(process, known, contents, notes)
        findings += notes.findings
    return findings


def _check_decisions(process: ProcessDefinition, known: frozenset[str], contents: Contents, notes: Notes) -> None:
    for node in process.all_nodes.values():
        if isinstance(node, BusinessRuleTask):
            for name in sorted(contents.decisions.inputs_of(node.decision) - known):
                notes.warning(
                    "unknown-input",
                    N_("The decision %(decision)s needs %(name)s, which nothing in the process writes"),
                    node,
                    N_("Correct the name of the decision's input, or fill the variable before this point"),
                    decision=node.decision,
                    name=name,
                )


def _called_names(contents: Contents) -> dict[str, frozenset[str]]:
    """Process id → the variables that its callers hand over; only processes that are called."""
    found: dict[str, set[str]] = {}
    for process in contents.processes.values():
        for node in process.all_nodes.values():
            if isinstance(node, CallActivity):
                found.setdefault(node.called_process, set()).update(mapping.target for mapping in node.inputs)
    return {key: frozenset(names) for key, names in found.items()}


def _check(use: Use, known: frozenset[str], contents: Contents, notes: Notes) -> None:
    text = use.expression.text
    names = frozenset(name for name in known | local_names(use) if not is_plain(name))
    fault = unreadable(use, notes.file, names)
    if fault is not None:
        notes.findings.append(fault)
        return
    parsed = parse_open(text, names)
    _check_deadlines(use, contents, notes)
    _check_outcomes(use, contents, notes)
    # What a handler gives back is known to the handler alone.
    if isinstance(use.owner, ServiceTask) and use.path.startswith("outputs"):
        return
    for name in sorted(parsed.variables - known - local_names(use)):
        if not _written_later(use, name, contents):
            notes.warning(
                "unknown-variable",
                N_("The expression “%(text)s” reads %(name)s, which nothing in the process writes"),
                use.owner,
                N_("Correct the name, or fill the variable before this point"),
                use.expression.line,
                text=shortened(text),
                name=name,
            )


def _written_later(use: Use, name: str, contents: Contents) -> bool:
    """Outputs of a call activity read the scope of the called process."""
    if not (isinstance(use.owner, CallActivity) and use.path.startswith("outputs")):
        return False
    process: ProcessDefinition | None = contents.processes.get(use.owner.called_process)
    return process is None or name in written_by(process) | {mapping.target for mapping in use.owner.inputs}


def _check_deadlines(use: Use, contents: Contents, notes: Notes) -> None:
    if contents.manifest is None:
        return
    for key, part in _deadlines(use.expression.text):
        if key not in contents.manifest.deadlines:
            notes.error(
                "unknown-deadline",
                N_("There is no deadline %(deadline)s in procedure.toml"),
                use.owner,
                N_("Add it to [[deadlines]], or name one of %(known)s"),
                use.expression.line,
                deadline=key,
                known=", ".join(contents.manifest.deadlines) or "-",
            )
        elif part and part not in _DEADLINE_PARTS:
            notes.error(
                "unknown-deadline-part",
                N_("A deadline has no %(part)s; it has %(known)s"),
                use.owner,
                "",
                use.expression.line,
                part=part,
                known=", ".join(_DEADLINE_PARTS),
            )


def _deadlines(text: str) -> Iterator[tuple[str, str]]:
    return ((match[1], match[2] or "") for match in _DEADLINE.finditer(_STRING.sub('""', text)))


def _check_outcomes(use: Use, contents: Contents, notes: Notes) -> None:
    """`review.outcome = "aprove"` is never true; better said now than as an incident in a running case."""
    for match in _OUTCOME.finditer(use.expression.text):
        for process in contents.processes.values():
            task = process.user_tasks.get(match[1])
            outcomes = [outcome.id for outcome in task.spec.outcomes] if task is not None else []
            if outcomes and match[2] not in outcomes:
                notes.error(
                    "unknown-outcome",
                    N_("The task %(task)s has no outcome “%(outcome)s”"),
                    use.owner,
                    N_("Name one of its outcomes: %(known)s"),
                    use.expression.line,
                    task=match[1],
                    outcome=match[2],
                    known=", ".join(outcomes),
                )
