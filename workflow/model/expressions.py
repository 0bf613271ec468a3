"""FEEL text as it stands in a definition; `workflow.feel` compiles it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Expression:
    """A FEEL expression and the line it stands on, which makes it no other expression."""

    text: str
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A plain text value."""

    text: str
    line: int | None = field(default=None, compare=False)


Value = Expression | Literal
