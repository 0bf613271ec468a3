"""Random processes for people: blocks in blocks, and the same with one join exchanged or one jump added."""

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from tests.support.processes import process, user
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.model.expressions import Expression

SPLITS: dict[str, type[m.FlowNode]] = {"and": m.ParallelGateway, "xor": m.ExclusiveGateway, "or": m.InclusiveGateway}


@dataclass
class Drawn:
    """A process in the making. A gateway that decides reads the variable of the task just before it."""

    nodes: dict[str, m.FlowNode] = field(default_factory=dict)
    flows: dict[str, m.SequenceFlow] = field(default_factory=dict)
    values: dict[str, range] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    splits: list[str] = field(default_factory=list)

    def add(self, kind: Any, **more: Any) -> str:
        node_id = f"n{len(self.nodes)}"
        self.nodes[node_id] = user(node_id) if kind == "task" else kind(id=node_id, **more)
        return node_id

    def connect(self, source: str, target: str, condition: str | None = None) -> str:
        flow_id = f"f{len(self.flows)}"
        self.flows[flow_id] = m.SequenceFlow(
            id=flow_id, source=source, target=target, condition=Expression(condition) if condition else None
        )
        return flow_id

    def built(self) -> ProcessDefinition:
        return replace(process(), nodes=self.nodes, flows=self.flows)


@st.composite
def blocks(draw: st.DrawFn) -> Drawn:
    """A sound process of nested blocks."""
    drawn = Drawn()
    start, end = drawn.add(m.StartEvent), drawn.add(m.EndEvent)
    first, last = _block(draw, drawn, 2)
    drawn.connect(start, first)
    drawn.connect(last, end)
    return drawn


def _block(draw: st.DrawFn, drawn: Drawn, depth: int) -> tuple[str, str]:
    kind = draw(st.sampled_from(["task", "sequence", "and", "xor", "or", "loop"] if depth else ["task"]))
    if kind == "task":
        task = drawn.add("task")
        return task, task
    if kind == "sequence":
        (first, middle), (following, last) = _block(draw, drawn, depth - 1), _block(draw, drawn, depth - 1)
        drawn.connect(middle, following)
        return first, last
    if kind == "loop":
        return _loop(draw, drawn, depth)
    decider = drawn.add("task")
    split, join = drawn.add(SPLITS[kind]), drawn.add(SPLITS[kind])
    drawn.joins.append(join)
    drawn.splits.append(split)
    drawn.connect(decider, split)
    count = draw(st.integers(2, 3))
    for branch in range(count):
        first, last = _block(draw, drawn, depth - 1)
        drawn.connect(split, first, _condition(kind, decider, branch, count))
        drawn.connect(last, join)
    drawn.values[decider] = {"and": range(1), "xor": range(count), "or": range(1, 2**count)}[kind]
    done = drawn.add("task")
    drawn.connect(join, done)
    return decider, done


def _loop(draw: st.DrawFn, drawn: Drawn, depth: int) -> tuple[str, str]:
    entry = drawn.add(m.ExclusiveGateway)
    first, last = _block(draw, drawn, depth - 1)
    drawn.connect(entry, first)
    decider, split, done = drawn.add("task"), drawn.add(m.ExclusiveGateway), drawn.add("task")
    drawn.values[decider] = range(2)
    drawn.splits.append(split)
    drawn.connect(last, decider)
    drawn.connect(decider, split)
    drawn.connect(split, entry, f"{decider} = 1")
    drawn.connect(split, done, f"{decider} != 1")
    return entry, done


def _condition(kind: str, decider: str, branch: int, count: int) -> str | None:
    if kind == "and":
        return None
    if kind == "xor":
        return f"{decider} = {branch}"
    return f"{decider} in [{', '.join(str(value) for value in range(2**count) if value >> branch & 1)}]"


@st.composite
def with_one_join_exchanged(draw: st.DrawFn) -> Drawn:
    drawn = draw(blocks().filter(lambda each: bool(each.joins)))
    join = draw(st.sampled_from(drawn.joins))
    drawn.nodes[join] = draw(st.sampled_from(list(SPLITS.values())))(id=join)
    return drawn


@st.composite
def with_a_jump(draw: st.DrawFn) -> Drawn:
    """A person may send the work from one task to any other node: forward, back, into a branch or out of one.

    Only a split is no target: it would decide by what was entered long before, which the check does not follow.
    """
    drawn = draw(blocks())
    tasks = [key for key, node in drawn.nodes.items() if isinstance(node, m.UserTask) and key not in drawn.values]
    source = draw(st.sampled_from(tasks))
    begin = {key for key, node in drawn.nodes.items() if isinstance(node, m.StartEvent)}
    target = draw(st.sampled_from([key for key in drawn.nodes if key not in begin and key not in drawn.splits]))
    gateway = drawn.add(m.ExclusiveGateway)
    for flow in list(drawn.flows.values()):
        if flow.source == source:
            drawn.flows[flow.id] = replace(flow, source=gateway, condition=Expression(f"{source} = 0"))
    drawn.connect(source, gateway)
    drawn.connect(gateway, target, f"{source} = 1")
    drawn.values[source] = range(2)
    return drawn
