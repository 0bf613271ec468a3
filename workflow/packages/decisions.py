"""The decisions of a package: all its DMN files seen as one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.dmn.model import DecisionResult, Model
from workflow.errors import N_, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Decision id or name → the DMN model that holds it."""

    models: Mapping[str, Model] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The ids and names of all decisions."""
        return frozenset(self.models)

    def explain(self, name: str, inputs: Mapping[str, Any]) -> DecisionResult:
        """The decision's result with the rules that matched. Raises `NotFound` or `ExpressionError`."""
        if name not in self.models:
            raise NotFound(
                N_("The package has no decision %(name)s; it has %(known)s"),
                name=name,
                known=", ".join(sorted(self.models)) or "-",
            )
        return self.models[name].explain(name, inputs)
