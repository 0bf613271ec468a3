"""Iteration and filters, step by step within the run's budget."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import count

from workflow.feel.far import of_ordinal
from workflow.feel.scope import Run, Scope
from workflow.feel.types import DATE
from workflow.feel.values import Range, Value

Code = Callable[[Scope], Value]


def _integer(value: Value) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value()


def _ascending(low: Value, high: Value, run: Run) -> Iterator[Value] | None:
    """Whole numbers or days from one to the other, in either direction."""
    if _integer(low) and _integer(high):
        first, last = int(low), int(high)
        step = 1 if first <= last else -1
        return (Decimal(number) for number in range(first, last + step, step))
    if DATE.accepts(low) and DATE.accepts(high):
        first, last = low.toordinal(), high.toordinal()
        step = 1 if first <= last else -1
        return (of_ordinal(number) for number in range(first, last + step, step))
    run.note("only whole numbers and dates can be counted through")
    return None


def ranges_over(low: Code, high: Code) -> Code:
    """The code of `low..high` in a loop's header."""
    return lambda scope: _Counted(low(scope), high(scope))


class _Counted:
    """A counted iteration, not yet a list."""

    __slots__ = ("high", "low")

    def __init__(self, low: Value, high: Value) -> None:
        self.low = low
        self.high = high


def _elements(source: Value, run: Run) -> Iterable[Value] | None:
    if isinstance(source, _Counted):
        return _ascending(source.low, source.high, run)
    if isinstance(source, Range):
        return _range_elements(source, run)
    if source is None:
        run.note("null cannot be iterated over")
        return None
    return source if isinstance(source, list) else [source]


def _range_elements(source: Range, run: Run) -> Iterator[Value] | None:
    found = _ascending(source.start, source.end, run)
    if found is None:
        return None
    skipped = [
        end for end, kept in ((source.start, source.start_included), (source.end, source.end_included)) if not kept
    ]
    return (item for item in found if item not in skipped)


def iterate(iterations: Sequence[tuple[str, Code]], scope: Scope, values: dict[str, Value]) -> Iterator[Scope] | None:
    """A scope for every combination, the last variable fastest; None when a source cannot be iterated."""
    first = Scope(values, scope, scope.run)
    name, code = iterations[0]
    elements = _elements(code(first), scope.run)
    if elements is None:
        return None
    return _combine(name, elements, iterations[1:], first)


def _combine(name: str, elements: Iterable[Value], rest: Sequence[tuple[str, Code]], scope: Scope) -> Iterator[Scope]:
    for element in elements:
        scope.run.step()
        inner = Scope({name: element}, scope, scope.run)
        if not rest:
            yield inner
            continue
        more = _elements(rest[0][1](inner), scope.run)
        if more is not None:
            yield from _combine(rest[0][0], more, rest[1:], inner)


def collect(iterations: Sequence[tuple[str, Code]], body: Code, scope: Scope, asks_partial: bool) -> Value:
    """`for … return …`; `partial` is what came before, copied so that a result never holds itself."""
    results: list[Value] = []
    values: dict[str, Value] = {"partial": []}
    found = iterate(iterations, scope, values)
    if found is None:
        return None
    for inner in found:
        if asks_partial:
            scope.run.step(1 + len(results) // 10)
            values["partial"] = list(results)
        results.append(body(inner))
    return scope.run.bounded(results)


def quantify(
    iterations: Sequence[tuple[str, Code]], body: Code, scope: Scope, decisive: bool, strict: bool = False
) -> Value:
    """`some` (decided by true) and `every` (decided by false); null where it depends on what is no boolean.

    `strict`, as boxed expressions are: a condition that is another value than a boolean makes the whole null.
    """
    found = iterate(iterations, scope, {})
    if found is None:
        return None
    result: bool | None = not decisive
    for inner in found:
        value = body(inner)
        if value is decisive:
            return decisive
        if strict and no_condition(value):
            return scope.run.fail(_NO_CONDITION)
        result = result if isinstance(value, bool) else None
    return result


_NO_CONDITION = "a condition is neither true nor false"


def no_condition(value: Value) -> bool:
    """Whether the value is neither a boolean nor null, which is what a boolean is that nobody knows."""
    return value is not None and not isinstance(value, bool)


def choose(condition: Code, yes: Code, no: Code, scope: Scope) -> Value:
    """A boxed conditional."""
    answer = condition(scope)
    if no_condition(answer):
        return scope.run.fail(_NO_CONDITION)
    return yes(scope) if answer is True else no(scope)


def filter_items(source: Value, condition: Code, scope: Scope, strict: bool = False) -> Value:
    """`source[condition]`: one element for a number, the elements for which it is true otherwise. `strict` as above."""
    items = source if isinstance(source, list) else [] if source is None else [source]
    kept: list[Value] = []
    for item, position in zip(items, count(), strict=False):
        scope.run.step()
        values = {"item": item, **item} if isinstance(item, dict) else {"item": item}
        answer = condition(Scope(values, scope, scope.run))
        if position == 0 and isinstance(answer, Decimal):
            return _element(items, answer, scope.run)
        if strict and no_condition(answer):
            return scope.run.fail(_NO_CONDITION)
        if answer is True:
            kept.append(item)
    if not items and isinstance(answer := condition(Scope({"item": None}, scope, scope.run)), Decimal):
        return _element(items, answer, scope.run)
    return kept


def _element(items: list[Value], position: Decimal, run: Run) -> Value:
    """The element at a position, from 1 or from the end; decimals of the position are cut off."""
    index = int(position)
    if index == 0 or abs(index) > len(items):
        run.note(f"a list of {len(items)} has no element {index}")
        return None
    return items[index - 1 if index > 0 else index]
