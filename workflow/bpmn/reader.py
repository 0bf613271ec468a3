"""Reads one BPMN file as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.bpmn.activities import GLOBAL_TASK_BUILDERS
from workflow.bpmn.context import Reading, Scripts, flag
from workflow.bpmn.data import check_data, data_objects_of, properties_of
from workflow.bpmn.events import correlation_keys
from workflow.bpmn.kinds import GLOBAL_TASKS
from workflow.bpmn.namespaces import (
    BPMN,
    BPMNDI,
    Element,
    attribute,
    child,
    children,
    line_of,
    local,
    reference,
    text_of,
)
from workflow.bpmn.nodes import build_content, lanes_of
from workflow.bpmn.references import check_references, index_ids
from workflow.bpmn.report import Report
from workflow.bpmn.rules.all import check_rules
from workflow.bpmn.rules.index import associated_ids
from workflow.bpmn.supported import check_supported
from workflow.bpmn.xml import parse_xml
from workflow.errors import N_, DefinitionRejected
from workflow.model.definition import Lane, ProcessDefinition
from workflow.model.elements import CallActivity
from workflow.model.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class BpmnFile:
    """The processes and global tasks of one file by id; `main` is the process that a case starts.

    `findings` are warnings only.
    """

    processes: Mapping[str, ProcessDefinition]
    main: str
    findings: tuple[Finding, ...] = ()
    has_diagram: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What could be read of a file and everything that is wrong with it."""

    processes: Mapping[str, ProcessDefinition] = field(default_factory=dict)
    main: str = ""
    findings: tuple[Finding, ...] = ()
    has_diagram: bool = False

    @property
    def rejected(self) -> bool:
        """Whether a finding keeps the file from being published."""
        return any(finding.severity == "error" for finding in self.findings)


def read_bpmn(source: bytes, *, file: str | None = None, scripts: Scripts = "feel") -> BpmnFile:
    """Read a BPMN file. Raises `DefinitionRejected` with every finding if one of them is an error.

    `scripts="any"` accepts script tasks in any language, for an environment that runs their text itself.
    """
    examined = examine_bpmn(source, file=file, scripts=scripts)
    if examined.rejected:
        raise DefinitionRejected(examined.findings)
    return BpmnFile(
        processes=examined.processes,
        main=examined.main,
        findings=examined.findings,
        has_diagram=examined.has_diagram,
    )


def examine_bpmn(source: bytes, *, file: str | None = None, scripts: Scripts = "feel") -> Examined:
    """Read as much of a BPMN file as possible, for checks that go on after a fault. Never raises for content."""
    try:
        root = parse_xml(source, file=file)
    except DefinitionRejected as refused:
        return Examined(findings=refused.findings)
    report = Report(file)
    check_supported(root, report)
    if root.tag != f"{{{BPMN}}}definitions":
        return Examined(findings=tuple(report.findings))
    ids = index_ids(root, report)
    check_references(root, ids, report)
    check_rules(root, ids, report)
    reading = Reading(report, ids, scripts, associated_ids(root), correlation_keys(root, report))
    check_data(root, reading)
    processes = {
        process.id: process for process in (_process(element, reading) for element in children(root, "process"))
    }
    main = _main(root, processes)
    if not main:
        report.error("no-process", N_("The file has no process"), root, N_("Draw a process in the modeler"))
    elif not processes[main].executable:
        report.warning(
            "not-executable",
            N_("The process is not marked as executable"),
            ids.get(main, root),
            N_("Tick “Executable” in the properties of the process"),
        )
    processes.update(_global_tasks(root, reading))
    return Examined(processes=processes, main=main, findings=tuple(report.findings), has_diagram=_has_diagram(root))


def _process(element: Element, reading: Reading) -> ProcessDefinition:
    nodes, flows = build_content(element, reading)
    return ProcessDefinition(
        id=attribute(element, "id") or "",
        name=attribute(element, "name") or "",
        nodes=nodes,
        flows=flows,
        lanes=tuple(Lane(id=lane, name=name, nodes=refs) for lane, name, refs in lanes_of(element)),
        executable=flag(element, "isExecutable", False, reading.report),
        line=line_of(element),
        documentation=text_of(child(element, "documentation")),
        data=(*properties_of(element, reading), *data_objects_of(element, reading)),
    )


def _global_tasks(root: Element, reading: Reading) -> dict[str, ProcessDefinition]:
    """Each global task as a process of that one node, which call activities call and no case starts."""
    found: dict[str, ProcessDefinition] = {}
    for element in children(root, *sorted(GLOBAL_TASKS)):
        node = GLOBAL_TASK_BUILDERS[local(element)](element, reading)
        found[node.id] = ProcessDefinition(
            id=node.id, name=node.name, nodes={node.id: node}, flows={}, executable=False, line=node.line
        )
    return found


def _main(root: Element, processes: Mapping[str, ProcessDefinition]) -> str:
    """The process that a case starts: executable before not, in a pool before not, not called before called."""
    pools = {reference(pool, "processRef") for pool in root.iter(f"{{{BPMN}}}participant")}
    called = {
        node.called_process
        for process in processes.values()
        for node in process.all_nodes.values()
        if isinstance(node, CallActivity)
    }
    ranked = sorted(processes.values(), key=lambda each: (not each.executable, each.id in called, each.id not in pools))
    return ranked[0].id if ranked else ""


def _has_diagram(root: Element) -> bool:
    return next(root.iter(f"{{{BPMNDI}}}BPMNShape"), None) is not None
