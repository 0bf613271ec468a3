"""FEEL text as it stands in a definition; `workflow.feel` compiles it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expression:
    """A FEEL expression and the line it stands on."""

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Literal:
    """A plain text value."""

    text: str
    line: int | None = None


Value = Expression | Literal
