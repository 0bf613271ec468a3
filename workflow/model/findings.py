"""What a check of a definition has found, at which element and on which line."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of a definition.

    `rule` is a stable name such as `unreachable-node`; `template` is an English message with `%(name)s` places for
    `params`, translated by the page; `advice` says what to do, in the same form.
    """

    rule: str
    template: str
    params: dict[str, Any] = field(default_factory=dict)
    advice: str = ""
    element_id: str | None = None
    element_name: str | None = None
    line: int | None = None
    file: str | None = None
    severity: Literal["error", "warning"] = "error"

    @property
    def message(self) -> str:
        """The message in English, with its values."""
        return self.template % self.params if self.params else self.template

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        parts = [place, self.rule, self.element_id or "-", self.message]
        text = "  ".join(part for part in parts if part)
        return f"{text}  → {self.advice % self.params if self.params else self.advice}" if self.advice else text
