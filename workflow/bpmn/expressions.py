"""Texts of a BPMN file that are FEEL or plain values, and whether that FEEL can be read."""

import re

from workflow.bpmn.namespaces import Element, attribute, line_of, text_of
from workflow.bpmn.report import Report
from workflow.errors import N_, ExpressionError
from workflow.feel.expression import parse_open
from workflow.feel.lexer import HALF, NOT_HERE
from workflow.feel.syntax import TOO_EARLY
from workflow.model.expressions import Expression, Literal, Value
from workflow.model.findings import Finding
from workflow.model.uses import Use

_FEEL_LANGUAGE = re.compile(r"^(https?://www\.omg\.org/spec/(FEEL|DMN)/.*|(application/)?feel)$", re.IGNORECASE)
_MARKS = ("${", "#{")


def is_feel(language: str) -> bool:
    """Whether the name or URI of an expression language means FEEL."""
    return _FEEL_LANGUAGE.match(language) is not None


def value_of(text: str | None, at: Element, report: Report) -> Value | None:
    """`=a.b` and `${a.b}` are FEEL, anything else is literal text; absent text is `None`."""
    if text is None:
        return None
    return feel(text, at, report) if is_marked(text) else Literal(text, line_of(at))


def is_marked(text: str) -> bool:
    """Whether a text that may be plain says that it is an expression."""
    return text.lstrip().startswith(("=", *_MARKS))


def feel(text: str, at: Element, report: Report) -> Expression:
    """FEEL text. A leading `=`, or `${…}` or `#{…}` around the whole, are delimiters of other tools and dropped."""
    inside = text.strip().removeprefix("=").strip()
    if inside.startswith(_MARKS):
        inside = _unwrapped(inside, at, report)
    return Expression(inside, line_of(at))


def element_expression(element: Element | None, report: Report) -> Expression | None:
    """The FEEL text of an element such as `conditionExpression`; an empty one is a fault."""
    if element is None:
        return None
    known = check_language(element, report)
    text = text_of(element)
    if not text:
        report.error("empty-expression", N_("The expression is empty"), element, N_("Write an expression or delete it"))
        return None
    return feel(text, element, report) if known else unread(element)


def unread(at: Element) -> Expression:
    """In the place of a text in another language, which was reported: by the measure of FEEL nothing of it would be right."""
    return Expression("null", line_of(at))


def check_language(element: Element, report: Report) -> bool:
    """Whether an expression is in FEEL, by what it says; else report it."""
    language = attribute(element, "language")
    if language is not None and not is_feel(language):
        report.error(
            "expression-language",
            N_("The expression's language %(language)s is not supported; expressions are FEEL"),
            element,
            N_("Remove the attribute language and write the expression in FEEL"),
            language=language,
        )
        return False
    return True


def _unwrapped(text: str, at: Element, report: Report) -> str:
    inside = text[2:-1].strip()
    if text.endswith("}") and inside and not any(mark in inside for mark in _MARKS) and _closes_last(text):
        return inside
    report.error(
        "juel-expression",
        N_("%(text)s is an expression of another engine; here expressions are FEEL"),
        at,
        N_("Write it in FEEL, with = before it in an attribute"),
        text=text,
    )
    return text


def _closes_last(text: str) -> bool:
    """Whether the brace that opens at the start is closed by the last character; braces in FEEL strings do not count."""
    depth = 0
    bare = re.sub(r'"(?:\\.|[^"\\])*"', lambda found: " " * len(found[0]), text)
    for place, character in enumerate(bare):
        depth += (character == "{") - (character == "}")
        if depth == 0 and place > 0:
            return place == len(text) - 1
    return False


# Whether the FEEL of a process can be read, before anything runs.

_SHOWN = 120


def unreadable(use: Use, file: str | None = None, names: frozenset[str] = frozenset()) -> Finding | None:
    """What is wrong with the text of an expression; None where it can be read. `names`: those that hold spaces or signs."""
    try:
        parse_open(use.expression.text, names)
    except ExpressionError as error:
        return Finding(
            rule="expression-unreadable",
            template=_UNREADABLE.get(error.template, _OTHERWISE),
            params={**error.params, "text": shortened(use.expression.text), "path": use.path},
            advice=N_("Correct the expression in the properties of the element"),
            element_id=use.owner.id,
            element_name=use.owner.name or None,
            line=use.expression.line or use.owner.line,
            file=file,
        )
    return None


_UNREADABLE = {
    NOT_HERE: N_("The expression “%(text)s” cannot be read: at column %(column)s, “%(found)s” cannot stand"),
    HALF: N_(
        "The expression “%(text)s” cannot be read: at column %(column)s, “%(found)s” is one half of a character and stands for nothing alone"
    ),
    TOO_EARLY: N_("The expression “%(text)s” cannot be read: it ends too early, at column %(column)s"),
}
_OTHERWISE = N_("The expression “%(text)s” cannot be read: it is too long, or names what there is not")
"""In our words, and not in those of the parser."""


def shortened(text: str) -> str:
    """A text that a message can quote."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
