"""Small BPMN files for the specifications of this folder."""

from collections.abc import Callable

import pytest

from workflow.bpmn.reader import Examined, examine_bpmn
from workflow.bpmn.references import index_ids
from workflow.bpmn.report import Report
from workflow.bpmn.rules.all import check_rules
from workflow.bpmn.xml import parse_xml
from workflow.model.definition import ProcessDefinition
from workflow.model.elements import FlowNode
from workflow.model.findings import Finding

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:cn="urn:congnhan:bpmn:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:other="urn:other"
  targetNamespace="urn:test">
"""


def document(content: str, root: str = "") -> bytes:
    """A file with one process; `content` starts on line 6."""
    return f'{_HEAD}{root}<process id="p" isExecutable="true">\n{content}\n</process></definitions>'.encode()


@pytest.fixture
def examine() -> Callable[..., Examined]:
    """Examine a process with this content (and root elements, on the line before)."""
    return lambda content, root="": examine_bpmn(document(content, root), file="p.bpmn")


def reading_errors(source: bytes, examined: Examined) -> list[Finding]:
    """The errors of reading alone: snippets need not keep the static rules, which have specifications of their own."""
    root = parse_xml(source)
    static = Report("p.bpmn")
    check_rules(root, index_ids(root, Report()), static)
    rules = {(finding.rule, finding.element_id, finding.line) for finding in static.findings}
    return [
        finding
        for finding in examined.findings
        if finding.severity == "error" and (finding.rule, finding.element_id, finding.line) not in rules
    ]


@pytest.fixture
def errors(examine: Callable[..., Examined]) -> Callable[..., list[Finding]]:
    """The errors that reading a process with this content finds, without those of static rules."""
    return lambda content, root="": reading_errors(document(content, root), examine(content, root))


@pytest.fixture
def definition(examine: Callable[..., Examined]) -> Callable[..., ProcessDefinition]:
    """The process `p` with this content, which must be read without errors."""

    def found(content: str, root: str = "") -> ProcessDefinition:
        examined = examine(content, root)
        assert [str(finding) for finding in reading_errors(document(content, root), examined)] == []
        return examined.processes["p"]

    return found


@pytest.fixture
def node(definition: Callable[..., ProcessDefinition]) -> Callable[..., FlowNode]:
    """The node `n` of such a process."""
    return lambda content, root="": definition(content, root).all_nodes["n"]
