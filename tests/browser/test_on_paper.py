"""What comes out of a printer: A4, without what only a screen needs, nothing folded, heads and a foot on every page."""

import re

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.support.house import CASTS, COMMUNE_UNIT
from tests.support.office import Office, OfficeAt
from workflow.services.casework.assessments import SaveResult

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]

CAST = CASTS[COMMUNE_UNIT]
A4 = (595, 842)


def printed(page: Page) -> list[tuple[tuple[int, int], str]]:
    """Each sheet of the page as it is shown: its size in points, and its text."""
    file = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    return [
        ((round(sheet.get_width()), round(sheet.get_height())), " ".join(sheet.get_textpage().get_text_range().split()))
        for sheet in file
    ]


def assert_foot(office: Office, sheets: list[tuple[tuple[int, int], str]], who: str) -> None:
    """Each sheet says whose it is, when and by whom it was printed, and which of how many it is."""
    for number, (_size, text) in enumerate(sheets, 1):
        assert office.house.case().business_key in text, number
        assert re.search(rf"In lúc \d\d:\d\d \d\d/\d\d/2023, {who}", text), text[-300:]
        assert re.search(rf"\b{number} / {len(sheets)}\b", text), text[-300:]


def test_the_table_of_criteria_lies_on_its_side_with_reasons_under_its_rows(office_at: OfficeAt) -> None:
    office = office_at("conclusion")
    house, leader = office.house, office.person(CAST.inspectors[0])
    task = house.take(CAST.inspectors[0], "conclusion").id
    house.look(house.actor(CAST.inspectors[0]), task, "I.18")
    house.attach(CAST.inspectors[0], task, criterion_id="I.18")
    house.container.assessments.save_result(
        house.actor(CAST.inspectors[0]),
        SaveResult(task_id=task, criterion_id="I.18", result="not_met", reason="Minh họa: thiếu biên bản kiểm tra."),
    )
    page = leader.open(f"/nhiem-vu/{task}/tieu-chi")
    name = office.house.actor(CAST.inspectors[0]).name

    sheets = printed(page)

    assert len(sheets) > 1
    assert {size for size, _text in sheets} == {A4[::-1]}, "landscape"
    assert_foot(office, sheets, name)
    whole = " ".join(text for _size, text in sheets)
    for gone in ("Trang đầu", "Trợ giúp", "Khác…"):
        assert gone not in whole, gone
    for number in range(1, 35):
        assert re.search(rf"\bI\.{number}\b", whole), f"I.{number}"
    assert all("Tiêu chí và số liệu" in text for _size, text in sheets if re.search(r"\bI\.\d+\b", text)), (
        "heads repeat"
    )
    assert "Lời của tôi: Minh họa: thiếu biên bản kiểm tra. Các tệp: minh-chung.pdf" in whole, (
        "what is a click away on a screen"
    )


def test_a_timeline_prints_unfolded(office_at: OfficeAt) -> None:
    office = office_at("evaluation")
    auditor = office.person("kiemsoat.tinh")
    page = auditor.open(f"/kiem-toan/ho-so/{office.house.case().id}?unfold=1")

    sheets = printed(page)

    assert {size for size, _text in sheets} == {A4}
    assert_foot(office, sheets, office.house.actor("kiemsoat.tinh").name)
    whole = " ".join(text for _size, text in sheets)
    assert "eligibility.eligible" in whole, "why it went that way"
    assert "SHA-256" in whole, "as it was recorded"
    assert "Mở hết để in" not in whole
