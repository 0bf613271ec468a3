"""Event-based and complex gateways."""

from collections.abc import Callable

import pytest

from workflow.model.elements import ComplexGateway, EventBasedGateway, FlowNode
from workflow.model.expressions import Expression
from workflow.model.findings import Finding

Node = Callable[..., FlowNode]
Errors = Callable[..., list[Finding]]


@pytest.mark.parametrize(
    ("attributes", "instantiate", "parallel"),
    [
        ("", False, False),
        ('instantiate="true"', True, False),
        ('instantiate="true" eventGatewayType="Exclusive"', True, False),
        ('instantiate="true" eventGatewayType="Parallel"', True, True),
    ],
)
def test_an_event_based_gateway(node: Node, attributes: str, instantiate: bool, parallel: bool) -> None:
    found = node(f'<eventBasedGateway id="n" {attributes}/>')
    assert isinstance(found, EventBasedGateway)
    assert (found.instantiate, found.parallel) == (instantiate, parallel)


def test_a_complex_gateway_has_its_condition_and_default(node: Node) -> None:
    flow = '<sequenceFlow id="f" sourceRef="n" targetRef="t"/><task id="t"/>'
    found = node(
        f'<complexGateway id="n" default="f"><activationCondition>activationCount &gt;= 2</activationCondition>'
        f"</complexGateway>{flow}"
    )
    assert isinstance(found, ComplexGateway)
    assert (found.activation_condition, found.default_flow) == (Expression("activationCount >= 2", 6), "f")
    plain = node('<complexGateway id="n"/>')
    assert isinstance(plain, ComplexGateway)
    assert plain.activation_condition is None


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("unknown-value", '<eventBasedGateway id="x" eventGatewayType="Both"/>'),
        ("not-boolean", '<eventBasedGateway id="x" instantiate="often"/>'),
        ("dangling-reference", '<complexGateway id="x" default="nowhere"/>'),
        ("empty-expression", '<complexGateway id="x"><activationCondition/></complexGateway>'),
        (
            "expression-language",
            '<complexGateway id="x"><activationCondition language="xpath">1</activationCondition></complexGateway>',
        ),
        ("unsupported-attribute", '<eventBasedGateway id="x" default="f"/>'),
    ],
)
def test_a_faulty_gateway_is_named_with_its_line(errors: Errors, rule: str, content: str) -> None:
    found = [finding for finding in errors("\n" + content) if finding.rule == rule]
    assert [(finding.element_id, finding.line) for finding in found] == [("x", 7)]
