"""What is stuck at the start of a process is an incident; while a scope is completing, nothing new begins in it."""

import pytest

from tests.support.processes import Case, condition, event_subprocess, feel, process, signal, subprocess, timer, user
from workflow.engine.commands import ResolveIncident, RetryIncident
from workflow.engine.events import IncidentOpened, ProcessStarted
from workflow.model import elements as m
from workflow.model.events import EventDefinition, MessageDefinition

# Each is stuck as long as `when` is null.
STUCK = {
    "a date that is none": timer("date", "=when"),
    "a duration that is none": timer("duration", "=when"),
    "a cycle that is none": timer("cycle", "=when"),
    "a text that is no time": timer("date", "soon"),
    "a message's key that fails": MessageDefinition(name="note", correlation_key=feel("when.year.x + 1")),
}


def waiting_for(definition: EventDefinition) -> m.EventSubProcess:
    return event_subprocess("on", definition, user("handle"), paths=("on_begin > handle > on_done",))


def at_the_top(definition: EventDefinition) -> tuple[m.FlowNode, ...]:
    return (user("work"), waiting_for(definition))


def in_a_subprocess(definition: EventDefinition) -> tuple[m.FlowNode, ...]:
    inner = subprocess("work", user("task"), waiting_for(definition), paths=("work_begin > task > work_done",))
    return (inner,)


def on_a_boundary(definition: EventDefinition) -> tuple[m.FlowNode, ...]:
    return (user("work"), m.BoundaryEvent(id="late", attached_to="work", definition=definition))


@pytest.mark.parametrize("place", [at_the_top, in_a_subprocess, on_a_boundary])
@pytest.mark.parametrize("fault", STUCK)
def test_what_cannot_be_waited_for_at_the_start_is_an_incident_that_can_be_mended(fault: str, place: object) -> None:
    nodes = place(STUCK[fault])  # type: ignore[operator]
    extra = ("late > end",) if place is on_a_boundary else ()
    case = Case(process(*nodes, paths=("start > work > end", *extra))).start(when=None, kept=1)
    (incident,) = case.incidents
    assert isinstance(case.history[0], ProcessStarted)
    assert case.variables["kept"] == 1

    case.do(RetryIncident(incident_id=incident.id))
    (again,) = case.incidents
    assert (again.node_id, again.kind, again.phase) == (incident.node_id, incident.kind, incident.phase)

    if "no time" in fault:
        return
    good = {"a date ": "2030-01-01", "a durat": "P1D", "a cycle": "R2/P1D"}.get(fault[:7], fault[:6])
    case.do(
        ResolveIncident(
            incident_id=again.id, variables={"when": good if "message" not in fault else {"year": {"x": 1}}}
        )
    )
    assert case.incidents == []
    assert case.places in (["work"], ["task", "work"], ["task"])
    assert case.state is not None
    assert len(case.state.timers) + len(case.state.subscriptions) == 1


def test_a_start_event_whose_data_cannot_be_mapped_keeps_what_was_brought() -> None:
    begin = m.StartEvent(
        id="start",
        definition=MessageDefinition(name="order"),
        outputs=(m.Mapping(source=feel("date(sent) + duration(limit)"), target="due"),),
    )
    case = Case(process(begin, user("work"), paths=("start > work > end",)))
    case.start_at("start", sent="2026-01-01", limit=5)
    (incident,) = case.incidents
    assert case.variables == {"sent": "2026-01-01", "limit": 5}

    case.do(ResolveIncident(incident_id=incident.id, variables={"limit": "P2D"}))
    assert case.places == ["work"]
    assert str(case.variables["due"]) == "2026-01-03"


def test_an_event_subprocess_whose_own_event_subprocess_is_stuck_is_an_incident_of_it() -> None:
    nested = event_subprocess("deep", timer("date", "=when"), user("x"), paths=("deep_begin > x > deep_done",))
    on = event_subprocess("on", signal(), user("handle"), nested, paths=("on_begin > handle > on_done",))
    case = Case(process(user("work"), on, paths=("start > work > end",))).start(when=None)
    case.signal("alarm")
    (incident,) = case.incidents
    assert incident.node_id == "on"
    case.do(ResolveIncident(incident_id=incident.id, variables={"when": "2030-01-01"}))
    assert case.places == ["handle"]


WAITS: dict[str, EventDefinition] = {
    "signal": signal(),
    "message": MessageDefinition(name="alarm"),
    "timer": timer("cycle", "R/PT1H"),
    "condition": condition("go = 1"),
}


def happens(case: Case, kind: str) -> None:
    if kind == "signal":
        case.signal("alarm")
    elif kind == "message":
        case.message("alarm")
    elif kind == "timer":
        case.after(minutes=61)
    else:
        case.set(go=0)
        case.set(go=1)


@pytest.mark.parametrize("inner", [True, False])
@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", WAITS)
def test_while_a_scope_is_completing_no_event_subprocess_starts_in_it(
    kind: str, interrupting: bool, inner: bool
) -> None:
    """BPMN 2.0.2, 13.5.4. One runs already; the work beside it is done, and only it is waited for."""
    first = event_subprocess(
        "one", signal("one"), user("handle"), paths=("one_begin > handle > one_done",), interrupting=False
    )
    on = event_subprocess(
        "on", WAITS[kind], user("late"), paths=("on_begin > late > on_done",), interrupting=interrupting
    )
    if inner:
        scope = subprocess("sub", user("work"), first, on, paths=("sub_begin > work > sub_done",))
        case = Case(process(scope, user("after"), paths=("start > sub > after > end",))).start(go=0)
    else:
        case = Case(process(user("work"), first, on, paths=("start > work > end",))).start(go=0)
    case.signal("one")
    case.complete("work")
    assert case.places == ["handle"]

    assert case.state is not None
    assert not case.state.timers
    assert not case.state.subscriptions
    case.complete("handle")
    assert case.places == (["after"] if inner else [])


@pytest.mark.parametrize("kind", WAITS)
def test_while_work_goes_on_event_subprocesses_start(kind: str) -> None:
    on = event_subprocess("on", WAITS[kind], user("late"), paths=("on_begin > late > on_done",), interrupting=False)
    case = Case(process(user("work"), user("more"), on, paths=("start > work > more > end",))).start(go=0)
    case.complete("work")
    happens(case, kind)
    assert case.places == ["late", "more"]
    assert not [event for event in case.history if isinstance(event, IncidentOpened)]
