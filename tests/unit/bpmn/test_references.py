"""Ids are unique, references point somewhere, and what a property needs is there."""

from collections.abc import Callable

import pytest

from workflow.bpmn.reader import Examined, examine_bpmn, read_bpmn
from workflow.model.findings import Finding

Errors = Callable[..., list[Finding]]

FAULTS = {
    "dangling-reference": [
        '<task id="x"/><sequenceFlow id="f" sourceRef="x" targetRef="nowhere"/>',
        '<boundaryEvent id="x" attachedToRef="nowhere"><errorEventDefinition/></boundaryEvent>',
        '<receiveTask id="x" messageRef="nowhere"/>',
        '<endEvent id="x"><errorEventDefinition errorRef="nowhere"/></endEvent>',
        '<exclusiveGateway id="x" default="nowhere"/>',
        '<task id="x"><incoming>nowhere</incoming></task>',
        '<laneSet><lane id="x"><flowNodeRef>nowhere</flowNodeRef></lane></laneSet>',
    ],
    "wrong-reference": [
        '<task id="x"/><dataObject id="d"/><sequenceFlow id="f" sourceRef="x" targetRef="d"/>',
        '<parallelGateway id="g"/><boundaryEvent id="x" attachedToRef="g"><errorEventDefinition/></boundaryEvent>',
        '<exclusiveGateway id="x" default="x"/>',
    ],
    "crosses-container": [
        '<task id="x"/><subProcess id="s"><task id="y"/></subProcess><sequenceFlow id="f" sourceRef="x" targetRef="y"/>',
        '<subProcess id="s"><task id="y"/></subProcess><boundaryEvent id="x" attachedToRef="y"><errorEventDefinition/>'
        "</boundaryEvent>",
    ],
    "contradicting-flow": [
        '<task id="x"/><task id="y"><outgoing>f</outgoing></task><sequenceFlow id="f" sourceRef="x" targetRef="y"/>'
    ],
    "count-too-large": [
        '<task id="x" completionQuantity="1001"/>',
        '<task id="x" startQuantity="99999999999999999999"/>',
        '<task id="x"><standardLoopCharacteristics loopMaximum="100001"/></task>',
    ],
    "duplicate-id": ['<task id="x"/>\n<task id="x"/>'],
    "missing-attribute": ["<task/>", '<task id="x"/><sequenceFlow id="f" sourceRef="x"/>'],
    "missing-property": [
        '<serviceTask id="x"/>',
        '<businessRuleTask id="x" camunda:decisionRef="d"/>',
        '<scriptTask id="x" scriptFormat="feel"><script>1</script></scriptTask>',
        '<callActivity id="x"/>',
        '<receiveTask id="x"/>',
    ],
    "script-format": [
        '<scriptTask id="x" scriptFormat="groovy" camunda:resultVariable="r"><script>1</script></scriptTask>'
    ],
    "empty-script": ['<scriptTask id="x" scriptFormat="feel" camunda:resultVariable="r"><script/></scriptTask>'],
    "not-external": ['<serviceTask id="x" camunda:type="connector" camunda:topic="t"/>'],
    "timer-without-time": [
        '<intermediateCatchEvent id="x"><timerEventDefinition/></intermediateCatchEvent>',
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDate>a</timeDate><timeDuration>b</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>",
    ],
    "event-without-trigger": [
        '<intermediateCatchEvent id="x"/>',
        '<task id="t"/><boundaryEvent id="x" attachedToRef="t"/>',
    ],
    "error-without-code": ['<endEvent id="x"><errorEventDefinition/></endEvent>'],
    "error-not-interrupting": [
        '<task id="t"/><boundaryEvent id="x" attachedToRef="t" cancelActivity="false"><errorEventDefinition/></boundaryEvent>'
    ],
    "multi-instance-of-nothing": ['<task id="x"><multiInstanceLoopCharacteristics/></task>'],
    "half-an-output": [
        '<task id="x"><multiInstanceLoopCharacteristics camunda:collection="=a" cn:outputCollection="b"/></task>'
    ],
    "empty-expression": [
        '<task id="x"><multiInstanceLoopCharacteristics><loopCardinality/></multiInstanceLoopCharacteristics></task>'
    ],
    "expression-language": [
        '<task id="x"/><sequenceFlow id="f" sourceRef="x" targetRef="x"><conditionExpression language="javascript">1'
        "</conditionExpression></sequenceFlow>"
    ],
    "juel-expression": [
        '<task id="x"/><sequenceFlow id="f" sourceRef="x" targetRef="x"><conditionExpression>${a} and ${b}</conditionExpression>'
        "</sequenceFlow>"
    ],
}


@pytest.mark.parametrize(
    ("rule", "content"), [(rule, content) for rule, contents in FAULTS.items() for content in contents]
)
def test_a_fault_is_found_with_its_line(errors: Errors, rule: str, content: str) -> None:
    found = [finding for finding in errors(content) if finding.rule == rule]
    assert found
    assert all(finding.line is not None and finding.message and finding.file for finding in found)


def test_a_repeated_id_says_where_the_first_is(errors: Errors) -> None:
    (finding,) = errors('<task id="x"/>\n<task id="x"/>')
    assert (finding.line, finding.params["first"]) == (7, 6)


def test_data_that_stand_for_themselves_are_a_fault(errors: Errors) -> None:
    association = "<dataInputAssociation><sourceRef>d</sourceRef><targetRef>i</targetRef></dataInputAssociation>"
    inputs = '<ioSpecification><dataInput id="i"/><inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/></ioSpecification>'
    task = f'<dataObjectReference id="d" dataObjectRef="d"/><task id="t">{inputs}{association}</task>'
    assert "wrong-reference" in [finding.rule for finding in errors(task)]


def document(*processes: str, pool: str = "") -> bytes:
    collaboration = (
        f'<collaboration id="c"><participant id="pool" processRef="{pool}"/></collaboration>' if pool else ""
    )
    return (
        f'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">{"".join(processes)}{collaboration}</definitions>'
    ).encode()


def test_the_executable_process_is_the_main_one() -> None:
    file = read_bpmn(document('<process id="a"/>', '<process id="b" isExecutable="true"/>'))
    assert (file.main, list(file.processes)) == ("b", ["a", "b"])


def test_a_called_process_is_not_the_main_one() -> None:
    called = '<process id="a" isExecutable="true"/>'
    caller = '<process id="b" isExecutable="true"><callActivity id="c" calledElement="a"/></process>'
    assert read_bpmn(document(called, caller)).main == "b"


def test_the_process_in_the_pool_is_the_main_one() -> None:
    assert read_bpmn(document('<process id="a"/>', '<process id="b"/>', pool="b")).main == "b"


def test_a_process_that_is_not_executable_is_a_warning() -> None:
    examined: Examined = examine_bpmn(document('<process id="a"/>'))
    assert [(finding.rule, finding.severity) for finding in examined.findings] == [("not-executable", "warning")]


def test_a_public_process_cannot_be_executed() -> None:
    examined = examine_bpmn(document('<process id="a" isExecutable="true" processType="Public"/>'))
    assert "unsupported-value" in [finding.rule for finding in examined.findings]
