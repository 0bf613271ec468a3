"""What is not supported is refused by element name, id and line; what has no effect is accepted."""

from collections.abc import Callable

import pytest

from workflow.bpmn.elements import ELEMENTS
from workflow.bpmn.reader import Examined, examine_bpmn, read_bpmn
from workflow.errors import DefinitionRejected
from workflow.model.findings import Finding

Errors = Callable[..., list[Finding]]
_LINE = 6

UNSUPPORTED = {
    "potentialOwner": '<userTask id="x"><potentialOwner/></userTask>',
    "humanPerformer": '<userTask id="x"><humanPerformer/></userTask>',
    "performer": '<task id="x"><performer/></task>',
    "resourceRole": '<task id="x"><resourceRole/></task>',
    "correlationSubscription": '<correlationSubscription id="x"/>',
    "choreographyTask": '<choreographyTask id="x"/>',
}


@pytest.mark.parametrize("element", UNSUPPORTED)
def test_an_unsupported_element_is_named_with_id_and_line(errors: Errors, element: str) -> None:
    found = [finding for finding in errors("\n" + UNSUPPORTED[element]) if finding.rule == "unsupported-element"]
    assert [(finding.element_id, finding.line) for finding in found] == [("x", _LINE + 1)]
    assert element in found[0].message
    assert found[0].file == "p.bpmn"


@pytest.mark.parametrize(
    "content",
    [
        '<startEvent id="x"><cancelEventDefinition/></startEvent>',
        '<startEvent id="x"><linkEventDefinition/></startEvent>',
        '<endEvent id="x"><timerEventDefinition/></endEvent>',
        '<intermediateThrowEvent id="x"><errorEventDefinition/></intermediateThrowEvent>',
        '<intermediateCatchEvent id="x"><errorEventDefinition/></intermediateCatchEvent>',
        '<subConversation id="x"/>',
        '<intermediateCatchEvent id="x"><terminateEventDefinition/></intermediateCatchEvent>',
        '<task id="x"><task id="y"/></task>',
        '<lane id="x"/>',
        '<adHocSubProcess id="a"><conversation id="x"/><task id="t"/></adHocSubProcess>',
    ],
)
def test_a_supported_element_in_the_wrong_place_is_refused(errors: Errors, content: str) -> None:
    assert "misplaced-element" in [finding.rule for finding in errors(content)]


@pytest.mark.parametrize(
    "content",
    [
        '<transaction id="x" triggeredByEvent="true"/>',
        '<transaction id="x" method="##Image"/>',
        '<task id="x" camunda:asyncBefore="true"/>',
        '<callActivity id="x" calledElement="p" camunda:calledElementBinding="latest"/>',
    ],
)
def test_a_value_that_would_change_the_run_is_refused(errors: Errors, content: str) -> None:
    found = errors(content, '<message id="m" name="m"/>')
    assert [finding.rule for finding in found] == ["unsupported-value"]


@pytest.mark.parametrize(
    "attribute",
    [
        'camunda:expression="${x}"',
        'camunda:class="a.B"',
        'camunda:delegateExpression="${b}"',
        'camunda:taskPriority="1"',
        'cn:topic="a"',
        'colour="red"',
    ],
)
def test_an_attribute_with_unknown_meaning_is_refused(errors: Errors, attribute: str) -> None:
    found = errors(f'<serviceTask id="x" camunda:topic="t" {attribute}/>')
    assert [finding.rule for finding in found] in (["unsupported-attribute"], ["of-another-engine"])
    assert attribute.split("=")[0] in str(found[0])


@pytest.mark.parametrize(
    "content",
    [
        '<userTask id="x" camunda:formKey="a"/>',
        '<userTask id="x" camunda:candidateUsers="a"/>',
        '<startEvent id="x" camunda:initiator="a"/>',
        '<task id="x"><extensionElements><camunda:executionListener/></extensionElements></task>',
        '<userTask id="x"><extensionElements><camunda:formData/></extensionElements></userTask>',
        '<task id="x"><extensionElements><cn:task/></extensionElements></task>',
        '<callActivity id="x" calledElement="p"><extensionElements><camunda:in variables="all" target="a" source="b"/>'
        "</extensionElements></callActivity>",
        '<serviceTask id="x" camunda:topic="t"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="a"><camunda:map/></camunda:inputParameter>'
        "</camunda:inputOutput></extensionElements></serviceTask>",
    ],
)
def test_what_another_engine_would_do_and_this_one_not_is_refused(errors: Errors, content: str) -> None:
    assert {finding.rule for finding in errors(content)} <= {
        "unsupported-attribute",
        "unsupported-extension",
        "of-another-engine",
    }
    assert errors(content)


def test_what_only_other_tools_know_is_a_warning(examine: Callable[..., Examined]) -> None:
    examined = examine('<task id="x" other:a="1"><extensionElements><other:b/></extensionElements></task>')
    assert [(finding.rule, finding.severity) for finding in examined.findings] == [
        ("foreign-attribute", "warning"),
        ("foreign-extension", "warning"),
    ]


def test_what_has_no_effect_is_accepted(errors: Errors) -> None:
    content = """<documentation>Văn bản</documentation>
      <laneSet id="ls"><lane id="l"><flowNodeRef>t</flowNodeRef></lane></laneSet>
      <task id="t"><incoming>f</incoming></task><startEvent id="s"><outgoing>f</outgoing></startEvent>
      <sequenceFlow id="f" sourceRef="s" targetRef="t"/>
      <textAnnotation id="a"><text>Ghi chú</text></textAnnotation><association id="b" sourceRef="t" targetRef="a"/>
      <group id="g" categoryValueRef="v"/><dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/>
      <dataStoreReference id="ds"/>"""
    root = """<category id="c"><categoryValue id="v" value="A"/></category>
      <collaboration id="co"><participant id="pa" processRef="p"/><participant id="box"/>
      <messageFlow id="mf" sourceRef="box" targetRef="t"/></collaboration><itemDefinition id="i"/>"""
    assert [str(finding) for finding in errors(content, root)] == []


@pytest.mark.parametrize("element", ["choreography", "globalChoreographyTask", "relationship"])
def test_root_elements_outside_the_table_are_refused(errors: Errors, element: str) -> None:
    found = errors("", f'<{element} id="x"/>')
    assert [(finding.rule, finding.element_id, finding.line) for finding in found] == [("unsupported-element", "x", 5)]


def test_every_child_that_the_table_names_is_in_the_table_or_an_extension_point() -> None:
    named = {child for rule in ELEMENTS.values() for child in rule.children}
    assert named - ELEMENTS.keys() <= {"extensionElements", "BPMNDiagram"}


def test_all_faults_are_reported_at_once() -> None:
    source = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">
      <choreographyTask id="a"/><correlationSubscription id="b"/></process></definitions>"""
    with pytest.raises(DefinitionRejected) as caught:
        read_bpmn(source)
    assert {"a", "b"} <= {finding.element_id for finding in caught.value.findings}


def test_a_file_without_a_process_is_refused() -> None:
    examined = examine_bpmn(b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>')
    assert [finding.rule for finding in examined.findings] == ["no-process"]
