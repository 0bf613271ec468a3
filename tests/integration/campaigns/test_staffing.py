"""Who is missing is said before the units of a campaign are started, and has to be seen."""

import pytest

from tests.support.world import World
from workflow.errors import InvalidInput
from workflow.organisation.authority import Actor
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign

UNIT = "xa-minh-hoa"


def listed(world: World, manager: Actor, campaign_id: str) -> list[tuple[str, str | None, int]]:
    found = world.members.gaps(manager, campaign_id)
    return [(one.organisation_id, one.role.en if one.role else None, one.units) for one in found]


def test_units_without_a_user_and_roles_that_nobody_holds_are_named(
    world: World, manager: Actor, open_campaign: str
) -> None:
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units={UNIT: {}, "tho-thanh": {}}))
    world.person("can-bo", "unit-officer", "tho-thanh")
    world.person("ban", "board-member", "bcd-antt-xa-minh-hoa")

    found = listed(world, manager, open_campaign)

    assert (UNIT, None, 1) in found
    assert not [one for one in found if one[0] == "tho-thanh"], "it has its officer"
    assert [units for place, role, units in found if place == "cong-an-thuong-xuan" and role] != []
    assert {units for place, _, units in found if place == "cong-an-thuong-xuan"} == {2}, "both units need them"
    assert not [one for one in found if one[0] == "bcd-antt-xa-minh-hoa"], "somebody holds the role"


def test_a_start_needs_that_the_gaps_were_seen(world: World, manager: Actor, open_campaign: str) -> None:
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units={UNIT: {}}))
    with pytest.raises(InvalidInput):
        world.members.start(manager, StartCampaign(campaign_id=open_campaign))
    assert world.members.progress(manager, open_campaign).listed == 1, "nothing was begun"
    assert world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True)) == 1


def test_a_unit_that_comes_later_is_looked_at_by_itself(world: World, manager: Actor, open_campaign: str) -> None:
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units={UNIT: {}}))
    world.members.start(manager, StartCampaign(campaign_id=open_campaign, gaps_seen=True))
    world.members.add_units(manager, AddCampaignUnits(campaign_id=open_campaign, units={"tho-thanh": {}}))
    assert ("tho-thanh", None, 1) in listed(world, manager, open_campaign)
    assert (UNIT, None, 1) not in listed(world, manager, open_campaign)
    with pytest.raises(InvalidInput):
        world.members.start(manager, StartCampaign(campaign_id=open_campaign, unit_ids=["tho-thanh"]))
