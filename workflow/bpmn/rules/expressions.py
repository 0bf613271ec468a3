"""Expressions that run are formal, have a text, and conditions can be true or false (BPMN 2.0.2, 8.4.6)."""

import re

from workflow.bpmn.expressions import is_feel
from workflow.bpmn.namespaces import XSI, Element, attribute, local, text_of
from workflow.bpmn.rules.index import FileIndex, parent_of
from workflow.errors import N_

_ALWAYS_FORMAL = frozenset({"formalExpression", "transformation", "messagePath", "dataPath"})
"""The schema gives these the type tFormalExpression; the others must say so with xsi:type."""

_MUST_BE_FORMAL = [
    "from",
    "to",
    "expression",
    "loopCardinality",
    "loopCondition",
    "completionCondition",
    "activationCondition",
]
_TIMES = ("timeDate", "timeDuration", "timeCycle")
"""Other tools write them without saying so, and they have but one meaning, unless the file names another language for what is not formal."""
_TEXT_NEEDED = ("condition", "from", "to", "activationCondition", "loopCondition", *sorted(_ALWAYS_FORMAL))
_BOOLEAN = ("conditionExpression", "condition", "activationCondition", "loopCondition", "completionCondition")
_NOT_BOOLEAN = re.compile(r'=?\s*(-?\d+(\.\d+)?|"[^"]*"|\[.*\]|null)')
_LITERAL = re.compile(r'=?\s*(-?\d+(?:\.\d+)?|"[^"]*"|true|false|null)')
_NO_URI = re.compile(r'[\s<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})')


def check_formal(index: FileIndex) -> None:
    """An expression that is evaluated is a formal one; a sequence flow's condition and a timer are read as one in any case."""
    language = attribute(index.root, "expressionLanguage")
    foreign = _TIMES if language is not None and not is_feel(language) else ()
    for element in index.each(*_MUST_BE_FORMAL, *foreign, "condition"):
        # The schema makes the condition of a complex behaviour formal; other conditions must say it.
        if local(element) == "condition" and local(parent_of(element)) != "conditionalEventDefinition":
            continue
        if not _formal(element):
            index.refuse(
                "expression-not-formal",
                element,
                N_("The %(expression)s of “%(holder)s” is no formal expression, so nothing can evaluate it"),
                N_('Add xsi:type="tFormalExpression" to %(expression)s, or enter it again in the modeler'),
                expression=local(element),
                holder=_holder(element),
            )
    for element in index.each("conditionExpression", *(() if foreign else _TIMES)):
        if not _formal(element):
            index.remark(
                "condition-not-formal",
                element,
                N_("The %(expression)s of “%(holder)s” does not say that it is a formal expression; it is read as one"),
                N_('Add xsi:type="tFormalExpression" to %(expression)s, or enter it again in the modeler'),
                expression=local(element),
                holder=_holder(element),
            )


def _formal(element: Element) -> bool:
    kind = attribute(element, "type", XSI)
    return kind is not None and kind.rsplit(":", 1)[-1] == "tFormalExpression"


def _holder(element: Element) -> str:
    for each in element.iterancestors():
        if attribute(each, "name") or attribute(each, "id"):
            return attribute(each, "name") or attribute(each, "id") or ""
    return local(element)


def check_texts(index: FileIndex) -> None:
    """A formal expression has a text."""
    for element in index.each(*_TEXT_NEEDED):
        if not text_of(element):
            index.refuse(
                "expression-without-text",
                element,
                N_("The %(expression)s of “%(holder)s” is empty"),
                N_("Write the expression, or delete it"),
                expression=local(element),
                holder=_holder(element),
            )


def check_boolean(index: FileIndex) -> None:
    """A condition is no number, text or list."""
    for element in index.each(*_BOOLEAN):
        text = text_of(element)
        if _NOT_BOOLEAN.fullmatch(text):
            index.refuse(
                "condition-not-boolean",
                element,
                N_("The %(expression)s of “%(holder)s” is %(text)s, which is neither true nor false"),
                N_("Write an expression that is true or false, such as a comparison"),
                expression=local(element),
                holder=_holder(element),
                text=text,
            )


def check_cardinality(index: FileIndex) -> None:
    """A number of instances that is written out is a whole number from 0."""
    for element in index.each("loopCardinality"):
        number = _LITERAL.fullmatch(text_of(element))
        if number is not None and not number[1].isdigit():
            index.refuse(
                "cardinality",
                element,
                N_("“%(holder)s” is to have %(text)s instances"),
                N_("Write a whole number from 0, or an expression that gives one"),
                holder=_holder(element),
                text=number[1],
            )


def check_languages(index: FileIndex) -> None:
    """The languages that a file names are URIs."""
    named = [(index.root, "expressionLanguage"), (index.root, "typeLanguage")]
    named += [(element, "language") for element in index.each("timeDate", "timeDuration", "timeCycle", "from", "to")]
    for element, name in named:
        value = attribute(element, name)
        if value is not None and _NO_URI.search(value):
            index.refuse(
                "language-no-uri",
                element,
                N_("%(attribute)s of “%(element)s” is “%(value)s”, which is no URI"),
                N_("Delete the attribute, or write the URI of the language"),
                attribute=name,
                value=value,
            )
