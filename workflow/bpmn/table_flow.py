"""The element table: processes, activities, gateways and sequence flows."""

from collections.abc import Mapping

from workflow.bpmn.rule import ARTIFACTS, CONTENT, FALSE, FLOW_ELEMENT, ElementRule, expression, names, rule, text

_DATA = "ioSpecification dataInputAssociation dataOutputAssociation property"
_CALLABLE = "ioSpecification ioBinding supportedInterfaceRef"
_MAPPED = "camunda:properties camunda:inputOutput"
_PEOPLE = "candidateGroups assignee dueDate followUpDate priority"
_FORM = "cn:task cn:outcome cn:field cn:paper cn:quorum"


def _activity(
    children: str = "",
    attributes: str = "",
    *,
    fixed: Mapping[str, frozenset[str]] | None = None,
    camunda: str = "",
    extensions: str = "",
) -> ElementRule:
    loops = "multiInstanceLoopCharacteristics standardLoopCharacteristics"
    return rule(
        f"incoming outgoing {FLOW_ELEMENT} {loops} {_DATA} {children}",
        f"default isForCompensation startQuantity completionQuantity {attributes}",
        fixed=fixed,
        camunda=camunda,
        cn="nameEn",
        extensions=f"{_MAPPED} {extensions}",
    )


def _gateway(children: str = "", attributes: str = "") -> ElementRule:
    return rule(f"incoming outgoing {FLOW_ELEMENT} {children}", f"gatewayDirection {attributes}", cn="nameEn")


def _global(children: str = "", attributes: str = "", *, camunda: str = "", extensions: str = "") -> ElementRule:
    return rule(f"{_CALLABLE} {children}", attributes, camunda=camunda, cn="nameEn", extensions=extensions)


FLOW_TABLE: Mapping[str, ElementRule] = {
    "process": rule(
        f"{CONTENT} {_CALLABLE} auditing monitoring",
        "isExecutable isClosed",
        fixed={"processType": frozenset({"None", "Private"})},
    ),
    "sequenceFlow": rule(f"conditionExpression {FLOW_ELEMENT}", "sourceRef targetRef isImmediate", cn="nameEn"),
    "conditionExpression": expression(),
    # activities
    "task": _activity(),
    "manualTask": _activity(),
    "userTask": _activity("rendering", "implementation", camunda=_PEOPLE, extensions=_FORM),
    "serviceTask": _activity(attributes="implementation operationRef", camunda="type topic"),
    "sendTask": _activity(attributes="implementation operationRef messageRef", camunda="type topic"),
    "receiveTask": _activity(attributes="implementation operationRef messageRef instantiate"),
    "scriptTask": _activity("script", "scriptFormat", camunda="resultVariable"),
    "script": text(),
    "businessRuleTask": _activity(attributes="implementation", camunda="decisionRef resultVariable"),
    "callActivity": _activity(attributes="calledElement", extensions="camunda:in camunda:out"),
    "subProcess": _activity(CONTENT, "triggeredByEvent"),
    "transaction": _activity(CONTENT, fixed={"triggeredByEvent": FALSE, "method": names("##Compensate compensate")}),
    "adHocSubProcess": _activity(
        f"{CONTENT} completionCondition", "ordering cancelRemainingInstances", fixed={"triggeredByEvent": FALSE}
    ),
    "globalTask": _global(),
    "globalManualTask": _global(),
    "globalUserTask": _global("rendering", "implementation", camunda=_PEOPLE, extensions=f"{_FORM} camunda:properties"),
    "globalScriptTask": _global("script", "scriptLanguage", camunda="resultVariable"),
    "globalBusinessRuleTask": _global(attributes="implementation", camunda="decisionRef resultVariable"),
    "multiInstanceLoopCharacteristics": rule(
        "loopCardinality completionCondition loopDataInputRef loopDataOutputRef inputDataItem outputDataItem "
        "complexBehaviorDefinition",
        "isSequential behavior noneBehaviorEventRef oneBehaviorEventRef",
        camunda="collection elementVariable",
        cn="outputCollection outputElement",
    ),
    "loopCardinality": expression(),
    "completionCondition": expression(),
    "loopDataInputRef": text(),
    "loopDataOutputRef": text(),
    "complexBehaviorDefinition": rule("condition event"),
    "condition": expression(),
    "standardLoopCharacteristics": rule("loopCondition", "testBefore loopMaximum"),
    "loopCondition": expression(),
    # gateways
    "exclusiveGateway": _gateway(attributes="default"),
    "inclusiveGateway": _gateway(attributes="default"),
    "parallelGateway": _gateway(),
    "eventBasedGateway": _gateway(attributes="instantiate eventGatewayType"),
    "complexGateway": _gateway("activationCondition", "default"),
    "activationCondition": expression(),
    # read for what pages show
    "laneSet": rule("lane"),
    "lane": rule("flowNodeRef childLaneSet", "partitionElementRef"),
    "childLaneSet": rule("lane"),
    "collaboration": rule(
        f"participant messageFlow {ARTIFACTS} conversation subConversation callConversation conversationLink "
        "conversationAssociation participantAssociation messageFlowAssociation correlationKey",
        "isClosed",
    ),
    "participant": rule("interfaceRef participantMultiplicity endPointRef", "processRef"),
}
