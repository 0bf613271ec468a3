"""The nodes of a decision model and one evaluation of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflow.dmn.table import DecisionTable
from workflow.feel.calls import bind
from workflow.feel.scope import Run, Scope
from workflow.feel.types import ANY, FeelType, Mismatch
from workflow.feel.values import Function, Value, coerce

Code = Callable[[Scope], Value]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A node that another one needs, and the name it has there: one part, or alias and name for an import."""

    path: tuple[str, ...]
    node: "Node"


@dataclass(slots=True, kw_only=True, eq=False)
class Node:
    """What a model consists of. Nodes are linked after they are made, as requirements may point forward."""

    id: str
    name: str
    line: int | None
    type: FeelType = ANY
    requires: list[Requirement] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class InputData(Node):
    """A value that the caller gives."""


@dataclass(slots=True, kw_only=True, eq=False)
class Decision(Node):
    """A value that is decided; `table` is its logic where that is a decision table."""

    code: Code = lambda scope: None
    table: DecisionTable | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Knowledge(Node):
    """A business knowledge model: a function."""

    parameters: Mapping[str, FeelType] = field(default_factory=dict)
    code: Code = lambda scope: None


@dataclass(slots=True, kw_only=True, eq=False)
class Service(Node):
    """A decision service: output decisions as a function of input data and input decisions."""

    inputs: Sequence[Node] = ()
    outputs: Sequence[Node] = ()


@dataclass(slots=True)
class Session:
    """One evaluation: the values that are given and those found so far."""

    run: Run
    root: Scope
    read_input: Callable[[InputData], object]
    values: dict[int, Value] = field(default_factory=dict)

    def value(self, node: Node) -> Value:
        """The node's value; what it needs is evaluated first, each node once."""
        for needed in _order(node, self.values):
            self.values[id(needed)] = self._compute(needed)
        return self.values[id(node)]

    def _compute(self, node: Node) -> Value:
        self.run.step()
        if isinstance(node, InputData):
            return self._converted(node, coerce(self.read_input(node)))
        if isinstance(node, Decision):
            return self._converted(node, node.code(Scope(self.bindings(node), self.root, self.run)))
        return NodeFunction(node, self)

    def _converted(self, node: Node, value: Value) -> Value:
        try:
            return node.type.convert(value)
        except Mismatch as error:
            return self.run.fail(f"'{node.name}' is not of its type{f': {error}' if str(error) else ''}")

    def bindings(self, node: Node) -> dict[str, Value]:
        """The names that a node's logic sees: everything it requires."""
        found: dict[str, Value] = {}
        for requirement in node.requires:
            known = requirement.node
            value = self.values[id(known)] if id(known) in self.values else self._compute(known)
            if len(requirement.path) == 1:
                found[requirement.path[0]] = value
            else:
                found.setdefault(requirement.path[0], {})[requirement.path[1]] = value
        return found

    def inputs_of(self, node: Node) -> dict[str, Value]:
        """The values of the data and decisions that a node read."""
        kept = [item for item in node.requires if isinstance(item.node, InputData | Decision)]
        return {".".join(item.path): self.values.get(id(item.node)) for item in kept}

    def service(self, node: Service, args: Mapping[str, Value]) -> Value:
        """The value of a service for its inputs by name."""
        given = {id(part): args.get(part.name) for part in node.inputs}
        inner = Session(self.run, self.root, self.read_input, given)
        values = {part.name: inner.value(part) for part in node.outputs}
        return self._converted(node, next(iter(values.values())) if len(values) == 1 else values)


def _order(node: Node, known: Mapping[int, Value]) -> Iterator[Node]:
    """The nodes that have to be evaluated, each after what it needs; services and functions are only made."""
    done: set[int] = set()
    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        current, ready = stack.pop()
        if id(current) in known or id(current) in done:
            continue
        if ready or not isinstance(current, Decision):
            done.add(id(current))
            yield current
            continue
        stack.append((current, True))
        stack.extend((requirement.node, False) for requirement in reversed(current.requires))


class NodeFunction(Function):
    """A business knowledge model or decision service as a value."""

    __slots__ = ("arity", "node", "session")

    def __init__(self, node: Node, session: Session) -> None:
        self.node = node
        self.session = session
        self.arity = len(self.parameters)

    @property
    def parameters(self) -> Mapping[str, FeelType]:
        """Names and types, in order."""
        if isinstance(self.node, Knowledge):
            return self.node.parameters
        return {part.name: part.type for part in self.node.inputs} if isinstance(self.node, Service) else {}

    def invoke(self, args: list[Value], named: Mapping[str, Value] | None, run: Any) -> Value:
        """Bind the arguments and evaluate."""
        names, kinds = list(self.parameters), list(self.parameters.values())
        bound = bind(names, kinds, args, named, run)
        if bound is None:
            return None
        if isinstance(self.node, Service):
            return self.session.service(self.node, bound)
        if not isinstance(self.node, Knowledge):
            return None
        known = {self.node.name: self, **self.session.bindings(self.node)}
        value = self.node.code(Scope(bound, Scope(known, self.session.root, run), run))
        try:
            return self.node.type.convert(value)
        except Mismatch:
            return run.fail(f"the result of '{self.node.name}' is not of its type")
