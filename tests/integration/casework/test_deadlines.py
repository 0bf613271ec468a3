"""Reminders five working days before, escalation when overdue, the year's end, and deadlines that a manager changes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.support.house import COMMUNE_UNIT, ENTERPRISE_UNIT, House
from workflow.errors import InvalidInput
from workflow.services.campaigns.campaigns import ChangeDeadline
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page

REMINDER = "Reminder: “%(task)s” for %(unit)s (%(business_key)s) is due on %(due)s."
ESCALATION = "Overdue: “%(task)s” for %(unit)s (%(business_key)s) was due on %(due)s."


def told(house: House, login: str, unit: str = COMMUNE_UNIT) -> list[str]:
    """The templates of what the person was told about the unit's case."""
    notes = house.container.notifications.list(house.actor(login), 500)
    return [note.template for note in notes if note.case_id == house.case(unit).id]


def change(house: House, deadline: str, day: date, escalate_to: str = "standing-officer") -> None:
    manager = house.actor("quanly.tinh")
    house.container.campaigns.change_deadline(
        manager,
        ChangeDeadline(
            campaign_id=house.campaign_id,
            deadline_id=deadline,
            last_day=day,
            remind_days=5,
            escalate_to=escalate_to,
            reason="Minh họa: gia hạn",
            revision=house.container.campaigns.get(manager, house.campaign_id).revision,
            confirmed=tuple(f"{kind}:{deadline}:{day}" for kind in ("past", "off")),
        ),
    )
    house.settle()


@pytest.mark.stage("to assess")
def test_whoever_may_do_it_is_reminded_five_working_days_before(house: House) -> None:
    # The last day is Thursday, 30 November: five working days before is Thursday, 23 November.
    house.move_to(11, 22, 23)
    assert REMINDER not in told(house, "donvi.minhhoa")
    house.move_to(11, 23, 18)
    assert told(house, "donvi.minhhoa").count(REMINDER) == 1
    assert REMINDER not in told(house, "donvi.langgieng")
    assert ESCALATION not in told(house, "donvi.minhhoa")


@pytest.mark.stage("to assess")
def test_a_deputy_is_reminded_within_the_days_of_the_deputyship(house: House) -> None:
    for login, last in (("pho.trong", date(2023, 12, 31)), ("pho.ngoai", date(2023, 11, 22))):
        house.person(login)
        house.deputy(login, "donvi.minhhoa", date(2023, 3, 1), last)
    house.move_to(11, 23, 18)
    assert REMINDER in told(house, "pho.trong")
    assert told(house, "pho.ngoai") == []


@pytest.mark.stage("to assess")
def test_only_the_assignee_is_reminded_once_there_is_one(house: House) -> None:
    house.person("donvi.minhhoa.hai", ("unit-officer", "xa-minh-hoa"))
    house.take("donvi.minhhoa", "self_assessment")
    house.move_to(11, 23, 18)
    assert REMINDER in told(house, "donvi.minhhoa")
    assert REMINDER not in told(house, "donvi.minhhoa.hai")


def test_an_overdue_task_is_escalated_to_the_standing_office_and_stands_in_its_inbox(house: House) -> None:
    house.until_self_assessment(ENTERPRISE_UNIT)
    house.move_to(12, 1)

    task = house.task("self_assessment", ENTERPRISE_UNIT)
    assert task.escalated_to == "standing-officer@cong-an-thuong-xuan"
    for login in ("donvi.congty", "thuongtruc.thuongxuan"):
        assert told(house, login, ENTERPRISE_UNIT).count(ESCALATION) == 1
    assert ESCALATION not in told(house, "donvi.minhhoa", ENTERPRISE_UNIT)
    office = house.actor("thuongtruc.thuongxuan")
    page = house.container.inbox.page(office, InboxFilter(tab="escalated", unit_id=ENTERPRISE_UNIT), Page())
    assert [entry.row.task.id for entry in page.entries] == [task.id]
    (event,) = house.events(ENTERPRISE_UNIT, "TaskEscalated")
    assert event.at.astimezone(UTC) >= datetime(2023, 11, 30, 10, tzinfo=UTC)
    assert event.payload["escalated_to"] == task.escalated_to

    house.do(ENTERPRISE_UNIT, "donvi.congty", "self_assessment", "submit")
    assert (
        house.container.inbox.page(office, InboxFilter(tab="escalated", unit_id=ENTERPRISE_UNIT), Page()).entries == []
    )
    house.verify()


@pytest.mark.stage("to evaluate")
def test_what_is_done_in_time_reminds_and_escalates_nobody(house: House) -> None:
    assert [task.node_id for task in house.open_tasks()] == ["evaluation"]
    assert len(house.jobs("remind")) == len(house.jobs("escalate")) == 1
    house.move_to(12, 1)
    assert house.events("xa-minh-hoa", "TaskEscalated") == []
    assert REMINDER not in told(house, "donvi.minhhoa")


@pytest.mark.stage("to assess")
def test_the_years_end_closes_a_case_that_never_handed_in(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    house.move_to(12, 29, 16)
    assert house.case().status == "active"
    house.move_to(12, 29, 18)  # 31 December is a Sunday: the working day before

    assert (house.case().status, house.case().outcome) == ("completed", "expired")
    assert house.tasks("self_assessment")[0].state == "cancelled"
    assert house.jobs("timer") == house.jobs("escalate") == []
    house.verify()


@pytest.mark.stage("to assess")
def test_a_changed_deadline_moves_the_open_tasks_and_timers(house: House) -> None:
    change(house, "self_assessment", date(2023, 12, 8))
    change(house, "recognition", date(2024, 1, 15))

    task = house.task("self_assessment")
    assert task.due_at == datetime(2023, 12, 8, 10, tzinfo=UTC)
    assert task.follow_up_at is not None
    assert task.follow_up_at.date() == date(2023, 12, 1)
    (escalate,), (timer,) = house.jobs("escalate"), house.jobs("timer")
    assert escalate.run_at == task.due_at
    assert timer.run_at == datetime(2024, 1, 15, 10, tzinfo=UTC)
    with house.container.units.reading() as uow:
        stream = f"campaign:{house.campaign_id}"
        events = [one for one in uow.events.of_stream(stream) if one.type == "DeadlineChanged"]
    assert [one.payload["old"]["last_day"] for one in events] == ["2023-11-30", "2023-12-29"]
    assert [one.payload["new"]["last_day"] for one in events] == ["2023-12-08", "2024-01-15"]
    house.verify()


@pytest.mark.stage("to assess")
def test_more_time_takes_an_escalated_task_off_the_watch_list_and_tells_nobody_anew(house: House) -> None:
    house.take("donvi.minhhoa", "self_assessment")
    house.move_to(12, 1)
    assert house.task("self_assessment").escalated_to is not None
    before = told(house, "donvi.minhhoa")

    change(house, "self_assessment", date(2023, 12, 20))

    assert house.task("self_assessment").escalated_to is None
    office = house.actor("thuongtruc.thuongxuan")
    assert house.container.inbox.page(office, InboxFilter(tab="escalated", unit_id=COMMUNE_UNIT), Page()).entries == []
    assert told(house, "donvi.minhhoa") == before
    house.move_to(12, 21)
    assert house.task("self_assessment").escalated_to is not None


@pytest.mark.stage("to assess")
def test_a_deadline_moved_into_the_past_escalates_at_once(house: House) -> None:
    house.move_to(10, 2)
    change(house, "self_assessment", date(2023, 9, 29))
    assert house.task("self_assessment").escalated_to == "standing-officer@cong-an-thuong-xuan"


@pytest.mark.parametrize(
    "wanted",
    ["standing-officer@@@", "nobody", "standing-officer@xa-minh-hoa", "standing-officer@football@commune", "x" * 5000],
)
def test_whom_nobody_can_be_found_by_is_refused_as_an_escalation(house: House, wanted: str) -> None:
    with pytest.raises(InvalidInput, match="names nobody who could be told"):
        change(house, "self_assessment", date(2023, 11, 30), escalate_to=wanted)


@pytest.mark.stage("to assess")
@pytest.mark.parametrize("stored", ["standing-officer@@@", "standing-officer@football@commune", "x" * 5000])
def test_an_escalation_stored_before_that_leads_nowhere_is_told_to_the_manager(house: House, stored: str) -> None:
    with house.container.units() as uow:
        campaign = uow.campaigns.get(house.campaign_id)
        deadline = {**campaign.deadlines["self_assessment"], "escalate_to": stored}
        uow.campaigns.save(replace(campaign, deadlines={**campaign.deadlines, "self_assessment": deadline}))
        uow.commit()

    house.move_to(12, 1)

    assert house.task("self_assessment").escalated_at is not None
    assert ESCALATION in told(house, "quanly.tinh")
    assert ESCALATION in told(house, "donvi.minhhoa")
    (event,) = house.events(COMMUNE_UNIT, "TaskEscalated")
    assert event.payload["nowhere"] == stored[:80]
    with house.container.units.reading() as uow:
        assert uow.jobs.failed(Page()) == []
