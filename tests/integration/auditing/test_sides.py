"""Levels side by side, and what was read: on a real case that a commune's board has evaluated."""

from collections.abc import Sequence

import pytest

from tests.support.house import CASTS, House
from workflow.model.user_task import Label
from workflow.services.auditing.questions.question import Asked, CaseNamed, Cell
from workflow.services.auditing.trail import EventQuery
from workflow.store.casework import CaseFilter
from workflow.store.rows import Page

ALL = Page(limit=200)
CRITERION = "I.2"
AUDITOR = "kiemsoat.tinh"


def lines(house: House, name: str, asked: Asked | None = None) -> Sequence[tuple[Cell, ...]]:
    return house.container.questions.ask(house.actor(AUDITOR), name, asked or Asked(), ALL).lines


def vi(cell: Cell) -> str:
    assert isinstance(cell, Label)
    return cell.vi


@pytest.mark.stage("to evaluate")
def test_what_a_level_has_handed_in_stands_beside_what_the_unit_said(house: House) -> None:

    (line,) = lines(house, "doi-chieu", Asked(criterion=CRITERION))
    case, _unit, criterion, own, commune, district, province, agree, _changes = line
    assert isinstance(case, CaseNamed)
    assert (case.id, criterion) == (house.case().id, CRITERION)
    assert vi(own).startswith("đạt (")
    assert [vi(one) for one in (commune, district, province)] == ["–", "–", "–"]
    assert vi(agree) == "khớp"
    assert len(lines(house, "doi-chieu")) > 10
    assert lines(house, "doi-chieu", Asked(differing=True)) == []


@pytest.mark.stage("to evaluate")
def test_what_another_level_changed_is_told_with_who_and_why(house: House) -> None:
    failing = {CRITERION: "Thiếu biên bản"}
    house.do("xa-minh-hoa", "danhgia.minhhoa", "evaluation", "reject", reason="Minh họa", failing=failing)

    (line,) = lines(house, "doi-chieu", Asked(criterion=CRITERION, differing=True))
    assert vi(line[4]).startswith("không đạt (")
    assert vi(line[7]) == "khác nhau"
    assert vi(line[8]).startswith("đạt → không đạt (")
    assert vi(line[8]).endswith(": Thiếu biên bản")


@pytest.mark.stage("to inspect")
def test_what_an_open_round_has_found_neither_shows_nor_counts(house: House) -> None:
    member = CASTS["xa-minh-hoa"].inspectors[0]
    before = lines(house, "doi-chieu", Asked(criterion=CRITERION))
    house.do("xa-minh-hoa", member, "member_findings", "report", failing={CRITERION: "Không thấy"})

    assert lines(house, "doi-chieu", Asked(criterion=CRITERION)) == before
    assert lines(house, "doi-chieu", Asked(differing=True)) == []


@pytest.mark.stage("to evaluate")
def test_what_was_read_and_taken_out_is_found_by_person(house: House) -> None:
    auditor = house.actor(AUDITOR)
    house.container.audit.record_reading(auditor, house.case().id)
    house.container.audit.export_events(auditor, EventQuery(criterion=CRITERION), "csv")
    house.container.audit.export_cases(auditor, CaseFilter(), "csv")

    found = lines(house, "da-doc", Asked(actor=AUDITOR))
    assert [isinstance(line[5], CaseNamed) for line in found] == [False, False, True]
    assert f"criterion: {CRITERION}" in {line[7] for line in found}
    assert lines(house, "da-doc", Asked(actor="quanly.tinh")) == []


@pytest.mark.stage("to evaluate")
@pytest.mark.parametrize("typed", ["18", "i.18", "I 18", " I.18"])
def test_a_criterion_is_found_however_its_number_is_typed(house: House, typed: str) -> None:

    assert {line[2] for line in lines(house, "doi-chieu", Asked(criterion=typed))} == {"I.18"}
