"""Which elements refer to which: by attribute, by text, and what they cannot be without."""

from collections.abc import Mapping

from workflow.bpmn.rule import ACTIVITIES, FLOW_NODES, GLOBAL_TASKS, names
from workflow.bpmn.triggers import EVENT_DEFINITIONS, TRIGGERS

_ANY = frozenset[str]()
_FLOW = names("sequenceFlow")
_ITEM = names("itemDefinition")
_MESSAGE = names("message")
_OPERATION = names("operation")
_OF_ITEM = {"itemSubjectRef": _ITEM}
_ITEM_AWARE = names(
    "property dataObject dataObjectReference dataStoreReference dataInput dataOutput inputDataItem outputDataItem"
)
_INPUTS, _OUTPUTS = names("dataInput"), names("dataOutput")
_CONVERSATIONS = names("conversation subConversation callConversation")
_COLLABORATIONS = names("collaboration globalConversation")

ATTRIBUTE_REFERENCES: Mapping[str, Mapping[str, frozenset[str]]] = {
    **{name: {"default": _FLOW} for name in (*ACTIVITIES, "exclusiveGateway", "inclusiveGateway", "complexGateway")},
    "serviceTask": {"default": _FLOW, "operationRef": _OPERATION},
    "sendTask": {"default": _FLOW, "messageRef": _MESSAGE, "operationRef": _OPERATION},
    "receiveTask": {"default": _FLOW, "messageRef": _MESSAGE, "operationRef": _OPERATION},
    "sequenceFlow": {"sourceRef": FLOW_NODES, "targetRef": FLOW_NODES},
    "boundaryEvent": {"attachedToRef": ACTIVITIES},
    "multiInstanceLoopCharacteristics": {
        "noneBehaviorEventRef": TRIGGERS["event"],
        "oneBehaviorEventRef": TRIGGERS["event"],
    },
    "messageEventDefinition": {"messageRef": _MESSAGE},
    "signalEventDefinition": {"signalRef": names("signal")},
    "errorEventDefinition": {"errorRef": names("error")},
    "escalationEventDefinition": {"escalationRef": names("escalation")},
    "compensateEventDefinition": {"activityRef": ACTIVITIES},
    "correlationPropertyRetrievalExpression": {"messageRef": _MESSAGE},
    "message": {"itemRef": _ITEM},
    **{name: {"structureRef": _ITEM} for name in ("signal", "error", "escalation")},
    **dict.fromkeys(
        ("property", "dataObject", "dataInput", "dataOutput", "inputDataItem", "outputDataItem", "dataStore"), _OF_ITEM
    ),
    "dataObjectReference": {"dataObjectRef": names("dataObject"), **_OF_ITEM},
    "dataStoreReference": {"dataStoreRef": names("dataStore"), **_OF_ITEM},
    "ioBinding": {"operationRef": _OPERATION, "inputDataRef": names("inputSet"), "outputDataRef": names("outputSet")},
    "participant": {"processRef": names("process")},
    "messageFlow": {"sourceRef": _ANY, "targetRef": _ANY, "messageRef": _MESSAGE},
    "association": {"sourceRef": _ANY, "targetRef": _ANY},
    "group": {"categoryValueRef": names("categoryValue")},
    "conversationLink": {"sourceRef": _ANY, "targetRef": _ANY},
    "callConversation": {"calledCollaborationRef": _COLLABORATIONS},
    "conversationAssociation": {
        "innerConversationNodeRef": _CONVERSATIONS,
        "outerConversationNodeRef": _CONVERSATIONS,
    },
    "messageFlowAssociation": {
        "innerMessageFlowRef": names("messageFlow"),
        "outerMessageFlowRef": names("messageFlow"),
    },
}
"""Element → attribute → kinds of element that it may name; an empty set means any."""

TEXT_REFERENCES: Mapping[str, frozenset[str]] = {
    "incoming": _FLOW,
    "outgoing": _FLOW,
    "flowNodeRef": FLOW_NODES,
    "categoryValueRef": names("categoryValue"),
    "eventDefinitionRef": EVENT_DEFINITIONS,
    "source": names("linkEventDefinition"),
    "target": names("linkEventDefinition"),
    "operationRef": _OPERATION,
    "inMessageRef": _MESSAGE,
    "outMessageRef": _MESSAGE,
    "errorRef": names("error"),
    "sourceRef": _ITEM_AWARE,
    "targetRef": _ITEM_AWARE,
    "loopDataInputRef": _ITEM_AWARE,
    "loopDataOutputRef": _ITEM_AWARE,
    "dataInputRefs": _INPUTS,
    "optionalInputRefs": _INPUTS,
    "whileExecutingInputRefs": _INPUTS,
    "outputSetRefs": names("outputSet"),
    "dataOutputRefs": _OUTPUTS,
    "optionalOutputRefs": _OUTPUTS,
    "whileExecutingOutputRefs": _OUTPUTS,
    "inputSetRefs": names("inputSet"),
    "supportedInterfaceRef": names("interface"),
    "interfaceRef": names("interface"),
    "endPointRef": names("endPoint"),
    "participantRef": names("participant"),
    "innerParticipantRef": names("participant"),
    "outerParticipantRef": names("participant"),
    "messageFlowRef": names("messageFlow"),
    "correlationPropertyRef": names("correlationProperty"),
}
"""Elements whose text is the id of an element."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*FLOW_NODES, "process", "property", "dataObject", *GLOBAL_TASKS.split()), ("id",)),
    "sequenceFlow": ("id", "sourceRef", "targetRef"),
    "boundaryEvent": ("id", "attachedToRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "association": ("sourceRef", "targetRef"),
}

DATA_TYPE_REFERENCES = names("itemSubjectRef itemRef structureRef")
"""Attributes in which many tools write a data type such as `xsd:string` instead of the id of an item definition."""

WITHIN_CONTAINER: Mapping[str, tuple[str, ...]] = {
    "sequenceFlow": ("sourceRef", "targetRef"),
    "boundaryEvent": ("attachedToRef",),
}
"""Element → attributes that stay within the process or subprocess that holds the element."""
