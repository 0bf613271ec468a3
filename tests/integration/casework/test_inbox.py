"""The inbox: tabs, filters, counts, order, pages."""

import pytest

from tests.support.house import House
from workflow.ids import new_id
from workflow.services.campaigns.campaigns import CreateCampaign
from workflow.services.campaigns.units import AddCampaignUnits, RemoveCampaignUnit
from workflow.services.casework.inbox import InboxPage
from workflow.services.casework.tasks import ReassignTask
from workflow.store.inbox import Count, InboxFilter, Seats
from workflow.store.rows import Page

OFFICE = "thuongtruc.tinh"
PROVINCIAL = ("tho-thanh", "rung-thong", "dien-bien", "htx-tan-son", "dai-hoc-hong-duc", "hoi-lhpn-tinh")


def page(house: House, login: str, limit: int = 20, offset: int = 0, **where: object) -> InboxPage:
    filtered = InboxFilter(**where)  # type: ignore[arg-type] # the names of its fields
    return house.container.inbox.page(house.actor(login), filtered, Page(limit=limit, offset=offset))


def units(found: InboxPage) -> list[str]:
    return [entry.row.unit_id for entry in found.entries]


def test_a_task_waits_with_its_group_until_somebody_claims_it(house: House) -> None:
    house.register("tho-thanh")
    assert units(page(house, OFFICE, tab="group")) == ["tho-thanh"]
    assert units(page(house, OFFICE, tab="mine")) == []

    house.take(OFFICE, "pilot_list", "tho-thanh")

    found = page(house, OFFICE, tab="mine")
    assert units(found) == ["tho-thanh"]
    none, one = Count(number=0), Count(number=1)
    assert found.counts == {
        "todo": one,
        "mine": one,
        "group": none,
        "escalated": none,
        "returned": none,
        "asked": none,
        "sent": none,
    }
    row = found.entries[0].row
    assert (row.procedure_key, row.campaign_year, row.task.node_id) == ("dien-hinh", 2023, "pilot_list")
    assert row.business_key.startswith("DH-2023-")


def test_what_one_has_and_what_waits_stand_in_one_order(house: House) -> None:
    for unit in ("tho-thanh", "dien-bien", "dai-hoc-hong-duc"):
        house.register(unit)
    waiting = units(page(house, OFFICE, tab="group"))
    house.take(OFFICE, "pilot_list", waiting[1])

    found = page(house, OFFICE, tab="todo")

    assert units(found) == waiting
    assert found.counts["todo"] == Count(number=3)
    assert units(page(house, OFFICE, tab="todo", limit=1, offset=1)) == [waiting[1]]


def test_a_suspended_or_finished_task_is_in_no_inbox(house: House) -> None:
    house.register("tho-thanh")
    house.do("tho-thanh", OFFICE, "pilot_list", "accept")
    assert units(page(house, OFFICE, tab="group")) == []
    assert units(page(house, OFFICE, tab="mine")) == []


def test_pages_follow_each_other_in_the_order_of_due_dates_without_gaps_or_doubles(house: House) -> None:
    for unit in PROVINCIAL:
        house.register(unit)
    seen: list[str] = []
    for offset in (0, 2, 4):
        found = page(house, OFFICE, limit=2, offset=offset, tab="group")
        assert found.has_next == (offset < 4)
        seen += units(found)
    assert sorted(seen) == sorted(PROVINCIAL)
    assert units(page(house, OFFICE, tab="group", descending=True)) == seen[::-1]


def test_somebody_in_several_groups_sees_each_task_once(house: House) -> None:
    house.person(
        "nhieu.vai",
        ("standing-officer", "cong-an-thanh-hoa"),
        ("inspector", "cong-an-thanh-hoa"),
        ("standing-officer", "cong-an-thuong-xuan"),
    )
    house.register("tho-thanh")
    house.register("xa-minh-hoa")
    found = page(house, "nhieu.vai", tab="group")
    assert sorted(units(found)) == ["tho-thanh", "xa-minh-hoa"]
    assert found.counts["group"] == Count(number=2)


def test_filters_hold_for_the_page_and_for_the_counts_of_every_tab(house: House) -> None:
    for unit in PROVINCIAL[:3]:
        house.register(unit)
    house.take(OFFICE, "pilot_list", "tho-thanh")

    found = page(house, OFFICE, tab="group", unit_id="rung-thong")
    assert units(found) == ["rung-thong"]
    assert found.counts["mine"] == Count(number=0)
    assert len(units(page(house, OFFICE, tab="group", stage="registration"))) == 2
    assert units(page(house, OFFICE, tab="group", stage="decision")) == []
    assert units(page(house, OFFICE, tab="group", key="khac")) == []
    assert len(units(page(house, OFFICE, tab="group", key="dien-hinh"))) == 2


def test_a_text_is_found_without_regard_to_capitals_in_vietnamese_too(house: House) -> None:
    house.register("dien-bien")
    house.register("tho-thanh")
    for text in ("điện biên", "ĐIỆN BIÊN", "Điện"):
        assert units(page(house, OFFICE, tab="group", text=text)) == ["dien-bien"], text
    assert units(page(house, OFFICE, tab="group", text="dh-2023")) != []
    assert units(page(house, OFFICE, tab="group", text="100%")) == []
    assert units(page(house, OFFICE, tab="group", text="_")) == []


def test_overdue_tasks_are_counted_and_filtered(house: House) -> None:
    house.register("tho-thanh")
    house.move_to(4, 5)
    found = page(house, OFFICE, tab="group", due="overdue")
    assert units(found) == ["tho-thanh"]
    assert found.overdue == Count(number=1)
    assert found.entries[0].remaining is not None


@pytest.mark.parametrize(
    ("today", "due", "found"),
    [
        ((4, 3), "today", False),
        ((4, 4), "today", True),
        ((3, 27), "soon", False),
        ((3, 28), "soon", True),
        ((4, 2), "week", False),
        ((4, 3), "week", True),
        ((3, 21), "2023-04-03", False),
        ((3, 21), "2023-04-04", True),
        ((3, 21), "never", True),
    ],
)
def test_a_task_falls_under_a_due_filter_by_its_last_day(
    house: House, today: tuple[int, int], due: str, found: bool
) -> None:
    """It is due on Tuesday, 4 April 2023: five working days after 28 March, in the week that begins on the 3rd."""
    house.register("tho-thanh")
    house.move_to(*today)
    shown = page(house, OFFICE, tab="group", due=due)
    assert (units(shown), shown.counts["group"].number) == (["tho-thanh"] if found else [], int(found))


def test_what_is_overdue_is_due_today_too(house: House) -> None:
    house.register("tho-thanh")
    house.move_to(4, 5)
    assert units(page(house, OFFICE, tab="group", due="today")) == ["tho-thanh"]


def test_a_task_without_a_limit_of_counting_says_that_there_are_more(house: House) -> None:
    for unit in PROVINCIAL[:3]:
        house.register(unit)
    actor = house.actor(OFFICE)
    with house.container.units.reading() as uow:
        counted = uow.inbox.count(
            Seats(user_id=actor.user_id, groups=actor.groups), InboxFilter(tab="group"), house.clock.now(), bound=2
        )
    assert counted == Count(number=2, more=True)


def test_each_count_is_that_of_the_list_behind_it(house: House) -> None:
    for unit in PROVINCIAL[:3]:
        house.register(unit)
    house.take(OFFICE, "pilot_list", PROVINCIAL[0])
    house.do(PROVINCIAL[0], OFFICE, "pilot_list", "return", reason="Minh họa")

    for where in ({"tab": "todo"}, {"tab": "todo", "due": "overdue"}):
        counts = page(house, OFFICE, **where).counts
        for tab, count in counts.items():
            assert len(page(house, OFFICE, tab=tab).entries) == count.number, (where, tab)
    officer = next(iter(house.open_tasks(PROVINCIAL[0]))).assignee_id
    login = next(name for name, user in house.users.items() if user == officer)
    assert units(page(house, login, tab="returned")) == [PROVINCIAL[0]]
    assert page(house, OFFICE, tab="returned").entries == []
    (sent,) = page(house, OFFICE, tab="sent").entries
    assert (sent.row.unit_id, sent.untouched) == (PROVINCIAL[0], True)


def test_somebody_without_any_role_has_an_empty_inbox(house: House) -> None:
    house.person("khong.vai")
    for tab in ("mine", "group", "escalated"):
        found = page(house, "khong.vai", tab=tab)
        assert (found.entries, found.has_next) == ([], False)


def test_a_reassigned_task_changes_inboxes(house: House) -> None:
    other = house.person("thuongtruc.hai", ("standing-officer", "cong-an-thanh-hoa"))
    house.register("tho-thanh")
    task = house.take(OFFICE, "pilot_list", "tho-thanh")
    give = ReassignTask(task_id=task.id, user_id=other.user_id, reason="Nghỉ", command_id=new_id())
    house.container.tasks.reassign(house.actor("quanly.tinh"), give)
    assert units(page(house, OFFICE, tab="mine")) == []
    assert units(page(house, "thuongtruc.hai", tab="mine")) == ["tho-thanh"]


def test_what_the_filters_offer_follows_the_campaigns_at_once(house: House) -> None:
    """It is worked out once a revision; planning a campaign, adding a unit and taking one out each make a new one."""
    manager, inbox = house.actor("quanly.tinh"), house.container.inbox
    assert inbox.choices(manager) is inbox.choices(house.actor("quanly.tinh")), "nothing has changed"
    before = inbox.choices(manager)
    assert 2024 not in before.years

    new = CreateCampaign(key="dien-hinh", year=2024, province="thanh-hoa", name_vi="Năm sau", name_en="Next year")
    campaign = house.container.campaigns.create(manager, new)
    assert inbox.choices(manager).years == (2024, *before.years)

    unit = "xa-lang-gieng"
    house.container.campaign_units.add_units(manager, AddCampaignUnits(campaign_id=campaign, units={unit: {}}))
    assert inbox.choices(manager).units.keys() - before.units.keys() == {unit}

    house.container.campaign_units.remove_unit(manager, RemoveCampaignUnit(campaign_id=campaign, unit_id=unit))
    assert inbox.choices(manager).units == before.units
