"""An auditor years later: who decided what, why the case went that way, how it stood then, and whether all of it holds."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import Visitor, assert_accessible
from tests.support.office import Office, OfficeAt, heading
from tests.support.pictures import picture
from tests.support.sealed import table_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AUDITOR = "kiemsoat.tinh"


@pytest.fixture
def office(office_at: OfficeAt) -> Office:
    return office_at("decided")


@pytest.fixture
def auditor(office: Office) -> Visitor:
    return office.person(AUDITOR)


def of_the_case(office: Office, page: str = "") -> str:
    return f"/kiem-toan/ho-so/{office.house.case().id}{page}"


def test_a_case_is_found_and_its_timeline_says_why(office: Office, auditor: Visitor) -> None:
    case = office.house.case()
    page = auditor.open("/kiem-toan/")
    page.locator("summary", has_text="Bộ lọc").click()
    page.get_by_label("Mã hồ sơ hoặc tên đơn vị").fill("Xã Minh Họa")
    page.get_by_role("button", name="Lọc", exact=True).click()
    rows = page.locator("tbody").get_by_role("row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Minh họa 03/QĐ-BCĐ")
    auditor.check()
    page.get_by_role("link", name=case.business_key).click()
    heading(auditor, case.business_key)
    expect(page.get_by_text("Việc bạn đọc hồ sơ này đã được ghi vào nhật ký của hồ sơ.")).to_be_visible()

    picture(page, "timeline", height=768)
    row = page.locator("tbody th[scope=row] a").nth(1)
    told = row.inner_text()
    row.click()
    expect(page.locator("#pane")).to_contain_text(told)
    page.get_by_role("link", name="Mở hết để in").click()
    expect(page.locator("ol.timeline > li").first).to_be_visible()
    gateway = entry(page, "Kết quả đánh giá?")
    expect(gateway.get_by_role("table").first).to_contain_text("evaluation.outcome")
    expect(gateway).to_contain_text("Đã đi")
    auditor.check()
    recorded = office.house.events("xa-minh-hoa", "CaseRead")
    assert [event.actor for event in recorded] == [office.house.users[AUDITOR]]


def entry(page: Page, text: str) -> Locator:
    """The newest step of the timeline in which that gateway was passed, on whichever page of the timeline it is."""
    found = page.locator("ol.timeline > li", has_text=text).filter(has=page.get_by_text("Vì sao?"))
    while not found.count():
        page.get_by_role("link", name="Sau", exact=True).click()
        expect(page.locator("ol.timeline > li").first).to_be_visible()
    return found.first


def test_events_are_found_by_actor_unit_period_and_criterion(office: Office, auditor: Visitor) -> None:
    page = auditor.open("/kiem-toan/su-kien")
    page.locator("summary", has_text="Bộ lọc").click()
    page.get_by_label("Ai", exact=True).fill("donvi.minhhoa")
    page.get_by_label("Đơn vị được xét").fill("Minh Họa")
    page.get_by_label("Từ", exact=True).fill("2023-11-01")
    page.get_by_label("Đến ngày").fill("2023-11-30")
    page.get_by_label("Tiêu chí", exact=True).fill("I.14")
    page.get_by_role("button", name="Lọc", exact=True).click()

    events = page.get_by_role("list", name="Sự kiện tìm thấy").locator("> li")
    expect(events.first).to_be_visible()
    for text in events.all_inner_texts():
        assert "Đặng Minh Họa" in text
        assert "11/2023" in text
        assert "I.14" in text
    assert "criterion=I.14" in page.url
    auditor.check()


def test_the_diagram_shows_where_it_stands_and_the_way(office: Office, auditor: Visitor) -> None:
    page = auditor.open(of_the_case(office, "/so-do"))
    page.locator("[data-bpmn-viewer][data-ready]").wait_for()

    expect(page.locator("[data-element-id=vote].is-visited")).to_have_count(1)
    expect(page.locator("[data-element-id=end_recognised].is-visited")).to_have_count(1)
    expect(page.locator("[data-element-id=eligibility_review].is-visited")).to_have_count(0)
    expect(page.get_by_role("table")).to_contain_text("Biểu quyết")
    auditor.check()


def test_the_case_as_it_stood(office: Office, auditor: Visitor) -> None:
    page = auditor.open(of_the_case(office, "/tai-thoi-diem"))
    page.get_by_label("Ngày", exact=True).fill("2023-11-10")
    page.get_by_label("Thời gian", exact=True).fill("12:00:00")
    page.get_by_role("button", name="Xem hồ sơ tại thời điểm đó").click()

    expect(page.get_by_role("table", name="Nhiệm vụ đang mở")).to_contain_text("Tự đánh giá theo bộ tiêu chí")
    expect(page.get_by_role("main")).to_contain_text("Đang xử lý")
    page.locator("[data-bpmn-viewer][data-ready]").wait_for()
    expect(page.locator("[data-element-id=self_assessment].is-active")).to_have_count(1)
    expect(page.locator("[data-element-id=vote].is-visited")).to_have_count(0)
    picture(page, "diagram", at=page.get_by_role("heading", name="Trên sơ đồ"))
    auditor.check()
    assert_accessible(page)


def test_what_was_found_is_taken_out(office: Office, auditor: Visitor) -> None:
    page = auditor.open("/kiem-toan/")
    with page.expect_download() as as_csv:
        page.get_by_role("button", name="CSV").click()
    with page.expect_download() as as_xlsx:
        page.get_by_role("button", name="XLSX").click()

    rows = list(csv.reader(table_in(as_csv.value.path().read_bytes()).decode("utf-8-sig").splitlines()))
    assert len(rows) == 1 + 8
    assert any(office.house.case().business_key in row for row in rows)
    sheet = load_workbook(io.BytesIO(table_in(as_xlsx.value.path().read_bytes()))).active
    assert sheet is not None
    assert sheet.max_row >= 1 + 8


def test_everything_verifies_and_a_bundle_verifies_elsewhere(office: Office, auditor: Visitor, tmp_path: Path) -> None:
    page = auditor.open("/kiem-toan/kiem-tra")
    page.get_by_role("button", name="Kiểm chứng toàn bộ").click()
    expect(page.get_by_text("Đang thực hiện").first).to_be_visible()
    office.house.container.jobs.run_due()
    page = auditor.open("/kiem-toan/kiem-tra")
    page.get_by_role("table").first.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Nguyên vẹn")).to_be_visible()
    auditor.check()

    page = auditor.open(of_the_case(office, "/goi"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Xuất và tải gói về").click()
    with zipfile.ZipFile(download.value.path()) as bundle:
        bundle.extractall(tmp_path / "elsewhere")
    verify = [sys.executable, "verify.py", "--key-id", office.house.container.checkpoints.published_keys()[0]]
    found = subprocess.run(verify, cwd=tmp_path / "elsewhere", capture_output=True, text=True, check=False)

    assert download.value.suggested_filename == f"{office.house.case().business_key}.zip"
    assert found.returncode == 0, found.stdout + found.stderr


def test_an_auditor_changes_nothing(office: Office, auditor: Visitor) -> None:
    page = auditor.open(f"/ho-so/{office.house.case('tho-thanh').id}")
    task = office.house.task("registration", "tho-thanh")

    expect(page.get_by_role("main").get_by_role("button", name="Nhận")).to_have_count(0)
    expect(page.get_by_text("Thêm ý kiến")).to_have_count(0)
    page = auditor.open(f"/nhiem-vu/{task.id}")
    expect(page.get_by_role("button", name="Nhận nhiệm vụ này")).to_have_count(0)
