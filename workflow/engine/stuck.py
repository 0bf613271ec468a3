"""How a behaviour says, inside the engine, that a token cannot go on: the run turns it into an incident."""

from typing import Any, Literal

Kind = Literal["no-flow", "expression", "rule", "job", "error", "timer", "assignment", "loop", "call", "data"]


MOST_QUOTED = 300


class Stuck(Exception):
    """What is in the way, as a message template with its values."""

    def __init__(self, kind: Kind, template: str, **params: Any) -> None:
        self.kind = kind
        self.template = template
        self.params = {name: _shortened(value) for name, value in params.items()}
        super().__init__(template, self.params)


def _shortened(value: Any) -> Any:
    """A message quotes values; a whole list of evidence would bury it."""
    return f"{value[:MOST_QUOTED]}…" if isinstance(value, str) and len(value) > MOST_QUOTED else value
