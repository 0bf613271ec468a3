"""What changes nothing when a process runs is accepted by name; what would change something is refused."""

from collections.abc import Callable

import pytest

from workflow.bpmn.elements import ELEMENTS
from workflow.bpmn.reader import Examined
from workflow.bpmn.references import ATTRIBUTE_REFERENCES, TEXT_REFERENCES
from workflow.model.findings import Finding

Errors = Callable[..., list[Finding]]

ROOTS = [
    '<import importType="http://www.w3.org/2001/XMLSchema" namespace="urn:x" location="x.xsd"/>',
    '<extension mustUnderstand="false" definition="d"/>',
    '<interface id="i" name="I" implementationRef="urn:x"><operation id="o" name="O"><inMessageRef>m</inMessageRef>'
    "<outMessageRef>m</outMessageRef><errorRef>e</errorRef></operation></interface>",
    '<resource id="r" name="R"><resourceParameter id="rp" name="P" isRequired="true"/></resource>',
    '<endPoint id="ep"/>',
    '<collaboration id="co"><participant id="pa" processRef="p"><participantMultiplicity minimum="0" maximum="3"/>'
    '</participant><participant id="pb"/><conversation id="cv"><participantRef>pa</participantRef></conversation>'
    '<conversationLink id="cl" sourceRef="pa" targetRef="cv"/></collaboration>',
    '<signalEventDefinition id="sd" signalRef="s"/><signal id="s" name="S"/>',
]


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_element_without_effect_is_accepted(errors: Errors, root: str) -> None:
    shared = '<message id="m" name="M"/><error id="e" errorCode="E"/>'
    assert [str(finding) for finding in errors('<task id="t"/>', shared + root)] == []


@pytest.mark.parametrize(
    "content",
    [
        '<task id="x"><auditing/><monitoring/></task>',
        '<userTask id="x"><rendering/></userTask>',
        "<auditing/><monitoring/>",
        '<dataStoreReference id="x"/>',
    ],
)
def test_content_without_effect_is_accepted(errors: Errors, content: str) -> None:
    assert [str(finding) for finding in errors(content)] == []


@pytest.mark.parametrize(
    ("rule", "root"),
    [
        ("unsupported-value", '<import importType="http://www.omg.org/spec/BPMN/20100524/MODEL" location="b.bpmn"/>'),
        ("unsupported-value", '<extension mustUnderstand="true" definition="d"/>'),
        ("unsupported-element", '<choreography id="x"/>'),
        ("unsupported-element", '<globalChoreographyTask id="x"/>'),
        ("unsupported-element", '<relationship id="x" type="t"/>'),
    ],
)
def test_what_would_matter_is_refused_with_its_line(errors: Errors, rule: str, root: str) -> None:
    assert [(finding.rule, finding.line) for finding in errors("", root) if finding.rule == rule] == [(rule, 5)]


def test_several_processes_of_one_file_are_all_read(examine: Callable[..., Examined]) -> None:
    examined = examine('<task id="a"/>', '<process id="q" isExecutable="true"><task id="b"/></process>')
    assert {key: list(each.nodes) for key, each in examined.processes.items()} == {"q": ["b"], "p": ["a"]}


def test_references_are_only_of_elements_and_attributes_that_the_table_has() -> None:
    for name, keys in ATTRIBUTE_REFERENCES.items():
        assert keys.keys() <= ELEMENTS[name].attributes, name
    assert ELEMENTS.keys() >= TEXT_REFERENCES.keys()
