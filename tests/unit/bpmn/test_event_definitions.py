"""Each kind of event definition becomes its record, on every event that may have it."""

from collections.abc import Callable

import pytest

from workflow.model.elements import Event, IntermediateCatchEvent, StartEvent
from workflow.model.events import (
    CancelDefinition,
    CompensateDefinition,
    ConditionalDefinition,
    ErrorDefinition,
    EscalationDefinition,
    EventDefinition,
    LinkDefinition,
    MessageDefinition,
    MultipleDefinition,
    SignalDefinition,
    TerminateDefinition,
    TimerDefinition,
)
from workflow.model.expressions import Expression, Literal
from workflow.model.findings import Finding

Node = Callable[..., Event]
Errors = Callable[..., list[Finding]]

ROOT = (
    '<message id="m" name="Đơn"/><signal id="s" name="Chuông"/><error id="e" errorCode="E1"/>'
    '<escalation id="x" escalationCode="X1"/>'
)
XML = {
    "message": '<messageEventDefinition messageRef="m"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition>",
    "signal": '<signalEventDefinition signalRef="s"/>',
    "error": '<errorEventDefinition errorRef="e"/>',
    "escalation": '<escalationEventDefinition escalationRef="x"/>',
    "conditional": "<conditionalEventDefinition><condition>=a &gt; 1</condition></conditionalEventDefinition>",
    "compensate": '<compensateEventDefinition waitForCompletion="false" activityRef="t"/>',
    "cancel": "<cancelEventDefinition/>",
    "link": '<linkEventDefinition name="L"/>',
    "terminate": "<terminateEventDefinition/>",
}
RECORDS: dict[str, EventDefinition] = {
    "message": MessageDefinition(name="Đơn"),
    "timer": TimerDefinition(kind="duration", value=Literal("PT1S", 6)),
    "signal": SignalDefinition(name="Chuông"),
    "error": ErrorDefinition(code="E1"),
    "escalation": EscalationDefinition(code="X1"),
    "conditional": ConditionalDefinition(condition=Expression("a > 1", 6)),
    "compensate": CompensateDefinition(activity="t", wait_for_completion=False),
    "cancel": CancelDefinition(),
    "link": LinkDefinition(name="L"),
    "terminate": TerminateDefinition(),
}
POSSIBLE = {
    "startEvent": "message timer signal error escalation conditional compensate",
    "intermediateCatchEvent": "message timer signal conditional link",
    "intermediateThrowEvent": "message signal escalation compensate link",
    "boundaryEvent": "message timer signal error escalation conditional compensate cancel",
    "endEvent": "message signal error escalation compensate cancel terminate",
}
CASES = [(event, kind) for event, kinds in POSSIBLE.items() for kind in kinds.split()]


def event(name: str, content: str, attributes: str = "") -> str:
    attached = 'attachedToRef="t"' if name == "boundaryEvent" else ""
    return f'<task id="t"/><{name} id="n" {attached} {attributes}>{content}</{name}>'.replace("\n", "")


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_an_event_has_the_definition_of_its_file(node: Node, name: str, kind: str) -> None:
    assert node(event(name, XML[kind]), ROOT).definition == RECORDS[kind]


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for name in POSSIBLE for kind in XML])
def test_no_event_has_a_definition_that_the_standard_does_not_give_it(errors: Errors, name: str, kind: str) -> None:
    found = {finding.rule for finding in errors(event(name, XML[kind]), ROOT)}
    assert ("misplaced-element" in found) == ((name, kind) not in CASES)


def test_an_event_may_refer_to_a_definition_of_the_file(node: Node) -> None:
    root = '<timerEventDefinition id="every"><timeCycle>R4/PT1S</timeCycle></timerEventDefinition>'
    found = node(event("intermediateCatchEvent", "<eventDefinitionRef>tns:every</eventDefinitionRef>"), root)
    assert found.definition == TimerDefinition(kind="cycle", value=Literal("R4/PT1S", 5))


def test_several_definitions_are_one_multiple_definition_in_the_order_of_the_file(node: Node) -> None:
    root = f'{ROOT}<signalEventDefinition id="d" signalRef="s"/>'
    content = XML["message"] + "<eventDefinitionRef>d</eventDefinitionRef>" + XML["conditional"]
    found = node(event("boundaryEvent", content, 'parallelMultiple="true"'), root)
    parts = (RECORDS["message"], RECORDS["signal"], RECORDS["conditional"])
    assert found.definition == MultipleDefinition(parts=parts, parallel=True)  # type: ignore[arg-type] # all are single
    either = node(event("startEvent", XML["message"] + XML["signal"]), ROOT)
    assert either.definition == MultipleDefinition(parts=parts[:2], parallel=False)  # type: ignore[arg-type] # as above


def test_catching_without_a_reference_catches_every_code(node: Node) -> None:
    for kind, record in (("error", ErrorDefinition()), ("escalation", EscalationDefinition())):
        assert node(event("boundaryEvent", f"<{kind}EventDefinition/>")).definition == record


def test_a_start_event_of_an_event_subprocess_may_let_its_scope_go_on(node: Node) -> None:
    for attribute, interrupting in (("", True), ('isInterrupting="true"', True), ('isInterrupting="false"', False)):
        found = node(
            f'<subProcess id="p1" triggeredByEvent="true"><startEvent id="n" {attribute}>{XML["signal"]}</startEvent>'
            "</subProcess>",
            ROOT,
        )
        assert isinstance(found, StartEvent)
        assert found.interrupting is interrupting


def test_both_ends_of_a_link_have_its_name(node: Node) -> None:
    found = node(
        '<intermediateThrowEvent id="a"><linkEventDefinition id="l1" name="L"><target>l2</target></linkEventDefinition>'
        '</intermediateThrowEvent><intermediateCatchEvent id="n"><linkEventDefinition id="l2" name="L">'
        "<source>l1</source></linkEventDefinition></intermediateCatchEvent>"
    )
    assert isinstance(found, IntermediateCatchEvent)
    assert found.definition == LinkDefinition(name="L")


FAULTS: dict[str, list[tuple[str, ...]]] = {
    "missing-property": [
        ("intermediateThrowEvent", "<signalEventDefinition/>"),
        ("startEvent", "<messageEventDefinition/>"),
        ("endEvent", '<signalEventDefinition signalRef="nameless"/>'),
        ("boundaryEvent", '<escalationEventDefinition escalationRef="codeless"/>'),
    ],
    "event-without-condition": [("startEvent", "<conditionalEventDefinition/>")],
    "empty-expression": [
        ("startEvent", "<conditionalEventDefinition><condition/></conditionalEventDefinition>"),
    ],
    "expression-language": [
        (
            "startEvent",
            '<timerEventDefinition><timeDate language="groovy">x</timeDate></timerEventDefinition>',
        ),
    ],
    "escalation-without-code": [
        ("endEvent", "<escalationEventDefinition/>"),
        ("intermediateThrowEvent", "<escalationEventDefinition/>"),
    ],
    "dangling-reference": [
        ("startEvent", '<signalEventDefinition signalRef="nowhere"/>'),
        ("boundaryEvent", '<escalationEventDefinition escalationRef="nowhere"/>'),
        ("endEvent", '<compensateEventDefinition activityRef="nowhere"/>'),
        ("startEvent", "<eventDefinitionRef>nowhere</eventDefinitionRef>"),
        ("intermediateCatchEvent", '<linkEventDefinition name="a"><source>nowhere</source></linkEventDefinition>'),
    ],
    "wrong-reference": [
        ("startEvent", '<signalEventDefinition signalRef="m"/>'),
        ("endEvent", '<compensateEventDefinition activityRef="n"/>'),
        ("startEvent", "<eventDefinitionRef>m</eventDefinitionRef>"),
    ],
    "not-boolean": [
        ("startEvent", f"{XML['timer']}", 'isInterrupting="maybe"'),
        ("startEvent", f"{XML['timer']}", 'parallelMultiple="both"'),
        ("endEvent", '<compensateEventDefinition waitForCompletion="no"/>'),
    ],
    "error-not-interrupting": [("boundaryEvent", XML["signal"] + XML["error"], 'cancelActivity="false"')],
}


@pytest.mark.parametrize(("rule", "case"), [(rule, case) for rule, cases in FAULTS.items() for case in cases])
def test_a_faulty_definition_is_named_with_its_event_and_line(errors: Errors, rule: str, case: tuple[str, ...]) -> None:
    root = f'{ROOT}<signal id="nameless"/><escalation id="codeless"/>'
    found = [finding for finding in errors("\n" + event(*case), root) if finding.rule == rule]
    assert [(finding.element_id in ("n", "nameless", "codeless"), finding.line in (5, 7)) for finding in found] == [
        (True, True)
    ]
