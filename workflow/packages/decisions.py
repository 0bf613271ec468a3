"""The decisions of a package: all its DMN files seen as one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.dmn.model import DecisionResult, Model
from workflow.dmn.nodes import InputData, Node
from workflow.errors import N_, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decision id or name → the DMN model that holds it."""

    models: Mapping[str, Model] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The ids and names of all decisions."""
        return frozenset(self.models)

    def inputs_of(self, name: str) -> frozenset[str]:
        """The names of the input data that the decision needs, directly or through other decisions."""
        found: set[str] = set()
        seen: set[int] = set()
        model = self.models.get(name)
        waiting: list[Node] = [model.decisions[name]] if model is not None else []
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, InputData):
                found.add(node.name)
            waiting.extend(requirement.node for requirement in node.requires)
        return frozenset(found)

    def explain(self, name: str, inputs: Mapping[str, Any], *, now: datetime | None = None) -> DecisionResult:
        """The decision's result with the rules that matched; `now` (aware) is what now() and today() say there.

        Raises `NotFound` or `ExpressionError`.
        """
        if name not in self.models:
            raise NotFound(
                N_("The package has no decision %(name)s; it has %(known)s"),
                name=name,
                known=", ".join(sorted(self.models)) or "-",
            )
        return self.models[name].explain(name, inputs, now=now)
