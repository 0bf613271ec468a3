"""Event subprocesses, transactions and ad-hoc subprocesses."""

from collections.abc import Callable

import pytest

from workflow.model.definition import ProcessDefinition
from workflow.model.elements import AdHocSubProcess, EventSubProcess, FlowNode, SubProcess, Transaction
from workflow.model.expressions import Expression
from workflow.model.findings import Finding

Node = Callable[..., FlowNode]
Errors = Callable[..., list[Finding]]


def test_a_subprocess_that_an_event_triggers_is_an_event_subprocess(node: Node) -> None:
    assert type(node('<subProcess id="n" triggeredByEvent="true"/>')) is EventSubProcess
    assert type(node('<subProcess id="n" triggeredByEvent="false"/>')) is SubProcess
    assert type(node('<subProcess id="n"/>')) is SubProcess


def test_a_transaction_holds_nodes_and_flows(node: Node) -> None:
    found = node(
        '<transaction id="n" method="##Compensate"><task id="a"/><task id="b"/>'
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"/></transaction>'
    )
    assert isinstance(found, Transaction)
    assert (list(found.nodes), list(found.flows)) == (["a", "b"], ["f"])


@pytest.mark.parametrize(
    ("attributes", "ordering", "cancels"),
    [
        ("", "parallel", True),
        ('ordering="Parallel" cancelRemainingInstances="true"', "parallel", True),
        ('ordering="Sequential" cancelRemainingInstances="false"', "sequential", False),
    ],
)
def test_an_ad_hoc_subprocess(node: Node, attributes: str, ordering: str, cancels: bool) -> None:
    found = node(
        f'<adHocSubProcess id="n" {attributes}><task id="a"/><completionCondition>=done</completionCondition>'
        "</adHocSubProcess>"
    )
    assert isinstance(found, AdHocSubProcess)
    assert (found.ordering, found.cancel_remaining) == (ordering, cancels)
    assert found.completion_condition == Expression("done", 6)
    assert list(found.nodes) == ["a"]


def test_subprocesses_of_all_kinds_hold_each_other(definition: Callable[..., ProcessDefinition]) -> None:
    found = definition(
        '<transaction id="a"><adHocSubProcess id="b"><subProcess id="c"><subProcess id="d" triggeredByEvent="true"/>'
        "</subProcess></adHocSubProcess></transaction>"
    )
    assert dict(found.container_of) == {"a": "p", "b": "a", "c": "b", "d": "c"}


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("unknown-value", '<adHocSubProcess id="x" ordering="Random"/>'),
        ("not-boolean", '<adHocSubProcess id="x" cancelRemainingInstances="some"/>'),
        ("not-boolean", '<subProcess id="x" triggeredByEvent="perhaps"/>'),
        ("misplaced-element", '<transaction id="x"><completionCondition>1</completionCondition></transaction>'),
    ],
)
def test_a_faulty_subprocess_is_named_with_its_line(errors: Errors, rule: str, content: str) -> None:
    found = [finding for finding in errors("\n" + content) if finding.rule == rule]
    assert [(finding.element_id, finding.line) for finding in found] == [("x", 7)]


def test_a_flow_does_not_leave_a_transaction(errors: Errors) -> None:
    found = errors(
        '<transaction id="t"><task id="a"/></transaction><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/>'
    )
    assert "crosses-container" in [finding.rule for finding in found]
