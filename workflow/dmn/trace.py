"""What a decision rests on: for each table that was evaluated, its inputs and the rules that matched, for the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.feel.text import to_text
from workflow.feel.values import Function, Value, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedRule:
    """One rule that matched: its id (or number), its row from 1, the entries that let it through and what it gives."""

    id: str
    number: int
    entries: Mapping[str, str]
    """Input label -> the text of the entry; entries that let everything through (`-`) are left out."""
    outputs: Mapping[str, Value]
    """Output name (or `result`) -> value; empty for a rule whose outputs were not asked for."""

    def to_json(self) -> dict[str, Any]:
        """The rule as plain JSON."""
        outputs = {name: _stored(value) for name, value in self.outputs.items()}
        return {"id": self.id, "number": self.number, "entries": dict(self.entries), "outputs": outputs}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTrace:
    """One evaluation of one decision table; `table` is the decision or knowledge model it stands in."""

    table: str
    hit_policy: str
    inputs: Mapping[str, Value]
    rules: tuple[MatchedRule, ...]
    note: str = ""
    """Why there is no result, where a value is not allowed or the hit policy is broken."""

    def to_json(self) -> dict[str, Any]:
        """The trace as JSON that can be hashed; functions stand as text."""
        return {
            "table": self.table,
            "hit_policy": self.hit_policy,
            "inputs": {name: _stored(value) for name, value in self.inputs.items()},
            "rules": [rule.to_json() for rule in self.rules],
            "note": self.note,
        }


def _stored(value: Value) -> Any:
    try:
        return to_json(value)
    except ValueError:
        return "function" if isinstance(value, Function) else to_text(value)
