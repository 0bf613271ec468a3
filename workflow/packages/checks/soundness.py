"""What strands cases, by `workflow.soundness`: deadlocks, work done twice or never, loops without end, conditions."""

from dataclasses import replace

from workflow.model.findings import Finding
from workflow.packages.contents import Contents
from workflow.soundness.check import check_soundness


def check_runs(contents: Contents) -> list[Finding]:
    """Look at every process of the files that could be read wholly."""
    return [
        replace(finding, file=file)
        for file, examined in contents.bpmn.items()
        if not examined.rejected
        for process in examined.processes.values()
        for finding in check_soundness(process)
    ]
