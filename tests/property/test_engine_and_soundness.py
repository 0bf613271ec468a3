"""What the soundness check says of graphs without structure is what happens when they run in every way there is."""

from typing import Any

from hypothesis import assume, given, strategies as st

from tests.property.processes import crossing
from tests.property.profiles import examples
from tests.unit.soundness.oracle import fate_of
from tests.unit.soundness.random_processes import SPLITS, Drawn
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.soundness.check import check_soundness

FLOW_RULES = {"deadlock", "lack-of-synchronisation", "dead-task", "livelock", "no-option-to-complete"}
KINDS = st.sampled_from(sorted(SPLITS))


@st.composite
def graphs(draw: st.DrawFn) -> Drawn:
    """Tasks between a joining and a splitting gateway of any kind, connected forward at random, sometimes back."""
    drawn = Drawn()
    start, end = drawn.add(m.StartEvent), drawn.add(m.EndEvent)
    stops = []
    for _ in range(draw(st.integers(2, 4))):
        entry, task, kind = drawn.add(SPLITS[draw(KINDS)]), drawn.add("task"), draw(KINDS)
        split = drawn.add(SPLITS[kind])
        drawn.connect(entry, task)
        drawn.connect(task, split)
        drawn.values[task] = range(1)
        stops.append((entry, task, split, kind))
    drawn.connect(start, stops[0][0])
    for number, (_, task, split, kind) in enumerate(stops):
        targets = [*(entry for entry, *_ in stops[number + 1 :]), end]
        chosen = draw(st.lists(st.sampled_from(targets), min_size=1, max_size=3))
        if not draw(st.integers(0, 5)):
            chosen.append(stops[draw(st.integers(0, number))][0])
        _lead_on(drawn, task, split, kind, chosen)
    return drawn


def _lead_on(drawn: Drawn, task: str, split: str, kind: str, targets: list[str]) -> None:
    count = len(targets)
    conditional = kind != "and" and count > 1
    drawn.values[task] = (
        range(count) if conditional and kind == "xor" else range(1, 2**count) if conditional else range(1)
    )
    for branch, target in enumerate(targets):
        said: Any = None
        if conditional and kind == "xor":
            said = f"{task} = {branch}"
        elif conditional:
            said = f"{task} in [{', '.join(str(value) for value in range(2**count) if value >> branch & 1)}]"
        drawn.connect(split, target, said)


def rules_of(process: ProcessDefinition) -> set[str]:
    return {finding.rule for finding in check_soundness(process)} & FLOW_RULES


@examples(60)
@given(graphs())
def test_a_graph_is_called_faulty_exactly_where_it_fails(drawn: Drawn) -> None:
    fate = fate_of(drawn.built(), drawn.values, most=400)
    assume(fate.exhausted)
    rules = rules_of(drawn.built())
    assert ("lack-of-synchronisation" in rules) == bool(fate.doubled)
    if not fate.doubled:  # past that point the runs are not followed
        assert ("deadlock" in rules) == fate.stuck


@examples(60)
@given(crossing())
def test_what_is_sound_by_construction_has_no_fault(process: ProcessDefinition) -> None:
    assert rules_of(process) <= {"dead-task"}  # a default beside a condition and its opposite is never taken
