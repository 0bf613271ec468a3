"""Small files for the specifications of single rules: which rule finds what, at which element."""

from collections.abc import Callable

import pytest

from workflow.bpmn.references import index_ids
from workflow.bpmn.report import Report
from workflow.bpmn.rules.all import check_rules
from workflow.bpmn.xml import parse_xml
from workflow.model.findings import Finding

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="file" targetNamespace="urn:test" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)

Check = Callable[..., list[Finding]]


@pytest.fixture
def check() -> Check:
    """What the rules find in a process `p` with this content, root elements before it and attributes of the file."""

    def found(content: str, root: str = "", attributes: str = "") -> list[Finding]:
        text = f'{_HEAD} {attributes}>{root}<process id="p" isExecutable="true">{content}</process></definitions>'
        element, report = parse_xml(text.replace("FORMAL", 'xsi:type="tFormalExpression"').encode()), Report("p.bpmn")
        check_rules(element, index_ids(element, report), report)
        return report.findings

    return found


@pytest.fixture
def verify(check: Check) -> Callable[[str, str, str, str, str], None]:
    """The broken file breaks the rule at the element, in readable words; the right one breaks no rule at all."""

    def hold(rule: str, element_id: str, broken: str, right: str, root: str = "") -> None:
        findings = [finding for finding in check(broken, root) if finding.rule == rule]
        assert element_id in [finding.element_id for finding in findings]
        assert all(finding.line and finding.advice and "%(" not in str(finding) for finding in findings)
        assert [str(finding) for finding in check(right, root)] == []

    return hold
