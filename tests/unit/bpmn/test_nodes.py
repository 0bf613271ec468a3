"""Each supported element becomes its record of the model."""

from collections.abc import Callable

from workflow.bpmn.reader import Examined
from workflow.model.elements import (
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    EndEvent,
    ExclusiveGateway,
    FlowNode,
    InclusiveGateway,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    Mapping,
    MultiInstance,
    ParallelGateway,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    StartEvent,
    SubProcess,
    Task,
    UserTask,
)
from workflow.model.events import ErrorDefinition, MessageDefinition, TerminateDefinition, TimerDefinition
from workflow.model.expressions import Expression, Literal

Node = Callable[..., FlowNode]
_FIRST_LINE = 6


def test_a_node_keeps_id_name_and_line(node: Node) -> None:
    found = node('\n<task id="n" name="Làm việc"/>')
    assert (found.id, found.name, found.line) == ("n", "Làm việc", _FIRST_LINE + 1)


def test_plain_elements(node: Node) -> None:
    assert type(node('<task id="n"/>')) is Task
    assert type(node('<manualTask id="n"/>')) is Task
    assert type(node('<userTask id="n"/>')) is UserTask
    assert type(node('<startEvent id="n"/>')) is StartEvent
    assert type(node('<endEvent id="n"/>')) is EndEvent
    assert type(node('<intermediateThrowEvent id="n"/>')) is IntermediateThrowEvent
    assert type(node('<parallelGateway id="n"/>')) is ParallelGateway


def test_a_gateway_keeps_its_default_flow(node: Node) -> None:
    flows = '<sequenceFlow id="f" sourceRef="n" targetRef="e"/><endEvent id="e"/>'
    for kind in (ExclusiveGateway, InclusiveGateway):
        name = kind.__name__[0].lower() + kind.__name__[1:]
        found = node(f'<{name} id="n" default="f"/>{flows}')
        assert isinstance(found, kind)
        assert found.default_flow == "f"


def test_a_service_task_has_its_topic_and_mappings(node: Node) -> None:
    found = node("""<serviceTask id="n" camunda:type="external" camunda:topic="notify"><extensionElements>
      <camunda:inputOutput><camunda:inputParameter name="text">Xin "chào"</camunda:inputParameter>
      <camunda:inputParameter name="to">=unit.id</camunda:inputParameter>
      <camunda:outputParameter name="sent">=sent_at</camunda:outputParameter></camunda:inputOutput>
      </extensionElements></serviceTask>""")
    assert isinstance(found, ServiceTask)
    assert found.handler == "notify"
    assert [(mapping.source.text, mapping.target) for mapping in found.inputs] == [
        ('"Xin \\"chào\\""', "text"),
        ("unit.id", "to"),
    ]
    assert [(mapping.source.text, mapping.target) for mapping in found.outputs] == [("sent_at", "sent")]


def test_a_send_task_is_a_service_task_of_its_own_kind(node: Node) -> None:
    assert type(node('<sendTask id="n" camunda:topic="mail"/>')) is SendTask


def test_a_script_task_computes_with_feel(node: Node) -> None:
    found = node(
        '<scriptTask id="n" scriptFormat="feel" camunda:resultVariable="x"><script>= 1 + 2</script></scriptTask>'
    )
    assert isinstance(found, ScriptTask)
    assert (found.script, found.result_variable) == (Expression("1 + 2", _FIRST_LINE), "x")


def test_a_business_rule_task(node: Node) -> None:
    found = node('<businessRuleTask id="n" camunda:decisionRef="d" camunda:resultVariable="r"/>')
    assert isinstance(found, BusinessRuleTask)
    assert (found.decision, found.result_variable) == ("d", "r")


def test_a_call_activity_maps_variables(node: Node) -> None:
    found = node("""<callActivity id="n" calledElement="other:q"><extensionElements>
      <camunda:in sourceExpression="=a + 1" target="b"/><camunda:in source="c" target="d"/>
      <camunda:out source="r" target="s"/></extensionElements></callActivity>""")
    assert isinstance(found, CallActivity)
    assert found.called_process == "q"
    assert [(mapping.source.text, mapping.target) for mapping in found.inputs] == [("a + 1", "b"), ("c", "d")]
    assert [(mapping.source.text, mapping.target) for mapping in found.outputs] == [("r", "s")]
    assert isinstance(found.inputs[0], Mapping)


def test_a_message_and_its_correlation_key(node: Node) -> None:
    message = '<message id="m" name="Đơn đã nhận" cn:correlationKey="=case.id"/>'
    found = node('<receiveTask id="n" messageRef="m"/>', message)
    assert isinstance(found, ReceiveTask)
    assert found.message == MessageDefinition(name="Đơn đã nhận", correlation_key=Expression("case.id", 5))


def test_a_correlation_key_of_the_event_wins_over_the_message(node: Node) -> None:
    found = node(
        '<intermediateCatchEvent id="n"><messageEventDefinition messageRef="m" cn:correlationKey="=b"/>'
        "</intermediateCatchEvent>",
        '<message id="m" name="m" cn:correlationKey="=a"/>',
    )
    assert isinstance(found, IntermediateCatchEvent)
    assert isinstance(found.definition, MessageDefinition)
    assert found.definition.correlation_key == Expression("b", _FIRST_LINE)


def test_timers_of_three_kinds(node: Node) -> None:
    for element, kind, text in (
        ("timeDuration", "duration", "WT5D"),
        ("timeCycle", "cycle", "R3/P1D"),
        ("timeDate", "date", "2023-02-15"),
    ):
        found = node(
            f'<intermediateCatchEvent id="n"><timerEventDefinition><{element} xsi:type="tFormalExpression">{text}'
            f"</{element}></timerEventDefinition></intermediateCatchEvent>"
        )
        assert isinstance(found, IntermediateCatchEvent)
        assert found.definition == TimerDefinition(kind=kind, value=Literal(text, _FIRST_LINE))  # type: ignore[arg-type] # kinds of the table above


def test_a_timer_may_be_an_expression(node: Node) -> None:
    found = node(
        '<intermediateCatchEvent id="n"><timerEventDefinition><timeDate>=deadlines.a.due_at</timeDate>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )
    assert isinstance(found, IntermediateCatchEvent)
    assert found.definition == TimerDefinition(kind="date", value=Expression("deadlines.a.due_at", _FIRST_LINE))


def test_a_boundary_event_interrupts_unless_it_says_otherwise(node: Node) -> None:
    timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    for attribute, interrupting in (("", True), ('cancelActivity="false"', False), ('cancelActivity="true"', True)):
        found = node(f'<task id="t"/><boundaryEvent id="n" attachedToRef="t" {attribute}>{timer}</boundaryEvent>')
        assert isinstance(found, BoundaryEvent)
        assert (found.attached_to, found.interrupting) == ("t", interrupting)


def test_errors_are_thrown_by_code_and_caught_by_code_or_all(node: Node) -> None:
    error = '<error id="e" errorCode="E1"/>'
    thrown = node('<endEvent id="n"><errorEventDefinition errorRef="e"/></endEvent>', error)
    assert isinstance(thrown, EndEvent)
    assert thrown.definition == ErrorDefinition(code="E1")
    caught = node('<task id="t"/><boundaryEvent id="n" attachedToRef="t"><errorEventDefinition/></boundaryEvent>')
    assert isinstance(caught, BoundaryEvent)
    assert caught.definition == ErrorDefinition(code=None)


def test_a_terminate_end_event(node: Node) -> None:
    found = node('<endEvent id="n"><terminateEventDefinition/></endEvent>')
    assert isinstance(found, EndEvent)
    assert found.definition == TerminateDefinition()


def test_a_subprocess_holds_its_own_nodes_and_flows(node: Node) -> None:
    found = node(
        '<subProcess id="n"><startEvent id="a"/><endEvent id="b"/>'
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>= x &gt; 1</conditionExpression>'
        "</sequenceFlow></subProcess>"
    )
    assert isinstance(found, SubProcess)
    assert list(found.nodes) == ["a", "b"]
    assert found.flows["f"].condition == Expression("x > 1", _FIRST_LINE)


def test_multi_instance(node: Node) -> None:
    found = node("""<task id="n"><multiInstanceLoopCharacteristics isSequential="true" camunda:collection="=team"
      camunda:elementVariable="member" cn:outputCollection="all" cn:outputElement="=one">
      <completionCondition>nrOfCompletedInstances = 2</completionCondition>
      </multiInstanceLoopCharacteristics></task>""")
    assert isinstance(found, Task)
    loop = found.multi_instance
    assert isinstance(loop, MultiInstance)
    assert loop.sequential
    assert loop.collection is not None
    assert loop.output_element is not None
    assert loop.completion_condition is not None
    assert (loop.collection.text, loop.element_variable) == ("team", "member")
    assert (loop.output_collection, loop.output_element.text) == ("all", "one")
    assert loop.completion_condition.text == "nrOfCompletedInstances = 2"


def test_lanes_name_their_nodes(examine: Callable[..., Examined]) -> None:
    examined = examine(
        '<laneSet><lane id="l" name="Đơn vị"><flowNodeRef>n</flowNodeRef><childLaneSet><lane id="m"/></childLaneSet>'
        '</lane></laneSet><task id="n"/>'
    )
    assert [(lane.id, lane.name, lane.nodes) for lane in examined.processes["p"].lanes] == [
        ("l", "Đơn vị", ("n",)),
        ("m", "", ()),
    ]
