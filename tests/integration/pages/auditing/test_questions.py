"""Reports over many cases: filters in the address, the rules beside their lines, and the file."""

import pytest

from tests.integration.pages.auditing.conftest import AUDITOR, NEIGHBOUR, REVIEWER, Site
from tests.integration.pages.auditing.test_exports import rows_of, taken
from tests.support.web import Person

QUESTIONS = ["tre-han", "khong-nen", "doi-chieu", "da-doc"]


def test_the_reports_are_found_from_the_audit(auditor: Person) -> None:
    page = auditor.open("/kiem-toan/").follow("Reports")

    assert page.heading == "Audit: reports"
    assert page.follow("Late steps").heading == "Late steps"


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_report_is_shown_and_says_so_where_it_is_empty(site: Site, auditor: Person, name: str) -> None:
    auditor.open(f"/kiem-toan/cau-hoi/{name}")
    assert "Nothing fits these filters." in auditor.open(f"/kiem-toan/cau-hoi/{name}?unit=nobody").text
    other = site.enter(NEIGHBOUR).open(f"/kiem-toan/cau-hoi/{name}")
    assert "Nothing of this kind has happened within your jurisdiction." in other.text


@pytest.mark.parametrize("query", ["since=yesterday", "page=x", "campaign=%27", "unit=%FF"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_strange_address_is_no_failure(auditor: Person, name: str, query: str) -> None:
    said = auditor.open(f"/kiem-toan/cau-hoi/{name}?{query}")
    assert said.address == f"/kiem-toan/cau-hoi/{name}"
    assert said.heading == auditor.open(f"/kiem-toan/cau-hoi/{name}").heading


@pytest.mark.parametrize(("name", "query"), [("khong-nen", "rule=none"), ("tre-han", "state=later")])
def test_what_no_list_offers_is_said_not_taken_for_all(auditor: Person, name: str, query: str) -> None:
    said = auditor.open(f"/kiem-toan/cau-hoi/{name}?{query}", status=422)
    assert f"“{query.partition('=')[2]}” is not in the list of this filter." in said.text
    assert not said.page.xpath("//tbody/tr")


def test_what_a_report_is_for_stands_below_its_title(auditor: Person) -> None:
    page = auditor.open("/kiem-toan/cau-hoi/tre-han").page
    assert not page.xpath("//*[@class='page-header']//p[not(@class)]")
    assert page.xpath("//*[@class='page-header']/following-sibling::*[1][self::p and contains(., 'working days')]")


def test_a_report_that_there_is_not_is_not_found(auditor: Person) -> None:
    assert auditor.open("/kiem-toan/cau-hoi/khong-co", status=404).heading == "There is nothing here"


def act_at_night(site: Site) -> None:
    site.house.move_to(4, 3, 21)
    site.house.do("xa-minh-hoa", REVIEWER, "evaluation", "return", reason="Bổ sung", criterion_reasons={"I.2": "Thiếu"})


def test_the_acts_to_be_looked_at_stand_with_their_rules_and_lead_to_the_case(site: Site) -> None:
    act_at_night(site)
    page = site.enter(AUDITOR).open("/kiem-toan/cau-hoi/khong-nen?rule=ban-dem")

    assert "At 21:00, local time." in page.text
    assert page.page.xpath("//tbody/tr/th/a[contains(@href, '/kiem-toan/ho-so/')]")
    assert page.page.xpath("//dl//dd[contains(., 'ISO/IEC 27001:2022, A.5.3')]")


def test_a_report_comes_as_a_file_in_the_readers_language(site: Site) -> None:
    act_at_night(site)
    address = "/kiem-toan/cau-hoi/khong-nen?rule=ban-dem"
    header, *rows = rows_of(taken(site.enter(AUDITOR, language="vi"), address, "/khong-nen/xuat", "csv").decode())

    assert header[:3] == ["Hồ sơ", "Đơn vị", "Thời gian"]
    assert rows
    assert {row[8] for row in rows} == {"Ban đêm"}
