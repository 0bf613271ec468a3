"""Calling functions: those that an expression defines, and any other by position or by name."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workflow.feel.scope import Run, Scope
from workflow.feel.types import FeelType, Mismatch
from workflow.feel.values import Function, Value


class FeelFunction(Function):
    """A function literal, closed over the scope it was made in."""

    __slots__ = ("arity", "body", "parameters", "scope", "types")

    def __init__(
        self, parameters: Sequence[str], types: Sequence[FeelType], body: Callable[[Scope], Value], scope: Scope
    ) -> None:
        self.parameters = parameters
        self.types = types
        self.body = body
        self.scope = scope
        self.arity = len(parameters)

    def invoke(self, args: list[Value], named: Mapping[str, Value] | None, run: Any) -> Value:
        """Bind, convert and evaluate; null when the arguments do not fit."""
        bound = bind(self.parameters, self.types, args, named, run)
        return None if bound is None else self.body(Scope(bound, self.scope, run))


def bind(
    parameters: Sequence[str], types: Sequence[FeelType], args: list[Value], named: Mapping[str, Value] | None, run: Run
) -> dict[str, Value] | None:
    """Parameter names with converted arguments; None with a diagnostic when they do not fit."""
    if named is not None:
        if set(named) - set(parameters):
            run.note(f"no parameter is called {', '.join(sorted(set(named) - set(parameters)))}")
            return None
        args = [named.get(name) for name in parameters]
    elif len(args) != len(parameters):
        run.note(f"{len(parameters)} arguments expected, {len(args)} given")
        return None
    try:
        return {name: kind.convert(value) for name, kind, value in zip(parameters, types, args, strict=True)}
    except Mismatch:
        run.note("an argument is not of its parameter's type")
        return None


def call(function: Value, args: list[Value], named: Mapping[str, Value] | None, run: Run, name: str) -> Value:
    """Call a function value within the run's limits; null for what cannot be called."""
    if not isinstance(function, Function):
        run.note(f"{name} is not a function")
        return None
    run.enter()
    try:
        return run.bounded(function.invoke(args, named, run))
    finally:
        run.leave()
