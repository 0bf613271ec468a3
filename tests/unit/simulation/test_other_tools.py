"""Files as other tools write them: empty pools, timers that do not say that they are formal."""

import pytest

from workflow.errors import DefinitionRejected
from workflow.simulate import simulate

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:tools"{more}>'
)
FLOWS = '<sequenceFlow id="f" sourceRef="s" targetRef="a"/><sequenceFlow id="g" sourceRef="a" targetRef="e"/>'


def file(element: str, *, beside: str = "", more: str = "") -> bytes:
    head = HEAD.format(more=more)
    inside = f'<startEvent id="s"/>{element}<endEvent id="e"/>{FLOWS}'
    return f'{head}{beside}<process id="P" isExecutable="true">{inside}</process></definitions>'.encode()


EMPTY = [
    '<process id="Q"/>',
    '<process id="Q" isExecutable="false"/>',
    '<process id="Q" name="Sở"><documentation>x</documentation></process>',
    '<process id="Q"><laneSet id="L"><lane id="l1" name="Phòng"/></laneSet></process>',
    '<process id="Q"><textAnnotation id="t"><text>x</text></textAnnotation></process>',
]


@pytest.mark.parametrize("pool", EMPTY)
def test_a_pool_in_which_nothing_is_drawn_does_nothing(pool: str) -> None:
    drawn = '<collaboration id="C"><participant id="p1" processRef="P"/><participant id="p2" processRef="Q"/></collaboration>'
    source = file('<task id="a"/>', beside=drawn + pool)
    assert simulate(source).visited == ("s", "a", "e")
    assert simulate(source, process_ids=["P", "Q"]).status == "completed"


def test_a_process_that_is_to_run_and_is_empty_is_refused() -> None:
    with pytest.raises(DefinitionRejected) as refused:
        simulate(f'{HEAD.format(more="")}<process id="P" isExecutable="true"/></definitions>'.encode())
    assert [found.rule for found in refused.value.findings] == ["no-start"]


TIMERS = [
    "<timeDuration>PT5M</timeDuration>",
    "<timeDate>2026-01-05T09:00:00</timeDate>",
    "<timeCycle>R1/PT5M</timeCycle>",
]


@pytest.mark.parametrize("time", TIMERS)
def test_a_timer_without_a_type_is_read_as_a_condition_without_one(time: str) -> None:
    source = file(
        f'<intermediateCatchEvent id="a"><timerEventDefinition>{time}</timerEventDefinition></intermediateCatchEvent>'
    )
    assert simulate(source).status == "completed"


@pytest.mark.parametrize("time", TIMERS)
def test_but_not_where_the_file_says_that_its_expressions_are_in_another_language(time: str) -> None:
    event = f'<intermediateCatchEvent id="a"><timerEventDefinition id="d">{time}</timerEventDefinition></intermediateCatchEvent>'
    with pytest.raises(DefinitionRejected) as refused:
        simulate(file(event, more=' expressionLanguage="http://www.w3.org/1999/XPath"'))
    assert [found.rule for found in refused.value.findings] == ["expression-not-formal"]
