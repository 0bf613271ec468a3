"""Rules on pools, message flows, conversations, choreographies, lanes, resources and references."""

from collections.abc import Callable

import pytest

from workflow.model.findings import Finding

_POOLS = (
    '<collaboration id="c"><participant id="one" name="One" processRef="p"/><participant id="two" name="Two"/>{}'
    "</collaboration>"
)
_MESSAGE = "<messageEventDefinition/>"
_START = f'<startEvent id="s">{_MESSAGE}</startEvent>'
_END = f'<endEvent id="e">{_MESSAGE}</endEvent>'


def flow(source: str, target: str) -> str:
    return _POOLS.format(f'<messageFlow id="f" sourceRef="{source}" targetRef="{target}"/>')


def rules_of(findings: list[Finding]) -> set[tuple[str, str | None]]:
    return {(finding.rule, finding.element_id) for finding in findings}


@pytest.mark.parametrize(
    ("rule", "element_id", "content", "pools"),
    [
        ("message-flow-end", "f", '<exclusiveGateway id="g"/>', flow("g", "two")),
        ("message-flow-end", "f", '<textAnnotation id="g"/>', flow("two", "g")),
        ("message-flow-in-pool", "f", '<task id="a"/><task id="b"/>', flow("a", "b")),
        ("message-flow-in-pool", "f", '<task id="a"/>', flow("one", "a")),
        ("message-flow-trigger", "s", '<startEvent id="s"/>', flow("two", "s")),
        ("message-flow-trigger", "e", '<endEvent id="e"/>', flow("e", "two")),
        ("message-flow-direction", "s", _START, flow("s", "two")),
        ("message-flow-direction", "e", _END, flow("two", "e")),
    ],
)
def test_a_message_flow_that_joins_what_it_may_not(
    check: Callable[..., list[Finding]], rule: str, element_id: str, content: str, pools: str
) -> None:
    assert (rule, element_id) in rules_of(check(content, pools))


@pytest.mark.parametrize(("source", "target"), [("two", "s"), ("e", "two"), ("two", "a"), ("one", "two")])
def test_message_flows_join_pools_activities_and_message_events(
    check: Callable[..., list[Finding]], source: str, target: str
) -> None:
    assert check(f'{_START}<task id="a"/>{_END}', flow(source, target)) == []


def test_only_a_collaboration_names_a_choreography(check: Callable[..., list[Finding]]) -> None:
    named = '<{0} id="x"><choreographyRef>y</choreographyRef></{0}><choreography id="y"/>'
    assert rules_of(check("", named.format("globalConversation"))) == {("choreography-reference", "x")}
    assert check("", named.format("collaboration")) == []


def test_a_global_conversation_has_no_conversations(check: Callable[..., list[Finding]]) -> None:
    content = '<participant id="a"/><conversation id="x"/>'
    assert rules_of(check("", f'<globalConversation id="g">{content}</globalConversation>')) == {
        ("global-conversation-content", "x")
    }
    assert check("", f'<collaboration id="g">{content}</collaboration>') == []


def test_a_public_process_does_not_run(check: Callable[..., list[Finding]]) -> None:
    public = '<process id="q" processType="Public" isExecutable="{}"/>'
    assert rules_of(check("", public.format("true"))) == {("public-executable", "q")}
    assert check("", public.format("false")) == []


_RESOURCE = '<resource id="r" name="Board"><resourceParameter id="rp" name="level"/></resource>'
_NAMED = "<resourceRef>r</resourceRef>"
_WORKED_OUT = "<resourceAssignmentExpression><formalExpression>board</formalExpression></resourceAssignmentExpression>"
_PARAMETER = (
    '<resourceParameterBinding parameterRef="rp"><formalExpression>1</formalExpression></resourceParameterBinding>'
)


@pytest.mark.parametrize(
    ("rule", "broken", "right"),
    [
        ("resource-twice", _NAMED + _WORKED_OUT, _WORKED_OUT),
        ("resource-parameter", _PARAMETER + _WORKED_OUT, _NAMED + _PARAMETER),
    ],
)
def test_a_performer_is_named_or_worked_out(verify: Callable[..., None], rule: str, broken: str, right: str) -> None:
    task = '<userTask id="t"><potentialOwner id="x">{}</potentialOwner></userTask>'
    verify(rule, "x", task.format(broken), task.format(right), _RESOURCE)


def lanes(first: str, second: str) -> str:
    return (
        "<laneSet>"
        + "".join(
            f'<lane id="{lane}">' + "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in nodes.split()) + "</lane>"
            for lane, nodes in (("l1", first), ("l2", second))
        )
        + '</laneSet><task id="a"/><task id="b"/>'
    )


def test_a_node_in_two_lanes_is_remarked(verify: Callable[..., None]) -> None:
    verify("node-in-two-lanes", "a", lanes("a b", "a"), lanes("a", "b"))


def test_a_lane_holds_nodes_of_its_own_process(verify: Callable[..., None]) -> None:
    other = '<process id="q"><task id="z"/></process>'
    verify("lane-of-another-process", "l2", lanes("a", "z"), lanes("a", "b"), other)


def test_a_process_in_two_pools_is_remarked(check: Callable[..., list[Finding]]) -> None:
    pools = _POOLS.format('<participant id="three" processRef="p"/>')
    assert rules_of(check("", pools)) == {("process-in-two-pools", "one"), ("process-in-two-pools", "three")}


def test_a_call_activity_calls_a_process_or_a_global_task(check: Callable[..., list[Finding]]) -> None:
    call = '<task id="t"/><callActivity id="x" calledElement="{}"/>'
    assert rules_of(check(call.format("t"))) == {("reference-of-wrong-kind", "x")}
    assert check(call.format("p")) == []
    assert check(call.format("in-another-file")) == []


@pytest.mark.parametrize(("source", "target"), [("one", "two"), ("talk", "chat")])
def test_a_conversation_link_joins_a_conversation_and_a_participant(
    check: Callable[..., list[Finding]], source: str, target: str
) -> None:
    link = f'<conversationLink id="x" sourceRef="{source}" targetRef="{target}"/>'
    nodes = '<conversation id="talk"/><conversation id="chat"/>'
    assert rules_of(check("", _POOLS.format(nodes + link))) == {("conversation-link-end", "x")}
    right = link.replace(f'targetRef="{target}"', 'targetRef="talk"').replace('sourceRef="talk"', 'sourceRef="one"')
    assert check("", _POOLS.format(nodes + right)) == []
