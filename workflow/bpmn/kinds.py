"""Which elements of BPMN 2.0 are of which kind (chapters 8 to 11), and which triggers an event may have where it stands.

What is read and what is refused says the element table (`workflow.bpmn.elements`).
"""

from collections.abc import Mapping


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


TASKS = names("task manualTask userTask serviceTask sendTask receiveTask scriptTask businessRuleTask")
SUBPROCESSES = names("subProcess transaction adHocSubProcess")
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
CONTAINERS = SUBPROCESSES | {"process"}
GATEWAYS = names("exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway complexGateway")
EVENTS = names("startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent")
CATCH_EVENTS = names("startEvent intermediateCatchEvent boundaryEvent")
THROW_EVENTS = names("endEvent intermediateThrowEvent event")
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
WITH_DEFAULT = ACTIVITIES | names("exclusiveGateway inclusiveGateway complexGateway")
"""What may have a default flow."""
GLOBAL_TASKS = names("globalTask globalManualTask globalUserTask globalScriptTask globalBusinessRuleTask")
CALLABLE = GLOBAL_TASKS | {"process"}
CONVERSATION_NODES = names("conversation subConversation callConversation")
ARTIFACTS = names("textAnnotation association group")
DATA_ITEMS = names("property dataObject dataObjectReference dataInput dataOutput inputDataItem outputDataItem")
"""What stands for a variable."""
ITEM_AWARE = DATA_ITEMS - names("inputDataItem outputDataItem") | names("dataStore dataStoreReference")

TRIGGERS_AT: Mapping[str, frozenset[str]] = {
    "top-level start event": names("message timer conditional signal"),
    "start event of a subprocess": frozenset(),
    "start event of an event subprocess": names("message timer conditional signal error escalation compensate"),
    "intermediate catch event": names("message timer conditional signal link"),
    "intermediate throw event": names("message escalation compensate signal link"),
    "end event": names("message error escalation cancel compensate signal terminate"),
    "boundary event": names("message timer conditional signal error escalation cancel compensate"),
    "event of an instance": names("message escalation compensate signal"),
}
"""Place of an event → its triggers (BPMN 2.0.2, tables 10.84 to 10.93). An instance is one of a multi-instance activity."""
ALWAYS_INTERRUPTING = names("error cancel compensate")

_PLACES: Mapping[str, tuple[str, ...]] = {
    "startEvent": ("top-level start event", "start event of an event subprocess"),
    "intermediateCatchEvent": ("intermediate catch event",),
    "intermediateThrowEvent": ("intermediate throw event",),
    "boundaryEvent": ("boundary event",),
    "endEvent": ("end event",),
    "event": ("event of an instance",),
}
TRIGGERS: Mapping[str, frozenset[str]] = {
    element: frozenset(f"{kind}EventDefinition" for place in places for kind in TRIGGERS_AT[place])
    for element, places in _PLACES.items()
}
"""Element → the event definitions that it may hold, wherever it stands."""
EVENT_DEFINITIONS = frozenset(name for allowed in TRIGGERS.values() for name in allowed)
