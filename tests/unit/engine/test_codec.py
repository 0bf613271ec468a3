"""States and events in JSON: old formats load for ever."""

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import rfc8785

from tests.support.processes import (
    START,
    Case,
    condition,
    event_subprocess,
    feel,
    process,
    same_types,
    signal,
    subprocess,
    timer,
    undone_by,
    user,
)
from workflow.engine import events as e
from workflow.engine.codec import EVENT_TYPES, FORMAT, event_from_json, event_to_json, state_from_json, state_to_json
from workflow.engine.commands import CompleteActivity
from workflow.engine.decide import decide
from workflow.errors import InvalidInput
from workflow.model import elements as m
from workflow.model.events import MessageDefinition

STATES = sorted((Path(__file__).parent / "states").glob("format_*.json"))


def specimen() -> Case:
    """A case that uses every part of a state."""
    loop = m.MultiInstance(
        sequential=True,
        collection=feel("members"),
        element_variable="member",
        output_collection="all",
        output_element=feel("member"),
    )
    case = Case(
        process(
            m.ParallelGateway(id="split"),
            user("team", multi_instance=loop, due_date=feel("day")),
            user("a"),
            user("b"),
            m.ReceiveTask(id="wait", message=MessageDefinition(name="papers", correlation_key=feel("rate"))),
            m.BoundaryEvent(id="remind", attached_to="b", definition=timer("cycle", "R3/PT1H"), interrupting=False),
            m.ExclusiveGateway(id="gate"),
            m.ParallelGateway(id="join"),
            m.EndEvent(id="done"),
            paths=(
                "start > split > team > join > end",
                "split > a > join",
                "split > b > join",
                "split > wait > join",
                "split > gate",
                "gate > end ? false",
                "gate > done ? false",
                "split > done",
                "remind > done",
            ),
        )
    ).start(members=["an", "binh"], day=date(2023, 2, 15), rate=Decimal("0.5"))
    case.complete("team")
    case.complete("a", a={"held_on": date(2023, 2, 3)})
    return case


def later_specimen() -> Case:
    """A case that uses what format 2 added: waits of every kind, kept work, a complex gateway that waits for the rest."""
    undo_event, handler = undone_by("book", user("unbook"))
    inner = subprocess("trip", user("book"), undo_event, handler, paths=("trip_begin > book > trip_done",))
    nodes = (
        m.ParallelGateway(id="split"),
        inner,
        user("a"),
        user("b"),
        m.ComplexGateway(id="first", activation_condition=feel("activationCount >= 1")),
        m.IntermediateCatchEvent(id="ready", definition=condition("x > 5")),
        event_subprocess("on", signal(), user("handle"), paths=("on_begin > handle > on_done",), interrupting=False),
    )
    paths = ("start > split > trip > end", "split > a > first > end", "split > b > first", "split > ready > end")
    case = Case(process(*nodes, paths=paths)).start(x=1)
    case.complete("book", hotel="A")
    case.complete("a")
    return case


SPECIMENS = {"format_1": specimen, "format_2": later_specimen}


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.stem)
def test_a_state_of_an_old_format_loads_and_goes_on(path: Path) -> None:
    case = SPECIMENS[path.stem]()
    state = state_from_json(json.loads(path.read_text(encoding="utf-8")))
    # What earlier versions copied for handlers stays; it is not copied any more.
    bare = {key: replace(each, variables={}) for key, each in state.compensables.items()}
    assert replace(state, compensables=bare) == case.state
    assert all(each.variables for each in state.compensables.values())
    work = next(activity for activity in state.activities.values() if activity.node_id == "b")
    events = decide(case.program, state, CompleteActivity(activity_id=work.id), START)
    assert any(isinstance(event, e.ActivityCompleted) and event.node_id == "b" for event in events)


def test_there_is_a_kept_state_of_every_format() -> None:
    assert [path.stem for path in STATES] == [f"format_{number}" for number in range(1, FORMAT + 1)]


def test_an_unknown_format_or_event_is_refused() -> None:
    with pytest.raises(InvalidInput):
        state_from_json({"format": 99})
    with pytest.raises(InvalidInput):
        event_from_json({"type": "Nothing"})


def test_the_json_of_a_state_is_canonical() -> None:
    case = specimen()
    assert case.state is not None
    written = state_to_json(case.state)
    assert rfc8785.dumps(written) == rfc8785.dumps(state_to_json(state_from_json(json.loads(json.dumps(written)))))


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_every_kind_of_event_can_be_written_and_read(name: str) -> None:
    """With the simplest values that its fields may have."""
    kind = EVENT_TYPES[name]
    simple = {
        "conditions": (),
        "taken": (),
        "flow_ids": ("f",),
        "end_nodes": ("end",),
        "candidate_groups": ("g",),
        "matched": ("r1",),
        "variables": {"x": Decimal("0.5")},
        "inputs": {"d": date(2023, 1, 1)},
        "params": {},
        "due_at": datetime(2023, 1, 1, tzinfo=UTC),
        "follow_up_at": None,
        "priority": 5,
        "default_taken": False,
        "total": 3,
        "loop_counter": 1,
        "value": [Decimal(1), None],
        "key": {"$a": "b"},
        "compensables": ("u1",),
        "flows": (("f", "g"),),
    }
    event = kind(
        **{
            f.name: simple.get(f.name, "t")
            for f in fields(kind)
            if f.default is MISSING and f.default_factory is MISSING
        }
    )
    written = event_to_json(event)
    assert written["type"] == name
    assert same_types(event_from_json(json.loads(rfc8785.dumps(written))), event)


def test_a_decision_s_conditions_are_written_with_it() -> None:
    condition = e.ConditionEvaluated(flow_id="f", expression="x", inputs={"x": True}, result=None)
    event = e.GatewayDecided(activity_id="a1", node_id="g", taken=("f",), default_taken=False, conditions=(condition,))
    assert event_to_json(event)["conditions"] == [
        {"flow_id": "f", "expression": "x", "inputs": {"x": True}, "result": None}
    ]
    assert event_from_json(event_to_json(event)) == event
