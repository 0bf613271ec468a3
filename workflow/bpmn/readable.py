"""Whether the FEEL of a process can be read, before anything runs."""

from workflow.errors import N_, ExpressionError
from workflow.feel.expression import parse
from workflow.model.findings import Finding
from workflow.model.uses import Use

_SHOWN = 120


def unreadable(use: Use, file: str | None = None) -> Finding | None:
    """What is wrong with the text of an expression; None where it can be read."""
    try:
        parse(use.expression.text)
    except ExpressionError as error:
        return Finding(
            rule="expression-unreadable",
            template=N_("The expression “%(text)s” cannot be read: %(fault)s"),
            params={"text": shortened(use.expression.text), "fault": str(error), "path": use.path},
            advice=N_("Correct the expression (property %(path)s)"),
            element_id=use.owner.id,
            element_name=use.owner.name or None,
            line=use.expression.line or use.owner.line,
            file=file,
        )
    return None


def shortened(text: str) -> str:
    """A text that a message can quote."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
