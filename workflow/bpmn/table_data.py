"""The element table: data, and everything that is accepted because it changes nothing when a process runs."""

from collections.abc import Mapping

from workflow.bpmn.rule import ARTIFACTS, FALSE, ElementRule, expression, inert, names, rule, text

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
        f"participant messageFlow {ARTIFACTS} conversation subConversation callConversation conversationLink "
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
