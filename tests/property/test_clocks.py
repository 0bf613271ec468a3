"""Laws of suspending: no working time is lost or won, whatever the calendar and the pauses; what is fixed never moves."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, strategies as st

from tests.property.profiles import examples
from tests.support.processes import START, Case, process, timer, user
from workflow.calendar.working_time import WorkingCalendar
from workflow.engine import events as e
from workflow.engine.commands import RescheduleTimers, ResumeProcess, SuspendProcess
from workflow.engine.state import Timer
from workflow.model import elements as m

DAYS = st.dates(min_value=date(2023, 1, 1), max_value=date(2023, 12, 31))
SPANS = st.one_of(
    st.integers(1, 15).map(lambda days: f"WT{days}D"),
    st.integers(1, 40).map(lambda hours: f"WT{hours}H"),
    st.tuples(st.integers(1, 5), st.integers(1, 12)).map(lambda both: f"WT{both[0]}D{both[1]}H"),
)
MOMENTS = st.timedeltas(timedelta(seconds=1), timedelta(days=9))
"""From one thing to the next: so long it runs, so long it rests."""
PAUSES = st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=6)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    holidays = draw(st.dictionaries(DAYS, st.just("nghỉ"), max_size=30))
    return WorkingCalendar(holidays=holidays, working_weekends=frozenset(draw(st.sets(DAYS, max_size=8))))


@dataclass
class Expected:
    """A date that is counted in working time, and what is still to be worked until it."""

    calendar: WorkingCalendar
    due_at: datetime
    left: timedelta = timedelta(0)

    def suspended(self, at: datetime) -> None:
        self.left = self.calendar.between(at, self.due_at)

    def resumed(self, began_at: datetime, at: datetime, due_at: datetime) -> None:
        """What was to come has as much working time before it as then; what was past has not moved."""
        if self.due_at > began_at:
            assert self.calendar.between(at, due_at) == self.left
            assert due_at >= self.due_at
        else:
            assert due_at == self.due_at
        self.due_at = due_at


def case_of(calendar: WorkingCalendar, due: str, remind: str, late: str, fixed: date) -> Case:
    """Two tasks side by side: one counted in working time with a timer on it, one with fixed days and a timer on the wall clock."""
    counted = user("counted", due_date=timer("date", due).value, follow_up_date=timer("date", remind).value)
    bound = user("fixed", due_date=timer("date", fixed.isoformat()).value, follow_up_date=timer("date", "P9D").value)
    nodes = (
        m.ParallelGateway(id="both"),
        counted,
        bound,
        m.BoundaryEvent(id="late", attached_to="counted", definition=timer("duration", late), interrupting=False),
        m.BoundaryEvent(id="wall", attached_to="fixed", definition=timer("duration", "P20D"), interrupting=False),
    )
    paths = ("start > both > counted > end", "both > fixed > end", "late > late_end", "wall > wall_end")
    return Case(process(*nodes, paths=paths), working_time=calendar).start()


def timers(case: Case) -> dict[str, Timer]:
    assert case.state is not None
    return {one.node_id: one for one in case.state.timers.values()}


def dates(case: Case) -> dict[str, datetime | None]:
    (task,) = case.waiting("counted")
    return {"due": task.due_at, "reminder": task.follow_up_at, "timer": timers(case)["late"].due_at}


@examples(80)
@given(calendars(), SPANS, SPANS, SPANS, DAYS, PAUSES)
def test_working_time_before_a_date_is_kept_and_fixed_days_never_move(
    calendar: WorkingCalendar,
    due: str,
    remind: str,
    late: str,
    fixed: date,
    pauses: list[tuple[timedelta, timedelta]],
) -> None:
    case = case_of(calendar, due, remind, late, fixed)
    bound = case.waiting("fixed"), timers(case)["wall"]
    expected = {name: Expected(calendar, at) for name, at in dates(case).items() if at is not None}
    for runs, rests in pauses:
        case.now += runs
        began_at = case.now
        for one in expected.values():
            one.suspended(began_at)
        case.do(SuspendProcess())
        case.now += rests
        case.do(ResumeProcess(suspended_at=began_at))
        for name, at in dates(case).items():
            assert at is not None
            expected[name].resumed(began_at, case.now, at)
        assert case.do(RescheduleTimers()) == [], "counting again gives the same"
    assert (case.waiting("fixed"), timers(case)["wall"]) == bound


@examples(60)
@given(calendars(), SPANS, PAUSES)
def test_what_is_told_is_what_changed(
    calendar: WorkingCalendar, due: str, pauses: list[tuple[timedelta, timedelta]]
) -> None:
    """An event for each date that has moved, and none for one that has not."""
    case = case_of(calendar, due, "WT1D", due, date(2023, 6, 1))
    for runs, rests in pauses:
        before = dates(case)
        case.now += runs
        began_at = case.now.astimezone(UTC)
        case.do(SuspendProcess())
        case.now += rests
        resumed, *moved = case.do(ResumeProcess(suspended_at=began_at))
        assert resumed == e.ProcessResumed(suspended_at=began_at, resumed_at=case.now)
        after = dates(case)
        tasks = [one for one in moved if isinstance(one, e.UserTaskRescheduled)]
        hung = [one for one in moved if isinstance(one, e.TimerScheduled)]
        assert len(tasks) == ((before["due"], before["reminder"]) != (after["due"], after["reminder"]))
        assert len(hung) == (before["timer"] != after["timer"])
        assert len(moved) == len(tasks) + len(hung)
    assert case.now > START
