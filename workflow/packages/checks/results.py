"""What a case comes to: every way names its result, nothing counts as judged that nobody judged, and no step runs without anybody."""

from collections.abc import Iterator

from workflow.errors import N_
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import EndEvent, StartEvent, Task, UserTask
from workflow.model.events import MessageDefinition, parts_of
from workflow.model.findings import Finding
from workflow.packages.contents import Contents
from workflow.packages.notes import Notes
from workflow.packages.results import end_of_result, recorded


def check_results(contents: Contents) -> list[Finding]:
    """Ends of cases without a name, and recorded results that no end event names: pages could only show their ids."""
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            if _is_a_case(process, contents, file):
                _check_ends(process, notes)
            _check_recorded(process, contents, notes)
        findings += notes.findings
    return findings


def _is_a_case(process: ProcessDefinition, contents: Contents, file: str) -> bool:
    """Whether cases run this process themselves: the main one, and one that a message starts."""
    main = (
        contents.manifest is not None and contents.manifest.process == file and contents.bpmn[file].main == process.id
    )
    started = (
        part for node in process.nodes.values() if isinstance(node, StartEvent) for part in parts_of(node.definition)
    )
    return main or any(isinstance(part, MessageDefinition) for part in started)


def _check_ends(process: ProcessDefinition, notes: Notes) -> None:
    for node in process.nodes.values():
        if isinstance(node, EndEvent) and not node.name.strip():
            notes.error(
                "end-without-result",
                N_("This end event has no name, so that a case which ends here has no result"),
                node,
                N_("Name the end event as the result that the unit is told, such as “Công nhận”"),
            )


def _check_recorded(process: ProcessDefinition, contents: Contents, notes: Notes) -> None:
    for node in process.all_nodes.values():
        result = recorded(node)
        if result is not None and end_of_result(contents.processes.values(), result) is None:
            notes.error(
                "result-without-name",
                N_("The result “%(result)s” that is recorded here has no name: no end event after it has one"),
                node,
                N_("Name the end event that follows as the result that the unit is told"),
                result=result,
            )


def check_judging(contents: Contents) -> list[Finding]:
    """Tasks with a criteria set that can lead on although nobody has judged."""
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in process.user_tasks.values():
                if task.spec.criteria_set is not None:
                    _check_task(task, notes)
        findings += notes.findings
    return findings


def _check_task(task: UserTask, notes: Notes) -> None:
    spec = task.spec
    if spec.completeness is None:
        notes.warning(
            "completeness-not-said",
            N_("The task names a criteria set and does not say what every criterion needs: a result is asked for"),
            task,
            N_("Choose what every criterion needs"),
        )
    elif spec.completeness == "none":
        notes.warning(
            "nothing-judged",
            N_("The task can be completed although no criterion has been judged"),
            task,
            N_("Let every criterion need a result, unless that is meant"),
        )
    for outcome in spec.outcomes:
        if not outcome.complete and outcome.effect in ("forward", "end") and spec.needs != "none":
            notes.warning(
                "outcome-without-judgement",
                N_("The outcome “%(outcome)s” can be chosen although criteria have not been judged"),
                task,
                N_("Let the outcome need a complete assessment, or say that it goes back"),
                outcome=outcome.label.vi or outcome.id,
            )


def check_plain_tasks(contents: Contents) -> list[Finding]:
    """Tasks that no person and no machine does: a case passes them at once, without a word."""
    findings: list[Finding] = []
    for file, examined in contents.bpmn.items():
        notes = Notes(file)
        for process in examined.processes.values():
            for task in _plain_tasks(process):
                add = notes.warning if task.manual else notes.error
                template, advice = _MANUAL if task.manual else _PLAIN
                add("nobody-does-it", template, task, advice)
        findings += notes.findings
    return findings


_PLAIN = (
    N_("This task has no kind: nobody is asked to do it, and every case passes it at once"),
    N_("Change it into a user task and choose the role that does it, or delete it"),
)
_MANUAL = (
    N_("A manual task is done outside the system: nobody is told of it, and every case passes it at once"),
    N_("Change it into a user task if somebody is to confirm it here"),
)


def _plain_tasks(process: ProcessDefinition) -> Iterator[Task]:
    return (node for node in process.all_nodes.values() if isinstance(node, Task))
