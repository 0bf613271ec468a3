"""The main flows in a browser that runs no JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.support.office import Office, OfficeAt
from tests.support.reviewing import answer, claim_and_begin, submit, to_the_check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_unit_registers_without_scripts(office: Office) -> None:
    officer = office.person("donvi.minhhoa", java_script_enabled=False)
    page = claim_and_begin(officer, "Đăng ký xây dựng đơn vị điển hình")

    answer(page, "Kết quả phân loại phong trào năm liền kề trước", "Khá")
    page.get_by_role("button", name="Tiếp tục: kiểm tra trước khi gửi").click()
    expect(page.get_by_role("alert")).to_be_visible()
    officer.check()
    answer(page, "Được lựa chọn làm điểm", "Điểm cấp huyện")
    answer(page, "Năm liền kề trước được công nhận", "Có")
    to_the_check(officer)
    submit(officer)

    assert office.house.task("pilot_list").state == "ready"


def test_a_criterion_is_assessed_without_scripts(office_at: OfficeAt) -> None:
    office = office_at("self-assessment")
    officer = office.person("donvi.minhhoa", java_script_enabled=False)
    page = claim_and_begin(officer, "Tự đánh giá theo bộ tiêu chí")

    page.get_by_role("link", name="Mở bảng tiêu chí").click()
    page.get_by_role("link", name="I.1", exact=True).click()
    page.locator("[data-row='I.1']").get_by_label("Đạt", exact=True).check()
    page.get_by_label("Việc đã làm, kết quả ghi nhận").fill("Dữ liệu minh họa")
    page.get_by_role("button", name="Lưu và sang tiêu chí sau").click()
    expect(page.get_by_role("heading", name="I.2 ")).to_be_visible()
    officer.check()
    page.get_by_role("link", name="Biểu mẫu, văn bản và các bước").click()

    expect(page.get_by_text("Số tiêu chí đã xong: 1 / 34")).to_be_visible()
    officer.check()


def test_the_audit_says_in_words_what_the_diagram_draws(office_at: OfficeAt) -> None:
    office = office_at("evaluation")
    auditor = office.person("kiemsoat.tinh", java_script_enabled=False)

    page = auditor.open(f"/kiem-toan/ho-so/{office.house.case().id}/so-do")

    expect(page.get_by_role("main")).to_contain_text("Ban Chỉ đạo đánh giá")
    expect(page.get_by_role("row", name="Tự đánh giá theo bộ tiêu chí")).to_contain_text("Đã qua")
