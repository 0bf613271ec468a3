"""How a behaviour says, inside the engine, that a token cannot go on: the run turns it into an incident."""

from typing import Any, Literal

Kind = Literal["no-flow", "expression", "rule", "job", "error", "timer", "assignment", "loop", "call"]


class Stuck(Exception):
    """What is in the way, as a message template with its values."""

    def __init__(self, kind: Kind, template: str, **params: Any) -> None:
        self.kind = kind
        self.template = template
        self.params = params
        super().__init__(template, params)
