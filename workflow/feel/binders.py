"""Compilation of what binds names: loops, quantifiers, filters, function literals."""

from typing import Any

from lark import Token, Tree

from workflow.feel.calls import FeelFunction
from workflow.feel.compiling import Base, Code
from workflow.feel.loops import collect, filter_items, quantify, ranges_over
from workflow.feel.types import ANY


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
