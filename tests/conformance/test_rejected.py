"""Files that break a static rule of BPMN 2.0 (betsy's set) are refused, with the element and its line.

The set stands beside a checkout in which it is kept; without it there is nothing to read, and the gate says so.
`rejected_elements.txt` says, for each file, which element breaks the rule.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from workflow.bpmn.reader import Examined, examine_bpmn
from workflow.model.findings import Finding
from workflow.model.validation.validate import validate

_FOLDER = Path(__file__).parents[3] / "shared" / "conformance" / "rejected"
_TABLE = Path(__file__).with_name("rejected_elements.txt")
_NOT_A_RULE = ("unsupported-", "foreign-", "unknown-element", "misplaced-element")
"""Findings that say what this engine does not read, not what the standard forbids."""


def errors_of(source: bytes, file: str) -> list[Finding]:
    examined: Examined = examine_bpmn(source, file=file)
    findings = [*examined.findings, *(each for process in examined.processes.values() for each in validate(process))]
    return [finding for finding in findings if finding.severity == "error"]


def expected() -> Mapping[str, list[str]]:
    lines = [line.split() for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: ids for name, *ids in lines}


@pytest.fixture(scope="module")
def findings() -> dict[str, list[Finding]]:
    if not _FOLDER.is_dir():
        pytest.skip("the conformance set stands in no folder ../shared/conformance/rejected")
    files = sorted(_FOLDER.rglob("*.bpmn"))
    return {f"{file.parent.name}/{file.stem}": errors_of(file.read_bytes(), file.name) for file in files}


def test_every_file_is_refused(findings: dict[str, list[Finding]]) -> None:
    accepted = [name for name, found in findings.items() if not found]
    print(f"refused {len(findings) - len(accepted)} of {len(findings)}")
    assert accepted == []
    assert len(findings) == len(expected())


def test_every_refusal_names_an_element_and_a_line(findings: dict[str, list[Finding]]) -> None:
    placeless = [
        f"{name}: {finding}"
        for name, found in findings.items()
        for finding in found
        if finding.line is None or not (finding.element_id or finding.params.get("element"))
    ]
    assert placeless == []


def test_a_rule_of_the_standard_names_the_element_that_breaks_it(findings: dict[str, list[Finding]]) -> None:
    """Not that something is unsupported, but what is wrong, at the element where it is wrong."""
    missed = {}
    for name, ids in expected().items():
        rules = {
            finding.element_id: finding.rule for finding in findings[name] if not finding.rule.startswith(_NOT_A_RULE)
        }
        if not rules.keys() & set(ids):
            missed[name] = (ids, rules)
    assert missed == {}


def test_every_message_is_ready_to_be_read(findings: dict[str, list[Finding]]) -> None:
    texts = [str(finding) for found in findings.values() for finding in found]
    assert [text for text in texts if "%(" in text or "None" in text.split("→")[0].replace("(None", "")] == []
