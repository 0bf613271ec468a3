"""Small BPMN files for the specifications of this folder."""

from collections.abc import Callable

import pytest

from workflow.bpmn.reader import Examined, examine_bpmn
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


@pytest.fixture
def errors(examine: Callable[..., Examined]) -> Callable[..., list[Finding]]:
    """The errors of a process with this content."""

    def found(content: str, root: str = "") -> list[Finding]:
        return [finding for finding in examine(content, root).findings if finding.severity == "error"]

    return found


@pytest.fixture
def node(examine: Callable[..., Examined]) -> Callable[..., FlowNode]:
    """The node `n` of a process with this content, which must have no errors."""

    def found(content: str, root: str = "") -> FlowNode:
        examined = examine(content, root)
        assert [str(finding) for finding in examined.findings if finding.severity == "error"] == []
        return examined.processes["p"].all_nodes["n"]

    return found
