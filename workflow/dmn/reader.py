"""From the XML of one model to its nodes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from workflow.dmn.boxed import BoxCompiler, expression_in, result_type, typed
from workflow.dmn.nodes import Decision, InputData, Knowledge, Node, Requirement, Service
from workflow.dmn.shape import faults
from workflow.dmn.types import TypeTable, find_cycle
from workflow.dmn.xml import Element, child, children, line_of, local, name_of, read
from workflow.errors import N_, ExpressionError
from workflow.model.findings import Finding

MAX_NAMES = 2_000
NODE_KINDS: dict[str, type[Node]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": Knowledge,
    "decisionService": Service,
}


@dataclass(slots=True)
class Graph:
    """One model's nodes and types, those of its imports by alias, and what was found wrong."""

    namespace: str
    name: str
    types: TypeTable = field(default_factory=TypeTable)
    nodes: dict[str, Node] = field(default_factory=dict)
    imports: list[tuple[str, "Graph"]] = field(default_factory=list)
    """Alias (empty for an import without a name) and graph."""
    findings: list[Finding] = field(default_factory=list)
    common: frozenset[str] = frozenset()

    def find(self, href: str) -> tuple[tuple[str, ...], Node] | None:
        """The node of a reference and the name by which this model knows it; a URI may be percent-encoded (RFC 3986)."""
        namespace, _, identity = href.strip().rpartition("#")
        for space, name in ((namespace, identity), (unquote(namespace), unquote(identity))):
            node = self.nodes.get(name)
            if node is not None and space in ("", self.namespace):
                return (node.name,), node
            for alias, graph in self.imports:
                if space == graph.namespace and name in graph.nodes:
                    found = graph.nodes[name]
                    return ((alias, found.name) if alias else (found.name,)), found
        return None

    def report(self, element: Element, error: ExpressionError) -> None:
        """Note a finding of an expression, at the nearest element that has an id."""
        self.note("dmn-expression", element, error.template, **error.params)

    def note(self, rule: str, element: Element, template: str, **params: object) -> None:
        """Note a finding about an element."""
        place: Element | None = element
        while place is not None and not place.get("id"):
            place = place.getparent()
        owner: Element | None = element
        while owner is not None and not owner.get("name"):
            owner = owner.getparent()
        self.findings.append(
            Finding(
                rule=rule,
                template=template,
                params=dict(params),
                element_id=place.get("id") if place is not None else None,
                element_name=owner.get("name") if owner is not None else None,
                line=line_of(element),
            )
        )


Loader = Callable[[str | None, str], Graph | None]


def read_graph(content: bytes, load_import: Loader) -> Graph:
    """The graph of a file; raises DefinitionRejected for one that is no DMN. `load_import` takes location and namespace."""
    root = read(content)
    graph = Graph(root.get("namespace") or "", root.get("name") or "")
    for rule, element, template, values in faults(root):
        graph.note(rule, element, template, **values)
    if graph.findings:
        return graph
    _read_imports(root, graph, load_import)
    imported = {
        f"{alias}.{name}" if alias else name: kind
        for alias, other in graph.imports
        for name, kind in other.types.named.items()
    }
    graph.types.report = graph.report
    graph.types.add_all(list(children(root, "itemDefinition")), imported)
    if (name := find_cycle(graph.types)) is not None:
        graph.note("dmn-type-cycle", root, N_("The type '%(name)s' is defined by itself."), name=name)
        return graph
    graph.common = _common_names(root, graph)
    if len(graph.common) > MAX_NAMES:
        template = N_("The model has more than %(limit)s names of components, entries, columns and outputs.")
        graph.note("dmn-names", root, template, limit=MAX_NAMES)
        return graph
    elements: dict[str, Element] = {}
    for element in children(root, *NODE_KINDS):
        node = _make(element, graph)
        graph.nodes[node.id] = node
        elements[node.id] = element
    for identity, element in elements.items():
        _link(graph.nodes[identity], element, graph)
    if not graph.findings:
        _check_cycles(graph, elements)
    boxes = BoxCompiler(graph.types, graph.common, graph.report)
    for identity, element in elements.items():
        _compile(graph.nodes[identity], element, boxes)
    return graph


def _read_imports(root: Element, graph: Graph, load_import: Loader) -> None:
    for element in children(root, "import"):
        namespace = element.get("namespace") or ""
        other = load_import(element.get("locationURI"), namespace)
        if other is None:
            graph.note(
                "dmn-import", element, N_("The imported model %(namespace)s was not found."), namespace=namespace
            )
        else:
            graph.imports.append((name_of(element), other))


def _common_names(root: Element, graph: Graph) -> frozenset[str]:
    """Names that can follow a dot: they are known everywhere, as types of intermediate values are not."""
    names = set(graph.types.names)
    for element in root.iter():
        kind = local(element)
        if kind in ("column", "output"):
            names.add(name_of(element))
        elif kind == "contextEntry":
            variable = child(element, "variable")
            names |= {name_of(variable)} if variable is not None else set()
    for alias, other in graph.imports:
        names |= other.common | {node.name for node in other.nodes.values()} | {alias}
    return frozenset(name for name in names if name)


def _make(element: Element, graph: Graph) -> Node:
    variable = child(element, "variable")
    name = (name_of(variable) if variable is not None else "") or name_of(element)
    reference = variable.get("typeRef") if variable is not None else element.get("typeRef")
    kind = NODE_KINDS[local(element)]
    return kind(id=element.get("id") or name, name=name, line=line_of(element), type=graph.types.resolve(reference))


def _targets(element: Element, graph: Graph, *parts: str) -> list[Requirement]:
    found = []
    for reference in children(element, *parts):
        target = graph.find(reference.get("href") or "")
        if target is None:
            href = reference.get("href") or ""
            graph.note("dmn-reference", reference, N_("There is nothing called %(href)s in this model."), href=href)
        else:
            found.append(Requirement(*target))
    return found


def _link(node: Node, element: Element, graph: Graph) -> None:
    for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
        node.requires += _targets(requirement, graph, "requiredDecision", "requiredInput", "requiredKnowledge")
    if isinstance(node, Service):
        node.outputs = [target.node for target in _targets(element, graph, "outputDecision")]
        inputs = _targets(element, graph, "inputData") + _targets(element, graph, "inputDecision")
        node.inputs = [target.node for target in inputs]
        _targets(element, graph, "encapsulatedDecision")


def _check_cycles(graph: Graph, elements: Mapping[str, Element]) -> None:
    """A decision must not need itself; business knowledge models may be recursive."""
    state: dict[int, int] = {}
    for identity, start in graph.nodes.items():
        stack = [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                state[id(node)] = 2
            elif state.get(id(node)) is None and isinstance(node, Decision):
                state[id(node)] = 1
                stack.append((node, True))
                stack.extend((requirement.node, False) for requirement in node.requires)
            elif state.get(id(node)) == 1:
                graph.note("dmn-cycle", elements[identity], N_("The decision '%(name)s' needs itself."), name=node.name)
                return


def _compile(node: Node, element: Element, boxes: BoxCompiler) -> None:
    names = frozenset(part for requirement in node.requires for part in requirement.path)
    if isinstance(node, Decision):
        logic = expression_in(element)
        node.code = boxes.compile(logic, names)
        node.table = boxes.tables.get(logic) if logic is not None else None
    elif isinstance(node, Knowledge):
        logic = child(element, "encapsulatedLogic")
        if logic is None:
            return
        node.parameters = boxes.parameters(logic)
        inner = names | node.parameters.keys() | {node.name}
        code = boxes.function_body(logic, inner)
        node.code = typed(code, result_type(boxes.types.resolve(logic.get("typeRef"))), node.name)
        node.type = result_type(node.type)
