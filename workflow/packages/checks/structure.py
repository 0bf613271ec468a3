"""Each process by itself: its structure, soundness and what starts it; user tasks that share an id; missing translations."""

from collections.abc import Iterator
from dataclasses import replace

from workflow.bpmn.reader import Examined
from workflow.errors import N_
from workflow.model.elements import Activity, FlowNode, SequenceFlow, StartEvent, UserTask
from workflow.model.events import MessageDefinition, parts_of
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.model.uses import entries_of
from workflow.model.validation.validate import validate
from workflow.packages.contents import Contents
from workflow.packages.notes import Notes
from workflow.soundness.check import check_soundness


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
    for name, part in entries_of(value):
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


# What strands cases, by `workflow.soundness`: deadlocks, work done twice or never, loops without end, conditions.


def check_runs(contents: Contents) -> list[Finding]:
    """Look at every process of the files whose flow could be read; half a flow would only give noise."""
    return [
        replace(finding, file=file)
        for file, examined in contents.bpmn.items()
        if _flow_is_read(examined)
        for process in examined.processes.values()
        for finding in check_soundness(process)
    ]


def _flow_is_read(examined: Examined) -> bool:
    """Whether what is wrong with the file stands at activities only, so that events, gateways and flows are what they say."""
    nodes = {key: node for process in examined.processes.values() for key, node in process.all_nodes.items()}
    return all(
        isinstance(nodes.get(finding.element_id or ""), Activity)
        for finding in examined.findings
        if finding.severity == "error"
    )


# What starts a case: a person opens it for a unit, or a message of another case does; nothing else knows for which unit.


def check_starts(contents: Contents) -> list[Finding]:
    """Start events of whole processes that a timer, a signal or a condition would have to start."""
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for node in process.nodes.values():
                if isinstance(node, StartEvent) and _starts_without_a_unit(node):
                    notes.error(
                        "start-without-a-unit",
                        N_("Nothing says for which unit this event would start a case"),
                        node,
                        N_(
                            "Start with a none start event or a message; a timer, signal or condition may start an event subprocess"
                        ),
                    )
        findings += notes.findings
    return findings


def _starts_without_a_unit(node: StartEvent) -> bool:
    return any(not isinstance(part, MessageDefinition) for part in parts_of(node.definition))
