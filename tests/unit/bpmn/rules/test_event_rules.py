"""Rules on events: triggers, starts, links, compensation, cancel, and the flows that events have."""

from collections.abc import Callable

import pytest

from workflow.model.findings import Finding

_TIMER = "<timerEventDefinition><timeDuration FORMAL>PT1S</timeDuration></timerEventDefinition>"
_WAY = '<task id="a"/><task id="b"/>'
_FLOW = '<sequenceFlow id="f" sourceRef="a" targetRef="x"/><sequenceFlow id="g" sourceRef="x" targetRef="b"/>'
_DUE = f'<task id="a"/><boundaryEvent id="x" attachedToRef="a" {{}}>{_TIMER}</boundaryEvent>'
_DUE_FLOW = '<endEvent id="e"/><sequenceFlow id="f" sourceRef="x" targetRef="e"/>'


def inside(kind: str, content: str, attributes: str = "") -> str:
    return f'<{kind} id="s" {attributes}>{content}<task id="t"/></{kind}>'


def event(kind: str, definition: str, attributes: str = "") -> str:
    return f'{_WAY}<{kind} id="x" {attributes}>{definition}</{kind}>' + (_FLOW if kind.startswith("inter") else "")


def triggered(definition: str, attributes: str = "") -> str:
    start = f'<startEvent id="x" {attributes}>{definition}</startEvent>'
    return inside("subProcess", start, 'triggeredByEvent="true"')


def attached(definition: str, attributes: str = "", host: str = '<task id="a"/>') -> str:
    return f'{host}<boundaryEvent id="x" attachedToRef="a" {attributes}>{definition}</boundaryEvent>{_DUE_FLOW}'


def compensation(handler: str = 'isForCompensation="true"', extra: str = "", association: bool = True) -> str:
    line = '<association id="l" sourceRef="x" targetRef="b"/>' if association else ""
    return (
        '<task id="a"/><boundaryEvent id="x" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
        f'<task id="b" {handler}/>{line}{extra}'
    )


def cancelled(boundary: str = "<cancelEventDefinition/>") -> str:
    end = '<endEvent id="x"><cancelEventDefinition/></endEvent>'
    attached_event = f'<boundaryEvent id="c" attachedToRef="s">{boundary}</boundaryEvent><task id="u"/>'
    way = '<sequenceFlow id="f" sourceRef="c" targetRef="u"/>'
    return inside("transaction", end) + attached_event + way


def link(throws: str, catches: str, extra: str = "") -> str:
    thrown = f'<intermediateThrowEvent id="t"><linkEventDefinition name="{throws}"/></intermediateThrowEvent>'
    caught = f'<intermediateCatchEvent id="c"><linkEventDefinition name="{catches}"/></intermediateCatchEvent>'
    ways = '<sequenceFlow id="f" sourceRef="a" targetRef="t"/><sequenceFlow id="g" sourceRef="c" targetRef="b"/>'
    return (
        _WAY + (thrown if throws else "") + (caught if catches else "") + (ways if throws and catches else "") + extra
    )


_TRIGGERS = {
    "a timer at an end event": ("x", event("endEvent", _TIMER), event("endEvent", "<terminateEventDefinition/>")),
    "an error at the top": ("x", event("startEvent", "<errorEventDefinition/>"), event("startEvent", _TIMER)),
    "a timer in a subprocess": (
        "x",
        inside("subProcess", f'<startEvent id="x">{_TIMER}</startEvent>'),
        inside("subProcess", '<startEvent id="x"/>'),
    ),
    "a cancel that is waited for": (
        "x",
        event("intermediateCatchEvent", "<cancelEventDefinition/>"),
        event("intermediateCatchEvent", "<signalEventDefinition/>"),
    ),
    "a thrown error": (
        "x",
        event("intermediateThrowEvent", "<errorEventDefinition/>"),
        event("intermediateThrowEvent", "<escalationEventDefinition/>"),
    ),
    "a link on a boundary": ("x", attached('<linkEventDefinition name="l"/>'), attached(_TIMER)),
    "a terminate in an event subprocess": ("x", triggered("<terminateEventDefinition/>"), triggered(_TIMER)),
}


@pytest.mark.parametrize("case", _TRIGGERS)
def test_an_event_has_a_trigger_that_suits_its_place(verify: Callable[..., None], case: str) -> None:
    verify("trigger-not-allowed", *_TRIGGERS[case])


def test_a_shared_event_definition_counts_as_the_events_own(verify: Callable[..., None]) -> None:
    shared = f'<timerEventDefinition id="d">{_TIMER[len("<timerEventDefinition>") :]}'
    end = '<endEvent id="x"><eventDefinitionRef>d</eventDefinitionRef></endEvent>'
    verify("trigger-not-allowed", "x", end, end.replace("endEvent", "startEvent"), shared)


_RULES: dict[str, tuple[str, str, str]] = {
    "link-among-others": (
        "t",
        link("l", "l").replace(
            'name="l"/></intermediateThrowEvent>', 'name="l"/><signalEventDefinition/></intermediateThrowEvent>'
        ),
        link("l", "l"),
    ),
    "must-interrupt": (
        "x",
        triggered("<errorEventDefinition/>", 'isInterrupting="false"'),
        triggered("<escalationEventDefinition/>", 'isInterrupting="false"'),
    ),
    "interrupting-nothing": (
        "x",
        '<startEvent id="x" isInterrupting="false"/>',
        '<startEvent id="x" isInterrupting="true"/>',
    ),
    "event-subprocess-start": ("s", inside("subProcess", "", 'triggeredByEvent="true"'), triggered(_TIMER)),
    "event-subprocess-trigger": ("x", triggered(""), triggered(_TIMER)),
    "event-subprocess-flow": (
        "s",
        triggered(_TIMER) + '<task id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="s"/>',
        triggered(_TIMER),
    ),
    "instantiating-receive-incoming": (
        "x",
        f'{_WAY}<receiveTask id="x" instantiate="true"/>{_FLOW}',
        f'{_WAY}<receiveTask id="x"/>{_FLOW}',
    ),
    "instantiating-receive-inside": (
        "x",
        inside("subProcess", '<receiveTask id="x" instantiate="true"/>'),
        '<receiveTask id="x" instantiate="true"/>',
    ),
    "event-without-incoming": (
        "x",
        f'{_WAY}<intermediateThrowEvent id="x"/><sequenceFlow id="g" sourceRef="x" targetRef="b"/>',
        f'{_WAY}<intermediateThrowEvent id="x"/>{_FLOW}',
    ),
    "event-without-outgoing": (
        "x",
        f'{_WAY}<intermediateCatchEvent id="x">{_TIMER}</intermediateCatchEvent>'
        '<sequenceFlow id="f" sourceRef="a" targetRef="x"/>',
        f'{_WAY}<intermediateCatchEvent id="x">{_TIMER}</intermediateCatchEvent>{_FLOW}',
    ),
    "boundary-without-outgoing": ("x", _DUE.format(""), _DUE.format("") + _DUE_FLOW),
    "condition-after-event": (
        "f",
        '<startEvent id="s"/><task id="a"/><sequenceFlow id="f" sourceRef="s" targetRef="a">'
        "<conditionExpression FORMAL>x</conditionExpression></sequenceFlow>",
        '<task id="s"/><task id="a"/><sequenceFlow id="f" sourceRef="s" targetRef="a">'
        "<conditionExpression FORMAL>x</conditionExpression></sequenceFlow>",
    ),
    "default-not-allowed": ("x", '<endEvent id="x" default="f"/>', '<endEvent id="x"/>'),
    "link-without-target": ("t", link("l", ""), link("l", "l")),
    "link-without-source": ("c", link("", "l"), link("l", "l")),
    "link-without-name": ("t", link("l", "l").replace(' name="l"', "", 1), link("l", "l")),
    "link-with-two-targets": (
        "d",
        link("l", "l", '<intermediateCatchEvent id="d"><linkEventDefinition name="l"/></intermediateCatchEvent>'),
        link("l", "l"),
    ),
    "link-with-flow": ("t", link("l", "l", '<sequenceFlow id="h" sourceRef="t" targetRef="b"/>'), link("l", "l")),
    "compensation-event-flow": (
        "x",
        compensation(extra='<task id="c"/><sequenceFlow id="f" sourceRef="x" targetRef="c"/>'),
        compensation(),
    ),
    "compensation-without-handler": ("x", compensation(association=False), compensation()),
    "handler-not-for-compensation": ("b", compensation(handler=""), compensation()),
    "compensation-activity-flow": (
        "b",
        compensation(extra='<sequenceFlow id="f" sourceRef="a" targetRef="b"/>'),
        compensation(),
    ),
    "compensation-of-nothing": ("b", '<task id="b" isForCompensation="true"/>', '<task id="b"/>'),
    "cancel-without-transaction": (
        "x",
        attached("<cancelEventDefinition/>"),
        attached("<cancelEventDefinition/>", host='<transaction id="a"/>'),
    ),
    "cancel-outside-transaction": (
        "x",
        '<endEvent id="x"><cancelEventDefinition/></endEvent>',
        cancelled(),
    ),
    "cancel-without-boundary": ("x", cancelled(boundary=""), cancelled()),
    "flow-twice": (
        "g",
        _WAY + '<sequenceFlow id="f" sourceRef="a" targetRef="b"/><sequenceFlow id="g" sourceRef="a" targetRef="b"/>',
        _WAY + '<sequenceFlow id="f" sourceRef="a" targetRef="b"/><sequenceFlow id="g" sourceRef="b" targetRef="a"/>',
    ),
    "nothing-to-compensate": (
        "e",
        compensation(extra='<task id="c"/><endEvent id="e"><compensateEventDefinition activityRef="c"/></endEvent>'),
        compensation(extra='<endEvent id="e"><compensateEventDefinition activityRef="a"/></endEvent>'),
    ),
}


@pytest.mark.parametrize("rule", _RULES)
def test_a_rule_on_events(verify: Callable[..., None], rule: str) -> None:
    verify(rule, *_RULES[rule])


def test_a_link_does_not_leave_its_subprocess(check: Callable[..., list[Finding]]) -> None:
    thrown = '<intermediateThrowEvent id="t"><linkEventDefinition name="l"/></intermediateThrowEvent>'
    caught = '<intermediateCatchEvent id="c"><linkEventDefinition name="l"/></intermediateCatchEvent>'
    rules = {(each.rule, each.element_id) for each in check(inside("subProcess", thrown) + caught)}
    assert {("link-without-target", "t"), ("link-without-source", "c")} <= rules


def test_a_compensation_event_subprocess_needs_no_association(check: Callable[..., list[Finding]]) -> None:
    content = inside(
        "subProcess",
        '<startEvent id="x"><compensateEventDefinition/></startEvent>',
        'triggeredByEvent="true" isForCompensation="true"',
    )
    assert check(content) == []


def test_an_event_refers_to_definitions_at_the_top_only(verify: Callable[..., None]) -> None:
    other = f'<startEvent id="o"><timerEventDefinition id="d">{_TIMER[len("<timerEventDefinition>") :]}</startEvent>'
    verify(
        "event-definition-not-shared",
        "x",
        f'{other}<startEvent id="x"><eventDefinitionRef>d</eventDefinitionRef></startEvent>',
        f'{other}<startEvent id="x"/>',
    )
