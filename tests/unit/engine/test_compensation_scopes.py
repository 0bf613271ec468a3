"""Compensation and scopes: subprocesses that completed keep what can be undone in them."""

import pytest

from tests.support.processes import event_subprocess, feel, process, script, subprocess, undo, undone_by, user
from tests.support.undoing import UndoingCase as Case
from workflow.engine import events as e
from workflow.model import elements as m
from workflow.model.events import CompensateDefinition, SignalDefinition


def nested(*extra: m.FlowNode, activity: str | None = None) -> Case:
    """Task a, a subprocess in a subprocess with task b and c, task d; then a throw at the top."""
    deep = subprocess("deep", m.Task(id="b"), *undone_by("b", user("not_b")), paths=("deep_begin > b > deep_done",))
    inner = subprocess(
        "sub", deep, m.Task(id="c"), *undone_by("c", user("not_c")), paths=("sub_begin > deep > c > sub_done",)
    )
    return Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            inner,
            m.Task(id="d"),
            *undone_by("d", user("not_d")),
            *extra,
            undo("back", activity),
            user("after"),
            paths=("start > a > sub > d > back > after > end",),
        )
    ).start()


def test_a_subprocess_without_a_handler_is_undone_activity_by_activity() -> None:
    case = nested()
    assert case.left == (3, 4), "both subprocesses are kept, and a handler runs in a scope of its own"
    for name in ("not_d", "not_c", "not_b", "not_a"):
        assert case.places == [name]
        case.complete(name)
    assert case.places == ["after"]
    assert case.left == (0, 1)


def test_kept_scopes_are_closed_as_soon_as_nothing_is_left_in_them() -> None:
    case = nested(activity="sub")
    case.complete("not_c")
    assert case.count(e.ScopeClosed) == 1
    case.complete("not_b")
    assert case.places == ["after"]
    assert case.undone == ["not_c", "not_b"]
    assert case.left == (2, 1)


def test_a_throw_may_name_an_activity_inside_a_completed_subprocess() -> None:
    case = nested(activity="b")
    case.complete("not_b")
    assert case.places == ["after"]
    assert case.left == (3, 2)


def test_a_handler_on_a_subprocess_stands_for_all_that_was_done_in_it() -> None:
    case = nested(*undone_by("sub", user("not_sub")))
    assert case.left == (2, 2), "nothing inside is kept; a handler runs"
    for name in ("not_d", "not_sub", "not_a"):
        assert case.places == [name]
        case.complete(name)
    assert case.places == ["after"]


def test_a_subprocess_in_which_nothing_can_be_undone_is_not_kept() -> None:
    inner = subprocess("sub", m.Task(id="a"), paths=("sub_begin > a > sub_done",))
    case = Case(process(inner, user("after"), paths=("start > sub > after > end",))).start()
    assert case.left == (0, 1)
    assert case.count(e.ScopeKept) == 0


def test_a_throw_inside_a_subprocess_undoes_only_what_was_done_there() -> None:
    inner = subprocess(
        "sub",
        m.Task(id="b"),
        *undone_by("b", m.Task(id="not_b")),
        undo("back"),
        paths=("sub_begin > b > back > sub_done",),
    )
    case = Case(
        process(
            m.Task(id="a"),
            *undone_by("a", m.Task(id="not_a")),
            inner,
            user("after"),
            paths=("start > a > sub > after",),
        )
    ).start()
    assert case.undone == ["not_b"]
    assert case.left == (1, 1)


def test_a_subprocess_that_was_interrupted_leaves_nothing_to_undo() -> None:
    inner = subprocess(
        "sub", m.Task(id="b"), *undone_by("b", m.Task(id="not_b")), user("w"), paths=("sub_begin > b > w > sub_done",)
    )
    alarm = m.BoundaryEvent(id="alarm", attached_to="sub", definition=SignalDefinition(name="alarm"))
    case = Case(
        process(inner, alarm, undo("back"), user("after"), paths=("start > sub > end", "alarm > back > after"))
    ).start()
    case.signal("alarm")
    assert case.places == ["after"]
    assert case.undone == []


def with_event_subprocess(*nodes: m.FlowNode, path: str, outside: str | None = None) -> Case:
    """A subprocess with task b, undone by a compensation event subprocess of these nodes."""
    undoing = event_subprocess("undoing", CompensateDefinition(), *nodes, paths=(path,))
    inner = subprocess(
        "sub",
        script("b", "room + 1", "room"),
        *undone_by("b", user("not_b")),
        undoing,
        paths=("sub_begin > b > sub_done",),
        data=(),
    )
    return Case(
        process(
            m.Task(id="a"),
            *undone_by("a", user("not_a")),
            inner,
            script("change", "99", "room"),
            undo("back", outside),
            user("after"),
            paths=("start > a > sub > change > back > after > end",),
        )
    ).start(room=1)


def test_a_compensation_event_subprocess_undoes_its_subprocess_and_hides_what_is_in_it() -> None:
    case = with_event_subprocess(user("by_hand"), path="undoing_begin > by_hand > undoing_done")
    assert case.places == ["by_hand"]
    case.complete("by_hand")
    assert case.places == ["not_a"]
    case.complete("not_a")
    assert case.undone == ["undoing", "not_a"]
    assert case.places == ["after"]
    assert case.left == (0, 1)


def test_a_compensation_event_subprocess_throws_for_the_subprocess_around_it() -> None:
    case = with_event_subprocess(
        user("first"),
        undo("inner"),
        user("last"),
        path="undoing_begin > first > inner > last > undoing_done",
        outside="sub",
    )
    case.complete("first")
    assert case.places == ["not_b"]
    case.complete("not_b")
    case.complete("last")
    assert case.places == ["after"]
    assert case.left == (1, 1)


def test_a_compensation_event_subprocess_reads_what_is_around_its_subprocess_as_it_is_now() -> None:
    case = with_event_subprocess(
        script("seen", "room", "seen"), path="undoing_begin > seen > undoing_done", outside="sub"
    )
    assert case.places == ["after"]
    seen = [
        event.variables for event in case.history if isinstance(event, e.VariablesSet) and "seen" in event.variables
    ]
    assert seen[0] == {"seen": 99}
    assert case.variables["room"] == 99


@pytest.mark.parametrize("sequential", [None, True, False])
def test_what_undoes_a_subprocess_reads_its_own_data_of_its_time_and_the_rest_of_now(sequential: bool | None) -> None:
    """BPMN 13.5.5: the snapshot is that of the subprocess, one for each instance; what lies around it is what it is now."""
    kept = feel("append(if seen = null then [] else seen, [own, around])")
    undoing = event_subprocess(
        "undoing",
        CompensateDefinition(),
        script("look", kept.text, "seen"),
        paths=("undoing_begin > look > undoing_done",),
    )
    loop = None if sequential is None else m.MultiInstance(cardinality=feel("2"), sequential=sequential)
    inner = subprocess(
        "sub",
        script("note", "if loopCounter = null then 5 else loopCounter * 5", "own"),
        undoing,
        paths=("sub_begin > note > sub_done",),
        multi_instance=loop,
    )
    case = Case(
        process(
            inner,
            script("change", "around + 1", "around"),
            script("shadow", "77", "own"),
            undo("back", "sub"),
            paths=("start > sub > change > shadow > back > end",),
        )
    ).start(around=1, seen=None)
    assert sorted(case.variables["seen"]) == ([[5, 2]] if sequential is None else [[5, 2], [10, 2]])
    assert case.variables["own"] == 77


def test_while_an_event_subprocess_undoes_nobody_else_undoes_what_it_stands_for() -> None:
    undoing = event_subprocess(
        "undoing", CompensateDefinition(), user("by_hand"), paths=("undoing_begin > by_hand > undoing_done",)
    )
    inner = subprocess(
        "sub", m.Task(id="b"), *undone_by("b", user("not_b")), undoing, paths=("sub_begin > b > sub_done",)
    )
    case = Case(
        process(
            inner, undo("one"), undo("two"), user("after"), paths=("start > sub > one > end", "sub > two > after > end")
        )
    ).start()
    assert case.places == ["after", "by_hand"]


def test_an_interrupting_event_subprocess_undoes_what_was_done_around_it() -> None:
    rescue = event_subprocess(
        "rescue", SignalDefinition(name="alarm"), undo("back"), paths=("rescue_begin > back > rescue_done",)
    )
    inner = subprocess(
        "sub",
        m.Task(id="b"),
        *undone_by("b", user("not_b")),
        user("wait"),
        rescue,
        paths=("sub_begin > b > wait > sub_done",),
    )
    case = Case(process(inner, user("after"), paths=("start > sub > after > end",))).start()
    case.signal("alarm")
    assert case.places == ["not_b"]
    case.complete("not_b")
    assert case.places == ["after"]
    assert case.left == (0, 1)
