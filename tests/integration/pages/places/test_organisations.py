"""Organisations and the working calendar in the browser."""

from datetime import date
from typing import Any

import pytest

from tests.integration.pages.site import Site
from workflow.ids import new_id

NEW: dict[str, Any] = {
    "id": "truong-minh-hoa",
    "code": "truong-minh-hoa",
    "kind": "school",
    "name_vi": "Trường Minh Họa",
    "name_en": "Minh Họa School",
    "territory_id": "tho-thanh",
    "managing_level": "commune",
    "managing_id": "ubnd-tho-thanh",
    "valid_from": "2023-01-01",
    "level": "",
}


def test_an_organisation_is_added_found_corrected_and_ended(site: Site) -> None:
    administrator = site.visit("quantri")
    page = administrator.send("/quan-tri/to-chuc/moi", **NEW).headers["Location"]
    assert "Minh Họa School" in administrator.get("/quan-tri/to-chuc/?text=trường+minh&kind=school")
    administrator.send(f"{page}sua", **{**NEW, "name_en": "Minh Hoa Primary School"})
    assert "Minh Hoa Primary School" in administrator.get(page)
    administrator.send(f"{page}ket-thuc", last_day="2023-12-31", paper="QĐ 1")
    assert "31/12/2023" in administrator.get(page)


def test_a_successor_stands_on_both_pages(site: Site) -> None:
    administrator = site.visit("quantri")
    administrator.send("/quan-tri/to-chuc/moi", **NEW)
    administrator.send("/quan-tri/to-chuc/moi", **{**NEW, "id": "truong-moi", "code": "truong-moi"})
    page = "/quan-tri/to-chuc/truong-minh-hoa/"
    administrator.send(f"{page}ke-thua", successor="truong-moi", kind="rename", on="2023-09-01", paper="QĐ 2")
    assert "truong-moi" in administrator.get(page)
    assert "truong-minh-hoa" in administrator.get("/quan-tri/to-chuc/truong-moi/")


def test_an_unknown_successor_is_refused_at_its_field(site: Site) -> None:
    answer = site.visit("quantri").send(
        "/quan-tri/to-chuc/tho-thanh/ke-thua",
        status=422,
        successor="khong-co",
        kind="merge",
        on="2023-09-01",
        paper="QĐ 2",
    )
    assert 'href="#successor"' in answer.get_data(as_text=True)


def test_an_unknown_kind_is_refused_and_a_new_one_confirmed_on_the_page(site: Site) -> None:
    administrator, address = site.visit("quantri"), "/quan-tri/to-chuc/moi"
    refused = administrator.send(address, status=422, **{**NEW, "kind": "xa"}).get_data(as_text=True)
    assert "there is no kind of unit “xa”" in refused
    assert "Trường Minh Họa" in refused
    body = {**NEW, "kind": "ward-board", "level": "commune", "managing_level": "", "managing_id": ""}
    asked = administrator.send(address, status=422, **body).get_data(as_text=True)
    assert 'value="kind:ward-board"' in asked
    administrator.send(address, **body, doubt="kind:ward-board")


def test_an_older_page_does_not_overwrite_a_newer_record(site: Site) -> None:
    first, second = site.visit("quantri"), site.visit("quantri2")
    page = first.send("/quan-tri/to-chuc/moi", **NEW).headers["Location"]
    old = first.hidden(f"{page}sua")
    second.send(f"{page}sua", **{**NEW, "name_en": "Second"})
    assert first.post(f"{page}sua", **{**NEW, **old, "name_en": "First"}).status_code == 422
    assert "Second" in first.get(page)


def test_a_day_is_set_and_taken_back(site: Site) -> None:
    administrator = site.visit("quantri")
    administrator.send("/quan-tri/lich/ngay", on="2023-07-15", kind="working", name="Làm bù")
    assert "Làm bù" in administrator.get("/quan-tri/lich/?year=2023")
    administrator.send("/quan-tri/lich/ngay/2023-07-15/bo")
    assert date(2023, 7, 15) not in {day.on for day in site.services.calendar_days.of_year(2023)}


@pytest.mark.parametrize("year", ["0", "99999", "x"])
def test_a_year_that_is_none_gives_no_error(site: Site, year: str) -> None:
    assert site.visit("quantri").client.get(f"/quan-tri/lich/?year={year}").status_code in (200, 404)


@pytest.mark.parametrize("who", ["duyet", "quanly", "donvi"])
def test_others_change_neither_organisations_nor_calendar(site: Site, who: str) -> None:
    visit = site.visit(who)
    visit.get("/quan-tri/to-chuc/tho-thanh/sua", status=403)
    day = {"command_id": new_id(), "on": "2023-07-15", "kind": "holiday", "name": "Nghỉ"}
    assert visit.post("/quan-tri/lich/ngay", **day).status_code == 403
    assert visit.post("/quan-tri/to-chuc/moi", **NEW, command_id=new_id()).status_code == 403
    assert date(2023, 7, 15) not in {entry.on for entry in site.services.calendar_days.of_year(2023)}
