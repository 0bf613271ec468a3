"""Random processes: of nested blocks (sound by construction), and of nodes that are connected at random."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.support.processes import feel, process, timer, user
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.events import ErrorDefinition, MessageDefinition, TerminateDefinition

CONDITIONS = ("x > 1", "x = 2", "again", "x < 3", "not(again)")
FAULTY = (*CONDITIONS, "missing.value > 1", "x")


@dataclass
class Builder:
    """Grows one container; `sound` leaves out what can get stuck or be interrupted."""

    draw: Any
    prefix: str
    sound: bool
    depth: int
    nodes: dict[str, m.FlowNode] = field(default_factory=dict)
    flows: dict[str, m.SequenceFlow] = field(default_factory=dict)

    def add(self, kind: Callable[..., m.FlowNode], name: str, **more: Any) -> str:
        node_id = f"{self.prefix}{name}{len(self.nodes)}"
        self.nodes[node_id] = kind(id=node_id, **more)
        return node_id

    def connect(self, source: str, target: str, condition: str | None = None) -> str:
        flow_id = f"{self.prefix}f{len(self.flows)}"
        condition = f"{condition}" if condition else None
        self.flows[flow_id] = m.SequenceFlow(
            id=flow_id, source=source, target=target, condition=feel(condition) if condition else None
        )
        return flow_id

    def whole(self) -> None:
        first, last = self.add(m.StartEvent, "start"), self.add(m.EndEvent, "end")
        begin, done = self.block(self.depth)
        self.connect(first, begin)
        self.connect(done, last)

    def block(self, depth: int) -> tuple[str, str]:
        kinds = ["user", "script", "job", "task", "call"]
        if depth:
            kinds += ["sequence", "parallel", "inclusive", "choice", "loop", "subprocess", "instances"] * 2
        block: tuple[str, str] = getattr(self, self.draw(st.sampled_from(kinds)))(depth - 1)
        return block

    def user(self, depth: int) -> tuple[str, str]:
        return self.activity(lambda id, **more: user(id, **more), "u")

    def job(self, depth: int) -> tuple[str, str]:
        return self.activity(m.ServiceTask, "j", handler="h")

    def call(self, depth: int) -> tuple[str, str]:
        mapping = (m.Mapping(source=feel("x"), target="x"),)
        return self.activity(m.CallActivity, "c", called_process="q", inputs=mapping, outputs=mapping)

    def script(self, depth: int) -> tuple[str, str]:
        texts = ("x + 1", "1") if self.sound else ("x + 1", "1", "missing + 1")
        node = self.add(m.ScriptTask, "s", script=feel(self.draw(st.sampled_from(texts))), result_variable="y")
        return node, node

    def task(self, depth: int) -> tuple[str, str]:
        node = self.add(m.Task, "t")
        return node, node

    def instances(self, depth: int) -> tuple[str, str]:
        loop = m.MultiInstance(
            sequential=self.draw(st.booleans()),
            cardinality=feel(str(self.draw(st.integers(0, 3)))),
            completion_condition=feel("nrOfCompletedInstances >= 2") if self.draw(st.booleans()) else None,
            output_collection="all",
            output_element=feel("loopCounter"),
        )
        if self.draw(st.booleans()):
            return self.subprocess(depth, multi_instance=loop)
        return self.activity(lambda id, **more: user(id, **more), "m", multi_instance=loop)

    def activity(self, kind: Callable[..., m.FlowNode], name: str, **more: Any) -> tuple[str, str]:
        node = self.add(kind, name, **more)
        if not self.sound and self.draw(st.booleans()):
            self.boundary(node)
        return node, node

    def boundary(self, host: str) -> None:
        """An event on the activity whose way leads to an end of its own."""
        definition = self.draw(
            st.sampled_from(
                (
                    timer("duration", "PT1H"),
                    timer("cycle", "R2/PT1H"),
                    ErrorDefinition(code="E1"),
                    ErrorDefinition(),
                    MessageDefinition(name="news"),
                )
            )
        )
        interrupting = isinstance(definition, ErrorDefinition) or self.draw(st.booleans())
        event = self.add(m.BoundaryEvent, "b", attached_to=host, definition=definition, interrupting=interrupting)
        end = self.draw(st.sampled_from((None, None, TerminateDefinition(), ErrorDefinition(code="E1"))))
        self.connect(event, self.add(m.EndEvent, "be", definition=end))

    def sequence(self, depth: int) -> tuple[str, str]:
        parts = [self.block(depth) for _ in range(self.draw(st.integers(2, 3)))]
        for (_, done), (begin, _) in pairwise(parts):
            self.connect(done, begin)
        return parts[0][0], parts[-1][1]

    def parallel(self, depth: int) -> tuple[str, str]:
        split, join = self.add(m.ParallelGateway, "ps"), self.add(m.ParallelGateway, "pj")
        self.branches(split, join, depth, conditional=False)
        return split, join

    def inclusive(self, depth: int) -> tuple[str, str]:
        return self.deciding(m.InclusiveGateway, m.InclusiveGateway, depth)

    def choice(self, depth: int) -> tuple[str, str]:
        return self.deciding(m.ExclusiveGateway, m.ExclusiveGateway, depth)

    def deciding(self, kind: Any, joining: Any, depth: int) -> tuple[str, str]:
        split, join = self.add(kind, "ds"), self.add(joining, "dj")
        self.branches(split, join, depth, conditional=True)
        if self.sound or self.draw(st.booleans()):
            default = self.connect(split, join)
            self.nodes[split] = kind(id=split, default_flow=default)
        return split, join

    def branches(self, split: str, join: str, depth: int, *, conditional: bool) -> None:
        for _ in range(self.draw(st.integers(2, 3))):
            begin, done = self.block(depth)
            condition = self.draw(st.sampled_from(CONDITIONS if self.sound else FAULTY)) if conditional else None
            self.connect(split, begin, condition)
            self.connect(done, join)

    def loop(self, depth: int) -> tuple[str, str]:
        """The way back is taken while `again` holds; a person sits in the loop, so that it is not endless by itself."""
        merge, check = self.add(self.draw(st.sampled_from((m.ExclusiveGateway, m.InclusiveGateway))), "lm"), ""
        begin, done = self.block(depth)
        person, _ = self.user(depth)
        check = self.add(m.ExclusiveGateway, "lc")
        self.connect(merge, begin)
        self.connect(done, person)
        self.connect(person, check)
        self.connect(check, merge, "again")
        out = self.add(m.Task, "lo")
        self.nodes[check] = m.ExclusiveGateway(id=check, default_flow=self.connect(check, out))
        return merge, out

    def subprocess(self, depth: int, **more: Any) -> tuple[str, str]:
        inner = Builder(self.draw, f"{self.prefix}{len(self.nodes)}_", self.sound, max(depth, 0))
        inner.whole()
        return self.activity(m.SubProcess, "sub", nodes=inner.nodes, flows=inner.flows, **more)


@st.composite
def structured(draw: st.DrawFn, *, sound: bool = False) -> ProcessDefinition:
    """Nested blocks: what splits joins again with a gateway of the same kind."""
    builder = Builder(draw, "n", sound, draw(st.integers(1, 3)))
    builder.whole()
    return ProcessDefinition(id="p", nodes=builder.nodes, flows=builder.flows)


@st.composite
def unstructured(draw: st.DrawFn) -> ProcessDefinition:
    """Nodes of any kind, connected at random; every node but the end has a way out."""
    builder = Builder(draw, "n", sound=False, depth=0)
    first, last = builder.add(m.StartEvent, "start"), builder.add(m.EndEvent, "end")
    kinds: tuple[Callable[[], object], ...] = (
        lambda: builder.user(0),
        lambda: builder.job(0),
        lambda: builder.call(0),
        lambda: builder.script(0),
        lambda: builder.subprocess(0),
        lambda: builder.instances(0),
        lambda: builder.add(m.ExclusiveGateway, "x"),
        lambda: builder.add(m.ParallelGateway, "p"),
        lambda: builder.add(m.InclusiveGateway, "i"),
        lambda: builder.add(m.InclusiveGateway, "i"),
        lambda: builder.add(m.IntermediateCatchEvent, "w", definition=timer("duration", "PT1H")),
    )
    for _ in range(draw(st.integers(2, 8))):
        draw(st.sampled_from(kinds))()
    targets = [n.id for n in builder.nodes.values() if not isinstance(n, m.StartEvent | m.BoundaryEvent)]
    builder.connect(first, draw(st.sampled_from(targets)))
    for source in targets:
        if source == last or any(flow.source == source for flow in builder.flows.values()):
            continue
        if isinstance(builder.nodes[source], m.EndEvent):
            continue
        for number in range(draw(st.integers(1, 3))):
            decides = isinstance(builder.nodes[source], m.ExclusiveGateway | m.InclusiveGateway)
            condition = draw(st.sampled_from(FAULTY)) if decides and number else None
            builder.connect(source, draw(st.sampled_from(targets)), condition)
    return ProcessDefinition(id="p", nodes=builder.nodes, flows=builder.flows)


CALLED = process(user("inside"), paths=("start > inside > end",), id="q")
"""What every call activity calls."""

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
