"""Which elements refer to which; ids are unique, and every reference inside the file points at an element of the right kind."""

from collections.abc import Iterator, Mapping

from workflow.bpmn.context import feel_type
from workflow.bpmn.kinds import (
    ACTIVITIES,
    CONVERSATION_NODES,
    DATA_ITEMS,
    EVENT_DEFINITIONS,
    FLOW_NODES,
    GLOBAL_TASKS,
    ITEM_AWARE,
    TRIGGERS,
    WITH_DEFAULT,
    names,
)
from workflow.bpmn.namespaces import BPMN, Element, attribute, local, namespace, reference, referred_id, text_of
from workflow.bpmn.report import Report
from workflow.errors import N_

_ANY = frozenset[str]()
_FLOW = names("sequenceFlow")
_ITEM = names("itemDefinition")
_MESSAGE = names("message")
_OPERATION = names("operation")
_OF_ITEM = {"itemSubjectRef": _ITEM}
_ENDS_OF_DATA = DATA_ITEMS | {"dataStoreReference"}
_INPUTS, _OUTPUTS = names("dataInput"), names("dataOutput")
_COLLABORATIONS = names("collaboration globalConversation")

ATTRIBUTE_REFERENCES: Mapping[str, Mapping[str, frozenset[str]]] = {
    **{name: {"default": _FLOW} for name in WITH_DEFAULT},
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
    **dict.fromkeys(DATA_ITEMS | ITEM_AWARE, _OF_ITEM),
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
        "innerConversationNodeRef": CONVERSATION_NODES,
        "outerConversationNodeRef": CONVERSATION_NODES,
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
    "sourceRef": _ENDS_OF_DATA,
    "targetRef": _ENDS_OF_DATA,
    "loopDataInputRef": _ENDS_OF_DATA,
    "loopDataOutputRef": _ENDS_OF_DATA,
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
    **dict.fromkeys((*FLOW_NODES, "process", "property", "dataObject", *GLOBAL_TASKS), ("id",)),
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


# Ids are unique and every reference inside the file points at an element of the right kind.


def index_ids(root: Element, report: Report) -> Mapping[str, Element]:
    """Every BPMN element by its id. Reports ids that are used twice."""
    found: dict[str, Element] = {}
    for element in _bpmn_elements(root):
        element_id = attribute(element, "id")
        if element_id is None:
            continue
        if element_id in found:
            report.error(
                "duplicate-id",
                N_("The id %(id)s is used twice; the first is on line %(first)s"),
                element,
                N_("Give every element an id of its own"),
                id=element_id,
                first=found[element_id].sourceline,
            )
        else:
            found[element_id] = element
    return found


def check_references(root: Element, ids: Mapping[str, Element], report: Report) -> None:
    """Report missing and dangling references, and flows that leave their container."""
    for element in _bpmn_elements(root):
        name = local(element)
        for required in REQUIRED.get(name, ()):
            if attribute(element, required) is None:
                _missing(element, required, report)
        for key, kinds in ATTRIBUTE_REFERENCES.get(name, {}).items():
            target = reference(element, key)
            if target is not None:
                _check_target(element, key, target, kinds, ids, report)
        if name in TEXT_REFERENCES:
            _check_target(element, name, referred_id(element), TEXT_REFERENCES[name], ids, report)
            _check_ends(element, ids, report)
        _check_container(element, ids, report)


def _bpmn_elements(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if namespace(element) == BPMN)


def _missing(element: Element, key: str, report: Report) -> None:
    report.error(
        "missing-attribute",
        N_("Element %(element)s has no %(attribute)s"),
        element,
        N_("Draw the element again in the modeler"),
        element=local(element),
        attribute=key,
    )


def _check_target(
    element: Element, key: str, target: str, kinds: frozenset[str], ids: Mapping[str, Element], report: Report
) -> None:
    found = ids.get(target)
    if found is None and key in DATA_TYPE_REFERENCES and feel_type(target):
        return
    if found is None:
        report.error(
            "dangling-reference",
            N_("%(attribute)s of %(element)s names %(target)s, which is not in the file"),
            element,
            N_("Draw the connection again, or delete it"),
            attribute=key,
            element=local(element),
            target=target or "-",
        )
    elif kinds and local(found) not in kinds:
        report.error(
            "wrong-reference",
            N_("%(attribute)s of %(element)s names %(target)s, which is a %(kind)s"),
            element,
            N_("Draw the connection again to an element of the right kind"),
            attribute=key,
            element=local(element),
            target=target,
            kind=local(found),
        )


def _check_ends(element: Element, ids: Mapping[str, Element], report: Report) -> None:
    """`incoming` and `outgoing` repeat what the flow says; where they differ the file is broken."""
    side = {"incoming": "targetRef", "outgoing": "sourceRef"}.get(local(element))
    flow, node = ids.get(referred_id(element)), element.getparent()
    if side is None or flow is None or node is None or local(flow) != "sequenceFlow":
        return
    if reference(flow, side) != attribute(node, "id"):
        report.error(
            "contradicting-flow",
            N_("%(side)s names the flow %(flow)s, whose %(attribute)s is another element"),
            element,
            N_("Draw the flow again in the modeler"),
            side=local(element),
            flow=text_of(element),
            attribute=side,
        )


def _check_container(element: Element, ids: Mapping[str, Element], report: Report) -> None:
    for key in WITHIN_CONTAINER.get(local(element), ()):
        target = ids.get(reference(element, key) or "")
        if target is not None and target.getparent() is not element.getparent():
            report.error(
                "crosses-container",
                N_("%(attribute)s of %(element)s names %(target)s, which is in another process or subprocess"),
                element,
                N_(
                    "Use an event or a call activity between them: a sequence flow stays within one process or subprocess"
                ),
                attribute=key,
                element=local(element),
                target=reference(element, key),
            )
