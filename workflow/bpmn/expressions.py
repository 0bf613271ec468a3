"""Texts of a BPMN file that are FEEL or plain values."""

import re

from workflow.bpmn.namespaces import Element, attribute, line_of, text_of
from workflow.bpmn.report import Report
from workflow.errors import N_
from workflow.model.expressions import Expression, Literal, Value

_FEEL_LANGUAGE = re.compile(r"^(https?://www\.omg\.org/spec/(FEEL|DMN)/.*|(application/)?feel)$", re.IGNORECASE)


def is_feel(language: str) -> bool:
    """Whether the name or URI of an expression language means FEEL."""
    return _FEEL_LANGUAGE.match(language) is not None


def value_of(text: str | None, at: Element, report: Report) -> Value | None:
    """`=a.b` is FEEL, anything else is literal text; absent text is `None`."""
    if text is None:
        return None
    _refuse_juel(text, at, report)
    if text.startswith("="):
        return feel(text, at, report)
    return Literal(text, line_of(at))


def feel(text: str, at: Element, report: Report) -> Expression:
    """FEEL text; a leading `=` is dropped."""
    _refuse_juel(text, at, report)
    return Expression(text.strip().removeprefix("=").strip(), line_of(at))


def element_expression(element: Element | None, report: Report) -> Expression | None:
    """The FEEL text of an element such as `conditionExpression`; an empty one is a fault."""
    if element is None:
        return None
    language = attribute(element, "language")
    if language is not None and not is_feel(language):
        report.error(
            "expression-language",
            N_("The expression's language %(language)s is not supported; expressions are FEEL"),
            element,
            N_("Remove the attribute language and write the expression in FEEL"),
            language=language,
        )
    text = text_of(element)
    if not text:
        report.error("empty-expression", N_("The expression is empty"), element, N_("Write an expression or delete it"))
        return None
    return feel(text, element, report)


def _refuse_juel(text: str, at: Element, report: Report) -> None:
    if text.lstrip().startswith(("${", "#{")):
        report.error(
            "juel-expression",
            N_("%(text)s is an expression of another engine; here expressions are FEEL"),
            at,
            N_("Write it in FEEL, with = before it in an attribute"),
            text=text.strip(),
        )
