"""A campaign takes the version in force, its deadlines from the rules, and its units from the province."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.support.world import World, command, shipped_package
from workflow.errors import Conflict, InvalidInput, NotFound, PermissionDenied, TransitionRefused
from workflow.organisation.authority import Actor
from workflow.services.campaigns.campaigns import (
    ChangeDeadline,
    CloseCampaign,
    CreateCampaign,
    OpenCampaign,
)
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.clocks import deadline_variables
from workflow.store.rows import Page

WANTED = CreateCampaign(key="dien-hinh", year=2023, province="thanh-hoa", name_vi="Đợt", name_en="Campaign")


def test_the_version_in_force_in_the_campaigns_year_is_taken(world: World, manager: Actor) -> None:
    old = world.publishing.install(shipped_package(), world.setup())
    new = world.publishing.install(shipped_package("2025"), world.setup())
    world.clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    auditor = world.again(manager)

    taken = {}
    for year in (2023, 2026):
        campaign_id = world.campaigns.create(auditor, replace(WANTED, year=year, command_id=command()))
        taken[year] = world.campaigns.get(auditor, campaign_id).version_id

    assert taken == {2023: old, 2026: new}


def test_deadlines_come_from_the_rules_with_the_exception_of_the_year(
    world: World, manager: Actor, campaign_id: str
) -> None:
    deadline = world.campaigns.get(manager, campaign_id).deadlines["district_list"]

    assert deadline["last_day"] == "2023-04-04"  # "trước ngày 05/4/2023"
    variables = deadline_variables({"district_list": deadline})["district_list"]
    assert variables["last_day"] == date(2023, 4, 4)
    assert variables["due_at"].tzinfo is not None
    assert variables["remind_at"] < variables["due_at"]
    assert deadline["label_vi"]


def test_a_changed_deadline_tells_old_new_and_why_and_keeps_others(
    world: World, manager: Actor, campaign_id: str
) -> None:
    before = world.campaigns.get(manager, campaign_id).deadlines
    edit = ChangeDeadline(
        campaign_id=campaign_id,
        deadline_id="district_list",
        last_day=date(2023, 4, 14),
        remind_days=3,
        reason="Gia hạn",
        revision=1,
    )

    world.campaigns.change_deadline(manager, edit)

    after = world.campaigns.get(manager, campaign_id)
    assert after.deadlines["district_list"]["last_day"] == "2023-04-14"
    assert after.deadlines["district_list"]["remind_at"] == "2023-04-11T01:00:00+00:00"
    assert {key: value for key, value in after.deadlines.items() if key != "district_list"} == {
        key: value for key, value in before.items() if key != "district_list"
    }
    event = world.events(f"campaign:{campaign_id}")[-1]
    assert (event.type, event.payload["reason"]) == ("DeadlineChanged", "Gia hạn")
    assert (event.payload["old"]["last_day"], event.payload["new"]["last_day"]) == ("2023-04-04", "2023-04-14")
    with pytest.raises(Conflict):
        world.campaigns.change_deadline(manager, replace(edit, command_id=command()))
    with pytest.raises(NotFound):
        world.campaigns.change_deadline(manager, replace(edit, deadline_id="nothing", revision=2, command_id=command()))


def test_there_is_one_campaign_a_procedure_year_and_province(world: World, manager: Actor, campaign_id: str) -> None:
    assert world.campaigns.get(manager, campaign_id).status == "planned"

    with pytest.raises(InvalidInput):
        world.campaigns.create(manager, replace(WANTED, command_id=command()))


@pytest.mark.parametrize("change", [{"province": "dien-bien"}, {"key": "khac"}, {"name_vi": " "}, {"year": 2019}])
def test_a_campaign_that_cannot_be_is_refused(world: World, manager: Actor, change: dict[str, Any]) -> None:
    world.publishing.install(shipped_package(), world.setup())

    with pytest.raises((InvalidInput, PermissionDenied)):
        world.campaigns.create(
            world.person("admin", "administrator", "thanh-hoa"), replace(WANTED, **change, command_id=command())
        )


def test_only_managers_of_the_province_have_campaigns(world: World, campaign_id: str) -> None:
    district = world.person("huyen", "manager", "cong-an-tp-thanh-hoa")
    officer = world.person("can-bo", "unit-officer", "dai-hoc-hong-duc")

    for stranger in (district, officer):
        assert world.campaigns.list(stranger) == ([], 0)
        with pytest.raises(PermissionDenied):
            world.campaigns.get(stranger, campaign_id)
        with pytest.raises(PermissionDenied):
            world.members.start(stranger, StartCampaign(campaign_id=campaign_id, gaps_seen=True))


def test_units_of_the_right_kind_and_place_are_offered_and_taken(
    world: World, manager: Actor, campaign_id: str
) -> None:
    offered = {one.unit_id for one in world.members.candidates(manager, campaign_id)}
    assert {"dien-bien", "dai-hoc-hong-duc", "htx-tan-son"} <= offered
    assert not offered & {"thanh-hoa", "tp-thanh-hoa", "bcd138-thanh-hoa", "xa-thuong-xuan"}

    added = world.members.add_units(
        manager, AddCampaignUnits(campaign_id=campaign_id, units={"dien-bien": {"pilot": True}, "htx-tan-son": {}})
    )

    assert added == 2
    listed = {unit.unit_id: unit.variables for unit in world.members.units_of(manager, campaign_id, Page())[0]}
    assert listed == {"dien-bien": {"pilot": True}, "htx-tan-son": {}}
    pages = [world.members.units_of(manager, campaign_id, Page(limit=1, offset=offset)) for offset in range(3)]
    assert [([one.unit_id for one in units], total) for units, total in pages] == [
        (["htx-tan-son"], 2),  # by name: Hợp tác xã …, Phường Điện Biên
        (["dien-bien"], 2),
        ([], 2),
    ]
    assert "dien-bien" not in {one.unit_id for one in world.members.candidates(manager, campaign_id)}
    assert world.members.add_units(manager, AddCampaignUnits(campaign_id=campaign_id, units={"dien-bien": {}})) == 0


@pytest.mark.parametrize(
    "wanted",
    [
        {"dien-bien": {}, "tp-thanh-hoa": {}},
        {"xa-thuong-xuan": {}},
        {"dien-bien": {"unit": 1}},
        {"dien-bien": {"x": 1.5}},
        {"dien-bien": {"eligibility": "yes"}},
    ],
    ids=["not judged", "does not exist yet", "reserved name", "no exact number", "what the procedure finds out"],
)
def test_units_that_do_not_belong_add_none(
    world: World, manager: Actor, campaign_id: str, wanted: dict[str, dict[str, object]]
) -> None:
    with pytest.raises(InvalidInput):
        world.members.add_units(manager, AddCampaignUnits(campaign_id=campaign_id, units=wanted))
    assert world.members.units_of(manager, campaign_id, Page()) == ([], 0)


def test_a_campaign_opens_once_and_closes_when_no_case_is_open(
    world: World, manager: Actor, open_campaign: str
) -> None:
    with pytest.raises(TransitionRefused):
        world.campaigns.open(manager, OpenCampaign(campaign_id=open_campaign, revision=2))

    world.campaigns.close(manager, CloseCampaign(campaign_id=open_campaign, revision=2))

    assert world.campaigns.get(manager, open_campaign).status == "closed"
    with pytest.raises(InvalidInput):
        world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units={"dien-bien": {}}))
    types = [event.type for event in world.events(f"campaign:{open_campaign}")]
    assert types == ["CampaignCreated", "CampaignOpened", "CampaignClosed"]
