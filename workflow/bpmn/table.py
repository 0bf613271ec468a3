"""The element table: which BPMN elements and attributes are read, which are accepted without effect.

What is not here is refused by name, id and line. To support another element, add its line here and its builder in
`nodes.py` or `events.py`; `docs/reference/bpmn-extensions.md` shows the same table to people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

FALSE = frozenset({"false", "0"})
TRUE = frozenset({"true", "1"})
ONE = frozenset({"1"})


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


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


BASE_CHILDREN = _names("documentation extensionElements")
BASE_ATTRIBUTES = _names("id name")

ARTIFACTS = "textAnnotation association group"
TASKS = "task manualTask userTask serviceTask sendTask receiveTask scriptTask businessRuleTask"
GATEWAYS = "exclusiveGateway parallelGateway inclusiveGateway"
EVENTS = "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent"
FLOW_NODES = _names(f"{TASKS} callActivity subProcess {GATEWAYS} {EVENTS}")
CONTENT = (
    f"{' '.join(sorted(FLOW_NODES))} sequenceFlow laneSet {ARTIFACTS} dataObject dataObjectReference dataStoreReference"
)


def _rule(
    children: str = "",
    attributes: str = "",
    *,
    fixed: Mapping[str, frozenset[str]] | None = None,
    camunda: str = "",
    cn: str = "",
    extensions: str = "",
    effect: bool = True,
) -> ElementRule:
    return ElementRule(
        children=BASE_CHILDREN | _names(children),
        attributes=BASE_ATTRIBUTES | _names(attributes),
        fixed=fixed or {},
        camunda=_names(camunda),
        cn=_names(cn),
        extensions=_names(extensions),
        effect=effect,
    )


def _activity(
    children: str = "",
    attributes: str = "",
    *,
    fixed: Mapping[str, frozenset[str]] | None = None,
    camunda: str = "",
    extensions: str = "",
) -> ElementRule:
    return _rule(
        f"incoming outgoing multiInstanceLoopCharacteristics {children}",
        f"default {attributes}",
        fixed={"isForCompensation": FALSE, "startQuantity": ONE, "completionQuantity": ONE, **(fixed or {})},
        camunda=camunda,
        cn="nameEn",
        extensions=f"camunda:properties {extensions}",
    )


def _event(triggers: str = "", attributes: str = "", **fixed: frozenset[str]) -> ElementRule:
    return _rule(f"incoming outgoing {triggers}", attributes, fixed={"parallelMultiple": FALSE, **fixed}, cn="nameEn")


def _text(attributes: str = "", *, effect: bool = True) -> ElementRule:
    return ElementRule(attributes=_names(f"id {attributes}"), effect=effect)


def _inert(children: str = "", attributes: str = "") -> ElementRule:
    return _rule(children, attributes, effect=False)


_GATEWAY = "incoming outgoing"
_MAPPED = "camunda:inputOutput"

ELEMENTS: Mapping[str, ElementRule] = {
    "definitions": _rule(
        "process message error collaboration itemDefinition category dataStore BPMNDiagram",
        "targetNamespace expressionLanguage typeLanguage exporter exporterVersion",
    ),
    "process": _rule(CONTENT, "isExecutable isClosed", fixed={"processType": frozenset({"None", "Private"})}),
    "sequenceFlow": _rule("conditionExpression", "sourceRef targetRef isImmediate", cn="nameEn"),
    "conditionExpression": _text("language"),
    "message": _rule(cn="correlationKey"),
    "error": _rule("", "errorCode structureRef"),
    # activities
    "task": _activity(),
    "manualTask": _activity(),
    "userTask": _activity(
        attributes="implementation",
        camunda="candidateGroups assignee dueDate followUpDate priority",
        extensions="cn:task cn:outcome cn:field cn:paper cn:quorum",
    ),
    "serviceTask": _activity(attributes="implementation", camunda="type topic", extensions=_MAPPED),
    "sendTask": _activity(attributes="implementation", camunda="type topic", extensions=_MAPPED),
    "receiveTask": _activity(attributes="implementation messageRef", fixed={"instantiate": FALSE}),
    "scriptTask": _activity("script", "scriptFormat", camunda="resultVariable"),
    "script": _text(),
    "businessRuleTask": _activity(attributes="implementation", camunda="decisionRef resultVariable"),
    "callActivity": _activity(attributes="calledElement", extensions="camunda:in camunda:out"),
    "subProcess": _activity(CONTENT, fixed={"triggeredByEvent": FALSE}),
    "multiInstanceLoopCharacteristics": _rule(
        "loopCardinality completionCondition",
        "isSequential",
        fixed={"behavior": frozenset({"All"})},
        camunda="collection elementVariable",
        cn="outputCollection outputElement",
    ),
    "loopCardinality": _text("language"),
    "completionCondition": _text("language"),
    # gateways
    "exclusiveGateway": _rule(_GATEWAY, "gatewayDirection default", cn="nameEn"),
    "inclusiveGateway": _rule(_GATEWAY, "gatewayDirection default", cn="nameEn"),
    "parallelGateway": _rule(_GATEWAY, "gatewayDirection", cn="nameEn"),
    # events
    "startEvent": _event(isInterrupting=TRUE),
    "endEvent": _event("terminateEventDefinition errorEventDefinition"),
    "intermediateCatchEvent": _event("timerEventDefinition messageEventDefinition"),
    "intermediateThrowEvent": _event(),
    "boundaryEvent": _event(
        "timerEventDefinition messageEventDefinition errorEventDefinition", "attachedToRef cancelActivity"
    ),
    "timerEventDefinition": _rule("timeDate timeDuration timeCycle"),
    "timeDate": _text("language"),
    "timeDuration": _text("language"),
    "timeCycle": _text("language"),
    "messageEventDefinition": _rule("", "messageRef", cn="correlationKey"),
    "errorEventDefinition": _rule("", "errorRef"),
    "terminateEventDefinition": _rule(),
    # read for what pages show
    "laneSet": _rule("lane"),
    "lane": _rule("flowNodeRef childLaneSet", "partitionElementRef"),
    "childLaneSet": _rule("lane"),
    "collaboration": _rule(f"participant messageFlow {ARTIFACTS}", "isClosed"),
    "participant": _rule("", "processRef"),
    # accepted without effect
    "documentation": _text("textFormat", effect=False),
    "incoming": _text(effect=False),
    "outgoing": _text(effect=False),
    "flowNodeRef": _text(effect=False),
    "messageFlow": _inert("", "sourceRef targetRef messageRef"),
    "textAnnotation": _inert("text", "textFormat"),
    "text": _text(effect=False),
    "association": _inert("", "sourceRef targetRef associationDirection"),
    "group": _inert("", "categoryValueRef"),
    "category": _inert("categoryValue"),
    "categoryValue": _inert("", "value"),
    "itemDefinition": _inert("", "structureRef isCollection itemKind"),
    "dataObject": _inert("", "itemSubjectRef isCollection"),
    "dataObjectReference": _inert("dataState", "dataObjectRef itemSubjectRef"),
    "dataState": _inert(),
    "dataStore": _inert("dataState", "capacity isUnlimited itemSubjectRef"),
    "dataStoreReference": _inert("dataState", "dataStoreRef itemSubjectRef"),
}

CAMUNDA_WITHOUT_EFFECT = _names(
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
