"""Decision tables: which rules match, what the hit policy makes of them, and what a decision rests on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.feel import operators
from workflow.feel.expression import UnaryTests
from workflow.feel.scope import Scope
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


# Decision tables: which rules match, and what the hit policy makes of them.

Code = Callable[[Scope], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A column's expression, and the values it may have."""

    label: str
    code: Code
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """An output's name, the values it may have in order of priority, and its default."""

    name: str
    allowed: UnaryTests | None
    priorities: tuple[Value, ...]
    default: Code | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: its id (or number), its number, its tests and its outputs."""

    id: str
    number: int
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, and the values of its outputs."""

    rule: Rule
    values: tuple[Value, ...]


class Broken(Exception):
    """The table has no result: its hit policy, or the values it allows, are not kept to."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionTable:
    """A whole table; calling it evaluates it in a scope, where the run records what matched and why."""

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str | None

    def __call__(self, scope: Scope) -> Value:
        """The table's value; null with a diagnostic when its policy is broken."""
        values: list[Value] = []
        hits: list[Hit] = []
        reason = ""
        try:
            self._read(values, scope)
            matched = [rule for rule in self.rules if self._matches(rule, values, scope)]
            asked = matched[:1] if self.hit_policy == "FIRST" else matched
            hits = [Hit(rule, ()) for rule in asked]
            if self.hit_policy == "UNIQUE" and len(matched) > 1:
                found = ", ".join(rule.id for rule in matched)
                raise Broken(f"more than one rule of a UNIQUE table matches: {found}")
            hits = [Hit(rule, self._row(rule, scope)) for rule in asked]
            return _POLICIES[self.hit_policy](self, hits, scope) if hits else self._default(scope)
        except Broken as broken:
            reason = str(broken)
            return scope.run.fail(reason)
        finally:
            scope.run.trace(self, lambda: self._trace(values, hits, reason))

    def _read(self, values: list[Value], scope: Scope) -> None:
        for column in self.inputs:
            value = column.code(scope)
            values.append(value)
            if value is not None and column.allowed is not None and column.allowed.apply(value, scope) is not True:
                raise Broken(f"the input '{column.label}' has a value that is not allowed")

    def _matches(self, rule: Rule, values: Sequence[Value], scope: Scope) -> bool:
        scope.run.step()
        return all(test.apply(value, scope) is True for test, value in zip(rule.tests, values, strict=True))

    def _trace(self, values: Sequence[Value], hits: Sequence[Hit], reason: str) -> TableTrace:
        labels = [column.label for column in self.inputs]
        names = [output.name or "result" for output in self.outputs]
        return TableTrace(
            table=self.name,
            hit_policy=self.hit_policy if self.aggregation is None else f"{self.hit_policy} {self.aggregation}",
            inputs=dict(zip(labels, values, strict=False)),
            rules=tuple(
                MatchedRule(
                    id=hit.rule.id,
                    number=hit.rule.number,
                    entries={
                        label: test.text.strip()
                        for label, test in zip(labels, hit.rule.tests, strict=True)
                        if test.tests
                    },
                    outputs=dict(zip(names, hit.values, strict=False)),
                )
                for hit in hits
            ),
            note=reason,
        )

    def _default(self, scope: Scope) -> Value:
        if all(output.default is None for output in self.outputs):
            return None
        return self.shaped([output.default(scope) if output.default else None for output in self.outputs])

    def shaped(self, values: Sequence[Value]) -> Value:
        """A row as a value: the output itself, or a context of all."""
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}

    def _row(self, rule: Rule, scope: Scope) -> tuple[Value, ...]:
        """The outputs of one rule; null where a value is not among the allowed ones."""
        values = []
        for output, code in zip(self.outputs, rule.outputs, strict=True):
            value = code(scope)
            if value is not None and output.allowed is not None and output.allowed.apply(value, scope) is not True:
                value = scope.run.fail(f"the output '{output.name}' has a value that is not allowed")
            values.append(value)
        return tuple(values)

    def rank(self, hit: Hit) -> list[int]:
        """The places of the hit's outputs among the values of their columns."""
        ranks = []
        for output, value in zip(self.outputs, hit.values, strict=True):
            found = (place for place, known in enumerate(output.priorities) if operators.equal(known, value) is True)
            ranks.append(next(found, len(output.priorities)))
        return ranks


def _first(table: DecisionTable, hits: list[Hit], scope: Scope) -> Value:
    return table.shaped(hits[0].values)


def _any(table: DecisionTable, hits: list[Hit], scope: Scope) -> Value:
    values = _rule_order(table, hits, scope)
    if any(operators.equal(values[0], value) is not True for value in values[1:]):
        raise Broken("the rules of an ANY table that match do not agree")
    return values[0]


def _priority(table: DecisionTable, hits: list[Hit], scope: Scope) -> Value:
    hits.sort(key=table.rank)
    return table.shaped(hits[0].values)


def _rule_order(table: DecisionTable, hits: list[Hit], scope: Scope) -> list[Value]:
    return [table.shaped(hit.values) for hit in hits]


def _output_order(table: DecisionTable, hits: list[Hit], scope: Scope) -> Value:
    return _rule_order(table, sorted(hits, key=table.rank), scope)


def _collect(table: DecisionTable, hits: list[Hit], scope: Scope) -> Value:
    values = _rule_order(table, hits, scope)
    if table.aggregation is None:
        return values
    if len(table.outputs) > 1:
        raise Broken("a table with several outputs cannot be aggregated")
    function = scope.run.builtins[table.aggregation.lower()]
    return function.invoke([values], None, scope.run)


_POLICIES: dict[str, Callable[[DecisionTable, list[Hit], Scope], Value]] = {
    "UNIQUE": _first,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
HIT_POLICIES = tuple(_POLICIES)
