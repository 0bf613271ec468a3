"""Boxed expressions: each element becomes one function of a scope, as FEEL's own nodes do."""

from collections.abc import Callable, Mapping
from typing import Any

from workflow.dmn.shape import EXPRESSIONS
from workflow.dmn.table import DecisionTable, Input, Output, Rule
from workflow.dmn.types import ItemType, TypeTable
from workflow.dmn.xml import Element, child, children, local, name_of, text
from workflow.errors import N_, ExpressionError
from workflow.feel.calls import FeelFunction, call
from workflow.feel.expression import UnaryTests, compile_expression, compile_unary_tests
from workflow.feel.lexer import is_blank, is_counted, normalise
from workflow.feel.loops import choose, collect, filter_items, quantify
from workflow.feel.scope import Scope
from workflow.feel.types import ANY, FeelType, FunctionType, Mismatch
from workflow.feel.values import Value

Code = Callable[[Scope], Value]
Report = Callable[[Element, ExpressionError], None]
_FEEL = ("/FEEL/", "feel")


def expression_in(element: Element | None) -> Element | None:
    """The boxed expression directly in an element."""
    return next(children(element, *EXPRESSIONS), None) if element is not None else None


def typed(code: Code, kind: FeelType, name: str) -> Code:
    """The code whose value is converted to a type; null with a diagnostic when it does not fit."""
    if kind is ANY:
        return code

    def convert(scope: Scope) -> Value:
        try:
            return kind.convert(code(scope))
        except Mismatch as error:
            return scope.run.fail(f"'{name}' is not of its type{f': {error}' if str(error) else ''}")

    return convert


def result_type(kind: FeelType) -> FeelType:
    """What a function of this type gives; models also write the result's type where the function's belongs."""
    while isinstance(kind, ItemType):
        if isinstance(kind.base, FunctionType):
            return kind.base.result
        if not isinstance(kind.base, ItemType):
            break
        kind = kind.base
    return kind


class BoxCompiler:
    """Compiles the boxed expressions of one model."""

    def __init__(self, types: TypeTable, names: frozenset[str], report: Report) -> None:
        self.types = types
        self.common = names
        """Names that may follow a dot anywhere: components, context entries, columns, outputs."""
        self.report = report
        self.tables: dict[Element, DecisionTable] = {}

    def compile(self, element: Element | None, names: frozenset[str]) -> Code:
        """The code of a boxed expression; what cannot be read is reported, and null."""
        if element is None:
            return _null
        code: Code = getattr(self, f"_{local(element)}")(element, names)
        if isinstance(code, DecisionTable):
            self.tables[element] = code
        kind = self.types.resolve(element.get("typeRef"))
        if local(element) == "functionDefinition":
            return code
        return typed(code, kind, element.get("label") or local(element))

    def inside(self, element: Element, part: str, names: frozenset[str]) -> Code:
        """The code of the expression within a named child."""
        return self.compile(expression_in(child(element, part)), names)

    def feel(self, element: Element, source: str, names: frozenset[str]) -> Code:
        """The code of an expression's text."""
        if is_blank(source):
            return _null
        try:
            return compile_expression(source, self.common | names, self.types.named).code
        except ExpressionError as error:
            self.report(element, error)
            return _broken(str(error))

    def tests(self, element: Element | None, names: frozenset[str]) -> UnaryTests | None:
        """The unary tests in an element; None where there are none or they cannot be read."""
        source = text(element)
        if element is None or is_blank(source):
            return None
        try:
            return compile_unary_tests(source, self.common | names, self.types.named)
        except ExpressionError as error:
            self.report(element, error)
            return UnaryTests(source, frozenset(), (lambda scope, value: None,), False)

    def _literalExpression(self, element: Element, names: frozenset[str]) -> Code:  # noqa: N802 - DMN's spelling
        language = element.get("expressionLanguage")
        if language and not any(mark in language for mark in _FEEL):
            error = ExpressionError(N_("The expression language %(language)s is not supported."), language=language)
            self.report(element, error)
            return _broken(str(error))
        return self.feel(element, text(element), names)

    def _context(self, element: Element, names: frozenset[str]) -> Code:
        entries: list[tuple[str | None, Code]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            code = self.compile(expression_in(entry), names)
            if variable is None:
                entries.append((None, code))
                continue
            name = name_of(variable)
            names |= {name}
            entries.append((name, typed(code, self.types.resolve(variable.get("typeRef")), name)))

        def build(scope: Scope) -> Value:
            made: dict[str, Value] = {}
            inner = Scope(made, scope, scope.run)
            for name, code in entries:
                if name is None:
                    return code(inner)
                made[name] = code(inner)
            return dict(made)

        return build

    def _list(self, element: Element, names: frozenset[str]) -> Code:
        codes = [self.compile(item, names) for item in children(element, *EXPRESSIONS)]
        return lambda scope: [code(scope) for code in codes]

    def _relation(self, element: Element, names: frozenset[str]) -> Code:
        found = list(children(element, "column"))
        columns = [name_of(column) for column in found]
        kinds = [self.types.resolve(column.get("typeRef")) for column in found]
        rows = [
            [
                typed(self.compile(cell, names), kind, name)
                for name, kind, cell in zip(columns, kinds, children(row, *EXPRESSIONS), strict=False)
            ]
            for row in children(element, "row")
        ]
        return lambda scope: [{name: code(scope) for name, code in zip(columns, row, strict=False)} for row in rows]

    def _invocation(self, element: Element, names: frozenset[str]) -> Code:
        function = self.compile(expression_in(element), names)
        source = normalise(text(expression_in(element)))
        args: list[tuple[str, Code]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = name_of(parameter) if parameter is not None else ""
            args.append((name, self.compile(expression_in(binding), names)))
        return lambda scope: call(function(scope), [], {name: code(scope) for name, code in args}, scope.run, source)

    def parameters(self, element: Element) -> Mapping[str, FeelType]:
        """The formal parameters of a function definition."""
        found = children(element, "formalParameter")
        return {name_of(parameter): self.types.resolve(parameter.get("typeRef")) for parameter in found}

    def function_body(self, element: Element, names: frozenset[str]) -> Code:
        """The code of a function definition's body; reported and null for a kind that is not FEEL."""
        if element.get("kind", "FEEL") == "FEEL":
            return self.compile(expression_in(element), names)
        error = ExpressionError(N_("A function of kind %(kind)s is not supported."), kind=element.get("kind"))
        self.report(element, error)
        return _broken(str(error))

    def _functionDefinition(self, element: Element, names: frozenset[str]) -> Code:  # noqa: N802 - DMN's spelling
        parameters = self.parameters(element)
        body = self.function_body(element, names | parameters.keys())
        body = typed(body, result_type(self.types.resolve(element.get("typeRef"))), "function")
        kinds = list(parameters.values())
        return lambda scope: FeelFunction(list(parameters), kinds, body, scope)

    def _conditional(self, element: Element, names: frozenset[str]) -> Code:
        condition, yes, no = (self.inside(element, part, names) for part in ("if", "then", "else"))
        return lambda scope: choose(condition, yes, no, scope)

    def _filter(self, element: Element, names: frozenset[str]) -> Code:
        source, match = self.inside(element, "in", names), self.inside(element, "match", names | {"item"})
        return lambda scope: filter_items(source(scope), match, scope, strict=True)

    def _iterator(self, element: Element, names: frozenset[str], body: str) -> tuple[list[tuple[str, Code]], Code]:
        name = normalise(element.get("iteratorVariable") or "")
        source = self._iterated(element, names)
        return [(name, source)], self.inside(element, body, names | {name, "partial"})

    def _iterated(self, element: Element, names: frozenset[str]) -> Code:
        """What is iterated over; `1..n` without brackets, as in FEEL's own `for`, is written here too."""
        inner = expression_in(child(element, "in"))
        source = text(inner).strip() if inner is not None else ""
        if inner is not None and local(inner) == "literalExpression" and is_counted(source):
            return self.feel(inner, f"for counted in {source} return counted", names)
        return self.compile(inner, names)

    def _for(self, element: Element, names: frozenset[str]) -> Code:
        iterations, body = self._iterator(element, names, "return")

        asks = "partial" in "".join(str(part) for part in element.itertext())
        return lambda scope: collect(iterations, body, scope, asks)

    def _every(self, element: Element, names: frozenset[str]) -> Code:
        return self._quantified(element, names, False)

    def _some(self, element: Element, names: frozenset[str]) -> Code:
        return self._quantified(element, names, True)

    def _quantified(self, element: Element, names: frozenset[str], decisive: bool) -> Code:
        iterations, body = self._iterator(element, names, "satisfies")

        return lambda scope: quantify(iterations, body, scope, decisive, strict=True)

    def _decisionTable(self, element: Element, names: frozenset[str]) -> Code:  # noqa: N802 - DMN's spelling
        policy = element.get("hitPolicy", "UNIQUE").strip()
        rules = list(children(element, "rule"))
        return DecisionTable(
            name=_owner(element),
            inputs=tuple(self._input(column, names) for column in children(element, "input")),
            outputs=tuple(self._output(column, names, element) for column in children(element, "output")),
            rules=tuple(self._rule(rule, number, names) for number, rule in enumerate(rules, 1)),
            hit_policy=policy,
            aggregation=(element.get("aggregation") or "").strip() or None if policy == "COLLECT" else None,
        )

    def _input(self, element: Element, names: frozenset[str]) -> Input:
        expression = child(element, "inputExpression")
        source = text(expression).strip()
        code = self.feel(expression, source, names) if expression is not None else _null
        allowed = self.tests(child(element, "inputValues"), names)
        return Input(label=element.get("label") or source, code=code, allowed=allowed)

    def _output(self, element: Element, names: frozenset[str], table: Element) -> Output:
        values = child(element, "outputValues")
        kind = self.types.resolve(element.get("typeRef") or table.get("typeRef"))
        source = text(values) or (kind.allowed_text if isinstance(kind, ItemType) else "")
        default = child(element, "defaultOutputEntry")
        return Output(
            name=name_of(element),
            allowed=self.tests(values, names),
            priorities=self._priorities(source, names),
            default=self.feel(default, text(default), names) if default is not None else None,
        )

    def _priorities(self, source: str, names: frozenset[str]) -> tuple[Value, ...]:
        """Allowed values in their order; none where they are not a list of plain values."""
        try:
            found: Any = compile_expression(f"[{source}]", self.common | names, {}).evaluate({}).value
        except ExpressionError:
            return ()
        return tuple(found or ())

    def _rule(self, element: Element, number: int, names: frozenset[str]) -> Rule:
        always = UnaryTests("-", frozenset(), (), False)
        return Rule(
            id=element.get("id") or str(number),
            number=number,
            tests=tuple(self.tests(entry, names) or always for entry in children(element, "inputEntry")),
            outputs=tuple(self.feel(entry, text(entry), names) for entry in children(element, "outputEntry")),
        )


def _owner(element: Element) -> str:
    """The name of the decision or knowledge model that an expression stands in."""
    place: Element | None = element
    while place is not None and not place.get("name"):
        place = place.getparent()
    return name_of(place) if place is not None else ""


def _null(scope: Scope) -> Value:
    return None


def _broken(reason: str) -> Code:
    return lambda scope: scope.run.fail(reason)
