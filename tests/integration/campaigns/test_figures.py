"""What a campaign comes to in numbers: the times of its steps, from the tasks' own records, and a spreadsheet of roster and figures."""

from dataclasses import fields
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support.house import COMMUNE_UNIT, House
from tests.support.statements import counted
from workflow.audit.facts.campaigns import CampaignExported
from workflow.errors import PermissionDenied, TooManyAttempts
from workflow.services.campaigns.figures import EXPORTS_A_MINUTE, StageTime
from workflow.services.casework.cases import CaseCommand
from workflow.services.places.organisations import ChangeOrganisation, OrganisationData

MANAGER = "quanly.tinh"


def times(house: House) -> dict[str, StageTime]:
    found = house.container.figures.times(house.actor(MANAGER), house.campaign_id)
    return {one.stage: one for one in found.stages}


def sheets(house: House, locale: str = "vi") -> dict[str, list[list[Any]]]:
    made = house.container.figures.export(house.actor(MANAGER), house.campaign_id, locale)
    book = load_workbook(BytesIO(b"".join(made.chunks)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_a_step_takes_the_working_days_from_when_it_came_until_it_was_done(house: House) -> None:
    """Given registrations that came on a Monday, when two units send within the week, then the median lies between them, and few are said as such."""
    assert times(house) == {}
    came = house.task("registration").created_at
    house.clock.move_to(came + timedelta(days=2))
    house.register()
    house.clock.move_to(came + timedelta(days=9))
    house.register("tho-thanh")

    registered = times(house)["registration"]

    calendar = house.container.register
    with house.container.units.reading() as uow:
        between = calendar.calendar(uow).working_days_between
    first, last = (between(came.date(), (came + timedelta(days=days)).date()) for days in (2, 9))
    assert (registered.number, registered.median, registered.within) == (2, (first + last) / 2, None)
    assert registered.label.vi


def test_days_of_a_suspension_are_not_counted(house: House) -> None:
    came = house.task("registration").created_at
    manager, case_id = house.actor(MANAGER), house.case().id
    why = "Minh họa: chờ văn bản."
    house.container.cases.move(manager, CaseCommand(case_id=case_id, trigger="suspend", reason=why))
    house.clock.move_to(came + timedelta(days=14))
    house.container.cases.move(manager, CaseCommand(case_id=case_id, trigger="resume", reason=why))
    house.register()

    assert times(house)["registration"].median == 0


@pytest.mark.stage("decided")
def test_every_stage_of_a_decided_case_has_its_time_and_the_statements_stay_as_many(house: House) -> None:
    house.settle()
    manager = house.actor(MANAGER)
    found = house.container.figures.times(manager, house.campaign_id).stages
    with counted(house.container.engine) as few:
        house.container.figures.times(manager, house.campaign_id)
    assert sum(one.number for one in found) >= 10
    assert all(one.within is None for one in found if one.number < 10)

    house.register("tho-thanh")
    with counted(house.container.engine) as more:
        house.container.figures.times(manager, house.campaign_id)
    assert len(more) == len(few)


def test_the_spreadsheet_has_roster_figures_and_times_and_is_on_the_record(house: House) -> None:
    house.register()
    found = sheets(house)
    board = house.container.rosters.board(house.actor(MANAGER), house.campaign_id)

    assert list(found) == ["Danh sách", "Số liệu", "Thời gian"]
    assert len(found["Danh sách"]) == board.total + 1
    mine = next(row for row in found["Danh sách"] if row[2] == house.case(COMMUNE_UNIT).business_key)
    assert mine[3:5] == ["Đang xét", "x"]
    assert found["Số liệu"][-1][1:] == [board.total, *board.parts.values()]
    assert sheets(house, "en")["Figures"][0][:2] == ["Area", "On the roster"]
    with house.container.units.reading() as uow:
        facts = uow.events.of_type(f"campaign:{house.campaign_id}", CampaignExported.__name__)
    assert [one.actor for one in facts] == [house.users[MANAGER]] * 2
    assert facts[0].payload["rows"] == sum(len(rows) - 1 for rows in found.values())


def test_a_name_that_looks_like_a_formula_stays_a_text(house: House) -> None:
    named = '=HYPERLINK("http://x","y")'
    with house.container.units.reading() as uow:
        old = house.container.register.tree(uow).get(COMMUNE_UNIT)
    data = OrganisationData(
        **{field.name: getattr(old, field.name) for field in fields(OrganisationData)} | {"name_vi": named}
    )
    change = ChangeOrganisation(organisation_id=COMMUNE_UNIT, data=data, revision=1)
    house.container.organisations.change(house.actor("quantri.tinh"), change)

    made = house.container.figures.export(house.actor(MANAGER), house.campaign_id, "vi")
    sheet = load_workbook(BytesIO(b"".join(made.chunks)))["Danh sách"]

    (cell,) = [row[0] for row in sheet.iter_rows() if row[0].value == named]
    assert cell.data_type == "s"


def test_nobody_else_reads_or_takes_out_and_not_too_often(house: House) -> None:
    figures = house.container.figures
    for login in ("donvi.thothanh", "truongban.tinh"):
        with pytest.raises(PermissionDenied):
            figures.times(house.actor(login), house.campaign_id)
        with pytest.raises(PermissionDenied):
            figures.export(house.actor(login), house.campaign_id, "vi")
    with house.container.units.reading() as uow:
        assert uow.events.of_type(f"campaign:{house.campaign_id}", CampaignExported.__name__) == []

    manager = house.actor(MANAGER)
    for _ in range(EXPORTS_A_MINUTE):
        figures.export(manager, house.campaign_id, "vi")
    with pytest.raises(TooManyAttempts):
        figures.export(manager, house.campaign_id, "vi")
