"""What the standard's attribute tables say must hold of a value, and no reading of the element says by itself (BPMN 2.0.2, 8 to 10)."""

import re
from collections.abc import Mapping

from workflow.bpmn.expressions import is_marked
from workflow.bpmn.namespaces import CAMUNDA, Element, attribute, local
from workflow.bpmn.rules.index import FileIndex, is_true, parent_of, process_of, shown_name
from workflow.errors import N_

_BOOLEAN = ("true", "false", "1", "0")
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,9}\s*", re.ASCII)

_VALUES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "sequenceFlow": {"isImmediate": _BOOLEAN},
    "process": {"isClosed": _BOOLEAN},
    "collaboration": {"isClosed": _BOOLEAN},
    "globalConversation": {"isClosed": _BOOLEAN},
    "dataStore": {"isUnlimited": _BOOLEAN},
    "dataStoreReference": {"isCollection": _BOOLEAN},
    "dataInput": {"isCollection": _BOOLEAN},
    "dataOutput": {"isCollection": _BOOLEAN},
    "inputDataItem": {"isCollection": _BOOLEAN},
    "outputDataItem": {"isCollection": _BOOLEAN},
    "itemDefinition": {"isCollection": _BOOLEAN, "itemKind": ("Information", "Physical")},
    "resourceParameter": {"isRequired": _BOOLEAN},
    "association": {"associationDirection": ("None", "One", "Both")},
}
"""Element -> attribute -> the values that the schema knows, of attributes that nothing else reads."""
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "participantMultiplicity": ("minimum", "maximum"),
    "dataStore": ("capacity",),
}


def check_values(index: FileIndex) -> None:
    """An attribute without effect has a value that the schema knows, as one with effect has."""
    for element in index.each(*_VALUES):
        for name, known in _VALUES[local(element)].items():
            value = attribute(element, name)
            if value is not None and value not in known:
                _refuse_value(index, element, name, value, ", ".join(known))
    for element in index.each(*_NUMBERS):
        for name in _NUMBERS[local(element)]:
            value = attribute(element, name)
            if value is not None and not _NUMBER.fullmatch(value):
                _refuse_value(index, element, name, value, "0, 1, 2, …")


def _refuse_value(index: FileIndex, element: Element, name: str, value: str, known: str) -> None:
    index.refuse(
        "attribute-value",
        element,
        N_('%(attribute)s="%(value)s" of “%(element)s” is none of the values that BPMN knows'),
        N_("Write one of %(known)s, or delete the attribute"),
        attribute=name,
        value=value,
        known=known,
    )


def check_immediate(index: FileIndex) -> None:
    """A flow of an executable process is immediate: nothing that is not drawn happens between its ends."""
    for flow in index.each("sequenceFlow"):
        value = attribute(flow, "isImmediate")
        process = process_of(flow)
        if value in ("false", "0") and process is not None and is_true(process, "isExecutable"):
            index.refuse(
                "flow-not-immediate",
                flow,
                N_('The flow “%(element)s” says isImmediate="false", which a process that runs must not'),
                N_("Delete the attribute isImmediate, or draw what happens in between"),
            )


def check_multiplicity(index: FileIndex) -> None:
    """A pool stands for at least as many participants at most as at least, and for one at most or more."""
    for element in index.each("participantMultiplicity"):
        least, most = attribute(element, "minimum") or "0", attribute(element, "maximum") or "1"
        if not (_NUMBER.fullmatch(least) and _NUMBER.fullmatch(most)):
            continue
        if int(least) < 0 or int(most) < 1 or int(most) < int(least):
            index.refuse(
                "participant-multiplicity",
                element,
                N_("The pool “%(pool)s” stands for %(least)s to %(most)s participants"),
                N_("Enter a minimum from 0 and a maximum from 1 that is no smaller"),
                pool=shown_name(parent_of(element)),
                least=least,
                most=most,
            )


_FIXED = (
    ("callActivity", "calledElement", None),
    ("businessRuleTask", "decisionRef", CAMUNDA),
    ("businessRuleTask", "resultVariable", CAMUNDA),
    ("scriptTask", "resultVariable", CAMUNDA),
    ("serviceTask", "topic", CAMUNDA),
    ("sendTask", "topic", CAMUNDA),
    ("error", "errorCode", None),
    ("escalation", "escalationCode", None),
    ("message", "name", None),
    ("signal", "name", None),
)
"""What other engines let an expression say, and what is a name here."""


def check_fixed_names(index: FileIndex) -> None:
    """A name is a name: an expression in its place would be taken for one, and nothing would ever be found by it."""
    for kind, name, uri in _FIXED:
        for element in index.each(kind):
            value = attribute(element, name, uri)
            if value is not None and is_marked(value):
                index.refuse(
                    "expression-for-a-name",
                    element,
                    N_("%(attribute)s of “%(element)s” is the expression %(value)s; here it is a fixed name"),
                    N_(
                        "Write the name itself; where it depends on data, lead to one element for each case by an exclusive gateway"
                    ),
                    attribute=name,
                    value=value,
                )
