"""What must be true of every state and every history, whatever the process and the commands."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.processes import START
from workflow.engine import commands as c, events as e
from workflow.engine.decide import decide
from workflow.engine.program import Program
from workflow.engine.state import Activity, ProcessState, age
from workflow.errors import Conflict, TransitionRefused

IN_SCOPES = ("scope", "loop")
BY_PEOPLE = ("user", "job")
SUBSCRIBED = (e.MessageSubscribed, e.SignalSubscribed, e.ConditionAwaited)
UNSUBSCRIBED = (e.MessageCorrelated, e.SignalCaught, e.SubscriptionCancelled)


def check_state(state: ProcessState) -> None:
    """An active process waits for something; everything in a state belongs to something in it."""
    if state.ended:
        check_nothing_left(state)
        return
    check_belonging(state)
    for activity in state.activities.values():
        check_activity(state, activity)
    stuck = {incident.activity_id for incident in state.incidents.values()}
    waits = [a for a in state.activities.values() if a.waits_for not in (None, *IN_SCOPES)]
    assert waits or stuck, "nothing can ever happen"
    for scope in state.scopes.values():
        inside = any(activity.scope_id == scope.id for activity in state.activities.values())
        joining = any(scope_id == scope.id for scope_id, _ in state.arrivals)
        assert inside or joining or scope.kept or scope.activity_id in stuck, "a scope is open with nothing in it"


def check_nothing_left(state: ProcessState) -> None:
    for found in (state.activities, state.arrivals, state.timers, state.subscriptions, state.incidents):
        assert not found
    assert not state.compensables
    assert not state.resetting
    assert list(state.scopes) == [state.root_id]


def check_belonging(state: ProcessState) -> None:
    open_scopes = {scope.id for scope in state.scopes.values() if not scope.kept}
    waiting: list[Any] = [*state.timers.values(), *state.subscriptions.values()]
    assert {wait.activity_id for wait in waiting} <= state.activities.keys() | open_scopes
    assert {incident.activity_id for incident in state.incidents.values()} <= state.activities.keys()
    assert {activity.scope_id for activity in state.activities.values()} <= open_scopes
    assert {scope_id for scope_id, _ in (*state.arrivals, *state.resetting)} <= open_scopes
    for scope in state.scopes.values():
        assert (scope.parent_id in state.scopes) == (scope.id != state.root_id)
        assert scope.activity_id is None or scope.kept or scope.activity_id in state.activities
    for compensable in state.compensables.values():
        assert compensable.scope_id in state.scopes
        assert compensable.kept_scope_id is None or state.scopes[compensable.kept_scope_id].kept
    for flows in state.arrivals.values():
        assert flows
        assert all(number > 0 for number in flows.values())


def check_activity(state: ProcessState, activity: Activity) -> None:
    """It waits, and what it waits for is there; or an incident says why not."""
    stuck = any(incident.activity_id == activity.id for incident in state.incidents.values())
    opened = [scope for scope in state.scopes.values() if scope.activity_id == activity.id and not scope.kept]
    held: list[Any] = [*state.timers.values(), *state.subscriptions.values()]
    own = [wait for wait in held if wait.activity_id == activity.id]
    if activity.waits_for in IN_SCOPES:
        assert opened or stuck
        return
    assert not opened
    if activity.waits_for in ("timer", "message", "signal", "condition"):
        assert stuck or any(wait.node_id == activity.node_id for wait in own)
    elif activity.waits_for == "events":
        assert own or stuck
    else:
        assert activity.waits_for in BY_PEOPLE or stuck


def check_history(history: list[e.Event], state: ProcessState) -> None:
    """At most one end, the last of all; whatever begins ends once, or is still there; no id is given twice."""
    ends = [event for event in history if isinstance(event, e.ProcessCompleted | e.ProcessCancelled)]
    assert len(ends) == state.ended
    assert not ends or history[-1] is ends[0]
    began, ended = (
        _ids(history, e.ActivityEntered, "activity_id"),
        _ids(history, (e.ActivityCompleted, e.ActivityCancelled), "activity_id"),
    )
    _balance(began, ended, (a.id for a in state.activities.values() if not a.leaving))
    _balance(
        _ids(history, SUBSCRIBED, "subscription_id"),
        _ids(history, UNSUBSCRIBED, "subscription_id"),
        state.subscriptions,
    )
    gone = _ids(history, (e.TimerFired, e.TimerCancelled), "timer_id")
    _balance(list(dict.fromkeys(_ids(history, e.TimerScheduled, "timer_id"))), gone, state.timers)
    _balance(
        _ids(history, e.IncidentOpened, "incident_id"),
        _ids(history, e.IncidentResolved, "incident_id"),
        state.incidents,
    )
    _check_scopes(history, state)
    _check_numbers(history)
    _check_joins(history)


def _ids(history: list[e.Event], kinds: Any, name: str) -> list[str]:
    return [getattr(event, name) for event in history if isinstance(event, kinds)]


def _balance(began: list[str], ended: list[str], there: Iterable[str]) -> None:
    """What began has ended once or is there now."""
    assert len(set(began)) == len(began)
    assert Counter(ended) + Counter(list(there)) == Counter(began)


def _check_scopes(history: list[e.Event], state: ProcessState) -> None:
    """A scope that is gone was closed; one that was kept may go with what is around it."""
    opened = _ids(history, (e.ProcessStarted, e.ScopeOpened), "scope_id")
    closed = _ids(history, e.ScopeClosed, "scope_id")
    kept = _ids(history, e.ScopeKept, "scope_id")
    assert len(set(opened)) == len(opened)
    assert len(set(closed)) == len(closed)
    assert set(closed) <= set(opened)
    assert state.scopes.keys() <= set(opened) - set(closed)
    assert set(opened) - set(closed) - state.scopes.keys() <= set(kept)


def _check_numbers(history: list[e.Event]) -> None:
    """Every id has a number of its own, each higher than those before it."""
    kinds: tuple[tuple[Any, str], ...] = (
        ((e.ProcessStarted, e.ScopeOpened), "scope_id"),
        (e.ActivityEntered, "activity_id"),
        (SUBSCRIBED, "subscription_id"),
        (e.TimerScheduled, "timer_id"),
        (e.IncidentOpened, "incident_id"),
        (e.CompensableRecorded, "compensable_id"),
    )
    found = [(age(getattr(event, name)), kind) for event in history for kind, name in kinds if isinstance(event, kind)]
    again: set[int] = set()
    fresh = []
    for number, kind in found:
        if number not in again:  # a timer that is scheduled again keeps its id
            fresh.append(number)
        if kind is e.TimerScheduled:
            again.add(number)
    assert fresh == sorted(set(fresh))


def _check_joins(history: list[e.Event]) -> None:
    """A join consumes only tokens that have come."""
    waiting: Counter[tuple[str, str, str]] = Counter()
    for event in history:
        if isinstance(event, e.TokenArrived):
            waiting[event.scope_id, event.node_id, event.flow_id] += 1
        elif isinstance(event, e.JoinCompleted):
            for flow_id in event.flow_ids:
                waiting[event.scope_id, event.node_id, flow_id] -= 1
                assert waiting[event.scope_id, event.node_id, flow_id] >= 0


def check_accepts_nothing(program: Program, state: ProcessState) -> None:
    """An ended process refuses every command."""
    commands: tuple[c.Command, ...] = (
        c.CompleteActivity(activity_id="a2"),
        c.FireTimer(timer_id="t2"),
        c.BroadcastSignal(name="go"),
        c.CorrelateMessage(name="news"),
        c.SetVariables(variables={}),
        c.SuspendProcess(),
        c.ResumeProcess(),
        c.CancelProcess(),
        c.RescheduleTimers(),
    )
    for command in commands:
        with pytest.raises(TransitionRefused):
            decide(program, state, command, START)
    with pytest.raises(Conflict):
        decide(program, state, c.StartProcess(), START)
