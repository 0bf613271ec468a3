"""A queue of many tasks without criteria: agencies of the province, registered by one officer, that wait for the standing office."""

from datetime import date

from tests.support.house import House
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.queue.several import DecideTasks, Seen
from workflow.services.places.organisations import AddOrganisation, OrganisationData
from workflow.store.inbox import InboxFilter
from workflow.store.rows import Page

OFFICE, NODE = "thuongtruc.tinh", "pilot_list"
REGISTERED = {
    "safety_recognised": "true",
    "safety_decision": "Minh họa 01/QĐ",
    "previous_class": "kha",
    "pilot": "province",
}


def agencies(house: House, number: int) -> list[str]:
    """So many more units in the campaign, each with its case; one officer has registered them all, in one act."""
    manager = house.actor("quanly.tinh")
    units = [f"co-quan-minh-hoa-{one:02}" for one in range(1, number + 1)]
    for one, unit in enumerate(units, 1):
        data = OrganisationData(
            code=unit,
            kind="agency",
            name_vi=f"Cơ quan Minh Họa {one:02}",
            name_en=f"Example Agency {one:02}",
            valid_from=date(2022, 1, 1),
            level="province",
            territory_id="tp-thanh-hoa",
            managing_level="province",
            managing_id="ubnd-thanh-hoa",
        )
        house.container.organisations.add(None, AddOrganisation(organisation_id=unit, data=data))
    officer = house.person("donvi.nhieu", *[("unit-officer", unit) for unit in units])
    add = AddCampaignUnits(campaign_id=house.campaign_id, units={unit: {} for unit in units})
    house.container.campaign_units.add_units(manager, add)
    start = StartCampaign(campaign_id=house.campaign_id, unit_ids=units, gaps_seen=True)
    house.container.campaign_units.start(manager, start)
    house.settle()
    waiting = house.container.inbox.page(officer, InboxFilter(tab="group"), Page(limit=number)).entries
    seen = [Seen(task_id=one.row.task.id, revision=one.row.task.revision) for one in waiting]
    done = house.container.several.decide(officer, DecideTasks(tasks=seen, outcome="submit", fields=REGISTERED))
    assert len(done.able) == number, [str(one.refusal) for one in done.refused]
    house.settle()
    return units
