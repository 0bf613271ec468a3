"""What one evaluation carries: variables, scopes, limits and diagnostics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workflow.budget import Budget, current
from workflow.errors import N_, BudgetSpent
from workflow.feel.basics import MAX_ITEMS, MAX_TEXT, heft
from workflow.feel.properties import MISSING, member
from workflow.feel.values import Value, coerce

MAX_STEPS = 500_000
MAX_CALLS = 60
MAX_DIAGNOSTICS = 50
SLICE = 20_000
"""Steps that an evaluation takes from its run's budget at a time."""
MAX_TRACES = 200

TOO_MANY_STEPS = N_("It was stopped because it takes more than %(most)s steps.")
TOO_DEEP = N_("It was stopped because its functions are nested more than %(most)s deep.")
TOO_MANY_ITEMS = N_("It was stopped because it makes a list of more than %(most)s items.")
TOO_LONG_TEXT = N_("It was stopped because it makes a text of more than %(most)s characters.")


@dataclass(slots=True)
class Run:
    """One evaluation: what it may read, how much it may still do, what went wrong so far."""

    variables: Mapping[str, object]
    builtins: Mapping[str, Value]
    now: datetime | None = None
    steps: int = SLICE
    """What is left of the steps that were granted so far."""
    granted: int = SLICE
    budget: Budget | None = field(default_factory=current)
    calls: int = 0
    inputs: dict[str, Value] = field(default_factory=dict)
    diagnostics: list[str] = field(default_factory=list)
    cache: dict[str, Value] = field(default_factory=dict)
    traces: list[tuple[object, Callable[[], Any]]] = field(default_factory=list)
    """What has been decided so far: each decision table with how to tell what it came to. Told only when asked."""

    def read(self, name: str) -> Value:
        """The variable or built-in of that name; null with a diagnostic when there is none."""
        if name in self.cache:
            return self.cache[name]
        if name in self.variables:
            value = coerce(self.variables[name])
            self.cache[name] = self.inputs[name] = value
            return value
        if name in self.builtins:
            return self.builtins[name]
        self.note(f"'{name}' is not defined")
        return None

    def read_path(self, root: str, names: list[str]) -> Value:
        """`root.a.b` of the variables, without converting more of a large variable than is read."""
        value: object = self.variables.get(root, MISSING) if root not in self.cache else self.cache[root]
        if value is MISSING:
            value = self.read(root)
        for name in names:
            value = value.get(name, MISSING) if isinstance(value, dict) else member(coerce(value), name)
            if value is MISSING:
                self.note(f"'{root}' has no entry '{'.'.join(names)}'")
                value = None
                break
        found = coerce(value)
        if root in self.variables:
            self.inputs[f"{root}.{'.'.join(names)}"] = found
        return found

    def instant(self) -> datetime:
        """The one instant of this evaluation."""
        if self.now is None:
            self.now = datetime.now(UTC)
        return self.now

    def note(self, text: str) -> None:
        """Record why a part of the expression is null."""
        if len(self.diagnostics) < MAX_DIAGNOSTICS and text not in self.diagnostics:
            self.diagnostics.append(text)

    def fail(self, text: str) -> Value:
        """Record a diagnostic and return null, the value of every failed FEEL expression."""
        self.note(text)
        return None

    def trace(self, source: object, tell: Callable[[], Any]) -> None:
        """Record what a decision table came to; of too many (one in a loop) the first are kept."""
        if len(self.traces) < MAX_TRACES:
            self.traces.append((source, tell))

    def step(self, count: int = 1) -> None:
        """Pay for work; raises BudgetSpent when this evaluation, or the run that it belongs to, may do no more."""
        self.steps -= count
        if self.steps < 0:
            self._more()

    def _more(self) -> None:
        grant = max(SLICE, -self.steps)
        if self.granted + grant > MAX_STEPS:
            raise BudgetSpent(TOO_MANY_STEPS, most=MAX_STEPS)
        self.granted += grant
        self.steps += grant
        if self.budget is not None:
            self.budget.spend(grant)

    def settle(self, size: int) -> None:
        """Pay the run for what was begun but not yet paid, and for the result; raises BudgetSpent."""
        if self.budget is not None:
            self.budget.spend(1 + max(0, SLICE - self.steps), size=size)

    def bounded(self, value: Value) -> Value:
        """The value itself, paid for by its size, when it is not larger than one value may be."""
        if isinstance(value, list | dict):
            if len(value) > MAX_ITEMS:
                raise BudgetSpent(TOO_MANY_ITEMS, most=MAX_ITEMS)
            self.step(len(value) // 4)
        elif isinstance(value, str):
            if len(value) > MAX_TEXT:
                raise BudgetSpent(TOO_LONG_TEXT, most=MAX_TEXT)
            self.step(len(value) // 100)
        return value

    def compares(self, value: Value) -> None:
        """Pay for comparing all that a value holds."""
        if isinstance(value, list | dict):
            self.step(heft(value) // 10)

    def enter(self) -> None:
        """Go one function call deeper."""
        self.step()
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise BudgetSpent(TOO_DEEP, most=MAX_CALLS)

    def leave(self) -> None:
        """Come back from a function call."""
        self.calls -= 1


class Scope:
    """A frame of local names; the outermost one has no parent and reads the run's variables."""

    __slots__ = ("parent", "run", "values")

    def __init__(self, values: dict[str, Value], parent: "Scope | None", run: Run) -> None:
        self.values = values
        self.parent = parent
        self.run = run
