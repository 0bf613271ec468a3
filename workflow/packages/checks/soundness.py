"""What strands cases, by `workflow.soundness`: deadlocks, work done twice or never, loops without end, conditions."""

from dataclasses import replace

from workflow.bpmn.reader import Examined
from workflow.model.elements import Activity
from workflow.model.findings import Finding
from workflow.packages.contents import Contents
from workflow.soundness.check import check_soundness


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
