"""The structural rules of `workflow.model.validation`, user tasks that share an id, and translations that are missing."""

from collections.abc import Iterator
from dataclasses import replace

from workflow.errors import N_
from workflow.model.elements import FlowNode, SequenceFlow, UserTask
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.model.uses import parts_of
from workflow.model.validation.validate import validate
from workflow.packages.contents import Contents
from workflow.packages.notes import Notes


def check_labels(contents: Contents) -> list[Finding]:
    """Texts without an English one: pages would show Vietnamese to an English reader.

    A user task has them in its properties, every other node and every flow in its name.
    """
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in process.user_tasks.values():
                _check_task(task, notes)
            for node in process.all_nodes.values():
                _check_name(node, notes)
            for flow in process.all_flows.values():
                _check_name(flow, notes)
        findings += notes.findings
    return findings


def _check_name(part: FlowNode | SequenceFlow, notes: Notes) -> None:
    if part.name and not part.name_en and not isinstance(part, UserTask):
        notes.warning(
            "label-without-english",
            N_("The name “%(name)s” has no English"),
            part,
            N_("Add the attribute cn:nameEn"),
            name=part.name,
        )


def _check_task(task: UserTask, notes: Notes) -> None:
    missing = [path for path, label in _labels(task.spec, "") if label.vi and not label.en]
    if missing:
        notes.warning(
            "label-without-english",
            N_("%(count)s texts of the task have no English: %(paths)s"),
            task,
            N_("Add the attributes that end in En"),
            count=len(missing),
            paths=", ".join(missing),
        )


def _labels(value: object, path: str) -> Iterator[tuple[str, Label]]:
    if isinstance(value, Label):
        yield path.lstrip("."), value
        return
    for name, part in parts_of(value):
        yield from _labels(part, path + name)


def check_tasks(contents: Contents) -> list[Finding]:
    """User tasks of one id in two processes: a case names its tasks by their ids, whichever process they stand in."""
    findings: list[Finding] = []
    first: dict[str, str] = {}
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in process.user_tasks.values():
                if first.setdefault(task.id, process.id) != process.id:
                    notes.error(
                        "duplicate-task",
                        N_("The process %(process)s has a user task %(task)s as well"),
                        task,
                        N_("Give each user task of the package an id of its own"),
                        process=first[task.id],
                        task=task.id,
                    )
        findings += notes.findings
    return findings


def check_structure(contents: Contents) -> list[Finding]:
    """The structural rules, for files that could be read wholly; a half-read process would only give noise."""
    return [
        replace(finding, file=file)
        for file, examined in contents.bpmn.items()
        if not examined.rejected
        for process in examined.processes.values()
        for finding in validate(process)
    ]
