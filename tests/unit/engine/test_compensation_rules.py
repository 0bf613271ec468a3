"""General rules of compensation over random nested processes, replayed, saved and loaded at every step."""

import itertools
from collections.abc import Iterator

from hypothesis import given, settings, strategies as st

from tests.support.processes import feel, process, subprocess, transaction, undo, undone_by, user
from tests.support.undoing import UndoingCase as Case
from workflow.model import elements as m
from workflow.model.events import CancelDefinition

Tree = tuple[str, list["Tree"]]

LEAF: st.SearchStrategy[Tree] = st.just(("task", []))
TREES = st.recursive(
    LEAF,
    lambda inner: st.tuples(
        st.sampled_from(["sequence", "parallel", "sub", "transaction", "twice"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=7,
)


class Drawn:
    """A block-structured process of user tasks, each with a handler that is a task passed through."""

    def __init__(self) -> None:
        self.names: Iterator[int] = itertools.count(1)

    def block(self, tree: Tree) -> tuple[list[m.FlowNode], list[str], str, str]:
        """Nodes, paths, and the first and last node of the block."""
        kind, children = tree
        name = f"n{next(self.names)}"
        if kind == "task":
            return [user(name), *undone_by(name, m.Task(id=f"not_{name}"))], [], name, name
        blocks = [self.block(child) for child in children]
        nodes = [node for found, _, _, _ in blocks for node in found]
        paths = [path for _, found, _, _ in blocks for path in found]
        ends = [(first, last) for _, _, first, last in blocks]
        if kind == "parallel":
            split, join = f"{name}_split", f"{name}_join"
            nodes += [m.ParallelGateway(id=split), m.ParallelGateway(id=join)]
            paths += [path for first, last in ends for path in (f"{split} > {first}", f"{last} > {join}")]
            return nodes, paths, split, join
        paths += [f"{left} > {right}" for (_, left), (right, _) in itertools.pairwise(ends)]
        first, last = ends[0][0], ends[-1][1]
        if kind == "sequence":
            return nodes, paths, first, last
        make = transaction if kind == "transaction" else subprocess
        more = {"multi_instance": m.MultiInstance(cardinality=feel("2"))} if kind == "twice" else {}
        inside = (*paths, f"{name}_begin > {first}", f"{last} > {name}_done")
        return [make(name, *nodes, paths=inside, **more)], [], name, name


def work(case: Case, data: st.DataObject, *, but: str, most: int) -> list[str]:
    """Complete at most so many user tasks, in any order. Return which, in that order."""
    done: list[str] = []
    while (waiting := [name for name in case.places if name != but]) and len(done) < most:
        name = data.draw(st.sampled_from(waiting))
        case.complete(name)
        done.append(name)
    return done


@settings(max_examples=60, deadline=None)
@given(tree=TREES, data=st.data())
def test_all_that_was_done_is_undone_once_in_reverse_order_and_nothing_stays(tree: Tree, data: st.DataObject) -> None:
    nodes, paths, first, last = Drawn().block(tree)
    more = (undo("back"), undo("again"), user("after"))
    route = (*paths, f"start > {first}", f"{last} > back > again > after > end")
    case = Case(process(*nodes, *more, paths=route)).start()
    done = work(case, data, but="after", most=1000)
    assert case.undone == [f"not_{name}" for name in reversed(done)]
    assert case.left == (0, 1)
    case.complete("after")
    assert case.status == "completed"


@settings(max_examples=60, deadline=None)
@given(tree=TREES, data=st.data())
def test_a_transaction_that_is_cancelled_anywhere_undoes_what_was_completed(tree: Tree, data: st.DataObject) -> None:
    nodes, paths, first, last = Drawn().block(tree)
    inner = transaction(
        "deal",
        *nodes,
        user("decide"),
        m.EndEvent(id="cancel", definition=CancelDefinition()),
        paths=(*paths, f"deal_begin > {first}", f"{last} > deal_done", "deal_begin > decide > cancel"),
    )
    boundary = m.BoundaryEvent(id="cancelled", attached_to="deal", definition=CancelDefinition())
    case = Case(
        process(inner, boundary, user("sorry"), paths=("start > deal > end", "cancelled > sorry > end"))
    ).start()
    done = work(case, data, but="decide", most=data.draw(st.integers(min_value=0, max_value=6)))
    case.complete("decide")
    assert case.places == ["sorry"]
    assert case.undone == [f"not_{name}" for name in reversed(done)]
    assert case.left == (0, 1)
