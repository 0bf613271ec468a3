"""List functions. Elements are compared with FEEL's equality; `jdmn` uses Python's, for which true is 1."""

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from jdmn.feel.lib.type.list.DefaultListLib import DefaultListLib

from workflow.feel import operators
from workflow.feel.basics import weigh
from workflow.feel.calls import call
from workflow.feel.functions.registry import Library
from workflow.feel.types import Mismatch
from workflow.feel.values import Function, Value

LIBRARY = Library()
_PLAIN = (Decimal, str, bool)
_JDMN = DefaultListLib()

LIBRARY.form("reverse", "list: list")(_JDMN.reverse)
LIBRARY.form("flatten", "list: list")(lambda items: _JDMN.flatten(weigh(items)))


@LIBRARY.form("count", "list: list")
def count(items: list[Value]) -> Decimal:
    """The number of elements."""
    return Decimal(len(items))


def _same(left: Value, right: Value) -> bool:
    return operators.equal(left, right) is True


@LIBRARY.form("list contains", "list: list", "element: any", wants_run=True)
def list_contains(run: Any, items: list[Value], element: Value) -> bool:
    """Whether an element equals the value."""
    run.compares(items)
    return any(_same(item, element) for item in items)


@LIBRARY.form("index of", "list: list", "match: any", wants_run=True)
def index_of(run: Any, items: list[Value], match: Value) -> list[Value]:
    """The positions of all equal elements, from 1."""
    run.compares(items)
    return [Decimal(position) for position, item in enumerate(items, 1) if _same(item, match)]


@LIBRARY.form("append", "list: list", rest="any")
def append(items: list[Value], more: list[Value]) -> list[Value]:
    """The list with more elements at its end."""
    return [*items, *more]


@LIBRARY.form("concatenate", rest="list")
def concatenate(lists: list[Value]) -> list[Value]:
    """All lists, one after the other."""
    if any(one is None for one in lists):
        raise Mismatch("lists are expected")
    return [item for one in lists for item in one]


@LIBRARY.form("union", rest="list", wants_run=True)
def union(run: Any, lists: list[Value]) -> list[Value]:
    """All lists together, each value once."""
    joined: list[Value] = distinct_values(run, concatenate(lists))
    return joined


@LIBRARY.form("distinct values", "list: list", wants_run=True)
def distinct_values(run: Any, items: list[Value]) -> list[Value]:
    """Each value once, in the order of first appearance."""
    kept: list[Value] = []
    seen: set[tuple[type, Value]] = set()
    others: list[Value] = []
    for item in items:
        if type(item) in _PLAIN:  # equal to values of its own type alone, and so found without looking at each
            if (type(item), item) not in seen:
                seen.add((type(item), item))
                kept.append(item)
            continue
        run.step(1 + len(others) // 4)
        run.compares(item)
        if not any(_same(item, other) for other in others):
            others.append(item)
            kept.append(item)
    return kept


def _index(items: list[Value], position: Decimal) -> int:
    """The place in Python's list; decimals of the position are cut off, as in a filter."""
    index = int(position)
    if index == 0 or abs(index) > len(items):
        raise ValueError(f"position {position} lies outside a list of {len(items)}")
    return index - 1 if index > 0 else len(items) + index


@LIBRARY.form("sublist", "list: list", "start position: number", "length: number?")
def sublist(items: list[Value], start: Decimal, length: Decimal | None) -> list[Value]:
    """From a position, so many elements. (`jdmn` gives an empty list outside the list.)"""
    first = _index(items, start)
    if length is None:
        return items[first:]
    size = int(length)
    if size < 0 or first + size > len(items):
        raise ValueError("the length goes past the end")
    return items[first : first + size]


@LIBRARY.form("insert before", "list: list", "position: number", "newItem: any")
def insert_before(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    """The list with one element more at the position."""
    index = _index(items, position)
    return [*items[:index], item, *items[index:]]


@LIBRARY.form("remove", "list: list", "position: number")
def remove(items: list[Value], position: Decimal) -> list[Value]:
    """The list without the element at the position. (`jdmn` counts negative positions one too far.)"""
    index = _index(items, position)
    return items[:index] + items[index + 1 :]


@LIBRARY.form("list replace", "list: list", "position: number", "newItem: any")
def list_replace(items: list[Value], position: Decimal, item: Value) -> list[Value]:
    """The list with another element at the position."""
    index = _index(items, position)
    return [*items[:index], item, *items[index + 1 :]]


@LIBRARY.form("list replace", "list: list", "match: function", "newItem: any", wants_run=True)
def list_replace_matching(run: Any, items: list[Value], match: Function, item: Value) -> list[Value]:
    """The list with another element wherever the function of element and new element is true."""
    result = []
    for old in items:
        answer = call(match, [old, item], None, run, "match")
        if not isinstance(answer, bool):
            raise Mismatch("the match function must give true or false")
        result.append(item if answer else old)
    return result


@LIBRARY.form("sort", "list: list", "precedes: function", wants_run=True)
def sort(run: Any, items: list[Value], precedes: Function) -> list[Value]:
    """By a function that says which of two comes first; equal ones keep their order."""

    def order(left: Value, right: Value) -> int:
        if call(precedes, [left, right], None, run, "precedes") is True:
            return -1
        return 1 if call(precedes, [right, left], None, run, "precedes") is True else 0

    return sorted(items, key=cmp_to_key(order))


def _logic(start: bool, join: Callable[[Value, Value], bool | None]) -> Callable[[list[Value]], bool | None]:
    def fold(items: list[Value]) -> bool | None:
        result: bool | None = start
        for item in items:
            result = join(result, item)
        return result

    return fold


for _name, _start, _join in (("all", True, operators.conjunction), ("any", False, operators.disjunction)):
    LIBRARY.form(_name, "list: list")(_logic(_start, _join))
    LIBRARY.form(_name, rest="any")(_logic(_start, _join))
