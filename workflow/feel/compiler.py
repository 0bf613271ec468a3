"""From parse tree to closures: each node becomes one function of a scope, compiled once and called often."""

from collections.abc import Callable, Mapping
from decimal import DecimalException
from typing import Any

from lark import Token, Tree

from workflow.errors import N_, ExpressionError
from workflow.feel import operators, properties, temporal
from workflow.feel.basics import DECIMAL128
from workflow.feel.calls import FeelFunction, call
from workflow.feel.functions.library import BUILTINS
from workflow.feel.loops import collect, filter_items, quantify, ranges_over
from workflow.feel.scope import Run, Scope
from workflow.feel.text import unquote
from workflow.feel.types import ANY, BUILTIN_TYPES, ContextType, FeelType, FunctionType, ListType, RangeType
from workflow.feel.unary import Test, constant_test, operator_range, value_test
from workflow.feel.values import Range, Value

Code = Callable[[Scope], Value]
MAX_DEPTH = 150


class Base:
    """What every part of the compiler stands on: names that are bound, names that are free, the bound of depth."""

    def __init__(self, types: Mapping[str, FeelType]) -> None:
        self.types = types
        self.bound: list[set[str]] = []
        self.filters = 0
        self.depth = 0
        self.free: set[str] = set()
        self.item_names: set[str] = set()
        """Names inside filters: of the element's entries, or free; only the values tell."""

    def compile(self, node: Any) -> Code:
        """The code of a node; raises ExpressionError when the expression is nested too deep."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(N_("The expression is nested more than %(limit)s deep."), limit=MAX_DEPTH)
        code: Code = getattr(self, f"_{node.data.rstrip('_')}")(node.children)
        self.depth -= 1
        return code

    def type(self, node: Any) -> FeelType:
        """The type that a node writes; raises ExpressionError for a name that is none."""
        if node.data == "named_type":
            name = "".join(str(part) for part in node.children)
            found = self.types.get(name) or BUILTIN_TYPES.get(name)
            if found is None:
                raise ExpressionError(N_("'%(name)s' is not a type."), name=name)
            return found
        parts = [part for part in node.children if isinstance(part, Tree)]
        if node.data == "context_type":
            return ContextType({str(part.children[0]): self.type(part.children[2]) for part in parts})
        if node.data == "generic_type":
            inner = self.type(parts[0])
            return RangeType(inner) if node.children[0] == "range" else ListType(inner)
        kinds = [self.type(part) for part in parts]
        return FunctionType(tuple(kinds[:-1]), kinds[-1])


# Compilation of what binds names: loops, quantifiers, filters, function literals.


class Binders(Base):
    """The nodes whose parts see names that they bring in."""

    def _filter(self, parts: list[Any]) -> Code:
        source = self.compile(parts[0])
        self.filters += 1
        self.bound.append({"item"})
        condition = self.compile(parts[2])
        self.bound.pop()
        self.filters -= 1
        return lambda scope: filter_items(source(scope), condition, scope)

    def _loop(self, parts: list[Any], extra: str = "") -> tuple[list[tuple[str, Code]], Code]:
        iterations: list[tuple[str, Code]] = []
        names = {extra} if extra else set()
        self.bound.append(set())
        for part in (part for part in parts if isinstance(part, Tree) and part.data == "iteration"):
            name, _, low, _, high = (*part.children, None, None)[:5]
            source = ranges_over(self.compile(low), self.compile(high)) if high is not None else self.compile(low)
            iterations.append((str(name), source))
            self.bound[-1].add(str(name))
        self.bound[-1] |= names
        body = self.compile(parts[-1])
        self.bound.pop()
        return iterations, body

    def _for(self, parts: list[Any]) -> Code:
        iterations, body = self._loop(parts, "partial")

        asks = any(True for _ in parts[-1].scan_values("partial".__eq__))
        return lambda scope: collect(iterations, body, scope, asks)

    def _some(self, parts: list[Any]) -> Code:
        return self._quantified(parts, True)

    def _every(self, parts: list[Any]) -> Code:
        return self._quantified(parts, False)

    def _quantified(self, parts: list[Any], decisive: bool) -> Code:
        iterations, body = self._loop(parts)

        return lambda scope: quantify(iterations, body, scope, decisive)

    def _function(self, parts: list[Any]) -> Code:
        trees = [part for part in parts if isinstance(part, Tree)]
        parameters = [part.children for part in trees if part.data == "parameter"]
        names = [str(part[0]) for part in parameters]
        types = [self.type(part[2]) if len(part) > 2 and part[2] is not None else ANY for part in parameters]
        self.bound.append(set(names))
        body = self.compile(trees[-1])
        self.bound.pop()
        external = any(isinstance(part, Token) and part.type == "EXTERNAL" for part in parts)
        if external:
            return lambda scope: scope.run.fail("external functions are not supported")
        return lambda scope: FeelFunction(names, types, body, scope)


# From parse tree to closures: each node becomes one function of a scope, compiled once and called often.

_NESTED = (list, dict)
MAX_CHAIN = 10_000
_LITERALS = ("string", "number", "at")
_CONSTANT_CALLS = ("date", "time", "date and time", "duration")


class Compiler(Binders):
    """Compiles one expression; afterwards `free` and `item_names` say which names it needs from outside."""

    def _number(self, parts: list[Any]) -> Code:
        try:
            return _constant(DECIMAL128.create_decimal(str(parts[0])))
        except DecimalException:
            return lambda scope: scope.run.fail("the number is too large")

    def _string(self, parts: list[Any]) -> Code:
        return _constant(unquote(parts[0]))

    def _at(self, parts: list[Any]) -> Code:
        return _constant(temporal.parse_literal(unquote(parts[0])))

    def _true(self, parts: list[Any]) -> Code:
        return _constant(True)

    def _false(self, parts: list[Any]) -> Code:
        return _constant(False)

    def _null(self, parts: list[Any]) -> Code:
        return _constant(None)

    def _name(self, parts: list[Any]) -> Code:
        name = str(parts[0])
        if not any(name in names for names in self.bound):
            (self.item_names if self.filters else self.free).add(name)

        def read(scope: Scope) -> Value:
            while scope.parent is not None:
                if name in scope.values:
                    return scope.values[name]
                scope = scope.parent
            return scope.run.read(name)

        return read

    def _paren(self, parts: list[Any]) -> Code:
        return self.compile(parts[1])

    def _list(self, parts: list[Any]) -> Code:
        codes = [self.compile(part) for part in parts if isinstance(part, Tree)]
        return lambda scope: [code(scope) for code in codes]

    def _context(self, parts: list[Any]) -> Code:
        entries: list[tuple[str, Code]] = []
        names: set[str] = set()
        self.bound.append(names)
        found: list[Any] = [part.children for part in parts if isinstance(part, Tree)]
        for key, _, body in found:
            name = unquote(key) if key.type == "STRING" else str(key)
            entries.append((name, self.compile(body)))
            names.add(name)
        self.bound.pop()
        if len(names) != len(entries):
            return lambda scope: scope.run.fail("a context has the same key twice")

        def build(scope: Scope) -> Value:
            made: dict[str, Value] = {}
            inner = Scope(made, scope, scope.run)
            for name, code in entries:
                made[name] = code(inner)
            return dict(made)

        return build

    def _range(self, parts: list[Any]) -> Code:
        opening, low, _, high, closing = parts
        start, end = self.compile(low), self.compile(high)
        included = (opening.type == "LBRACK", closing.type == "RBRACK")

        def build(scope: Scope) -> Value:
            first, last = start(scope), end(scope)
            if first is not None and last is not None and operators.compare(first, last) not in (-1, 0):
                return scope.run.fail("a range goes from a lower to a higher value of one type")
            return Range(first, last, *included)

        return build

    def _op_range(self, parts: list[Any]) -> Code:
        operator, operand = parts[1].children
        code = self.compile(operand)
        return lambda scope: operator_range(str(operator), code(scope))

    def _or(self, parts: list[Any]) -> Code:
        return self._chain("or_", parts, True, operators.disjunction)

    def _chain(self, kind: str, parts: list[Any], decisive: bool, join: Callable[[Value, Value], bool | None]) -> Code:
        """`a or b or c` without a level of depth for each; later operands are not evaluated once it is decided."""
        nodes = [parts[2]]
        while parts[0].data == kind:
            parts = parts[0].children
            nodes.insert(0, parts[2])
        codes = [self.compile(node) for node in (parts[0], *nodes)]

        def decide(scope: Scope) -> Value:
            result: Value = not decisive
            for code in codes:
                result = join(result, code(scope))
                if result is decisive:
                    break
            return result

        return decide

    def _and(self, parts: list[Any]) -> Code:
        return self._chain("and_", parts, False, operators.conjunction)

    def _compare(self, parts: list[Any]) -> Code:
        left, operator, right = self.compile(parts[0]), str(parts[1]), self.compile(parts[2])
        relation = operators.relation

        def test(scope: Scope) -> Value:
            first, last = left(scope), right(scope)
            if type(first) in _NESTED:
                scope.run.compares(first)
            result = relation(operator, first, last)
            if result is None:
                kinds = f"{operators.kind_of(first)} {operator} {operators.kind_of(last)}"
                scope.run.note(f"{kinds} cannot be compared")
            return result

        return test

    def _between(self, parts: list[Any]) -> Code:
        value, low, high = (self.compile(parts[index]) for index in (0, 2, 4))

        def test(scope: Scope) -> Value:
            middle = value(scope)
            least, most = low(scope), high(scope)
            return operators.conjunction(
                operators.relation("<=", least, middle), operators.relation("<=", middle, most)
            )

        return test

    def _in(self, parts: list[Any]) -> Code:
        value = self.compile(parts[0])
        tests = [self.test(part) for part in parts[2].children if isinstance(part, Tree)]

        def test(scope: Scope) -> Value:
            subject = value(scope)
            result: bool | None = False
            for one in tests:
                result = operators.disjunction(result, one(scope, subject))
            return result

        return test

    def test(self, node: Any) -> Test:
        """A unary test: a function of scope and input."""
        if node.data == "op_test":
            operator, code = str(node.children[0]), self.compile(node.children[1])
            return lambda scope, value: operators.relation(operator, value, code(scope))
        self.bound.append({"?"})
        code = self.compile(node)
        self.bound.pop()
        asks = any(True for _ in node.scan_values("?".__eq__))
        if node.data in ("string", "number", "at"):
            return constant_test(code)
        return value_test(code, asks)

    def _arithmetic(self, parts: list[Any]) -> Code:
        """`a + b - c` without a level of depth for each."""
        steps: list[tuple[str, Code]] = [(str(parts[1]), self.compile(parts[2]))]
        while parts[0].data == "arithmetic":
            parts = parts[0].children
            steps.append((str(parts[1]), self.compile(parts[2])))
        if len(steps) > MAX_CHAIN:
            raise ExpressionError(N_("An expression has at most %(limit)s operations in a row."), limit=MAX_CHAIN)
        first = self.compile(parts[0])
        if len(steps) == 1:
            ((operator, second),) = steps
            return lambda scope: _calculated(operator, first(scope), second(scope), scope)
        steps.reverse()

        def apply(scope: Scope) -> Value:
            result = first(scope)
            for operator, code in steps:
                result = _calculated(operator, result, code(scope), scope)
            return result

        return apply

    def _negate(self, parts: list[Any]) -> Code:
        code = self.compile(parts[1])
        return lambda scope: operators.negate(code(scope))

    def _instance_of(self, parts: list[Any]) -> Code:
        code, kind = self.compile(parts[0]), self.type(parts[2])
        return lambda scope: kind.accepts(value) if (value := code(scope)) is not None else False

    def _path(self, parts: list[Any]) -> Code:
        names = [str(parts[2])]
        node = parts[0]
        while node.data == "path":
            names.insert(0, str(node.children[2]))
            node = node.children[0]
        code = self.compile(node)
        root = str(node.children[0]) if node.data == "name" else None

        def follow(scope: Scope) -> Value:
            if root is not None:
                here: Scope | None = scope
                while here is not None and here.parent is not None:
                    if root in here.values:
                        break
                    here = here.parent
                if here is not None and here.parent is None:
                    return here.run.read_path(root, names)
            value = code(scope)
            for name in names:
                value = _member(value, name, scope)
            return value

        return follow

    def _call(self, parts: list[Any]) -> Code:
        function = self.compile(parts[0])
        given = [part for part in parts[1:] if isinstance(part, Tree)]
        args = [self.compile(part) for part in given]
        name = str(parts[0].children[0]) if parts[0].data == "name" else "the value"
        if name in _CONSTANT_CALLS and all(part.data in _LITERALS for part in given):
            return _known_call(function, args, name)
        return lambda scope: call(function(scope), [code(scope) for code in args], None, scope.run, name)

    def _call_named(self, parts: list[Any]) -> Code:
        function = self.compile(parts[0])
        named = [part.children for part in parts[1:] if isinstance(part, Tree)]
        args = [(str(part[0]), self.compile(part[2])) for part in named]
        name = str(parts[0].children[0]) if parts[0].data == "name" else "the value"
        return lambda scope: call(function(scope), [], {key: code(scope) for key, code in args}, scope.run, name)

    def _if(self, parts: list[Any]) -> Code:
        condition, yes, no = (self.compile(parts[index]) for index in (1, 3, 5))
        return lambda scope: yes(scope) if condition(scope) is True else no(scope)


def _calculated(operator: str, first: Value, last: Value, scope: Scope) -> Value:
    result = operators.arithmetic(operator, first, last)
    if result is None:
        kinds = f"{operators.kind_of(first)} {operator} {operators.kind_of(last)}"
        scope.run.note(f"{kinds} has no result")
    elif type(result) is str:
        scope.run.bounded(result)
    return result


def _known_call(function: Code, args: list[Code], name: str) -> Code:
    """`date("2023-04-05")`: called once, unless a variable of that name stands before the built-in function."""
    builtin = BUILTINS[name]
    run = Run({}, BUILTINS)
    nothing = Scope({}, None, run)
    found = call(builtin, [code(nothing) for code in args], None, run, name)

    def read(scope: Scope) -> Value:
        called = function(scope)
        if called is builtin and found is not None:
            return found
        return call(called, [code(scope) for code in args], None, scope.run, name)

    return read


def _constant(value: Value) -> Code:
    return lambda scope: value


def _member(value: Value, name: str, scope: Scope) -> Value:
    found = properties.member(value, name)
    if found is properties.MISSING:
        return scope.run.fail(f"{operators.kind_of(value)} has no entry '{name}'")
    return found
