"""References name elements of the right kind: those that the reader does not look at itself."""

from collections.abc import Mapping

from workflow.bpmn.kinds import ACTIVITIES, CALLABLE, COLLABORATIONS, EVENT_DEFINITIONS, FLOW_NODES, ITEM_AWARE
from workflow.bpmn.namespaces import BPMN, Element, attribute, children, local, namespace, text_of
from workflow.bpmn.references import ATTRIBUTE_REFERENCES, TEXT_REFERENCES
from workflow.bpmn.rules.facts import Facts
from workflow.errors import N_


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ITEM_DEFINITION = _names("itemDefinition")
_MESSAGE = _names("message")
_PARTICIPANT = _names("participant")
_SET_MEMBERS = {
    "dataInputRefs": _names("dataInput"),
    "optionalInputRefs": _names("dataInput"),
    "whileExecutingInputRefs": _names("dataInput"),
    "dataOutputRefs": _names("dataOutput"),
    "optionalOutputRefs": _names("dataOutput"),
    "whileExecutingOutputRefs": _names("dataOutput"),
    "inputSetRefs": _names("inputSet"),
    "outputSetRefs": _names("outputSet"),
}

_BY_TEXT: Mapping[str, frozenset[str]] = {
    **_SET_MEMBERS,
    "incoming": _names("sequenceFlow"),
    "outgoing": _names("sequenceFlow"),
    "flowNodeRef": FLOW_NODES,
    "eventDefinitionRef": EVENT_DEFINITIONS,
    "operationRef": _names("operation"),
    "inMessageRef": _MESSAGE,
    "outMessageRef": _MESSAGE,
    "errorRef": _names("error"),
    "interfaceRef": _names("interface"),
    "supportedInterfaceRef": _names("interface"),
    "endPointRef": _names("endPoint"),
    "participantRef": _PARTICIPANT,
    "innerParticipantRef": _PARTICIPANT,
    "outerParticipantRef": _PARTICIPANT,
    "messageFlowRef": _names("messageFlow"),
    "correlationPropertyRef": _names("correlationProperty"),
    "choreographyRef": _names("choreography globalChoreographyTask"),
    "resourceRef": _names("resource"),
    "loopDataInputRef": ITEM_AWARE,
    "loopDataOutputRef": ITEM_AWARE,
    "source": _names("linkEventDefinition"),
    "target": _names("linkEventDefinition"),
    "supports": _names("process"),
    "categoryValueRef": _names("categoryValue"),
}
"""Elements whose text is an id → kinds of element that it may name."""

_BY_ATTRIBUTE: Mapping[str, frozenset[str]] = {
    "activityRef": ACTIVITIES,
    "calledElement": CALLABLE,
    "calledCollaborationRef": COLLABORATIONS,
    "categoryValueRef": _names("categoryValue"),
    "correlationKeyRef": _names("correlationKey"),
    "correlationPropertyRef": _names("correlationProperty"),
    "dataObjectRef": _names("dataObject"),
    "dataStoreRef": _names("dataStore"),
    "definitionalCollaborationRef": COLLABORATIONS,
    "errorRef": _names("error"),
    "escalationRef": _names("escalation"),
    "initiatingParticipantRef": _PARTICIPANT,
    "inputDataRef": _names("dataInput inputSet"),
    "outputDataRef": _names("dataOutput outputSet"),
    "itemRef": _ITEM_DEFINITION,
    "itemSubjectRef": _ITEM_DEFINITION,
    "messageRef": _MESSAGE,
    "noneBehaviorEventRef": EVENT_DEFINITIONS,
    "oneBehaviorEventRef": EVENT_DEFINITIONS,
    "operationRef": _names("operation"),
    "parameterRef": _names("resourceParameter"),
    "partnerEntityRef": _names("partnerEntity"),
    "partnerRoleRef": _names("partnerRole"),
    "processRef": _names("process"),
    "signalRef": _names("signal"),
}
"""Attributes that are an id → kinds of element that they may name."""

_OTHER_FILES = frozenset({"calledElement", "structureRef"})
"""What these name may stand in another file, or in the type system of one."""


def check_kinds(facts: Facts) -> None:
    """Whatever a reference names exists in the file and is of the right kind."""
    for element in facts.root.iter():
        if namespace(element) != BPMN:
            continue
        if local(element) in _BY_TEXT and not _read_elsewhere(element):
            _check(facts, element, local(element), text_of(element), _BY_TEXT[local(element)])
        for key, kinds in _BY_ATTRIBUTE.items():
            value = attribute(element, key)
            if value is not None and key not in ATTRIBUTE_REFERENCES.get(local(element), {}):
                _check(facts, element, key, value, kinds)
        if local(element) in ("error", "escalation", "signal") and "structureRef" not in ATTRIBUTE_REFERENCES.get(
            local(element), {}
        ):
            _check(facts, element, "structureRef", attribute(element, "structureRef") or "", _ITEM_DEFINITION)


def _read_elsewhere(element: Element) -> bool:
    # `source` and `target` are link ends only within link events; a script may hold anything.
    name = local(element)
    parent = element.getparent()
    links = name in ("source", "target") and (parent is None or local(parent) != "linkEventDefinition")
    return name in TEXT_REFERENCES or links


def _check(facts: Facts, element: Element, key: str, value: str, kinds: frozenset[str]) -> None:
    target = value.rsplit(":", 1)[-1]
    found = facts.ids.get(target)
    if found is None and key not in _OTHER_FILES:
        facts.refuse(
            "reference-to-nothing",
            element,
            N_("%(attribute)s of “%(element)s” names “%(target)s”, which is not in the file"),
            N_("Choose an element of the file, or delete the reference"),
            attribute=key,
            target=target or "-",
        )
    elif found is not None and local(found) not in kinds:
        facts.refuse(
            "reference-of-wrong-kind",
            element,
            N_("%(attribute)s of “%(element)s” names “%(target)s”, which is of the kind %(kind)s"),
            N_("Choose an element of the right kind"),
            attribute=key,
            target=target,
            kind=local(found),
        )


def check_reusable_definitions(facts: Facts) -> None:
    """An event refers to event definitions at the top of the file only; those of other events are theirs."""
    for reference in facts.each("eventDefinitionRef"):
        found = facts.ids.get(text_of(reference).rsplit(":", 1)[-1])
        if found is not None and local(found) in EVENT_DEFINITIONS and found.getparent() is not facts.root:
            facts.refuse(
                "event-definition-not-shared",
                reference,
                N_("An event refers to “%(target)s”, which belongs to another event"),
                N_("Copy the event definition into the event, or move it to the top of the file"),
                target=text_of(reference),
            )


def check_choreography_participants(facts: Facts) -> None:
    """A choreography activity has its initiating participant among its participants."""
    for node in facts.each("choreographyTask", "subChoreography", "callChoreography"):
        initiator = (attribute(node, "initiatingParticipantRef") or "").rsplit(":", 1)[-1]
        named = {text_of(each).rsplit(":", 1)[-1] for each in children(node, "participantRef")}
        if initiator not in named:
            facts.refuse(
                "initiating-participant",
                node,
                N_("The initiating participant of “%(element)s” is none of its participants"),
                N_("Choose one of its participants as the initiating one"),
            )
