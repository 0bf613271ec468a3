"""Large models are decided by few steps; what is too large is said to be."""

import pytest

from tests.support.processes import process, user
from tests.unit.soundness.checking import exclusive, found, inclusive, only, parallel
from workflow.model import elements as m
from workflow.model.definition import ProcessDefinition
from workflow.soundness.check import check_soundness
from workflow.soundness.level import Level
from workflow.soundness.net import Net
from workflow.soundness.state_space import search


def steps_for(process: ProcessDefinition) -> int:
    return search(Net(Level(process, process))).steps


def test_a_long_sequence_takes_one_step_a_node() -> None:
    names = [f"u{number}" for number in range(2_000)]
    long = process(*map(user, names), paths=(" > ".join(["start", *names, "end"]),))
    assert steps_for(long) == 2_003


@pytest.mark.parametrize("kind", [parallel, inclusive])
def test_branches_add_up(kind: type[m.FlowNode]) -> None:
    """Each of 200 branches decides once more: 2²⁰⁰ states, if every order of every choice were looked at."""
    numbers = range(200)
    condition = "" if kind is parallel else " ? true"
    wide = process(
        kind("split"),  # type: ignore[call-arg]  # one of the two functions of the parameters
        kind("join"),  # type: ignore[call-arg]  # as above
        *(exclusive(f"x{n}", default_flow=f"x{n}_y{n}") for n in numbers),
        *(exclusive(f"y{n}") for n in numbers),
        *(user(f"u{n}") for n in numbers),
        paths=(
            "start > split",
            "join > end",
            *(f"split > x{n}{condition}" for n in numbers),
            *(f"x{n} > u{n} ? urgent" for n in numbers),
            *(f"x{n} > y{n}" for n in numbers),
            *(f"u{n} > y{n} > join" for n in numbers),
        ),
    )
    assert steps_for(wide) < 10 * len(wide.nodes)
    assert not found(wide)


def test_branches_within_a_loop_add_up() -> None:
    numbers = range(100)
    looped = process(
        exclusive("meet"),
        parallel("split"),
        parallel("join"),
        exclusive("again", default_flow="again_end"),
        *(user(f"u{n}") for n in numbers),
        paths=(
            "start > meet > split",
            *(f"split > u{n} > join" for n in numbers),
            "join > again",
            "again > meet ? returned",
            "again > end",
        ),
    )
    assert steps_for(looped) < 10 * len(looped.nodes)
    assert not found(looped)


def tangled(size: int) -> ProcessDefinition:
    """Each branch may go over into the next, so that an inclusive join may or may not see its token."""
    numbers = range(size)
    return process(
        parallel("split"),
        inclusive("join"),
        *(exclusive(f"x{n}", default_flow=f"x{n}_join") for n in numbers),
        *(user(f"u{n}") for n in numbers),
        paths=(
            "start > split",
            "join > end",
            *(f"split > u{n} > x{n} > join" for n in numbers),
            *(f"x{n} > x{n + 1} ? over" for n in range(size - 1)),
        ),
    )


def test_what_is_too_large_is_one_warning() -> None:
    finding = [each for each in check_soundness(tangled(12), most_steps=500) if each.rule == "too-large-to-decide"]
    assert [(each.severity, each.element_id) for each in finding] == [("warning", "p")]
    assert finding[0].params["nodes"] == len(tangled(12).nodes)


def test_the_same_model_gives_the_same_findings() -> None:
    assert check_soundness(tangled(5)) == check_soundness(tangled(5))


def test_a_small_tangle_is_decided() -> None:
    assert "too-large-to-decide" not in {rule for rule, _, _ in found(tangled(3))}


def test_a_long_way_is_shortened_in_the_message() -> None:
    names = [f"u{number}" for number in range(100)]
    stuck = process(
        *map(user, names),
        exclusive("which", default_flow="which_a"),
        user("a"),
        user("b"),
        parallel("both"),
        paths=(
            " > ".join(["start", *names, "which"]),
            "which > a > both > end",
            "which > b ? x = 1",
            "b > both",
        ),
    )
    path = only(stuck).params["path"]
    assert path.startswith("start → u0 →")
    assert path.endswith("→ both")
    assert path.count("→") < 20
