"""Expressions and unary tests: parsed once, compiled to closures, evaluated often.

    parse("votes[outcome = \\"yes\\"]").evaluate({"votes": [...]}).value

An evaluation error is null with a diagnostic, as FEEL says. An evaluation that goes past its limits has no value at all, not
even null: it raises `BudgetSpent`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from workflow.budget import spend
from workflow.errors import BudgetSpent, ExpressionError
from workflow.feel import syntax
from workflow.feel.basics import heft
from workflow.feel.compiler import Code, Compiler
from workflow.feel.functions.library import BUILTINS
from workflow.feel.lexer import normalise
from workflow.feel.scope import MAX_CALLS, TOO_DEEP, Run, Scope
from workflow.feel.types import FeelType
from workflow.feel.unary import Test
from workflow.feel.values import Value, coerce

_CACHED = 2048
_NONE: frozenset[str] = frozenset()
NO_TYPES: Mapping[str, FeelType] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value, why parts of it are null, and the variables that were really read (dotted where an entry was)."""

    value: Value
    diagnostics: tuple[str, ...]
    inputs: Mapping[str, Value]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A parsed expression. `variables` are the names it needs from outside.

    Names inside filters may be entries of the elements as well; those are in `item_names`, not in `variables`.
    """

    text: str
    variables: frozenset[str]
    item_names: frozenset[str]
    code: Code

    def evaluate(self, variables: Mapping[str, object], *, now: datetime | None = None) -> Evaluation:
        """The value for these variables; `now` (aware) is what now() and today() say, by default the clock's time.

        Raises `BudgetSpent`.
        """
        run = Run(variables, BUILTINS, now)
        try:
            value = self.code(Scope({}, None, run))
        except RecursionError as error:
            raise BudgetSpent(TOO_DEEP, most=MAX_CALLS) from error
        run.settle(heft(value))
        return Evaluation(value, tuple(run.diagnostics), run.inputs)


@dataclass(frozen=True, slots=True, eq=False)
class UnaryTests:
    """Parsed unary tests, such as a decision table's cell."""

    text: str
    variables: frozenset[str]
    tests: tuple[Test, ...]
    negated: bool

    def matches(self, input_value: object, variables: Mapping[str, object]) -> bool | None:
        """Whether the input passes one of the tests (none of them when negated); null when that cannot be said.

        Raises `BudgetSpent`.
        """
        run = Run(variables, BUILTINS)
        try:
            result = self.apply(coerce(input_value), Scope({}, None, run))
        except RecursionError as error:
            raise BudgetSpent(TOO_DEEP, most=MAX_CALLS) from error
        run.settle(1)
        return result

    def apply(self, value: Value, scope: Scope) -> bool | None:
        """As `matches`, within an evaluation that has begun."""
        if not self.tests:
            return True
        result: bool | None = False
        for test in self.tests:
            answer = test(scope, value)
            if answer is True:
                return not self.negated
            result = None if answer is None else result
        return not result if self.negated and result is not None else result


@lru_cache(maxsize=_CACHED)
def _expression(text: str, names: frozenset[str]) -> Expression:
    return compile_expression(text, names, NO_TYPES)


def compile_expression(text: str, names: frozenset[str], types: Mapping[str, FeelType]) -> Expression:
    """As `parse`, uncached, with further types by name."""
    spend(len(text))
    compiler = Compiler(types)
    code = compiler.compile(syntax.parse(text, names | BUILTINS.keys(), "expression"))
    return Expression(
        text, frozenset(compiler.free - BUILTINS.keys()), frozenset(compiler.item_names - BUILTINS.keys()), code
    )


def parse(text: str, names: Collection[str] = ()) -> Expression:
    """Read an expression; `names` are variables whose names hold spaces or signs.

    Raises ExpressionError with the column, what was found and what was expected.
    """
    return _expression(text, frozenset(names))


@lru_cache(maxsize=_CACHED)
def _unary_tests(text: str, names: frozenset[str]) -> UnaryTests:
    return compile_unary_tests(text, names, NO_TYPES)


def compile_unary_tests(text: str, names: frozenset[str], types: Mapping[str, FeelType]) -> UnaryTests:
    """As `parse_unary_tests`, uncached, with further types by name."""
    if normalise(text) in ("-", ""):
        return UnaryTests(text, frozenset(), (), False)
    spend(len(text))
    compiler = Compiler(types)
    node, negated = syntax.parse_tests(text, names | BUILTINS.keys())
    tests = tuple(compiler.test(part) for part in node)
    return UnaryTests(text, frozenset(compiler.free - BUILTINS.keys()), tests, negated)


def parse_unary_tests(text: str, names: Collection[str] = ()) -> UnaryTests:
    """Read unary tests: `-`, `< 5`, `"a", "b"`, `[1..3]`, `not(...)`, or an expression about `?`. Raises ExpressionError."""
    return _unary_tests(text, frozenset(names))


@lru_cache(maxsize=_CACHED)
def _open(text: str, names: frozenset[str]) -> Expression:
    try:
        return _expression(text, names)
    except ExpressionError:
        more = frozenset(syntax.possible_names(text, names | BUILTINS.keys()))
        if not more:
            raise
        try:
            return _expression(text, names | more)
        except ExpressionError:
            pass
        raise


def parse_open(text: str, names: Collection[str] = ()) -> Expression:
    """As `parse`, where not all names are known yet: words side by side, which FEEL has nowhere else, are one name.

    A process's variables are known when it runs (DMN 10.3.1.2). Raises ExpressionError.
    """
    return _open(text, frozenset(names))


def parse_for(text: str, variables: Mapping[str, object]) -> Expression:
    """As `parse_open`, with the names that these variables have. Raises ExpressionError."""
    depth = syntax.holds_names(text)
    return _open(text, frozenset(syntax.unusual_names(variables, depth)) if depth >= 0 else _NONE)


def evaluate(expression: str, variables: Mapping[str, object] = MappingProxyType({})) -> Value:
    """The value of an expression; names with spaces are taken from the variables. Raises ExpressionError when it cannot be read."""
    return parse(expression, frozenset(syntax.unusual_names(variables))).evaluate(variables).value
