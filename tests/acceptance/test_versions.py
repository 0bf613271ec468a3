"""Versions beside each other: running cases keep theirs, new campaigns take the one in force."""

from datetime import UTC, datetime

import pytest

from tests.support.house import COMMUNE_UNIT, House
from tests.support.world import shipped_package
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign

UNIT_2025 = "xa-minh-hoa-2025"


@pytest.mark.stage("to assess")
def test_a_running_case_keeps_its_version_when_a_newer_one_is_published(house: House) -> None:
    before = house.case().version_id
    files = shipped_package()
    files["dien-hinh.bpmn"] = files["dien-hinh.bpmn"].replace("Gửi hồ sơ".encode(), "Nộp hồ sơ".encode())
    newer = house.container.publishing.install(files, Provenance(actor=SYSTEM, at=house.clock.now()))
    assert newer != before

    house.do(COMMUNE_UNIT, "donvi.minhhoa", "self_assessment", "submit")

    assert house.case().version_id == before
    view = house.container.task_views.view(house.actor("danhgia.minhhoa"), house.task("evaluation").id)
    assert view.package.version_label == "2023"
    house.verify()


@pytest.mark.stage("to evaluate")
def test_since_july_2025_new_cases_run_without_the_district_and_old_ones_with_it(house: House) -> None:
    house.clock.move_to(datetime(2025, 7, 2, 1, tzinfo=UTC))
    house.settle()
    old = house.case()
    manager, campaign_2023 = house.actor("quanly.tinh"), house.campaign_id
    new = CreateCampaign(
        key="dien-hinh", year=2025, province="thanh-hoa", name_vi="Đợt 2025", name_en="Campaign of 2025"
    )
    house.campaign_id = house.container.campaigns.create(manager, new)
    house.container.campaign_units.add_units(
        manager, AddCampaignUnits(campaign_id=house.campaign_id, units={UNIT_2025: {}})
    )
    house.container.campaigns.open(manager, OpenCampaign(campaign_id=house.campaign_id, revision=1))
    house.container.campaign_units.start(manager, StartCampaign(campaign_id=house.campaign_id, gaps_seen=True))
    house.settle()
    house.person("donvi.2025", ("unit-officer", UNIT_2025))
    fields = {"safety_recognised": "true", "previous_class": "kha", "pilot": "province"}
    house.do(UNIT_2025, "donvi.2025", "registration", "submit", fields=fields)

    recent = house.case(UNIT_2025)
    assert recent.version_id != old.version_id
    (listed,) = house.open_tasks(UNIT_2025)
    assert listed.organisation_id == "cong-an-thanh-hoa"

    house.campaign_id = campaign_2023
    assert house.case().version_id == old.version_id
    house.do(COMMUNE_UNIT, "danhgia.minhhoa", "evaluation", "approve")
    assert [task.organisation_id for task in house.open_tasks()] == ["cong-an-thuong-xuan"]
    house.verify()
