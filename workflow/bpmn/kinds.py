"""Which elements of BPMN 2.0 are of which kind (chapters 8 to 11), supported here or not."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


TASKS = _names("task manualTask userTask serviceTask sendTask receiveTask scriptTask businessRuleTask")
SUBPROCESSES = _names("subProcess transaction adHocSubProcess")
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
CONTAINERS = SUBPROCESSES | {"process"}
GATEWAYS = _names("exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway complexGateway")
EVENTS = _names("startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent")
CATCH_EVENTS = _names("startEvent intermediateCatchEvent boundaryEvent")
THROW_EVENTS = _names("endEvent intermediateThrowEvent implicitThrowEvent event")
CHOREOGRAPHY_NODES = _names("choreographyTask subChoreography callChoreography")
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS | CHOREOGRAPHY_NODES
GLOBAL_TASKS = _names("globalTask globalManualTask globalUserTask globalScriptTask globalBusinessRuleTask")
CALLABLE = GLOBAL_TASKS | {"process"}
CONVERSATION_NODES = _names("conversation subConversation callConversation")
ARTIFACTS = _names("textAnnotation association group")
COLLABORATIONS = _names("collaboration choreography globalChoreographyTask globalConversation")
EVENT_DEFINITIONS = frozenset(
    f"{name}EventDefinition"
    for name in [
        "cancel",
        "compensate",
        "conditional",
        "error",
        "escalation",
        "link",
        "message",
        "signal",
        "terminate",
        "timer",
    ]
)
ITEM_AWARE = _names("dataObject dataObjectReference dataStore dataStoreReference dataInput dataOutput property")
