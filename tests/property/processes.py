"""Random processes: of nested blocks or crossing graphs (sound by construction), and of nodes connected at random."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.property.generators.gateways import GATEWAYS
from tests.property.generators.graphs import GRAPHS
from tests.property.generators.grower import FAULTY, Grower, Kinds, Place
from tests.property.generators.leaves import LEAVES, awaited, person, waits
from tests.property.generators.scopes import SCOPES, fill
from tests.support.processes import process, timer, user
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.events import MessageDefinition

BLOCKS = Kinds(leaves=LEAVES, nested=GATEWAYS | SCOPES)
CROSSING = Kinds(leaves=LEAVES, nested=GRAPHS | {"subprocess": SCOPES["subprocess"], "instances": SCOPES["instances"]})


def grow_structured(g: Grower) -> None:
    """Nested blocks: what splits joins again with a gateway of the same kind."""
    fill(g, g.number(1, 3))


def grow_started(g: Grower) -> None:
    """A process behind an event-based gateway that starts it, by the first of its events or by all of them."""
    parallel = g.flip()
    gateway = g.add(m.EventBasedGateway, "first", instantiate=True, parallel=parallel)
    merge = g.add(m.ParallelGateway if parallel else m.ExclusiveGateway, "last")
    for _ in range(2):
        event = g.add(m.IntermediateCatchEvent, "ew", definition=waits(g))
        begin, done = g.block(1)
        g.connect(gateway, event)
        g.connect(event, begin)
        g.connect(done, merge)
    g.connect(merge, g.add(m.EndEvent, "end"))


def grow_crossing(g: Grower) -> None:
    """Sound graphs in sound graphs, without block structure."""
    graph = GRAPHS[g.pick(*GRAPHS)]
    begin, done = graph(g, g.number(0, 2))
    g.ended(begin, done)


def grow_unstructured(g: Grower) -> None:
    """Nodes of any kind, connected at random; every node but the ends has a way out."""
    first, last = g.add(m.StartEvent, "start"), g.add(m.EndEvent, "end")
    for _ in range(g.number(2, 8)):
        _any_node(g)
    targets = [node.id for node in g.nodes.values() if _has_way_in(node)]
    g.connect(first, g.pick(*targets))
    for source in targets:
        if source == last or any(flow.source == source for flow in g.flows.values()):
            continue
        if isinstance(g.nodes[source], m.EndEvent):
            continue
        for number in range(g.number(1, 3)):
            decides = isinstance(g.nodes[source], m.ExclusiveGateway | m.InclusiveGateway | m.ComplexGateway)
            condition = g.pick(*FAULTY) if decides and number else None
            g.connect(source, g.pick(*targets), condition)


def _any_node(g: Grower) -> None:
    kind = g.pick("gateway", "gateway", "leaf", "leaf", "leaf", "scope", "catch", "several", "end")
    if kind == "gateway":
        gateways = (m.ExclusiveGateway, m.ParallelGateway, m.InclusiveGateway, m.InclusiveGateway, m.ComplexGateway)
        g.add(g.pick(*gateways), "g")
    elif kind == "scope":
        SCOPES[g.pick(*SCOPES)](g, 1)
    elif kind == "catch":
        g.add(m.IntermediateCatchEvent, "w", definition=awaited(g))
    elif kind == "several":
        g.change(g.add(person, "q"), start_quantity=2)
    elif kind == "end":
        g.add(m.EndEvent, "e")
    else:
        g.leaf()


def grown(
    draw: st.DrawFn, grow: Callable[[Grower], None], *, sound: bool, kinds: Kinds = BLOCKS, id: str = "p"
) -> ProcessDefinition:
    """The process that the function grows."""
    grower = Grower(draw, kinds, Place(sound=sound), prefix="n" if id == "p" else id)
    grow(grower)
    return ProcessDefinition(id=id, nodes=grower.nodes, flows=grower.flows)


@st.composite
def structured(draw: st.DrawFn, *, sound: bool = False) -> ProcessDefinition:
    return grown(draw, grow_structured, sound=sound)


@st.composite
def started_by_events(draw: st.DrawFn, *, sound: bool = False) -> ProcessDefinition:
    return grown(draw, grow_started, sound=sound)


@st.composite
def crossing(draw: st.DrawFn) -> ProcessDefinition:
    return grown(draw, grow_crossing, sound=True, kinds=CROSSING)


@st.composite
def unstructured(draw: st.DrawFn) -> ProcessDefinition:
    return grown(draw, grow_unstructured, sound=False)


def _has_way_in(node: m.FlowNode) -> bool:
    started = isinstance(node, m.StartEvent | m.BoundaryEvent | m.EventSubProcess)
    return not started and not getattr(node, "for_compensation", False)


CALLED = process(user("inside"), paths=("start > inside > end",), id="q")
"""What most call activities call."""

TASK = ProcessDefinition(id="g", nodes={"whole": user("whole")}, flows={})
"""A global task."""


@st.composite
def called(draw: st.DrawFn, *, sound: bool = False) -> ProcessDefinition:
    """A process to be called; it calls nothing itself, so that no chain of calls is endless."""
    leaves = {name: block for name, block in LEAVES.items() if name != "call"}
    kinds = Kinds(leaves=leaves, nested=GATEWAYS)
    return grown(draw, lambda g: fill(g, g.number(0, 1)), sound=sound, kinds=kinds, id="q")


def with_called(main: st.SearchStrategy[ProcessDefinition], *, sound: bool = False) -> st.SearchStrategy[Any]:
    """The process and those that it may call, by id."""
    others = st.one_of(st.just(CALLED), called(sound=sound))
    return st.tuples(main, others).map(lambda pair: {"p": pair[0], "q": pair[1], "g": TASK})


RICH = process(
    m.ParallelGateway(id="split"),
    user("a"),
    user("b"),
    m.ServiceTask(id="j", handler="h"),
    m.ReceiveTask(id="r", message=MessageDefinition(name="news")),
    m.BoundaryEvent(id="late", attached_to="a", definition=timer("cycle", "R3/PT1H"), interrupting=False),
    paths=("start > split > a > b > end", "split > j > end", "split > r > end", "late > end"),
)
"""One process in which every kind of command makes sense."""
