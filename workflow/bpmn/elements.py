"""The element table: which BPMN elements and attributes are read, which are accepted without effect.

What is not here is refused by name, id and line. `docs/reference/bpmn-extensions.md` shows the same table to people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.bpmn.kinds import ARTIFACTS, EVENT_DEFINITIONS, FLOW_NODES, GLOBAL_TASKS, TRIGGERS, names

FALSE = frozenset({"false", "0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementRule:
    """What one element may hold. `fixed`: attributes that are accepted with these values only, all of them defaults.

    `camunda`, `cn`: attributes of those namespaces that are read. `extensions`: elements that are read in
    `extensionElements`. `effect` is false for what is accepted and has no effect when the process runs.
    """

    children: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    fixed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    camunda: frozenset[str] = frozenset()
    cn: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    effect: bool = True


BASE_CHILDREN = names("documentation extensionElements")
BASE_ATTRIBUTES = names("id name")


def listed(kinds: frozenset[str]) -> str:
    """The names of several kinds as the lines of the table are written."""
    return " ".join(sorted(kinds))


_ARTIFACTS = listed(ARTIFACTS)
_FLOW_ELEMENT = "auditing monitoring categoryValueRef"
"""What every flow element may hold."""
_CONTENT = (
    f"{listed(FLOW_NODES)} sequenceFlow laneSet {_ARTIFACTS} property dataObject dataObjectReference dataStoreReference"
)
"""What stands in a process or subprocess."""


def rule(
    children: str = "",
    attributes: str = "",
    *,
    fixed: Mapping[str, frozenset[str]] | None = None,
    camunda: str = "",
    cn: str = "",
    extensions: str = "",
    effect: bool = True,
) -> ElementRule:
    """An element that has an id, a name and documentation."""
    return ElementRule(
        children=BASE_CHILDREN | names(children),
        attributes=BASE_ATTRIBUTES | names(attributes),
        fixed=fixed or {},
        camunda=names(camunda),
        cn=names(cn),
        extensions=names(extensions),
        effect=effect,
    )


def text(attributes: str = "", *, effect: bool = True) -> ElementRule:
    """An element that holds text only."""
    return ElementRule(attributes=names(f"id {attributes}"), effect=effect)


def expression() -> ElementRule:
    """An element that holds an expression."""
    return text("language evaluatesToTypeRef")


def inert(children: str = "", attributes: str = "") -> ElementRule:
    """An element that is accepted and changes nothing."""
    return rule(children, attributes, effect=False)


# The element table: processes, activities, gateways and sequence flows.

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
        f"incoming outgoing {_FLOW_ELEMENT} {loops} {_DATA} {children}",
        f"default isForCompensation startQuantity completionQuantity {attributes}",
        fixed=fixed,
        camunda=camunda,
        cn="nameEn",
        extensions=f"{_MAPPED} {extensions}",
    )


def _gateway(children: str = "", attributes: str = "") -> ElementRule:
    return rule(f"incoming outgoing {_FLOW_ELEMENT} {children}", f"gatewayDirection {attributes}", cn="nameEn")


def _global(children: str = "", attributes: str = "", *, camunda: str = "", extensions: str = "") -> ElementRule:
    return rule(f"{_CALLABLE} {children}", attributes, camunda=camunda, cn="nameEn", extensions=extensions)


FLOW_TABLE: Mapping[str, ElementRule] = {
    "process": rule(
        f"{_CONTENT} {_CALLABLE} auditing monitoring",
        "isExecutable isClosed",
        fixed={"processType": frozenset({"None", "Private"})},
    ),
    "sequenceFlow": rule(f"conditionExpression {_FLOW_ELEMENT}", "sourceRef targetRef isImmediate", cn="nameEn"),
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
    "subProcess": _activity(_CONTENT, "triggeredByEvent"),
    "transaction": _activity(_CONTENT, fixed={"triggeredByEvent": FALSE, "method": names("##Compensate compensate")}),
    "adHocSubProcess": _activity(
        f"{_CONTENT} completionCondition", "ordering cancelRemainingInstances", fixed={"triggeredByEvent": FALSE}
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
        f"participant messageFlow {_ARTIFACTS} conversation subConversation callConversation conversationLink "
        "conversationAssociation participantAssociation messageFlowAssociation correlationKey",
        "isClosed",
    ),
    "participant": rule("interfaceRef participantMultiplicity endPointRef", "processRef"),
}


# The element table: events, event definitions, and what they name.

_RECEIVES = "dataOutput dataOutputAssociation outputSet"
_SENDS = "dataInput dataInputAssociation inputSet"


def _event(name: str, children: str, attributes: str = "") -> ElementRule:
    triggers = listed(TRIGGERS[name])
    return rule(
        f"incoming outgoing property eventDefinitionRef {_FLOW_ELEMENT} {triggers} {children}", attributes, cn="nameEn"
    )


EVENT_TABLE: Mapping[str, ElementRule] = {
    "startEvent": _event("startEvent", _RECEIVES, "isInterrupting parallelMultiple"),
    "intermediateCatchEvent": _event("intermediateCatchEvent", _RECEIVES, "parallelMultiple"),
    "boundaryEvent": _event("boundaryEvent", _RECEIVES, "attachedToRef cancelActivity parallelMultiple"),
    "intermediateThrowEvent": _event("intermediateThrowEvent", _SENDS),
    "endEvent": _event("endEvent", _SENDS),
    "event": rule(f"eventDefinitionRef {listed(TRIGGERS['event'])}"),
    "eventDefinitionRef": text(),
    "timerEventDefinition": rule("timeDate timeDuration timeCycle"),
    "timeDate": expression(),
    "timeDuration": expression(),
    "timeCycle": expression(),
    "messageEventDefinition": rule("operationRef", "messageRef", cn="correlationKey"),
    "operationRef": text(),
    "signalEventDefinition": rule("", "signalRef"),
    "errorEventDefinition": rule("", "errorRef"),
    "escalationEventDefinition": rule("", "escalationRef"),
    "conditionalEventDefinition": rule("condition"),
    "compensateEventDefinition": rule("", "activityRef waitForCompletion"),
    "cancelEventDefinition": rule(),
    "linkEventDefinition": rule("source target"),
    "source": text(),
    "target": text(),
    "terminateEventDefinition": rule(),
    "message": rule("", "itemRef", cn="correlationKey"),
    "signal": rule("", "structureRef"),
    "error": rule("", "errorCode structureRef"),
    "escalation": rule("", "escalationCode structureRef"),
    "interface": rule("operation", "implementationRef"),
    "operation": rule("inMessageRef outMessageRef errorRef", "implementationRef"),
    "inMessageRef": text(),
    "outMessageRef": text(effect=False),
    "errorRef": text(effect=False),
    "correlationProperty": rule("correlationPropertyRetrievalExpression", "type"),
    "correlationPropertyRetrievalExpression": rule("messagePath", "messageRef"),
    "messagePath": expression(),
    "correlationKey": rule("correlationPropertyRef"),
    "correlationPropertyRef": text(),
}


# The element table: data, and everything that is accepted because it changes nothing when a process runs.

_ASSOCIATION = "sourceRef targetRef transformation assignment"
_CONVERSATION = "participantRef messageFlowRef correlationKey"

DATA_TABLE: Mapping[str, ElementRule] = {
    "property": rule("dataState", "itemSubjectRef"),
    "dataObject": rule("dataState auditing monitoring categoryValueRef", "itemSubjectRef isCollection"),
    "dataObjectReference": rule("dataState auditing monitoring categoryValueRef", "dataObjectRef itemSubjectRef"),
    "itemDefinition": rule("", "structureRef isCollection itemKind"),
    "ioSpecification": rule("dataInput dataOutput inputSet outputSet"),
    "dataInput": rule("dataState", "itemSubjectRef isCollection"),
    "dataOutput": rule("dataState", "itemSubjectRef isCollection"),
    "inputDataItem": rule("dataState", "itemSubjectRef isCollection"),
    "outputDataItem": rule("dataState", "itemSubjectRef isCollection"),
    "dataInputAssociation": rule(_ASSOCIATION),
    "dataOutputAssociation": rule(_ASSOCIATION),
    "sourceRef": text(),
    "targetRef": text(),
    "transformation": expression(),
    "assignment": rule("from to"),
    "from": expression(),
    "to": expression(),
}

INERT_TABLE: Mapping[str, ElementRule] = {
    "documentation": text("textFormat", effect=False),
    "incoming": text(effect=False),
    "outgoing": text(effect=False),
    "flowNodeRef": text(effect=False),
    "categoryValueRef": text(effect=False),
    "auditing": inert(),
    "monitoring": inert(),
    "rendering": inert(),
    "inputSet": inert("dataInputRefs optionalInputRefs whileExecutingInputRefs outputSetRefs"),
    "outputSet": inert("dataOutputRefs optionalOutputRefs whileExecutingOutputRefs inputSetRefs"),
    **dict.fromkeys(
        sorted(
            names(
                "dataInputRefs optionalInputRefs whileExecutingInputRefs outputSetRefs dataOutputRefs optionalOutputRefs "
                "whileExecutingOutputRefs inputSetRefs supportedInterfaceRef interfaceRef endPointRef participantRef "
                "messageFlowRef innerParticipantRef outerParticipantRef"
            )
        ),
        text(effect=False),
    ),
    "ioBinding": inert("", "operationRef inputDataRef outputDataRef"),
    "messageFlow": inert("", "sourceRef targetRef messageRef"),
    "textAnnotation": inert("text", "textFormat"),
    "text": text(effect=False),
    "association": rule("", "sourceRef targetRef associationDirection"),
    "group": inert("", "categoryValueRef"),
    "category": inert("categoryValue"),
    "categoryValue": inert("", "value"),
    "dataState": inert(),
    "dataStore": inert("dataState", "capacity isUnlimited itemSubjectRef"),
    "dataStoreReference": inert(
        "dataState auditing monitoring categoryValueRef", "dataStoreRef itemSubjectRef isCollection"
    ),
    # who the others are
    "participantMultiplicity": inert("", "minimum maximum"),
    "partnerEntity": inert("participantRef"),
    "partnerRole": inert("participantRef"),
    "endPoint": inert(),
    "resource": inert("resourceParameter"),
    "resourceParameter": inert("", "type isRequired"),
    "conversation": inert(_CONVERSATION),
    "subConversation": inert(f"{_CONVERSATION} conversation subConversation callConversation"),
    "callConversation": inert(f"{_CONVERSATION} participantAssociation", "calledCollaborationRef"),
    "conversationLink": inert("", "sourceRef targetRef"),
    "conversationAssociation": inert("", "innerConversationNodeRef outerConversationNodeRef"),
    "participantAssociation": inert("innerParticipantRef outerParticipantRef"),
    "messageFlowAssociation": inert("", "innerMessageFlowRef outerMessageFlowRef"),
    "globalConversation": inert(
        f"participant messageFlow {_ARTIFACTS} conversation subConversation callConversation conversationLink "
        "conversationAssociation participantAssociation messageFlowAssociation correlationKey",
        "isClosed",
    ),
    # what the file says of itself
    "extension": rule("", "definition", fixed={"mustUnderstand": FALSE}, effect=False),
    "import": rule(
        "",
        "namespace location",
        fixed={"importType": names("http://www.w3.org/2001/XMLSchema http://www.w3.org/TR/xmlschema-1")},
        effect=False,
    ),
}


# The element table: which BPMN elements and attributes are read, which are accepted without effect.

_ROOTS = (
    "process collaboration message signal error escalation itemDefinition interface correlationProperty category "
    "dataStore resource partnerEntity partnerRole endPoint globalConversation extension import BPMNDiagram"
)

ELEMENTS: Mapping[str, ElementRule] = {
    "definitions": rule(
        f"{_ROOTS} {listed(GLOBAL_TASKS)} {listed(EVENT_DEFINITIONS)}",
        "targetNamespace expressionLanguage typeLanguage exporter exporterVersion",
    ),
    **FLOW_TABLE,
    **EVENT_TABLE,
    **DATA_TABLE,
    **INERT_TABLE,
}

CAMUNDA_WITHOUT_EFFECT = names(
    "historyTimeToLive versionTag isStartableInTasklist exclusive diagramRelationId jobPriority modelerTemplate "
    "modelerTemplateVersion modelerTemplateIcon"
)
"""Camunda attributes that do not change what a process does here: every step is durable, versions are the package's."""

CAMUNDA_DEFAULTS: Mapping[str, frozenset[str]] = {
    "asyncBefore": FALSE,
    "asyncAfter": FALSE,
    "calledElementBinding": frozenset({"deployment"}),
    "decisionRefBinding": frozenset({"deployment"}),
}
"""Camunda attributes that are accepted with these values only."""
