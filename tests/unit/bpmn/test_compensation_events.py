"""A compensation boundary event knows the activity that undoes."""

from collections.abc import Callable

import pytest

from workflow.model.elements import Activity, BoundaryEvent, FlowNode

Node = Callable[..., FlowNode]
_EVENT = '<task id="t"/><boundaryEvent id="n" attachedToRef="t"><compensateEventDefinition/></boundaryEvent>'


@pytest.mark.parametrize("ends", ['sourceRef="n" targetRef="undo"', 'sourceRef="undo" targetRef="n"'])
def test_an_association_leads_to_the_handler(node: Node, ends: str) -> None:
    note = '<textAnnotation id="a"/><association sourceRef="n" targetRef="a"/>'
    found = node(f'{_EVENT}{note}<task id="undo" isForCompensation="true"/><association {ends}/>')
    assert isinstance(found, BoundaryEvent)
    assert found.handler == "undo"


def test_another_boundary_event_has_no_handler(node: Node) -> None:
    found = node(
        '<task id="t"/><task id="u"/><association sourceRef="n" targetRef="u"/>'
        '<boundaryEvent id="n" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
    )
    assert isinstance(found, BoundaryEvent)
    assert found.handler is None


@pytest.mark.parametrize("name", ["task", "scriptTask", "subProcess", "callActivity"])
def test_any_activity_may_be_for_compensation(node: Node, name: str) -> None:
    more = {
        "scriptTask": 'scriptFormat="feel" camunda:resultVariable="r"><script>1</script',
        "callActivity": 'calledElement="p"',
    }.get(name, "")
    found = node(f'<{name} id="n" isForCompensation="true" {more}></{name}>')
    assert isinstance(found, Activity)
    assert found.for_compensation
