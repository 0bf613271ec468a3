"""Long, wide and deep processes; and a state that does not grow with its history."""

import json

from tests.support.processes import START, Case, process, script, subprocess, user
from workflow.engine import events as e
from workflow.engine.codec import state_to_json
from workflow.engine.commands import CompleteActivity, StartProcess
from workflow.engine.decide import decide
from workflow.model import elements as m


def test_ten_thousand_automatic_nodes_in_a_row_are_one_step() -> None:
    names = [f"n{number}" for number in range(10_000)]
    nodes = [m.Task(id=name) for name in names]
    case = Case(process(*nodes, paths=(" > ".join(("start", *names, "end")),)))
    events = decide(case.program, None, StartProcess(), START)
    assert sum(isinstance(event, e.ActivityCompleted) for event in events) == 10_002
    assert isinstance(events[-1], e.ProcessCompleted)


def test_a_thousand_branches_join_again() -> None:
    for gateway in (m.ParallelGateway, m.InclusiveGateway):
        names = [f"n{number}" for number in range(1_000)]
        paths = ("join > end", *(f"split > {name} > join" for name in names), "start > split")
        nodes = [m.Task(id=name) for name in names]
        case = Case(process(gateway(id="split"), gateway(id="join"), *nodes, paths=paths))
        events = decide(case.program, None, StartProcess(), START)
        assert sum(isinstance(event, e.JoinCompleted) for event in events) == 1
        assert isinstance(events[-1], e.ProcessCompleted)


def test_a_thousand_waiting_branches_that_merge_without_a_gateway_all_go_on() -> None:
    names = [f"n{number}" for number in range(1_000)]
    paths = ("start > split", "last > end", *(f"split > {name} > last" for name in names))
    case = Case(process(m.ParallelGateway(id="split"), user("last"), *(m.Task(id=name) for name in names), paths=paths))
    case.start()
    assert len(case.waiting("last")) == 1_000
    case.complete("last")
    assert len(case.waiting("last")) == 999


def test_subprocesses_fifty_deep_open_and_close() -> None:
    inner: m.FlowNode = user("work")
    for depth in range(50):
        inner = subprocess(f"s{depth}", inner, paths=(f"s{depth}_begin > {inner.id} > s{depth}_done",))
    case = Case(process(inner, paths=(f"start > {inner.id} > end",))).start()
    case.complete("work")
    assert case.status == "completed"
    assert case.count(e.ScopeClosed) == 50


def test_the_state_after_many_rounds_is_as_large_as_after_one() -> None:
    case = Case(
        process(
            user("work"),
            script("note", "1"),
            m.ExclusiveGateway(id="again", default_flow="again_end"),
            paths=("start > work > note > again > end", "again > work ? work.again"),
        )
    ).start()

    def size() -> int:
        return len(json.dumps(state_to_json(case.state) | {"counter": 0})) if case.state else 0

    case.complete("work", work={"again": True})
    case.complete("work", work={"again": True})
    first = size()
    for _ in range(100):
        case.do(CompleteActivity(activity_id=case.waiting("work")[0].id, variables={"work": {"again": True}}))
    assert abs(size() - first) <= len("0" * 4), "only the digits of an id may be more"


def test_a_thousand_inclusive_blocks_side_by_side_and_in_a_row_join_again() -> None:
    number = 1_000
    gateways = [m.InclusiveGateway(id=f"{name}{index}") for index in range(number) for name in ("split", "join")]
    tasks = [m.Task(id=f"{name}{index}") for index in range(number) for name in "ab"]
    inner = [
        path
        for index in range(number)
        for path in (f"split{index} > a{index} > join{index}", f"split{index} > b{index} > join{index}")
    ]
    beside = [path for index in range(number) for path in (f"first > split{index}", f"join{index} > end")]
    behind = ["first > split0", *(f"join{index} > split{index + 1}" for index in range(number - 1)), "join999 > end"]
    for outer in (beside, behind):
        first = m.ParallelGateway(id="first")
        case = Case(process(first, *gateways, *tasks, paths=("start > first", *inner, *outer)))
        events = decide(case.program, None, StartProcess(), START)
        assert sum(isinstance(event, e.JoinCompleted) for event in events) == number
        assert isinstance(events[-1], e.ProcessCompleted)
