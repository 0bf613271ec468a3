"""Each process on its own: the structural rules of `workflow.model.validation`, and translations that are missing."""

from collections.abc import Iterator
from dataclasses import replace

from workflow.errors import N_
from workflow.model.elements import UserTask
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.model.validation.validate import validate
from workflow.packages.contents import Contents
from workflow.packages.notes import Notes
from workflow.packages.uses import parts_of


def check_labels(contents: Contents) -> list[Finding]:
    """Labels of user tasks without an English text: pages would show Vietnamese to an English reader."""
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in process.user_tasks.values():
                _check_task(task, notes)
        findings += notes.findings
    return findings


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


def check_structure(contents: Contents) -> list[Finding]:
    """The structural rules, for files that could be read wholly; a half-read process would only give noise."""
    return [
        replace(finding, file=file)
        for file, examined in contents.bpmn.items()
        if not examined.rejected
        for process in examined.processes.values()
        for finding in validate(process)
    ]
