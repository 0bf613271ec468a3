"""What the attribute tables of BPMN say must hold, and names that other engines let an expression say."""

import pytest

from workflow.bpmn.reader import examine_bpmn

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' targetNamespace="urn:rules">'
)
FLOWS = '<sequenceFlow id="f" sourceRef="s" targetRef="a"{of_flow}/><sequenceFlow id="g" sourceRef="a" targetRef="e"/>'


def rules(
    element: str = '<task id="a"/>', *, beside: str = "", of_flow: str = "", process: str = 'isExecutable="true"'
) -> list[str]:
    """The rules that the file breaks."""
    inside = f'<startEvent id="s"/>{element}<endEvent id="e"/>{FLOWS.format(of_flow=of_flow)}'
    source = f'{HEAD}{beside}<process id="P" {process}>{inside}</process></definitions>'
    return [found.rule for found in examine_bpmn(source.encode()).findings if found.severity == "error"]


def pool(least: str, most: str) -> str:
    return (
        '<collaboration id="C"><participant id="p" processRef="P"/><participant id="q">'
        f'<participantMultiplicity minimum="{least}" maximum="{most}"/></participant></collaboration>'
    )


@pytest.mark.parametrize("value", ["false", "0"])
def test_a_flow_of_a_process_that_runs_is_immediate(value: str) -> None:
    of_flow = f' isImmediate="{value}"'
    assert rules(of_flow=of_flow) == ["flow-not-immediate"]
    assert rules(of_flow=of_flow, process='isExecutable="false"') == []
    inner = f'<subProcess id="a"><startEvent id="x"/><endEvent id="y"/><sequenceFlow id="h" sourceRef="x" targetRef="y"{of_flow}/></subProcess>'
    assert rules(inner) == ["flow-not-immediate"]


@pytest.mark.parametrize("value", ["true", "1"])
def test_a_flow_that_says_so_is_accepted(value: str) -> None:
    assert rules(of_flow=f' isImmediate="{value}"') == []


VALUES = {
    "isImmediate": rules(of_flow=' isImmediate="perhaps"'),
    "isClosed of a process": rules(process='isExecutable="true" isClosed="no"'),
    "isClosed of a collaboration": rules(
        beside='<collaboration id="C" isClosed="no"><participant id="p" processRef="P"/></collaboration>'
    ),
    "itemKind": rules(beside='<itemDefinition id="i" itemKind="Digital"/>'),
    "isCollection": rules(beside='<itemDefinition id="i" isCollection="many"/>'),
    "associationDirection": rules(
        '<task id="a"/><textAnnotation id="t"/><association id="x" sourceRef="a" targetRef="t" associationDirection="Two"/>'
    ),
    "isUnlimited": rules(beside='<dataStore id="d" isUnlimited="yes"/>'),
    "capacity": rules(beside='<dataStore id="d" capacity="much"/>'),
    "minimum": rules(beside=pool("few", "2")),
    "maximum": rules(beside=pool("0", "1.5")),
}


@pytest.mark.parametrize("name", VALUES)
def test_an_attribute_has_a_value_that_the_schema_knows(name: str) -> None:
    assert VALUES[name] == ["attribute-value"]


@pytest.mark.parametrize(
    ("least", "most", "broken"),
    [("0", "1", False), ("2", "2", False), ("3", "2", True), ("-1", "2", True), ("0", "0", True)],
)
def test_a_pool_stands_for_so_many_participants(least: str, most: str, broken: bool) -> None:
    assert rules(beside=pool(least, most)) == (["participant-multiplicity"] if broken else [])


NAMES = [
    '<callActivity id="a" calledElement="{}"/>',
    '<businessRuleTask id="a" camunda:decisionRef="{}" camunda:resultVariable="r"/>',
    '<businessRuleTask id="a" camunda:decisionRef="d" camunda:resultVariable="{}"/>',
    '<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="{}"><script>1</script></scriptTask>',
    '<serviceTask id="a" camunda:type="external" camunda:topic="{}"/>',
    '<sendTask id="a" camunda:type="external" camunda:topic="{}"/>',
]
ROOTS = [
    '<message id="r" name="{}"/>',
    '<signal id="r" name="{}"/>',
    '<error id="r" errorCode="{}"/>',
    '<escalation id="r" escalationCode="{}"/>',
]


@pytest.mark.parametrize("value", ["${x}", "#{x.y}", "=x"])
@pytest.mark.parametrize("place", [*NAMES, *ROOTS])
def test_an_expression_is_not_taken_for_a_name(place: str, value: str) -> None:
    text = place.format(value)
    assert (
        rules(text) == ["expression-for-a-name"] if place in NAMES else rules(beside=text) == ["expression-for-a-name"]
    )


OUTSIDE = {
    '<serviceTask id="a" camunda:class="org.X"/>',
    '<serviceTask id="a" camunda:delegateExpression="${x}"/>',
    '<serviceTask id="a" camunda:expression="${x.y()}"/>',
    '<serviceTask id="a" camunda:class="org.X" camunda:type="external"/>',
    '<sendTask id="a" camunda:class="org.X"/>',
    '<sendTask id="a" camunda:delegateExpression="${x}"/>',
    '<businessRuleTask id="a" camunda:class="org.X"/>',
    '<userTask id="a" camunda:formKey="embedded:app:form.html"/>',
    '<userTask id="a" camunda:formRef="form"/>',
    '<intermediateThrowEvent id="a"><messageEventDefinition camunda:class="org.X"/></intermediateThrowEvent>',
}


@pytest.mark.parametrize("element", sorted(OUTSIDE))
def test_what_lies_outside_the_file_is_said_in_one_sentence_with_what_to_do(element: str) -> None:
    source = f'{HEAD}<process id="P" isExecutable="true"><startEvent id="s"/>{element}<endEvent id="e"/>{FLOWS.format(of_flow="")}</process></definitions>'
    (finding,) = examine_bpmn(source.encode()).findings
    assert (finding.rule, finding.element_id) == ("of-another-engine", "a")
    assert "Delete camunda:" in finding.advice % finding.params


def test_a_missing_topic_says_what_to_enter() -> None:
    assert (
        rules('<serviceTask id="a"/>') == rules('<serviceTask id="a" camunda:type="external"/>') == ["missing-property"]
    )


@pytest.mark.parametrize("key", ["a-1", "_a", "Activity_0x-1.2", "_", "đơn-vị"])
def test_ids_may_be_what_xml_permits(key: str) -> None:
    flows = FLOWS.format(of_flow="").replace('"a"', f'"{key}"')
    source = f'{HEAD}<process id="P" isExecutable="true"><startEvent id="s"/><userTask id="{key}"/><endEvent id="e"/>{flows}</process></definitions>'
    assert not examine_bpmn(source.encode()).rejected
