"""The ground of the compiler: dispatch by node, names bound and free, types."""

from collections.abc import Callable, Mapping
from typing import Any

from lark import Tree

from workflow.errors import N_, ExpressionError
from workflow.feel.scope import Scope
from workflow.feel.types import BUILTIN_TYPES, ContextType, FeelType, FunctionType, ListType, RangeType
from workflow.feel.values import Value

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
