"""What the unit sent for the same criterion last year is offered to it: taken over by one act, never by itself."""

import pytest

from tests.support.house import COMMUNE_UNIT, House
from workflow.errors import InvalidInput, NotFound
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign
from workflow.services.casework.evidence import AddEvidence, WithdrawEvidence
from workflow.services.casework.task_view import TaskView
from workflow.store.criteria.offers import OfferedFile

UNIT, BOARD, MANAGER = "donvi.minhhoa", "danhgia.minhhoa", "quanly.tinh"


@pytest.fixture
def last_year(house: House) -> str:
    """A year has gone by: the unit's case of 2023 has a file for I.1 and, withdrawn again, one for I.2. Returns the former's id."""
    house.until_self_assessment()
    task = house.take(UNIT, "self_assessment").id
    kept = house.attach(UNIT, task, criterion_id="I.1")
    gone = house.attach(UNIT, task, criterion_id="I.2")
    house.container.evidence.withdraw(house.actor(UNIT), WithdrawEvidence(evidence_id=gone))
    campaigns, manager = house.container.campaigns, house.actor(MANAGER)
    new = CreateCampaign(key="dien-hinh", year=2024, province="thanh-hoa", name_vi="Năm sau", name_en="Next year")
    house.campaign_id = campaigns.create(manager, new)
    units = AddCampaignUnits(campaign_id=house.campaign_id, units={COMMUNE_UNIT: {}})
    house.container.campaign_units.add_units(manager, units)
    campaigns.open(manager, OpenCampaign(campaign_id=house.campaign_id, revision=1))
    house.container.campaign_units.start(manager, StartCampaign(campaign_id=house.campaign_id))
    house.settle()
    return kept


def view(house: House, task_id: str, row: str, login: str = UNIT) -> TaskView:
    return house.container.task_views.view(house.actor(login), task_id, whole=False, row=row)


def take_over(house: House, task_id: str, key: str, evidence_id: str, login: str = UNIT) -> str:
    wish = AddEvidence(task_id=task_id, filename="", criterion_id=key, taken_over=evidence_id)
    return house.container.evidence.add(house.actor(login), wish).id


def test_last_years_files_are_offered_for_their_criterion_and_taken_over_by_one_act(
    house: House, last_year: str
) -> None:
    house.until_self_assessment()
    task = house.take(UNIT, "self_assessment").id
    assert not view(house, task, "I.1").sheet.criteria["I.1"].evidence, "never by itself"  # type: ignore[union-attr] # there is one
    (offer,) = view(house, task, "I.1").offered
    assert (offer.file.id, offer.year) == (last_year, 2023)
    assert list(view(house, task, "I.2").offered) == list[OfferedFile]()
    for key, file in (("I.2", last_year), ("I.1", task)):
        with pytest.raises(NotFound):
            take_over(house, task, key, file)

    taken = take_over(house, task, "I.1", last_year)
    (file,) = view(house, task, "I.1").sheet.criteria["I.1"].evidence  # type: ignore[union-attr] # there is one
    assert (file.id, file.sha256, file.filename) == (taken, offer.file.sha256, offer.file.filename)
    with pytest.raises(InvalidInput):
        take_over(house, task, "I.1", last_year)
    (told,) = house.events(COMMUNE_UNIT, "EvidenceAdded")
    assert told.payload["taken_from"] == {"evidence_id": last_year, "case": offer.business_key, "year": 2023}
    assert house.container.evidence.download(house.actor(UNIT), taken).content.read()
    house.verify()


def test_a_reviewer_is_offered_nothing(house: House, last_year: str) -> None:
    house.until_evaluation()
    task = house.take(BOARD, "evaluation").id
    assert not view(house, task, "I.1", BOARD).offered
    with pytest.raises(NotFound):
        take_over(house, task, "I.1", last_year, BOARD)
