"""What one evaluation carries: variables, scopes, limits and diagnostics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workflow.feel.basics import MAX_ITEMS, MAX_TEXT, LimitExceeded, heft
from workflow.feel.properties import MISSING, member
from workflow.feel.values import Value, coerce

MAX_STEPS = 500_000
MAX_CALLS = 60
MAX_DIAGNOSTICS = 50
MAX_TRACES = 200


@dataclass(slots=True)
class Run:
    """One evaluation: what it may read, how much it may still do, what went wrong so far."""

    variables: Mapping[str, object]
    builtins: Mapping[str, Value]
    now: datetime | None = None
    steps: int = MAX_STEPS
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
        """Pay for work; raises LimitExceeded when the budget is spent."""
        self.steps -= count
        if self.steps < 0:
            raise LimitExceeded(f"more than {MAX_STEPS} steps")

    def bounded(self, value: Value) -> Value:
        """The value itself, paid for by its size, when it is not larger than one value may be."""
        if isinstance(value, list | dict):
            if len(value) > MAX_ITEMS:
                raise LimitExceeded(f"a list of more than {MAX_ITEMS} items")
            self.step(len(value) // 4)
        elif isinstance(value, str):
            if len(value) > MAX_TEXT:
                raise LimitExceeded(f"a text of more than {MAX_TEXT} characters")
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
            raise LimitExceeded(f"functions nested more than {MAX_CALLS} deep")

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
