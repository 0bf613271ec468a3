"""Files that break a static rule of BPMN 2.0 (betsy's set) are refused, with the element and its line.

The set stands beside a checkout in which it is kept; without it there is nothing to read, and the gate says so.
"""

from pathlib import Path

import pytest

from workflow.bpmn.reader import Examined, examine_bpmn
from workflow.model.findings import Finding
from workflow.model.validation.validate import validate

_FOLDER = Path(__file__).parents[3] / "shared" / "conformance" / "rejected"
_REACHED = 174
"""How many files are refused now. Raise it when more are; a number below it is a step back."""


def errors_of(source: bytes, file: str) -> list[Finding]:
    examined: Examined = examine_bpmn(source, file=file)
    findings = [*examined.findings, *(each for process in examined.processes.values() for each in validate(process))]
    return [finding for finding in findings if finding.severity == "error"]


@pytest.fixture(scope="module")
def findings() -> dict[str, list[Finding]]:
    if not _FOLDER.is_dir():
        pytest.skip("the conformance set stands in no folder ../shared/conformance/rejected")
    files = sorted(_FOLDER.rglob("*.bpmn"))
    return {f"{file.parent.name}/{file.name}": errors_of(file.read_bytes(), file.name) for file in files}


def test_as_many_files_are_refused_as_before(findings: dict[str, list[Finding]]) -> None:
    accepted = [name for name, found in findings.items() if not found]
    refused = len(findings) - len(accepted)
    print(f"refused {refused} of {len(findings)}; accepted: {', '.join(accepted) or 'none'}")
    assert refused >= _REACHED, accepted


def test_every_refusal_names_an_element_and_a_line(findings: dict[str, list[Finding]]) -> None:
    placeless = [
        f"{name}: {finding}"
        for name, found in findings.items()
        for finding in found
        if finding.line is None or not (finding.element_id or finding.params.get("element"))
    ]
    assert placeless == []
