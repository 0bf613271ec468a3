"""Laws that hold for any process and any order of commands.

Replaying the events gives the state; a state survives being saved; no token is lost; a process ends at most once; what was
cancelled is never completed.
"""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.property.processes import CALLED, RICH, structured, unstructured
from tests.support.processes import START, same_types
from workflow.engine import commands as c, events as e
from workflow.engine.decide import advance, decide
from workflow.engine.evolve import evolve, evolve_all, replay
from workflow.engine.program import Program
from workflow.engine.serialise import event_from_json, event_to_json, state_from_json, state_to_json
from workflow.engine.state import ProcessState
from workflow.errors import WorkflowError
from workflow.model.definition import ProcessDefinition

COMMANDS = ("complete",) * 4 + ("timer",) * 3 + ("message",) * 3 + ("error", "fail", "retry", "resolve", "move")
SELDOM = ("suspend", "resume", "cancel", "reschedule", "set", "start")
CHOICES = st.lists(st.tuples(st.sampled_from((*COMMANDS * 2, *SELDOM)), st.integers(0, 1_000)), min_size=4, max_size=25)
SEEN: dict[str, type] = {
    "timer": e.TimerFired,
    "message": e.MessageCorrelated,
    "error": e.ErrorThrown,
    "fail": e.IncidentOpened,
    "retry": e.IncidentResolved,
    "resolve": e.IncidentResolved,
    "move": e.TokenMoved,
    "suspend": e.ProcessSuspended,
    "resume": e.ProcessResumed,
    "cancel": e.ProcessCancelled,
    "set": e.VariablesSet,
}
"""What shows that a command of the kind has been carried out."""
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pick(values: Any, number: int) -> Any:
    found = sorted(values)
    return found[number % len(found)] if found else None


def command_for(kind: str, number: int, state: ProcessState, process: ProcessDefinition) -> c.Command | None:
    """A command of that kind that mostly makes sense, aimed by the number."""
    waiting = [a.id for a in state.activities.values() if a.waits_for in ("user", "job", "message")]
    activity, incident = pick(waiting, number), pick(state.incidents, number)
    variables = {"x": number % 4, "again": number % 3 == 0}
    plain: dict[str, c.Command] = {
        "suspend": c.SuspendProcess(),
        "resume": c.ResumeProcess(),
        "reschedule": c.RescheduleTimers(),
        "set": c.SetVariables(variables=variables),
        "start": c.StartProcess(),
        "message": c.CorrelateMessage(name="news", variables=variables),
    }
    if number % 10 == 0:
        plain["cancel"] = c.CancelProcess()
    if activity is not None:
        plain["complete"] = c.CompleteActivity(activity_id=activity, variables=variables)
        plain["error"] = c.ThrowError(activity_id=activity, code=f"E{number % 2}")
        plain["fail"] = c.FailJob(activity_id=activity, message="down")
    if state.timers:
        plain["timer"] = c.FireTimer(timer_id=pick(state.timers, number))
    if incident is not None:
        plain["retry"] = c.RetryIncident(incident_id=incident)
        plain["resolve"] = c.ResolveIncident(incident_id=incident, variables=variables)
    if state.activities:
        moved = pick(state.activities, number)
        plain["move"] = c.MoveToken(activity_id=moved, target_node=pick(process.all_nodes, number // 7))
    return plain.get(kind)


def check_nothing_lost(state: ProcessState) -> None:
    """An active process waits for something; everything in a state belongs to something in it."""
    if state.ended:
        assert not state.activities
        assert not state.arrivals
        assert not state.timers
        assert not state.subscriptions
        assert not state.incidents
        assert list(state.scopes) == [state.root_id]
        return
    waits = [a for a in state.activities.values() if a.waits_for in ("user", "job", "message", "timer")]
    assert waits or state.incidents
    stuck = {incident.activity_id for incident in state.incidents.values()}
    for activity in state.activities.values():
        assert activity.waits_for or activity.id in stuck
        assert activity.scope_id in state.scopes
        opened = [scope for scope in state.scopes.values() if scope.activity_id == activity.id]
        assert bool(opened) == (activity.waits_for in ("scope", "loop"))
    attached: list[Any] = [*state.timers.values(), *state.subscriptions.values(), *state.incidents.values()]
    assert {record.activity_id for record in attached} <= state.activities.keys()
    for scope in state.scopes.values():
        assert scope.activity_id is None or scope.activity_id in state.activities
        tokens = [a for a in state.activities.values() if a.scope_id == scope.id]
        assert tokens or (scope.activity_id in stuck), "an open scope has an activity, or cannot be closed"


def check_history(history: list[e.Event]) -> None:
    """At most one end; an activity is entered once, and completed or cancelled at most once, never both."""
    ends = [event for event in history if isinstance(event, e.ProcessCompleted | e.ProcessCancelled)]
    assert len(ends) <= 1
    assert not ends or history[-1] is ends[0]
    entered = [event.activity_id for event in history if isinstance(event, e.ActivityEntered)]
    gone = [event.activity_id for event in history if isinstance(event, e.ActivityCompleted | e.ActivityCancelled)]
    assert len(set(entered)) == len(entered)
    assert len(set(gone)) == len(gone)
    assert set(gone) <= set(entered)


def check_ids(history: list[e.Event]) -> None:
    """Every timer that fires or is cancelled was waiting, and does so once."""
    scheduled = {event.timer_id for event in history if isinstance(event, e.TimerScheduled)}
    gone = [event.timer_id for event in history if isinstance(event, e.TimerFired | e.TimerCancelled)]
    assert len(set(gone)) == len(gone)
    assert set(gone) <= scheduled
    opened = [event.incident_id for event in history if isinstance(event, e.IncidentOpened)]
    resolved = [event.incident_id for event in history if isinstance(event, e.IncidentResolved)]
    assert len(set(resolved)) == len(resolved)
    assert set(resolved) <= set(opened)


def drive(processes: dict[str, ProcessDefinition], choices: list[tuple[str, int]]) -> list[e.Event]:
    program = Program(processes={**processes, "q": CALLED}, main="p", handlers=frozenset({"h"}), loop_limit=20)
    history = decide(program, None, c.StartProcess(variables={"x": 1, "again": False}), START)
    state = replay(history)
    check_nothing_lost(state)
    for kind, number in choices:
        command = command_for(kind, number, state, processes["p"])
        if command is None:
            continue
        late = max((timer.due_at for timer in state.timers.values()), default=START)
        try:
            events = decide(program, state, command, late)
        except WorkflowError:
            continue
        loaded = state_from_json(json.loads(json.dumps(state_to_json(state))))
        assert same_types(loaded, state)
        assert decide(program, loaded, command, late) == events, "saving and loading changes nothing"
        one_by_one = state
        for event in events:
            one_by_one = evolve(one_by_one, event)
            assert same_types(event_from_json(event_to_json(event)), event)
        assert advance(program, state, command, late) == (events, one_by_one), "deciding leads where folding leads"
        state = evolve_all(state, events)
        assert one_by_one == state
        history += events
        check_nothing_lost(state)
        check_history(history)
    assert replay(history) == state
    check_ids(history)
    return history


@QUICK
@given(structured(), CHOICES)
def test_the_laws_hold_for_structured_processes(process: ProcessDefinition, choices: list[tuple[str, int]]) -> None:
    drive({"p": process}, choices)


@QUICK
@given(unstructured(), CHOICES)
def test_the_laws_hold_for_processes_without_structure(
    process: ProcessDefinition, choices: list[tuple[str, int]]
) -> None:
    drive({"p": process}, choices)


@QUICK
@given(structured(sound=True), st.lists(st.integers(0, 1_000), min_size=200, max_size=200))
def test_a_structured_process_is_completed_by_completing_its_tasks(
    process: ProcessDefinition, numbers: list[int]
) -> None:
    """No error, no timer, no operator: blocks that open also close, and every join gets what it waits for."""
    program = Program(processes={"p": process, "q": CALLED}, main="p", handlers=frozenset({"h"}), loop_limit=20)
    state = replay(decide(program, None, c.StartProcess(variables={"x": 1, "again": False}), START))
    for number in numbers:
        assert not state.incidents
        if state.ended:
            break
        waiting = [a.id for a in state.activities.values() if a.waits_for in ("user", "job", "message")]
        command = c.CompleteActivity(activity_id=pick(waiting, number), variables={"x": number % 4, "again": False})
        state = evolve_all(state, decide(program, state, command, START))
    assert state.status == "completed"


@pytest.mark.parametrize("kind", sorted({*COMMANDS, *SELDOM}))
def test_the_driver_knows_every_kind_of_command(kind: str) -> None:
    """Guards the other tests: a kind that is never sent would prove nothing."""
    history = []
    for number in range(0, 60, 10):
        choices = [("fail", 0), (kind, number), ("suspend", 0), (kind, number)]
        history.append(drive({"p": RICH}, choices))
    sent = {type(event) for events in history for event in events}
    assert SEEN.get(kind, e.ActivityEntered) in sent
