"""The roster of a campaign sums up, in every area and over all; whoever has not sent is reminded, and nobody else."""

import pytest

from tests.support.house import COMMUNE_UNIT, House
from workflow.audit.facts.campaigns import UnitReminded
from workflow.errors import InvalidInput, PermissionDenied
from workflow.services.campaigns.roster import Board, RemindUnits, RosterFilter
from workflow.services.casework.cases import CaseCommand
from workflow.store.rows import Page

MANAGER = "quanly.tinh"


def board(house: House) -> Board:
    return house.container.rosters.board(house.actor(MANAGER), house.campaign_id)


def part_of(house: House, unit: str) -> str:
    lines, _total, _areas = house.container.rosters.units(
        house.actor(MANAGER), house.campaign_id, RosterFilter(), Page()
    )
    return next(line.row.part for line in lines if line.unit.id == unit)


def assert_sums_up(found: Board) -> None:
    assert sum(found.parts.values()) == found.total == sum(area.total for area in found.areas)
    for area in found.areas:
        assert sum(area.parts.values()) == area.total, area.area.id
    for part, number in found.parts.items():
        assert sum(area.parts[part] for area in found.areas) == number, part


def test_every_unit_is_in_one_part_and_the_parts_sum_up_to_the_roster(house: House) -> None:
    manager, roster = house.actor(MANAGER), board(house).total
    assert part_of(house, COMMUNE_UNIT) == "missing", "its registration waits for itself"

    house.register()
    assert part_of(house, COMMUNE_UNIT) == "in_work"
    house.move_to(4, 20)
    assert part_of(house, COMMUNE_UNIT) == "late", "the standing office has not decided by its day"
    withdrawn = CaseCommand(case_id=house.case("tho-thanh").id, trigger="cancel", reason="Minh họa: gộp vào đợt sau.")
    house.container.cases.move(manager, withdrawn)

    found = board(house)
    assert_sums_up(found)
    assert found.total == roster
    assert (found.parts["late"], found.parts["left"], found.parts["missing"]) == (1, 1, roster - 2)
    assert found.besides["sent"] == 1, "who has withdrawn had sent nothing"
    assert found.besides["overdue"] == roster - 1, "what overlaps is no part: those who have not sent are overdue too"


@pytest.mark.stage("decided")
def test_a_decision_moves_a_unit_to_those_recognised(house: House) -> None:
    house.settle()

    found = board(house)

    assert_sums_up(found)
    assert part_of(house, COMMUNE_UNIT) == "recognised"
    assert found.parts["recognised"] == 1


def test_the_list_behind_a_number_names_as_many_units(house: House) -> None:
    found, manager = board(house), house.actor(MANAGER)
    for area in found.areas:
        where = RosterFilter(part="missing", area=area.area.id)
        lines, total, _areas = house.container.rosters.units(manager, house.campaign_id, where, Page(limit=1))
        assert total == area.parts["missing"]
        assert len(lines) == min(total, 1)


def test_who_has_not_sent_is_reminded_by_a_fact_of_the_case_and_a_notice(house: House) -> None:
    house.register()
    waiting = {line.unit.id for line in board(house).to_remind}
    assert COMMUNE_UNIT not in waiting

    number = house.container.rosters.remind(house.actor(MANAGER), RemindUnits(campaign_id=house.campaign_id))
    house.settle()

    assert number == len(waiting)
    (reminded,) = house.events("tho-thanh", UnitReminded.__name__)
    assert reminded.payload["due_on"] == "2023-03-30"
    assert house.events(COMMUNE_UNIT, UnitReminded.__name__) == []
    told = house.container.notifications.list(house.actor("donvi.thothanh"))
    assert told[0].template == UnitReminded.notice
    assert told[0].params["actor"] == house.actor(MANAGER).name
    assert {line.reminded_at for line in board(house).to_remind} == {reminded.at}


def test_nobody_else_reminds_or_reads_the_roster(house: House) -> None:
    rosters, wish = house.container.rosters, RemindUnits(campaign_id=house.campaign_id)

    with pytest.raises(PermissionDenied):
        rosters.remind(house.actor("donvi.thothanh"), wish)
    with pytest.raises(PermissionDenied):
        rosters.board(house.actor("truongban.tinh"), house.campaign_id)

    assert house.events("tho-thanh", UnitReminded.__name__) == []


def test_nobody_is_reminded_where_all_have_sent(house: House) -> None:
    for line in board(house).to_remind:
        why = CaseCommand(case_id=str(line.row.case_id), trigger="cancel", reason="Minh họa: dừng.")
        house.container.cases.move(house.actor(MANAGER), why)

    with pytest.raises(InvalidInput):
        house.container.rosters.remind(house.actor(MANAGER), RemindUnits(campaign_id=house.campaign_id))
