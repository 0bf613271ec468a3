"""Item definitions: a model's own types, with allowed values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from workflow.dmn.xml import Element, child, children, flag, local, name_of, text
from workflow.errors import ExpressionError
from workflow.feel.expression import UnaryTests, compile_unary_tests
from workflow.feel.lexer import is_blank, normalise
from workflow.feel.types import ANY, BUILTIN_TYPES, ContextType, FeelType, FunctionType, ListType, Mismatch
from workflow.feel.values import Value


@dataclass(slots=True, eq=False)
class ItemType(FeelType):
    """A named type; allowed values count when a value is converted, not for `instance of`."""

    name: str
    base: FeelType = ANY
    allowed: UnaryTests | None = None
    allowed_text: str = ""

    def accepts(self, value: Value) -> bool:
        """See FeelType."""
        return self.base.accepts(value)

    def permits(self, value: Value) -> bool:
        """Whether the value, and what it holds, is among the allowed values."""
        if value is not None and self.allowed is not None and self.allowed.matches(value, {}) is not True:
            return False
        return permits(self.base, value)

    def convert(self, value: Value) -> Value:
        """See FeelType; raises Mismatch also for a value that is not allowed."""
        converted = self.base.convert(value)
        if not self.permits(converted):
            raise Mismatch(f"the value is not one that {self.name} allows")
        return converted


def permits(kind: FeelType, value: Value) -> bool:
    """Whether allowed values within a type are kept."""
    if isinstance(kind, ItemType):
        return kind.permits(value)
    if isinstance(kind, ListType) and isinstance(value, list):
        return all(permits(kind.item, item) for item in value)
    if isinstance(kind, ContextType) and isinstance(value, dict):
        return all(permits(inner, value.get(name)) for name, inner in kind.fields.items())
    return True


@dataclass(slots=True)
class TypeTable:
    """The types of a model by name, those of its imports as `alias.name`."""

    named: dict[str, FeelType] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """The names of components, for the lexer."""
    report: Callable[[Element, ExpressionError], None] = lambda element, error: None

    def resolve(self, reference: str | None) -> FeelType:
        """The type that a `typeRef` names; Any for an unknown one, as it then says nothing."""
        name = normalise(reference or "Any")
        found = self.named.get(name) or BUILTIN_TYPES.get(name)
        if found is None and ":" in name:
            return self.resolve(name.partition(":")[2])
        return found or ANY

    def add_all(self, definitions: list[Element], imported: Mapping[str, FeelType]) -> None:
        """Take in the imports' types and all item definitions, in whatever order they refer to each other."""
        self.named.update(imported)
        made = {name_of(element): ItemType(name_of(element)) for element in definitions}
        self.named.update(made)
        for element in definitions:
            self._fill(made[name_of(element)], element)

    def _fill(self, item: ItemType, element: Element) -> None:
        components = list(children(element, "itemComponent"))
        function = child(element, "functionItem")
        if components:
            fields: dict[str, FeelType] = {}
            for component in components:
                inner = ItemType(name_of(component))
                self._fill(inner, component)
                fields[inner.name] = inner
                self.names.add(inner.name)
            item.base = ContextType(fields)
        elif function is not None:
            parameters = tuple(self.resolve(part.get("typeRef")) for part in children(function, "parameters"))
            item.base = FunctionType(parameters, self.resolve(function.get("outputTypeRef")))
        else:
            reference = child(element, "typeRef")
            parts = [str(part) for part in reference.itertext()] if reference is not None else []
            item.base = self.resolve("".join(parts) or None)
        self._restrict(item, element)

    def _restrict(self, item: ItemType, element: Element) -> None:
        collection = flag(element, "isCollection")
        for part in children(element, "allowedValues", "typeConstraint"):
            tests = self._tests(part)
            if collection and local(part) == "allowedValues":
                item.base = ItemType(item.name, item.base, tests, text(part))
            else:
                item.allowed, item.allowed_text = tests, text(part)
        if collection:
            item.base = ListType(item.base)

    def _tests(self, element: Element) -> UnaryTests | None:
        source = text(element)
        if is_blank(source):
            return None
        try:
            return compile_unary_tests(source, frozenset(self.names), self.named)
        except ExpressionError as error:
            self.report(element, error)
            return None


def find_cycle(table: TypeTable) -> str | None:
    """The name of an item definition that is made of nothing but itself."""
    for name, start in table.named.items():
        seen: set[int] = set()
        kind: FeelType | None = start
        while isinstance(kind, ItemType | ListType):
            if id(kind) in seen:
                return name
            seen.add(id(kind))
            kind = kind.base if isinstance(kind, ItemType) else kind.item
    return None
