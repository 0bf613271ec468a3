"""What starts a case: a person opens it for a unit, or a message of another case does; nothing else knows for which unit."""

from workflow.errors import N_
from workflow.model.elements import StartEvent
from workflow.model.events import MessageDefinition, parts_of
from workflow.model.findings import Finding
from workflow.packages.contents import Contents
from workflow.packages.notes import Notes


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
