"""Every FEEL expression parses, and reads variables, deadlines and outcomes that exist."""

import re
from collections.abc import Iterator

from workflow.bpmn.readable import shortened, unreadable
from workflow.errors import N_
from workflow.feel.expression import parse
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import BusinessRuleTask, CallActivity, ServiceTask
from workflow.model.findings import Finding
from workflow.model.uses import Use, uses_of
from workflow.packages.contents import Contents
from workflow.packages.names import CASE_VARIABLES, local_names, written_by
from workflow.packages.notes import Notes

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
    fault = unreadable(use, notes.file)
    if fault is not None:
        notes.findings.append(fault)
        return
    parsed = parse(text)
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
