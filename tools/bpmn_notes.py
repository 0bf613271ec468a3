"""One line about every BPMN element and attribute that has an effect here, and the names of all the others."""

from workflow.bpmn.kinds import names

SECTIONS: dict[str, dict[str, str]] = {
    "Processes and flows": {
        "definitions": "the file",
        "process": "what a case runs, a call activity calls, or a message, signal, timer or condition starts",
        "sequenceFlow": "a token goes along it",
        "conditionExpression": "FEEL; null or anything but a boolean is an incident",
        "association": "joins a compensation event to its handler; else only drawn",
    },
    "Events": {
        "startEvent": "where a process or subprocess begins; in an event subprocess, what it waits for",
        "intermediateCatchEvent": "waits",
        "intermediateThrowEvent": "throws and goes on; without a definition a milestone",
        "boundaryEvent": "waits while its activity is active; interrupts it or not",
        "endEvent": "consumes its token, and throws",
        "event": "what the end of an instance throws (complex behavior)",
        "eventDefinitionRef": "a definition that stands beside the processes",
    },
    "Event definitions": {
        "messageEventDefinition": "a message to one receiver, by name and key",
        "timerEventDefinition": "exactly one of a date, a duration, a cycle",
        "timeDate": "ISO 8601 or FEEL; one in the past is due at once",
        "timeDuration": "ISO 8601, a working time (`WT5D`) or FEEL",
        "timeCycle": "`R3/PT1H`; at an intermediate catch event a token goes at each time",
        "signalEventDefinition": "to all that wait, in every instance; nobody keeps it",
        "errorEventDefinition": "caught outward by code, ends what it is thrown from; uncaught it is an incident",
        "escalationEventDefinition": "caught outward by code; uncaught it has no effect",
        "conditionalEventDefinition": "happens when the condition becomes true; at once where it is true already",
        "compensateEventDefinition": "undoes what has completed, newest first",
        "cancelEventDefinition": "ends and undoes a transaction",
        "linkEventDefinition": "goes on at the link of the same name in the same scope",
        "source": "the definition of a link that leads here; must exist",
        "target": "the definition of the link that it leads to; must exist",
        "terminateEventDefinition": "ends everything in its scope",
        "condition": "FEEL",
    },
    "Activities": {
        "task": "passed at once",
        "manualTask": "passed at once",
        "userTask": "waits for a person",
        "serviceTask": "work for the handler of its topic",
        "sendTask": "sends its message, or is work for the handler of its topic",
        "receiveTask": "waits for its message; may start the process",
        "scriptTask": "computes its result variable with FEEL",
        "script": "FEEL",
        "businessRuleTask": "asks a DMN decision",
        "callActivity": "runs another process, or a global task, with mapped data only",
        "globalTask": "a task to be called",
        "globalManualTask": "a manual task to be called",
        "globalUserTask": "a user task to be called",
        "globalScriptTask": "a script task to be called",
        "globalBusinessRuleTask": "a business rule task to be called",
        "subProcess": "a scope with data of its own; with `triggeredByEvent` an event subprocess",
        "transaction": "a subprocess that a cancel end event undoes",
        "adHocSubProcess": "its activities in any order",
    },
    "Loops": {
        "standardLoopCharacteristics": "again while its condition is true",
        "loopCondition": "FEEL",
        "multiInstanceLoopCharacteristics": "an instance for each of a number or a collection",
        "loopCardinality": "FEEL: a whole number",
        "completionCondition": "FEEL; when true the rest is cancelled",
        "loopDataInputRef": "the collection",
        "loopDataOutputRef": "where the outputs are put together",
        "inputDataItem": "the variable that holds the instance's item",
        "outputDataItem": "the variable that the instance gives",
        "complexBehaviorDefinition": "throws its event whenever an instance completes and its condition is true",
    },
    "Gateways": {
        "exclusiveGateway": "the first flow whose condition is true; merges without waiting",
        "inclusiveGateway": "every flow whose condition is true; joins all that can still come",
        "parallelGateway": "every flow; joins one token of each flow",
        "eventBasedGateway": "the first event behind it decides; may start the process",
        "complexGateway": "goes on when its activation condition is true, then waits for the rest and is reset",
        "activationCondition": "FEEL over `activationCount`",
    },
    "Data": {
        "property": "a variable of its process or subprocess, null at first",
        "dataObject": "the same",
        "dataObjectReference": "the variable of its data object",
        "itemDefinition": "the type of a variable: a text that is put in becomes a value of it",
        "ioSpecification": "the names to which associations lead",
        "dataInput": "a name in the activity, or in what an event sends",
        "dataOutput": "a name in the activity, or in what an event receives",
        "dataInputAssociation": "copied when the activity starts or the event throws",
        "dataOutputAssociation": "copied when the activity completes or the event happens",
        "sourceRef": "what is copied",
        "targetRef": "where it goes",
        "transformation": "FEEL; its value is copied instead",
        "assignment": "a value for the target",
        "from": "FEEL",
        "to": "the target",
    },
    "Messages and other things with a name": {
        "message": "its name is what is sent and waited for",
        "signal": "its name is what is thrown and waited for",
        "error": "its code is what is thrown and caught",
        "escalation": "its code is what is thrown and caught",
        "interface": "holds operations",
        "operation": "names a message",
        "operationRef": "the message that the operation takes in",
        "inMessageRef": "the message",
        "correlationProperty": "a key of messages",
        "correlationPropertyRetrievalExpression": "how the key of one message is found",
        "messagePath": "FEEL over what the message brings",
        "correlationKey": "names the one property",
        "correlationPropertyRef": "the property",
    },
    "Shown to readers": {
        "collaboration": "holds pools, and correlation keys",
        "participant": "a pool: which process is the main one, and its name",
        "laneSet": "shown in the diagram; who does a task is said by the task",
        "lane": "the same",
        "childLaneSet": "the same",
    },
}

ATTRIBUTES: dict[str, str] = {
    "activityRef": "undoes this activity only",
    "assignee": "who does the task",
    "associationDirection": "drawn only",
    "attachedToRef": "the activity on which it sits",
    "behavior": "which events the ends of instances throw",
    "calledElement": "the process or global task",
    "cancelActivity": "whether it interrupts",
    "cancelRemainingInstances": "whether a met condition ends what still runs",
    "candidateGroups": "which roles may do it",
    "collection": "the items: FEEL",
    "completionQuantity": "how many tokens leave by each flow",
    "correlationKey": "FEEL: the message's key",
    "dataObjectRef": "the data object",
    "decisionRef": "the decision",
    "default": "the flow that is taken when no condition is true",
    "dueDate": "a date, a duration or FEEL",
    "elementVariable": "the variable that holds the item",
    "errorCode": "what is thrown and caught",
    "errorRef": "the error; an event that catches may name none and catches all",
    "escalationCode": "what is thrown and caught",
    "escalationRef": "the escalation; as with errors",
    "eventGatewayType": "with `Parallel`, all of the starting events are needed",
    "expressionLanguage": "only FEEL",
    "followUpDate": "when to remind",
    "gatewayDirection": "must agree with the flows",
    "instantiate": "starts the process",
    "isCollection": "its variable holds a list",
    "isExecutable": "which process a case starts with",
    "isForCompensation": "a handler: runs only when something is undone",
    "isInterrupting": "whether the event subprocess ends all else in its scope",
    "isSequential": "one instance after another",
    "itemSubjectRef": "its type",
    "language": "only FEEL",
    "loopMaximum": "how many rounds at most",
    "messageRef": "the message",
    "name": "what readers see; the name of messages, signals, links and data",
    "nameEn": "the English name",
    "noneBehaviorEventRef": "what each instance throws",
    "oneBehaviorEventRef": "what the first instance throws",
    "operationRef": "the operation whose message it is",
    "ordering": "`Sequential`: one activity at a time",
    "outputCollection": "the variable that gathers the outputs",
    "outputElement": "FEEL: what an instance gives",
    "parallelMultiple": "whether all definitions are needed, or one",
    "priority": "order in the inbox",
    "processRef": "the pool's process",
    "resultVariable": "where the result goes",
    "scriptFormat": "only FEEL, unless somebody else runs scripts",
    "scriptLanguage": "the same",
    "signalRef": "the signal",
    "sourceRef": "where it begins",
    "startQuantity": "how many tokens it needs to start",
    "structureRef": "a FEEL type, by names of XML Schema, Java or FEEL",
    "targetNamespace": "no more than a name",
    "targetRef": "where it ends",
    "testBefore": "whether the condition is looked at before the first round",
    "topic": "the handler",
    "triggeredByEvent": "makes it an event subprocess",
    "type": "only `external`",
    "waitForCompletion": "whether the token waits for the handlers",
}

WITHOUT_EFFECT = names(
    "evaluatesToTypeRef exporter exporterVersion implementation implementationRef isClosed isImmediate itemKind itemRef "
    "partitionElementRef typeLanguage"
)
"""Attributes of elements with an effect that have none themselves."""

ELEMENTS_OF_BPMN = names(
    """
    activationCondition adHocSubProcess artifactRef assignment association auditing boundaryEvent businessRuleTask
    callActivity callChoreography callConversation cancelEventDefinition category categoryValue categoryValueRef childLaneSet
    choreography choreographyRef choreographyTask collaboration compensateEventDefinition completionCondition
    complexBehaviorDefinition complexGateway condition conditionExpression conditionalEventDefinition conversation
    conversationAssociation conversationLink correlationKey correlationKeyRef correlationProperty correlationPropertyBinding
    correlationPropertyRef correlationPropertyRetrievalExpression correlationSubscription dataInput dataInputAssociation
    dataInputRefs dataObject dataObjectReference dataOutput dataOutputAssociation dataOutputRefs dataPath dataState dataStore
    dataStoreReference definitions documentation endEvent endPoint endPointRef error errorEventDefinition errorRef escalation
    escalationEventDefinition event eventBasedGateway eventDefinitionRef exclusiveGateway expression extension extensionElements
    flowNodeRef formalExpression from globalBusinessRuleTask globalChoreographyTask globalConversation globalManualTask
    globalScriptTask globalTask globalUserTask group humanPerformer implicitThrowEvent import inMessageRef incoming
    inclusiveGateway inputDataItem inputSet inputSetRefs innerParticipantRef interface interfaceRef intermediateCatchEvent
    intermediateThrowEvent ioBinding ioSpecification itemDefinition lane laneSet linkEventDefinition loopCardinality loopCondition
    loopDataInputRef loopDataOutputRef manualTask message messageEventDefinition messageFlow messageFlowAssociation
    messageFlowRef messagePath monitoring multiInstanceLoopCharacteristics operation operationRef optionalInputRefs
    optionalOutputRefs outMessageRef outerParticipantRef outgoing outputDataItem outputSet outputSetRefs parallelGateway
    participant participantAssociation participantMultiplicity participantRef partitionElement partnerEntity partnerRole performer
    potentialOwner process property receiveTask relationship rendering resource resourceAssignmentExpression resourceParameter
    resourceParameterBinding resourceRef resourceRole script scriptTask sendTask sequenceFlow serviceTask signal
    signalEventDefinition source sourceRef standardLoopCharacteristics startEvent subChoreography subConversation subProcess
    supportedInterfaceRef target targetRef task terminateEventDefinition text textAnnotation timeCycle timeDate timeDuration
    timerEventDefinition to transaction transformation userTask whileExecutingInputRefs whileExecutingOutputRefs
    """
)
"""Every element that can stand in a file of BPMN 2.0.2; its abstract ones (such as `flowElement`) cannot."""
