"""Messages: who sends and who waits for which, through operations too, and the keys that correlate them."""

from collections.abc import Callable

import pytest

from workflow.model.elements import Event, FlowNode, ReceiveTask, SendTask
from workflow.model.events import MessageDefinition
from workflow.model.expressions import Expression
from workflow.model.findings import Finding

Node = Callable[..., FlowNode]
Errors = Callable[..., list[Finding]]
_ROOT = (
    '<message id="m" name="Đơn"/><interface id="i" name="I"><operation id="op" name="O"><inMessageRef>m</inMessageRef>'
    "</operation></interface>"
)


def test_a_send_task_sends_the_message_it_names(node: Node) -> None:
    found = node('<sendTask id="n" messageRef="m"/>', _ROOT)
    assert isinstance(found, SendTask)
    assert (found.message, found.handler) == (MessageDefinition(name="Đơn"), "")


def test_an_operation_names_the_message_that_it_takes_in(node: Node) -> None:
    sent = node('<sendTask id="n" operationRef="op"/>', _ROOT)
    assert isinstance(sent, SendTask)
    assert sent.message == MessageDefinition(name="Đơn")
    received = node('<receiveTask id="n" operationRef="op"/>', _ROOT)
    assert isinstance(received, ReceiveTask)
    assert received.message == MessageDefinition(name="Đơn")
    event = node(
        '<intermediateThrowEvent id="n"><messageEventDefinition><operationRef>op</operationRef>'
        "</messageEventDefinition></intermediateThrowEvent>",
        _ROOT,
    )
    assert isinstance(event, Event)
    assert event.definition == MessageDefinition(name="Đơn")


def test_a_send_task_with_a_topic_is_work_for_its_handler(node: Node) -> None:
    found = node('<sendTask id="n" camunda:topic="mail" operationRef="op"/>', _ROOT)
    assert isinstance(found, SendTask)
    assert (found.message, found.handler) == (None, "mail")


def test_a_receive_task_may_start_the_process(node: Node) -> None:
    for attribute, instantiate in (("", False), ('instantiate="true"', True)):
        found = node(f'<receiveTask id="n" messageRef="m" {attribute}/>', _ROOT)
        assert isinstance(found, ReceiveTask)
        assert found.instantiate is instantiate


def correlated(keys: str, *paths: str) -> str:
    expressions = "".join(
        '<correlationPropertyRetrievalExpression messageRef="m"><messagePath>' + path + "</messagePath>"
        "</correlationPropertyRetrievalExpression>"
        for path in paths
    )
    return (
        f'<message id="m" name="M"/><correlationProperty id="cp">{expressions}</correlationProperty>'
        f'<collaboration id="co"><correlationKey id="ck">{keys}</correlationKey></collaboration>'
    )


_KEY = "<correlationPropertyRef>cp</correlationPropertyRef>"


def test_the_key_of_the_standard_is_the_message_s_key(node: Node) -> None:
    found = node('<receiveTask id="n" messageRef="m"/>', correlated(_KEY, "=order.id"))
    assert isinstance(found, ReceiveTask)
    assert found.message == MessageDefinition(name="M", correlation_key=Expression("order.id", 5))


def test_our_key_wins_over_that_of_the_standard(node: Node) -> None:
    root = correlated(_KEY, "=order.id").replace('name="M"', 'name="M" cn:correlationKey="=own"')
    found = node('<receiveTask id="n" messageRef="m"/>', root)
    assert isinstance(found, ReceiveTask)
    assert found.message == MessageDefinition(name="M", correlation_key=Expression("own", 5))


@pytest.mark.parametrize(
    ("rule", "root"),
    [
        ("correlation-of-several", correlated(_KEY + _KEY, "=a")),
        ("correlation-of-several", correlated("", "=a")),
        ("correlation-of-several", correlated(_KEY, "=a", "=b")),
        ("empty-expression", correlated(_KEY, "")),
        ("dangling-reference", correlated("<correlationPropertyRef>nowhere</correlationPropertyRef>", "=a")),
    ],
)
def test_a_key_that_is_not_one_value_is_refused(errors: Errors, rule: str, root: str) -> None:
    found = [finding for finding in errors('<receiveTask id="n" messageRef="m"/>', root) if finding.rule == rule]
    assert found
    assert {finding.line for finding in found} == {5}


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("nothing-to-send", '<sendTask id="x"/>'),
        ("said-twice", '<sendTask id="x" messageRef="m" camunda:topic="t"/>'),
        ("missing-property", '<receiveTask id="x"/>'),
        ("dangling-reference", '<sendTask id="x" messageRef="nowhere"/>'),
        ("wrong-reference", '<receiveTask id="x" operationRef="i"/>'),
        ("not-boolean", '<receiveTask id="x" messageRef="m" instantiate="first"/>'),
    ],
)
def test_a_task_without_a_clear_message_is_refused(errors: Errors, rule: str, content: str) -> None:
    found = [finding for finding in errors("\n" + content, _ROOT) if finding.rule == rule]
    assert [(finding.element_id, finding.line) for finding in found] == [("x", 7)]
