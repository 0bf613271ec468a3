"""The element table: events, event definitions, and what they name."""

from collections.abc import Mapping

from workflow.bpmn.rule import FLOW_ELEMENT, ElementRule, expression, rule, text
from workflow.bpmn.triggers import TRIGGERS

_RECEIVES = "dataOutput dataOutputAssociation outputSet"
_SENDS = "dataInput dataInputAssociation inputSet"


def _event(name: str, children: str, attributes: str = "") -> ElementRule:
    triggers = " ".join(sorted(TRIGGERS[name]))
    return rule(
        f"incoming outgoing property eventDefinitionRef {FLOW_ELEMENT} {triggers} {children}", attributes, cn="nameEn"
    )


EVENT_TABLE: Mapping[str, ElementRule] = {
    "startEvent": _event("startEvent", _RECEIVES, "isInterrupting parallelMultiple"),
    "intermediateCatchEvent": _event("intermediateCatchEvent", _RECEIVES, "parallelMultiple"),
    "boundaryEvent": _event("boundaryEvent", _RECEIVES, "attachedToRef cancelActivity parallelMultiple"),
    "intermediateThrowEvent": _event("intermediateThrowEvent", _SENDS),
    "endEvent": _event("endEvent", _SENDS),
    "event": rule(f"eventDefinitionRef {' '.join(sorted(TRIGGERS['event']))}"),
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
