"""What a condition compares with what: the constants that each of its variables is held against.

Only conditions are read whose value depends on these comparisons alone; of any other nothing is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lark import Token, Tree

from workflow.errors import ExpressionError
from workflow.feel import syntax
from workflow.feel.expression import evaluate, parse
from workflow.feel.functions.library import BUILTINS

Path = tuple[str, ...]
"""A variable and the names of entries within: `review.outcome` is `("review", "outcome")`."""

Node = Tree[Token]

_LONG = 2_000
"""Characters past which a condition is left alone."""

_ORDERING = frozenset({"LT", "LE", "GT", "GE"})
_LITERALS = frozenset({"number", "string", "true", "false", "null", "negate"})


@dataclass
class Constants:
    """The values that one variable is compared with."""

    numbers: set[Decimal] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    booleans: bool = False
    null: bool = False

    def add(self, value: Any) -> None:
        if value is None:
            self.null = True
        elif isinstance(value, bool):
            self.booleans = True
        elif isinstance(value, str):
            self.texts.add(value)
        else:
            self.numbers.add(Decimal(value))


class Undecidable(Exception):
    """The condition holds something else than comparisons of variables with constants."""


def constants_of(texts: Iterable[str]) -> dict[Path, Constants]:
    """Variable → what it is compared with in these expressions. Raises `Undecidable`."""
    found: dict[Path, Constants] = {}
    for text in texts:
        if len(text) > _LONG:
            raise Undecidable
        try:
            _condition(syntax.parse(text, BUILTINS.keys(), "expression"), found)
        except (ExpressionError, RecursionError) as error:
            raise Undecidable from error
    for path in found:
        if any(path[:length] in found for length in range(1, len(path))):
            raise Undecidable
    return found


def _condition(tree: Node, found: dict[Path, Constants]) -> None:
    kind, parts = str(tree.data), _trees(tree)
    if kind in ("or_", "and_", "paren"):
        for part in parts:
            _condition(part, found)
    elif kind == "call" and len(parts) == 2 and _is_not(parts[0]):
        _condition(parts[1], found)
    elif kind in ("name", "path"):
        found.setdefault(_path(tree), Constants()).booleans = True
    elif kind == "compare":
        _compare(parts[0], _sign(tree), parts[1], found)
    elif kind == "between" and len(parts) == 3:
        for bound in parts[1:]:
            _against(parts[0], bound, found, ordering=True)
    elif kind == "in_" and len(parts) == 2:
        for test in _trees(parts[1]):
            _test(parts[0], test, found)
    elif kind not in ("true", "false"):
        raise Undecidable


def _compare(left: Node, sign: str, right: Node, found: dict[Path, Constants]) -> None:
    if left.data in _LITERALS:
        left, right = right, left
    _against(left, right, found, ordering=sign in _ORDERING)


def _test(variable: Node, test: Node, found: dict[Path, Constants]) -> None:
    if test.data == "op_test":
        _against(variable, _trees(test)[0], found, ordering=_sign(test) in _ORDERING)
    elif test.data in ("list", "range"):
        for part in _trees(test):
            _against(variable, part, found, ordering=test.data == "range")
    else:
        _against(variable, test, found, ordering=False)


def _against(variable: Node, literal: Node, found: dict[Path, Constants], *, ordering: bool) -> None:
    value = _literal(literal)
    if ordering and (isinstance(value, bool) or not isinstance(value, Decimal)):
        raise Undecidable
    found.setdefault(_path(variable), Constants()).add(value)


def _literal(tree: Node) -> Any:
    if tree.data == "negate":
        value = _literal(_trees(tree)[0])
        if not isinstance(value, Decimal):
            raise Undecidable
        return -value
    if tree.data not in _LITERALS:
        raise Undecidable
    value = evaluate("".join(str(child) for child in tree.children))
    return value if value is None or isinstance(value, str | bool) else Decimal(str(value))


def _path(tree: Node) -> Path:
    if tree.data == "name":
        return (str(tree.children[0]),)
    if tree.data == "path":
        return (*_path(_trees(tree)[0]), str(tree.children[-1]))
    raise Undecidable


def _trees(tree: Node) -> list[Node]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _sign(tree: Node) -> str:
    return next((child.type for child in tree.children if isinstance(child, Token)), "")


def _is_not(tree: Node) -> bool:
    return tree.data == "name" and str(tree.children[0]) == "not"


def names_in(text: str) -> frozenset[str]:
    """The variables that an expression reads; none where it cannot be read."""
    try:
        return parse(text).variables
    except (ExpressionError, RecursionError):
        return frozenset()
