"""Decision models: loading a file and its imports, strictly or leniently, evaluating, explaining."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import unquote

from workflow.dmn.nodes import Decision, Knowledge, Node, NodeFunction, Service, Session
from workflow.dmn.reader import Graph, read_graph
from workflow.dmn.table import TableTrace
from workflow.dmn.xml import MAX_BYTES
from workflow.errors import N_, BudgetSpent, DefinitionRejected, NotFound
from workflow.feel.basics import heft
from workflow.feel.calls import call
from workflow.feel.functions.library import BUILTINS
from workflow.feel.scope import MAX_CALLS, TOO_DEEP, Run, Scope
from workflow.feel.values import Value, coerce
from workflow.model.findings import Finding

MAX_IMPORTS = 20
_Node = TypeVar("_Node", bound=Node)
Resolve = Callable[[str], bytes | None]


@dataclass(frozen=True)
class DecisionResult:
    """What a decision came to, from which inputs, by which rules (ids, or row numbers from 1), and what went wrong."""

    decision: str
    inputs: Mapping[str, Value]
    matched: tuple[str, ...]
    value: Value
    diagnostics: tuple[str, ...]
    tables: tuple[TableTrace, ...] = ()
    """Every decision table that took part, in the order of evaluation: its inputs, the rules that matched and by which entries."""


class Model:
    """A loaded model. Evaluation keeps no state, so one model serves any number of threads."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.name = graph.name
        self.namespace = graph.namespace
        self.findings: tuple[Finding, ...] = tuple(graph.findings)
        self.decisions: Mapping[str, Decision] = MappingProxyType(self._by_name(Decision))
        self.services: Mapping[str, Service] = MappingProxyType(self._by_name(Service))
        self.knowledge: Mapping[str, Knowledge] = MappingProxyType(self._by_name(Knowledge))

    def _by_name(self, kind: type[_Node]) -> dict[str, _Node]:
        found = [node for node in self._graph.nodes.values() if isinstance(node, kind)]
        return {node.name: node for node in found} | {node.id: node for node in found}

    def evaluate(self, name: str, inputs: Mapping[str, object], *, now: datetime | None = None) -> Value:
        """The value of a decision, or of a business knowledge model called with the inputs. Raises NotFound."""
        return self.explain(name, inputs, now=now).value

    def evaluate_service(self, name: str, inputs: Mapping[str, object], *, now: datetime | None = None) -> Value:
        """The value of a decision service: of its one output decision, or a context of all. Raises NotFound."""
        service = self.services.get(name)
        if service is None:
            raise NotFound(N_("The model has no decision service '%(name)s'."), name=name)
        return self._explain(service, inputs, now).value

    def explain(self, name: str, inputs: Mapping[str, object], *, now: datetime | None = None) -> DecisionResult:
        """The value with what led to it, for the audit trail. Raises NotFound, BudgetSpent."""
        node = self.decisions.get(name) or self.knowledge.get(name) or self.services.get(name)
        if node is None:
            raise NotFound(N_("The model has no decision '%(name)s'."), name=name)
        return self._explain(node, inputs, now)

    def _explain(self, node: Node, inputs: Mapping[str, object], now: datetime | None) -> DecisionResult:
        run = Run({}, BUILTINS, now)
        session = Session(run, Scope({}, None, run), lambda data: self._input(data, inputs))
        used: Mapping[str, Value] = {}
        try:
            if isinstance(node, Decision):
                value = session.value(node)
                used = session.inputs_of(node)
            else:
                function = NodeFunction(node, session)
                used = {name: coerce(self._argument(node, name, inputs)) for name in function.parameters}
                value = call(function, [], used, run, node.name)
        except RecursionError as error:
            raise BudgetSpent(TOO_DEEP, most=MAX_CALLS) from error
        run.settle(heft(value))
        table = node.table if isinstance(node, Decision) else None
        traces = tuple((source, tell()) for source, tell in run.traces)
        own: list[TableTrace] = [trace for source, trace in traces if table is not None and source is table]
        matched = tuple(rule.id for rule in own[-1].rules) if own else ()
        tables = tuple(trace for _, trace in traces)
        return DecisionResult(node.name, used, matched, value, tuple(run.diagnostics), tables)

    def _argument(self, node: Node, name: str, inputs: Mapping[str, object]) -> object:
        if name not in inputs and isinstance(node, Service):
            data = next((part for part in node.inputs if part.name == name), None)
            return self._input(data, inputs) if data is not None else None
        return inputs.get(name)

    def _input(self, data: Node, inputs: Mapping[str, object]) -> object:
        """The value given for input data: by name, or under the alias of the import it comes from."""
        if data.name in inputs or self._graph.nodes.get(data.id) is data:
            return inputs.get(data.name)
        for path in _aliases(self._graph, data):
            dotted = ".".join((*path, data.name))
            if dotted in inputs:
                return inputs[dotted]
            found: object = inputs
            for part in (*path, data.name):
                found = found.get(part) if isinstance(found, Mapping) else None
            if found is not None:
                return found
        return None


def _aliases(graph: Graph, data: Node) -> Iterator[tuple[str, ...]]:
    """The ways by which imported input data is reached, outermost alias first."""
    for alias, other in graph.imports:
        here = (alias,) if alias else ()
        if other.nodes.get(data.id) is data:
            yield here
        for deeper in _aliases(other, data):
            yield here + deeper


def load(source: Path | bytes, *, resolve: Resolve | None = None, strict: bool = True) -> Model:
    """Read a model and what it imports (beside the file, or by `resolve` from its location or namespace).

    Raises DefinitionRejected with every finding; when not strict, expressions that cannot be read are only kept in
    `Model.findings`, and their decisions are null with a diagnostic.
    """
    content = source if isinstance(source, bytes) else _content(source)
    found = resolve or (_beside(source.parent) if isinstance(source, Path) else _nowhere)
    graph = _Loading(found).graph(content)
    grave = [finding for finding in graph.findings if strict or finding.rule != "dmn-expression"]
    if grave:
        raise DefinitionRejected(tuple(grave))
    return Model(graph)


class _Loading:
    """Loads imports, each once; one that imports itself is refused as not found."""

    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve
        self.known: dict[str, Graph | None] = {}

    def graph(self, content: bytes) -> Graph:
        graph = read_graph(content, self.imported)
        graph.findings.extend(finding for _, other in graph.imports for finding in other.findings)
        return graph

    def imported(self, location: str | None, namespace: str) -> Graph | None:
        if namespace in self.known or len(self.known) >= MAX_IMPORTS:
            return self.known.get(namespace)
        self.known[namespace] = None
        names = [name for given in (location, namespace) if given for name in dict.fromkeys((given, unquote(given)))]
        content = next((found for name in names if (found := self.resolve(name))), None)
        if content is not None:
            self.known[namespace] = self.graph(content)
        return self.known[namespace]


def _nowhere(name: str) -> bytes | None:
    return None


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _beside(folder: Path) -> Resolve:
    """Looks in one folder, by file name or by the namespace that a file declares; never anywhere else."""

    def look(name: str) -> bytes | None:
        candidate = folder / PurePosixPath(name).name
        if PurePosixPath(name).name and candidate.suffix == ".dmn" and candidate.is_file():
            return _content(candidate)
        declared = re.compile(
            rb"<(?:[\w.-]+:)?definitions\b[^>]*\bnamespace\s*=\s*[\"']" + re.escape(name.encode()) + rb"[\"']"
        )
        for path in sorted(folder.glob("*.dmn")):
            content = _content(path)
            if declared.search(content):
                return content
        return None

    return look


# Reading models of others leniently, as interchange needs it: what is wrong in one decision does not stop the others.


def load_leniently(source: Path | str | bytes, *, resolve: Callable[[str], bytes | None] | None = None) -> Model:
    """Read a model; a decision with an expression that cannot be read is null with a diagnostic, the others work.

    `source` is a path or the file's bytes. Imports are looked up beside the file, or by `resolve` (location, then namespace).
    Raises DefinitionRejected for a file that is no DMN model, and for requirements that lead nowhere or in a circle.
    """
    return load(Path(source) if isinstance(source, str) else source, resolve=resolve, strict=False)
