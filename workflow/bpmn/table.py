"""The element table: which BPMN elements and attributes are read, which are accepted without effect.

What is not here is refused by name, id and line. To support another element, add its line to one of the parts and its
builder; `docs/reference/bpmn-extensions.md` shows the same table to people.
"""

from collections.abc import Mapping

from workflow.bpmn.rule import FALSE, GLOBAL_TASKS, ElementRule, names, rule
from workflow.bpmn.table_data import DATA_TABLE, INERT_TABLE
from workflow.bpmn.table_events import EVENT_TABLE
from workflow.bpmn.table_flow import FLOW_TABLE
from workflow.bpmn.triggers import EVENT_DEFINITIONS

_ROOTS = (
    "process collaboration message signal error escalation itemDefinition interface correlationProperty category "
    "dataStore resource partnerEntity partnerRole endPoint globalConversation extension import BPMNDiagram"
)

ELEMENTS: Mapping[str, ElementRule] = {
    "definitions": rule(
        f"{_ROOTS} {GLOBAL_TASKS} {' '.join(sorted(EVENT_DEFINITIONS))}",
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
