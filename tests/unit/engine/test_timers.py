"""Timers at catch events and boundaries: dates, durations, working time and cycles."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.processes import START, Case, process, subprocess, timer, user
from workflow.engine import events as e
from workflow.engine.commands import (
    FireTimer,
    RescheduleTimers,
    ResolveIncident,
    ResumeProcess,
    SetVariables,
    SuspendProcess,
)
from workflow.errors import InvalidInput, NotFound, TransitionRefused
from workflow.model import elements as m


class Calendar:
    """A working day lasts a day here; `days` stretches it."""

    def __init__(self) -> None:
        self.days = 1

    def add(self, start: datetime, text: str) -> datetime:
        if not text[2:-1].isdigit():
            raise InvalidInput
        return start + timedelta(days=self.days * int(text[2:-1]))


def waiting(kind: str, text: str, **more: Any) -> Case:
    event = m.IntermediateCatchEvent(id="wait", definition=timer(kind, text))
    return Case(process(event, paths=("start > wait > end",)), **more)


@pytest.mark.parametrize(
    ("kind", "text", "due_at"),
    [
        ("duration", "PT90M", START + timedelta(minutes=90)),
        ("duration", "P1W", START + timedelta(weeks=1)),
        ("duration", "P1M", datetime(2023, 3, 1, 1, 0, tzinfo=UTC)),
        ("duration", '=duration("P2D")', START + timedelta(days=2)),
        ("duration", '=duration("P1Y")', datetime(2024, 2, 1, 1, 0, tzinfo=UTC)),
        ("duration", "WT5D", START + timedelta(days=5)),
        ("date", "2023-04-05", datetime(2023, 4, 5, 10, 0, tzinfo=UTC)),
        ("date", "2023-04-05T08:00:00+07:00", datetime(2023, 4, 5, 1, 0, tzinfo=UTC)),
        ("date", "2023-04-05T08:00:00", datetime(2023, 4, 5, 1, 0, tzinfo=UTC)),
        ("date", '=date and time("2023-04-05T08:00:00Z")', datetime(2023, 4, 5, 8, 0, tzinfo=UTC)),
        ("date", "=deadline", datetime(2023, 2, 15, 10, 0, tzinfo=UTC)),
        ("cycle", "R3/PT1H", START + timedelta(hours=1)),
        ("cycle", "R/2023-03-01T00:00:00Z/P1D", datetime(2023, 3, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_timer_is_due_at(kind: str, text: str, due_at: datetime) -> None:
    case = waiting(kind, text, working_time=Calendar()).start(deadline=datetime(2023, 2, 15).date())  # noqa: DTZ001
    assert case.last(e.TimerScheduled).due_at == due_at


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("duration", "5 days"),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "P99999Y"),
        ("duration", "WT5D"),
        ("date", "tomorrow"),
        ("date", "=true"),
        ("date", "=deadline"),
        ("cycle", "R3"),
        ("cycle", "R0/PT1H"),
        ("cycle", "R/PT0S"),
        ("cycle", "PT1H"),
    ],
)
def test_a_timer_that_cannot_be_read_is_an_incident(kind: str, text: str) -> None:
    assert [incident.kind for incident in waiting(kind, text).start().incidents] == ["timer"]


def test_a_bad_working_time_is_an_incident() -> None:
    assert [i.kind for i in waiting("duration", "WTxD", working_time=Calendar()).start().incidents] == ["timer"]


def test_a_timer_fires_once_and_not_before_its_time() -> None:
    case = waiting("duration", "PT1H").start()
    scheduled = case.last(e.TimerScheduled).timer_id
    with pytest.raises(TransitionRefused):
        case.do(FireTimer(timer_id=scheduled))
    case.after(hours=1)
    assert case.status == "completed"
    other = Case(process(user("a"), paths=("start > a > end",))).start()
    with pytest.raises(NotFound):
        other.do(FireTimer(timer_id=scheduled))


def boundary(text: str, kind: str = "duration", *, interrupting: bool = True) -> Case:
    due = m.BoundaryEvent(id="due", attached_to="work", definition=timer(kind, text), interrupting=interrupting)
    return Case(process(user("work"), user("late"), due, paths=("start > work > end", "due > late > end")))


def test_an_interrupting_boundary_timer_takes_the_place_of_its_activity() -> None:
    case = boundary("P1D").start()
    case.after(days=1)
    assert case.places == ["late"]
    assert case.last(e.ActivityCancelled).reason == "boundary"


def test_a_boundary_timer_goes_with_its_activity() -> None:
    case = boundary("P1D").start()
    case.complete("work")
    assert case.count(e.TimerCancelled) == 1
    assert case.status == "completed"


def test_a_non_interrupting_one_adds_a_token() -> None:
    case = boundary("P1D", interrupting=False).start()
    case.after(days=3)
    assert case.places == ["late", "work"]
    case.complete("work")
    case.complete("late")
    assert case.status == "completed"


def test_a_cycle_fires_as_often_as_it_says() -> None:
    case = boundary("R3/PT1H", "cycle", interrupting=False).start()
    case.after(hours=10)
    assert case.places == ["late", "late", "late", "work"]
    assert case.count(e.TimerFired) == 3


def test_a_cycle_without_a_number_goes_on_until_its_activity_ends() -> None:
    case = boundary("R/PT1H", "cycle", interrupting=False).start()
    case.after(hours=5)
    assert case.count(e.TimerFired) == 5
    case.complete("work")
    assert case.state is not None
    assert not case.state.timers


def test_what_a_cycle_has_missed_happens_once() -> None:
    case = boundary("R/PT1H", "cycle", interrupting=False).start()
    case.now += timedelta(hours=10)
    case.after(minutes=30)
    assert case.count(e.TimerFired) == 1


def test_an_interrupted_subprocess_ends_with_all_that_is_in_it() -> None:
    inner = subprocess(
        "sub", boundary_work := user("a"), user("b"), paths=("sub_begin > a > sub_done", "sub_begin > b")
    )
    due = m.BoundaryEvent(id="due", attached_to="sub", definition=timer("duration", "P1D"))
    reminder = m.BoundaryEvent(id="remind", attached_to="sub", definition=timer("duration", "P7D"), interrupting=False)
    case = Case(process(inner, due, reminder, user("late"), paths=("start > sub > end", "due > late > end")))
    case.start()
    case.after(days=1)
    assert boundary_work.id == "a"
    assert case.places == ["late"]
    assert case.count(e.TimerCancelled) == 1
    assert case.state is not None
    assert list(case.state.scopes) == ["s1"]


def test_timers_due_during_a_suspension_fire_afterwards() -> None:
    case = boundary("P1D").start()
    case.do(SuspendProcess())
    case.now += timedelta(days=2)
    with pytest.raises(TransitionRefused):
        case.do(FireTimer(timer_id=case.last(e.TimerScheduled).timer_id))
    case.do(ResumeProcess())
    case.after(days=0)
    assert case.places == ["late"]


def test_rescheduling_emits_only_what_differs() -> None:
    due = m.BoundaryEvent(id="due", attached_to="work", definition=timer("date", "=deadline"))
    fixed = m.BoundaryEvent(id="fixed", attached_to="work", definition=timer("duration", "P9D"))
    case = Case(
        process(
            user("work", due_date=timer("date", "=deadline").value),
            due,
            fixed,
            paths=("start > work > end", "due > end"),
        )
    ).start(deadline="2023-03-01T00:00:00Z")
    assert case.do(RescheduleTimers()) == []
    case.do(SetVariables(variables={"deadline": "2023-04-01T00:00:00Z"}))
    case.now += timedelta(days=3)
    changed = case.do(RescheduleTimers())
    moved = datetime(2023, 4, 1, tzinfo=UTC)
    assert [type(event) for event in changed] == [e.UserTaskRescheduled, e.TimerScheduled]
    assert [event.due_at for event in changed if isinstance(event, e.UserTaskRescheduled | e.TimerScheduled)] == [
        moved
    ] * 2
    assert case.waiting("work")[0].due_at == moved
    assert case.state is not None
    assert len(case.state.timers) == 2


def test_a_working_time_is_counted_again_from_where_it_began() -> None:
    calendar = Calendar()
    case = waiting("duration", "WT5D", working_time=calendar).start()
    calendar.days = 2
    case.now += timedelta(days=1)
    case.do(RescheduleTimers())
    assert case.last(e.TimerScheduled).due_at == START + timedelta(days=10)


def test_a_due_time_that_cannot_be_evaluated_any_more_stays_and_is_an_incident() -> None:
    case = waiting("date", "=deadline").start(deadline="2023-03-01")
    case.do(SetVariables(variables={"deadline": "soon"}))
    case.do(RescheduleTimers())
    (incident,) = case.incidents
    assert (incident.kind, incident.phase, case.places) == ("timer", "wait", ["wait"])
    case.do(ResolveIncident(incident_id=incident.id, variables={"deadline": "2023-02-02"}))
    assert case.incidents == []
    case.after(days=2)
    assert case.status == "completed"
