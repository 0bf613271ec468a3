"""Decision tables: which rules match, and what the hit policy makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workflow.feel import operators
from workflow.feel.expression import UnaryTests
from workflow.feel.scope import Run, Scope
from workflow.feel.values import Value

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
    """One row: its id (or number), its tests and its outputs."""

    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionTable:
    """A whole table; calling it evaluates it in a scope, where the run records the rules that matched."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str
    aggregation: str | None

    def __call__(self, scope: Scope) -> Value:
        """The table's value; null with a diagnostic when its policy is broken."""
        run: Run = scope.run
        values = []
        for column in self.inputs:
            value = column.code(scope)
            if value is not None and column.allowed is not None and column.allowed.apply(value, scope) is not True:
                return run.fail(f"the input '{column.label}' has a value that is not allowed")
            values.append(value)
        matched = [rule for rule in self.rules if self._matches(rule, values, scope)]
        run.matched[self] = tuple(rule.id for rule in matched)
        if not matched:
            return self._default(scope)
        return _POLICIES[self.hit_policy](self, matched, scope)

    def _matches(self, rule: Rule, values: Sequence[Value], scope: Scope) -> bool:
        scope.run.step()
        return all(test.apply(value, scope) is True for test, value in zip(rule.tests, values, strict=True))

    def _default(self, scope: Scope) -> Value:
        if all(output.default is None for output in self.outputs):
            return None
        values = [output.default(scope) if output.default else None for output in self.outputs]
        return self._shape(values)

    def _shape(self, values: Sequence[Value]) -> Value:
        if len(self.outputs) == 1:
            return values[0]
        return {output.name: value for output, value in zip(self.outputs, values, strict=True)}

    def row(self, rule: Rule, scope: Scope) -> list[Value]:
        """The outputs of one rule; null where a value is not among the allowed ones."""
        values = []
        for output, code in zip(self.outputs, rule.outputs, strict=True):
            value = code(scope)
            if value is not None and output.allowed is not None and output.allowed.apply(value, scope) is not True:
                value = scope.run.fail(f"the output '{output.name}' has a value that is not allowed")
            values.append(value)
        return values

    def ranked(self, rules: Sequence[Rule], scope: Scope) -> list[list[Value]]:
        """The rows of these rules, by the priority of their outputs."""
        return sorted((self.row(rule, scope) for rule in rules), key=self._rank)

    def _rank(self, values: Sequence[Value]) -> list[int]:
        ranks = []
        for output, value in zip(self.outputs, values, strict=True):
            found = (place for place, known in enumerate(output.priorities) if operators.equal(known, value) is True)
            ranks.append(next(found, len(output.priorities)))
        return ranks

    def shaped(self, rows: Sequence[Sequence[Value]]) -> list[Value]:
        """Each row as a value: the output itself, or a context of all."""
        return [self._shape(row) for row in rows]


def _unique(table: DecisionTable, matched: list[Rule], scope: Scope) -> Value:
    if len(matched) > 1:
        rules = ", ".join(rule.id for rule in matched)
        return scope.run.fail(f"more than one rule of a UNIQUE table matches: {rules}")
    return _first(table, matched, scope)


def _first(table: DecisionTable, matched: list[Rule], scope: Scope) -> Value:
    scope.run.matched[table] = (matched[0].id,)
    return table.shaped([table.row(matched[0], scope)])[0]


def _any(table: DecisionTable, matched: list[Rule], scope: Scope) -> Value:
    values = table.shaped([table.row(rule, scope) for rule in matched])
    if any(operators.equal(values[0], value) is not True for value in values[1:]):
        return scope.run.fail("the rules of an ANY table that match do not agree")
    return values[0]


def _priority(table: DecisionTable, matched: list[Rule], scope: Scope) -> Value:
    return table.shaped(table.ranked(matched, scope))[0]


def _rule_order(table: DecisionTable, matched: list[Rule], scope: Scope) -> Value:
    return table.shaped([table.row(rule, scope) for rule in matched])


def _output_order(table: DecisionTable, matched: list[Rule], scope: Scope) -> Value:
    return table.shaped(table.ranked(matched, scope))


def _collect(table: DecisionTable, matched: list[Rule], scope: Scope) -> Value:
    values = _rule_order(table, matched, scope)
    if table.aggregation is None:
        return values
    if len(table.outputs) > 1:
        return scope.run.fail("a table with several outputs cannot be aggregated")
    function = scope.run.builtins[table.aggregation.lower()]
    return function.invoke([values], None, scope.run)


_POLICIES: dict[str, Callable[[DecisionTable, list[Rule], Scope], Value]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
    "COLLECT": _collect,
}
HIT_POLICIES = frozenset(_POLICIES)
