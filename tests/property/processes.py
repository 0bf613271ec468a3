"""Random processes: of nested blocks or crossing graphs (sound by construction), and of nodes connected at random."""

from collections.abc import Callable
from functools import partial
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


@st.composite
def structured(draw: st.DrawFn, *, sound: bool = False) -> ProcessDefinition:
    """Nested blocks: what splits joins again with a gateway of the same kind."""
    grower = Grower(draw, BLOCKS, Place(sound=sound))
    fill(grower, draw(st.integers(1, 3)))
    return ProcessDefinition(id="p", nodes=grower.nodes, flows=grower.flows)


@st.composite
def started_by_events(draw: st.DrawFn, *, sound: bool = False) -> ProcessDefinition:
    """A process behind an event-based gateway that starts it, by the first of its events or by all of them."""
    g = Grower(draw, BLOCKS, Place(sound=sound))
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
    return ProcessDefinition(id="p", nodes=g.nodes, flows=g.flows)


@st.composite
def crossing(draw: st.DrawFn) -> ProcessDefinition:
    """Sound graphs in sound graphs, without block structure."""
    g = Grower(draw, CROSSING, Place(sound=True))
    begin, done = draw(st.sampled_from(list(GRAPHS.values())))(g, draw(st.integers(0, 2)))
    g.ended(begin, done)
    return ProcessDefinition(id="p", nodes=g.nodes, flows=g.flows)


@st.composite
def unstructured(draw: st.DrawFn) -> ProcessDefinition:
    """Nodes of any kind, connected at random; every node but the ends has a way out."""
    g = Grower(draw, BLOCKS, Place(sound=False))
    first, last = g.add(m.StartEvent, "start"), g.add(m.EndEvent, "end")
    gateways = (m.ExclusiveGateway, m.ParallelGateway, m.InclusiveGateway, m.InclusiveGateway, m.ComplexGateway)
    kinds: tuple[Callable[[], object], ...] = (
        *(partial(g.add, kind, "g") for kind in gateways),
        lambda: g.add(m.IntermediateCatchEvent, "w", definition=awaited(g)),
        lambda: g.change(g.add(person, "q"), start_quantity=2),
        g.leaf,
        g.leaf,
        lambda: SCOPES[g.pick(*SCOPES)](g, 1),
        lambda: g.add(m.EndEvent, "e"),
    )
    for _ in range(draw(st.integers(2, 8))):
        draw(st.sampled_from(kinds))()
    targets = [node.id for node in g.nodes.values() if _has_way_in(node)]
    g.connect(first, draw(st.sampled_from(targets)))
    for source in targets:
        if source == last or any(flow.source == source for flow in g.flows.values()):
            continue
        if isinstance(g.nodes[source], m.EndEvent):
            continue
        for number in range(draw(st.integers(1, 3))):
            decides = isinstance(g.nodes[source], m.ExclusiveGateway | m.InclusiveGateway | m.ComplexGateway)
            condition = draw(st.sampled_from(FAULTY)) if decides and number else None
            g.connect(source, draw(st.sampled_from(targets)), condition)
    return ProcessDefinition(id="p", nodes=g.nodes, flows=g.flows)


def _has_way_in(node: m.FlowNode) -> bool:
    started = isinstance(node, m.StartEvent | m.BoundaryEvent | m.EventSubProcess)
    return not started and not getattr(node, "for_compensation", False)


CALLED = process(user("inside"), paths=("start > inside > end",), id="q")
"""What most call activities call."""

TASK = ProcessDefinition(id="g", nodes={"whole": user("whole")}, flows={})
"""A global task."""


@st.composite
def called(draw: st.DrawFn, *, sound: bool = False) -> ProcessDefinition:
    """A process to be called; it calls nothing but the global task, so that no chain of calls is endless."""
    leaves = {name: block for name, block in LEAVES.items() if name != "call"}
    g = Grower(draw, Kinds(leaves=leaves, nested=GATEWAYS), Place(sound=sound), prefix="q")
    fill(g, draw(st.integers(0, 1)))
    return ProcessDefinition(id="q", nodes=g.nodes, flows=g.flows)


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
