"""Suspending a process stops what is counted in working time, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.processes import START, Case, process, timer, user
from workflow.calendar.working_time import WorkingCalendar
from workflow.engine import events as e
from workflow.engine.clocks import clocks
from workflow.engine.codec import event_to_json, state_from_json, state_to_json
from workflow.engine.commands import (
    CompleteActivity,
    FireTimer,
    RescheduleTimers,
    ResolveIncident,
    ResumeProcess,
    SetVariables,
    SuspendProcess,
)
from workflow.engine.state import Pause
from workflow.errors import TransitionRefused
from workflow.model import elements as m

# START is Wednesday 1 February 2023, 08:00 where the office is: a day of work that begins.
CALENDAR = WorkingCalendar()
DAY = timedelta(days=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2023-{text}+07:00").astimezone(UTC)


def case(*, due: str | None = None, remind: str | None = None, late: str | None = None, **more: Any) -> Case:
    """A task with its due date and reminder, and a timer on its boundary that does not end it."""
    nodes: list[m.FlowNode] = [
        user(
            "work",
            due_date=timer("date", due).value if due else None,
            follow_up_date=timer("date", remind).value if remind else None,
        )
    ]
    paths = ["start > work > end"]
    if late:
        kind = "cycle" if late.startswith("R") else "duration"
        nodes += [
            m.BoundaryEvent(id="late", attached_to="work", definition=timer(kind, late), interrupting=False),
            user("told"),
        ]
        paths.append("late > told > told_end")
    return Case(process(*nodes, paths=tuple(paths)), working_time=CALENDAR, **more)


def rest(case: Case, begins: str, ends: str) -> list[e.Event]:
    """Suspend the case at the one instant and resume it at the other."""
    case.now = local(begins)
    case.do(SuspendProcess())
    case.now = local(ends)
    return list(case.do(ResumeProcess(suspended_at=local(begins))))


def due(case: Case) -> datetime | None:
    return case.waiting("work")[0].due_at


def test_due_day_reminder_and_escalation_move_by_the_working_time_of_the_pause() -> None:
    waiting = case(due="WT5D", remind="WT3D", late="WT4D").start()
    events = rest(waiting, "02-02T08:00", "02-06T17:00")  # Thursday morning to Monday evening: three working days
    assert [type(event) for event in events] == [e.ProcessResumed, e.UserTaskRescheduled, e.TimerScheduled]
    assert due(waiting) == local("02-13T08:00")
    assert waiting.waiting("work")[0].follow_up_at == local("02-09T08:00")
    assert waiting.last(e.TimerScheduled).due_at == local("02-10T08:00")


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("02-01T09:00", "02-01T11:00", "02-02T10:00"),
        ("02-01T12:00", "02-01T13:00", "02-01T17:00"),
        ("02-01T16:00", "02-02T10:00", "02-02T11:00"),
        ("02-01T18:00", "02-02T07:00", "02-01T17:00"),
    ],
)
def test_hours_count_while_the_office_is_open(begins: str, ends: str, expected: str) -> None:
    waiting = case(late="WT8H").start()
    rest(waiting, begins, ends)
    assert waiting.last(e.TimerScheduled).due_at == local(expected)


@pytest.mark.parametrize("fixed", ["2023-02-08", '=date("2023-02-08")', "=deadlines.list.due_at", "P5D"])
def test_a_fixed_day_and_the_time_on_the_wall_do_not_move(fixed: str) -> None:
    waiting = case(due=fixed, remind="2023-02-07", late="P5D").start(
        deadlines={"list": {"due_at": "2023-02-08T10:00:00Z"}}
    )
    before = waiting.waiting("work")[0], waiting.last(e.TimerScheduled)
    assert [type(event) for event in rest(waiting, "02-02T08:00", "02-06T17:00")] == [e.ProcessResumed]
    assert (waiting.waiting("work")[0], waiting.last(e.TimerScheduled)) == before


def test_what_was_over_before_the_pause_stays_over() -> None:
    waiting = case(due="WT1D", remind="WT4H").start()
    assert len(rest(waiting, "02-02T09:00", "02-06T17:00")) == 1
    assert due(waiting) == local("02-02T08:00")


def test_pauses_add_up_and_short_ones_are_not_lost() -> None:
    waiting = case(due="WT5D").start()
    for day in ("02", "03", "06", "07"):
        rest(waiting, f"02-{day}T09:00", f"02-{day}T11:00")
    assert due(waiting) == local("02-08T17:00"), "eight hours more, to the end of the day"


def test_counting_again_after_the_pause_does_not_undo_it() -> None:
    waiting = case(due="WT5D", remind="WT3D", late="WT4D").start()
    rest(waiting, "02-02T08:00", "02-06T17:00")
    rest(waiting, "02-07T09:30", "02-08T11:00")
    assert waiting.do(RescheduleTimers()) == []


def test_a_changed_calendar_counts_for_the_pause_too() -> None:
    waiting = case(due="WT5D").start()
    rest(waiting, "02-02T08:00", "02-07T08:00")
    holiday = WorkingCalendar(holidays={local("02-03T08:00").date(): "nghỉ"})
    waiting.program = waiting.program.__class__(
        processes=waiting.program.processes, main=waiting.program.main, working_time=holiday
    )
    waiting.do(RescheduleTimers())
    assert due(waiting) == local("02-13T08:00"), "one day less of rest, one day more of holiday"


def test_a_timer_that_fell_due_in_the_pause_does_not_happen_at_once() -> None:
    waiting = case(late="WT1D").start()
    rest(waiting, "02-01T09:00", "02-10T09:00")
    timer_id = waiting.last(e.TimerScheduled).timer_id
    with pytest.raises(TransitionRefused, match="not due"):
        waiting.do(FireTimer(timer_id=timer_id))
    waiting.now = local("02-13T08:00")
    waiting.do(FireTimer(timer_id=timer_id))
    assert waiting.waiting("told")


def test_a_repeated_timer_goes_on_in_its_rhythm_after_the_pause() -> None:
    waiting = case(late="R3/WT1D").start()
    rest(waiting, "02-01T12:00", "02-06T17:00")
    assert waiting.last(e.TimerScheduled).due_at == local("02-07T12:00")
    waiting.now = local("02-07T12:00")
    waiting.do(FireTimer(timer_id=waiting.last(e.TimerScheduled).timer_id))
    assert waiting.last(e.TimerScheduled).due_at == local("02-08T12:00")


def test_the_fixed_beginning_of_a_repeated_timer_stays() -> None:
    waiting = case(late="R3/2023-02-08T08:00:00+07:00/WT1D").start()
    assert len(rest(waiting, "02-02T08:00", "02-06T17:00")) == 1


def test_what_begins_after_the_pause_knows_nothing_of_it() -> None:
    nodes = (user("work"), user("next", due_date=timer("date", "WT2D").value))
    waiting = Case(process(*nodes, paths=("start > work > next > end",)), working_time=CALENDAR).start()
    rest(waiting, "02-02T08:00", "02-06T17:00")
    waiting.now = local("02-07T08:00")
    waiting.do(CompleteActivity(activity_id=waiting.waiting("work")[0].id))
    assert waiting.waiting("next")[0].due_at == local("02-09T08:00")
    waiting.do(RescheduleTimers())
    assert waiting.waiting("next")[0].due_at == local("02-09T08:00")


def test_of_the_pauses_only_those_are_kept_that_something_waiting_has_lived_through() -> None:
    nodes = (user("work", due_date=timer("date", "WT9D").value), user("next", due_date=timer("date", "WT2D").value))
    waiting = Case(process(*nodes, paths=("start > work > next > end",)), working_time=CALENDAR).start()
    rest(waiting, "02-02T08:00", "02-02T09:00")
    rest(waiting, "02-02T10:00", "02-02T11:00")
    assert waiting.state is not None
    assert len(waiting.state.pauses) == 2
    waiting.now = local("02-03T08:00")
    waiting.do(CompleteActivity(activity_id=waiting.waiting("work")[0].id))
    rest(waiting, "02-03T10:00", "02-03T11:00")
    assert waiting.state.pauses == (Pause(began_at=local("02-03T10:00"), ended_at=local("02-03T11:00")),)


def test_a_due_time_that_has_no_value_any_more_keeps_its_time_and_is_an_incident() -> None:
    waiting = case(due="=span").start(span="WT5D")
    waiting.do(SetVariables(variables={"span": None}))
    waiting.do(SetVariables(variables={"span": {"days": 5}}))
    state = waiting.state
    rest(waiting, "02-02T08:00", "02-06T17:00")
    assert due(waiting) == local("02-08T08:00"), "what is no working time does not move"
    broken = case(due="=spans.list").start(spans={"list": "WT5D"})
    broken.do(SetVariables(variables={"spans": "none"}))
    rest(broken, "02-02T08:00", "02-06T17:00")
    (incident,) = broken.incidents
    assert (due(broken), incident.kind, incident.phase) == (local("02-08T08:00"), "timer", "wait")
    broken.do(ResolveIncident(incident_id=incident.id, variables={"spans": {"list": "WT5D"}}))
    assert due(broken) == local("02-13T08:00"), "corrected, it knows of the pause"
    assert state is not None


def test_without_the_instant_of_the_suspension_the_clocks_have_run_on() -> None:
    waiting = case(due="WT5D").start()
    waiting.do(SuspendProcess())
    waiting.now += 3 * DAY
    (event,) = waiting.do(ResumeProcess())
    assert event_to_json(event) == {"type": "ProcessResumed"}
    assert waiting.state is not None
    assert "pauses" not in state_to_json(waiting.state)
    assert due(waiting) == START + 7 * DAY


def test_a_state_without_pauses_loads_as_ever() -> None:
    waiting = case(due="WT5D").start()
    assert waiting.state is not None
    written = state_to_json(waiting.state)
    assert state_from_json(written) == waiting.state
    rest(waiting, "02-02T08:00", "02-06T17:00")
    assert state_from_json(state_to_json(waiting.state)) == waiting.state


def test_each_open_date_says_how_it_is_counted() -> None:
    waiting = case(due="WT5D", remind="2023-02-07", late="P5D").start()
    assert waiting.state is not None
    said = [(one.kind, one.node_id, one.counted) for one in clocks(waiting.program, waiting.state, waiting.now)]
    assert said == [("due", "work", "working"), ("reminder", "work", "fixed"), ("timer", "late", "running")]


def test_new_deadlines_reach_a_suspended_process_and_leave_what_stands_still() -> None:
    waiting = case(due="=deadlines.list.due_at", late="WT2D").start(
        deadlines={"list": {"due_at": "2023-02-08T10:00:00Z"}}
    )
    waiting.do(SuspendProcess())

    events = waiting.do(RescheduleTimers(variables={"deadlines": {"list": {"due_at": "2023-03-08T10:00:00Z"}}}))

    assert [type(event) for event in events] == [e.VariablesSet, e.UserTaskRescheduled]
    assert due(waiting) == datetime(2023, 3, 8, 10, tzinfo=UTC)
