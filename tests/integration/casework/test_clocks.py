"""Suspending a case stops its clocks: what is counted in working time moves by the pause, and everybody can see it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.house import COMMUNE_UNIT, House
from tests.support.versions import ADMINISTRATOR, REASON, counted, relabelled
from tests.support.world import shipped_package
from workflow.audit.event import AuditEvent
from workflow.calendar.zone import local_date
from workflow.demo.stories import day
from workflow.engine.codec import state_from_json
from workflow.ids import new_id
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.campaigns.campaigns import ChangeDeadline
from workflow.services.casework.cases import CaseCommand
from workflow.services.casework.clocks import OpenDate
from workflow.services.moving.moves import StartMigration
from workflow.services.moving.views import MigrationWish
from workflow.services.places.calendar import SetCalendarDay
from workflow.store.rows import Page

UNIT, MANAGER = "donvi.minhhoa", "quanly.tinh"
REMINDER = "Reminder: “%(task)s” for %(unit)s (%(business_key)s) is due on %(due)s."
MOVED = "“%(task)s” for %(unit)s (%(business_key)s) is now due on %(due)s: the suspension does not count."


def at(month: int, number: int, hour: int = 8) -> datetime:
    """An hour of a day of 2023 where the office is; it opens at eight, and the cases began then."""
    return day(month, number, hour).astimezone(UTC)


def rounded(instant: datetime | None) -> datetime | None:
    """To the minute: the clock of the tests ticks while it is read."""
    return instant and (instant + timedelta(seconds=30)).replace(second=0, microsecond=0)


def move_case(house: House, trigger: str) -> None:
    command = CaseCommand(case_id=house.case().id, trigger=trigger, reason="Chờ văn bản (minh họa)")
    house.container.cases.move(house.actor(MANAGER), command)


def move_to_version(house: House, change: object) -> None:
    """Publish a changed version, and let the case go on by it."""
    by = Provenance(actor=SYSTEM, at=house.clock.now())
    files = change(shipped_package())  # type: ignore[operator] # one of the changes of `tests.support.versions`
    old, new = house.case().version_id, house.container.publishing.install(files, by)
    wish = MigrationWish(from_version=old, to_version=new, case_ids=[house.case().id])
    start = StartMigration(wish=wish, reason=REASON, command_id=new_id())
    house.container.migrations.start(house.actor(ADMINISTRATOR), start)
    house.settle()


def dates(house: House) -> dict[str, datetime | None]:
    """Due date, reminder and timer as the tables, the state and the waiting jobs have them; all three must agree."""
    task, case = house.task("registration"), house.case()
    assert case.state is not None
    state = state_from_json(case.state)
    activity = state.activities[task.activity_id]
    (timer,) = state.timers.values()
    assert (task.due_at, task.follow_up_at) == (activity.due_at, activity.follow_up_at)
    assert [job.run_at for job in house.jobs("timer")] == [timer.due_at]
    assert [job.run_at for job in house.jobs("escalate")] == [task.due_at]
    assert [job.run_at for job in house.jobs("remind")] == [task.follow_up_at]
    found = {"due": task.due_at, "reminder": task.follow_up_at, "timer": timer.due_at}
    return {name: rounded(instant) for name, instant in found.items()}


def happened(house: House, *types: str) -> list[AuditEvent]:
    return house.events(COMMUNE_UNIT, *types)


def told(house: House, login: str, template: str) -> int:
    notes = house.container.notifications.list(house.actor(login), 500)
    return [note.template for note in notes if note.case_id == house.case().id].count(template)


AFTER = {"due": at(4, 12, 10), "reminder": at(4, 6, 10), "timer": at(4, 10, 10)}
"""The dates after `rest`."""


@pytest.fixture
def clocked(house: House) -> House:
    """A registration that began on Monday, 20 March, by a version that counts in working time."""
    move_to_version(house, counted)
    assert dates(house) == {"due": at(4, 3), "reminder": at(3, 28), "timer": at(3, 30)}
    return house


def rest(house: House) -> None:
    """Suspended for seven working days and two hours, from Thursday, 23 March, to Monday, 3 April."""
    house.move_to(3, 23)
    move_case(house, "suspend")
    house.clock.move_to(day(4, 3, 11))
    while house.container.jobs.run_due():
        pass
    assert happened(house, "TaskReminded", "TaskEscalated", "TimerFired") == []
    move_case(house, "resume")


def test_due_date_reminder_and_timer_move_by_the_working_time_of_the_pause(clocked: House) -> None:
    rest(clocked)
    assert dates(clocked) == AFTER
    clocked.verify()


def test_what_fell_due_in_the_pause_comes_at_its_new_time_and_once(clocked: House) -> None:
    rest(clocked)
    clocked.settle()
    assert happened(clocked, "TaskReminded", "TaskEscalated", "TimerFired") == [], "nothing comes at once"

    clocked.move_to(4, 6, 11)
    assert told(clocked, UNIT, REMINDER) == 1
    assert happened(clocked, "TimerFired") == []
    clocked.move_to(4, 10, 11)
    assert len(happened(clocked, "TimerFired")) == 1
    assert happened(clocked, "TaskEscalated") == []
    clocked.move_to(4, 12, 11)
    assert (len(happened(clocked, "TaskReminded")), len(happened(clocked, "TaskEscalated"))) == (1, 1)
    clocked.verify()


def test_the_record_tells_from_where_to_where_and_whoever_does_it_is_told(clocked: House) -> None:
    rest(clocked)
    clocked.settle()
    due, *others = happened(clocked, "DueDateMoved", "ClockMoved")
    assert (due.payload["task_id"], due.payload["node_id"]) == (clocked.task("registration").id, "registration")
    assert [rounded(datetime.fromisoformat(due.payload[key])) for key in ("from", "to")] == [at(4, 3), at(4, 12, 10)]
    assert [(one.payload["kind"], one.payload["node_id"]) for one in others] == [
        ("reminder", "registration"),
        ("timer", "slow"),
    ]
    assert told(clocked, UNIT, MOVED) == 1
    auditor = clocked.person("kiem-tra", ("auditor", "thanh-hoa"))
    timeline = clocked.container.audit.timeline(auditor, clocked.case().id, Page(limit=200))
    said = [one.said.vi for one in timeline.entries if one.type in ("DueDateMoved", "ClockMoved")]
    assert any("08:00 03/04/2023" in one and "10:00 12/04/2023" in one for one in said)
    assert any("Hẹn giờ “Chậm đăng ký”" in one and "10:00 10/04/2023" in one for one in said)


def test_pauses_add_up_to_the_hour(clocked: House) -> None:
    rest(clocked)
    clocked.move_to(4, 4)
    move_case(clocked, "suspend")
    clocked.clock.move_to(day(4, 5, 14))
    move_case(clocked, "resume")
    # Seven days and two hours, then one day and four: of Wednesday, 5 April, the hour from twelve is a pause of the office.
    assert dates(clocked) == {"due": at(4, 13, 15), "reminder": at(4, 7, 15), "timer": at(4, 11, 15)}
    clocked.verify()


def extend(house: House, last_day: date) -> None:
    """The campaign gives registrations more time."""
    change = ChangeDeadline(
        campaign_id=house.campaign_id,
        deadline_id="registration",
        last_day=last_day,
        remind_days=5,
        escalate_to="standing-officer",
        reason="Minh họa: gia hạn",
        revision=house.container.campaigns.get(house.actor(MANAGER), house.campaign_id).revision,
        confirmed=tuple(f"{kind}:registration:{last_day.isoformat()}" for kind in ("past", "off")),
    )
    house.container.campaigns.change_deadline(house.actor(MANAGER), change)


def test_new_deadlines_of_the_campaign_reach_a_suspended_case_at_once(house: House) -> None:
    house.move_to(3, 23)
    move_case(house, "suspend")
    extend(house, date(2023, 4, 20))
    while house.container.jobs.run_due():
        pass

    assert len(happened(house, "DeadlinesChanged")) == 1
    shown = house.container.case_views.standstill(house.actor(MANAGER), house.case().id)
    assert [(local_date(one.at), one.why) for one in shown.dates if one.kind == "due"] == [
        (date(2023, 4, 20), "campaign")
    ]
    house.clock.move_to(day(4, 10, 11))
    move_case(house, "resume")
    house.settle()
    due = house.task("registration").due_at
    assert due is not None
    assert local_date(due) == date(2023, 4, 20)
    assert happened(house, "TaskEscalated") == []
    house.verify()


def test_a_deadline_that_moved_just_before_the_case_goes_on_comes_before_all_that_fell_due(house: House) -> None:
    house.move_to(3, 23)
    old = house.task("registration").due_at
    assert old is not None
    move_case(house, "suspend")
    house.clock.move_to(old + timedelta(days=3))
    while house.container.jobs.run_due():
        pass  # what fell due rests
    extend(house, local_date(old) + timedelta(days=14))

    move_case(house, "resume")
    left = house.task("registration")
    house.settle()

    assert left.due_at is not None
    assert local_date(left.due_at) == local_date(old) + timedelta(days=14)
    assert happened(house, "TaskEscalated") == []
    assert len(happened(house, "DeadlinesChanged")) == 1
    house.verify()


def test_new_deadlines_of_the_campaign_undo_no_pause(clocked: House) -> None:
    clocked.move_to(3, 23)
    move_case(clocked, "suspend")
    extend(clocked, date(2023, 4, 20))
    clocked.clock.move_to(day(4, 3, 11))
    while clocked.container.jobs.run_due():
        pass
    assert len(happened(clocked, "DeadlinesChanged")) == 1
    move_case(clocked, "resume")
    clocked.move_to(4, 3, 12)
    assert len(happened(clocked, "DeadlinesChanged")) == 1
    assert dates(clocked) == AFTER
    clocked.verify()


def test_a_holiday_in_the_pause_is_no_working_time(clocked: House) -> None:
    override = SetCalendarDay(
        on=date(2023, 3, 29),
        kind="holiday",
        name="Nghỉ minh họa",
        source="Minh họa",
        confirmed=("past:calendar:2023-03-29",),
    )
    clocked.container.calendar_days.set_day(clocked.actor(ADMINISTRATOR), override)
    rest(clocked)
    assert dates(clocked)["due"] == at(4, 11, 10), "six working days and two hours of rest"


def test_the_days_of_the_campaign_stay_and_the_case_says_so(house: House) -> None:
    before = house.task("registration")
    house.move_to(3, 23)
    move_case(house, "suspend")
    rest_of = house.container.case_views.standstill(house.actor(MANAGER), house.case().id)
    assert {(one.kind, one.why) for one in rest_of.dates} == {("due", "campaign"), ("reminder", "campaign")}
    assert all(one.deadline is not None and not one.moves for one in rest_of.dates)
    house.clock.move_to(day(4, 3, 11))
    move_case(house, "resume")
    after = house.task("registration")
    assert (after.due_at, after.follow_up_at) == (before.due_at, before.follow_up_at)
    assert happened(house, "UserTaskRescheduled", "DueDateMoved", "ClockMoved") == []
    house.settle()
    house.verify()


def test_the_case_shows_while_it_rests_what_moves_and_where_to(clocked: House) -> None:
    clocked.move_to(3, 23)
    running = clocked.container.case_views.standstill(clocked.actor(MANAGER), clocked.case().id)
    assert running.since is None
    assert [(one.kind, one.moves, one.after == one.at) for one in running.dates] == [
        ("due", True, True),
        ("reminder", True, True),
        ("timer", True, True),
    ]
    move_case(clocked, "suspend")
    clocked.clock.move_to(day(4, 4, 11))
    view = clocked.container.case_views.view(clocked.actor(MANAGER), clocked.case().id)
    assert view.standstill is not None
    assert (view.standstill.days, round(view.standstill.rest.total_seconds() / 60)) == (8, 120)
    shown: dict[str, OpenDate] = {one.kind: one for one in view.standstill.dates}
    assert rounded(shown["due"].after) == at(4, 13, 10)
    (line,) = view.open_tasks
    assert line.remaining is not None
    assert (line.remaining.working_days, line.remaining.overdue) == (7, False), "as on the day of the suspension"


def test_a_suspended_case_that_moves_to_another_version_keeps_its_clocks(clocked: House) -> None:
    clocked.move_to(3, 23)
    move_case(clocked, "suspend")
    clocked.clock.move_to(day(3, 27, 9))
    move_to_version(clocked, lambda files: relabelled(counted(files)))
    clocked.clock.move_to(day(4, 3, 11))
    move_case(clocked, "resume")
    assert dates(clocked) == AFTER
    clocked.verify()


def test_a_clock_that_begins_in_the_pause_moves_by_what_it_has_lived_through(house: House) -> None:
    house.move_to(3, 23)
    move_case(house, "suspend")
    house.clock.move_to(day(3, 29, 9))
    move_to_version(house, counted)
    house.clock.move_to(day(4, 3, 11))
    move_case(house, "resume")
    # The task counts from when it was opened, the timer from when the new version set it, in the pause.
    assert dates(house) == {**AFTER, "timer": at(4, 13, 11)}
    house.verify()
