"""A procedure tried in a real browser: the token is seen to move, everything works by keyboard, and the run becomes a test."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_administrator import ADMINISTRATOR, checked, copied
from tests.support.chromium import Visitor, assert_accessible, assert_fits
from tests.support.office import Office, heading
from tests.support.pictures import picture
from tests.support.second_factor import enrolled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

READY = "[data-bpmn-viewer][data-ready]"


def token(page: Page, node_id: str, count: int = 1) -> None:
    """Wait for the diagram and its badge at the node."""
    page.locator(READY).wait_for()
    expect(page.locator(f"[data-token={node_id}]")).to_have_text(str(count))
    expect(page.locator(f"[data-element-id={node_id}].is-active")).to_have_count(1)


def begun(office: Office) -> Visitor:
    author = enrolled(office, ADMINISTRATOR)
    checked(office, author, copied(author))
    author.page.get_by_role("link", name="Chạy thử").click()
    heading(author, "Chạy thử")
    assert_accessible(author.page)
    author.page.get_by_role("button", name="Bắt đầu").click()
    token(author.page, "registration")
    author.check()
    return author


def test_a_token_is_seen_to_move_and_to_come_back(office: Office) -> None:
    author = begun(office)
    page = author.page

    page.get_by_label("Được lựa chọn làm điểm").select_option("district")
    page.get_by_role("button", name="Gửi đăng ký").click()
    token(page, "pilot_list")
    expect(page.locator("[data-token=registration]")).to_have_count(0)
    expect(page.locator("[data-element-id=registration__routing_rule].is-visited")).to_have_count(1)
    author.check()
    assert_accessible(page)
    picture(page, "trial", at=page.locator("#where"), height=900)

    page.get_by_role("button", name="Đưa vào danh sách").click()
    token(page, "self_assessment")
    page.get_by_label("Kết quả theo bộ tiêu chí").select_option("not_met")
    page.get_by_role("button", name="Gửi hồ sơ").click()
    token(page, "evaluation")
    page.get_by_label("Kết quả theo bộ tiêu chí").select_option("not_met")
    page.get_by_role("button", name="Đạt đủ tiêu chí, trình cấp trên").click()
    expect(page.get_by_role("alert")).to_contain_text("Chỉ đơn vị đạt đủ tiêu chí mới được trình.")
    expect(page.get_by_label("Kết quả theo bộ tiêu chí")).to_have_value("not_met")
    page.get_by_role("button", name="Trả lại để bổ sung").click()
    token(page, "self_assessment")
    page.get_by_role("button", name="Hoàn tác bước cuối").click()
    token(page, "evaluation")
    assert_accessible(page)
    assert_fits(page)


def test_time_passes_on_a_clock_of_its_own(office: Office) -> None:
    author = begun(office)
    page = author.page
    page.get_by_label("Được lựa chọn làm điểm").select_option("district")
    page.get_by_role("button", name="Gửi đăng ký").click()
    token(page, "pilot_list")
    page.get_by_role("button", name="Đưa vào danh sách").click()
    token(page, "self_assessment")

    page.get_by_role("button", name=re.compile("Cho thời gian trôi đến .*12.2023")).click()

    token(page, "record_expired")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Thời gian giả định: 17:00 \d+/12/2023"))
    author.check()


def test_a_run_is_saved_as_a_test_by_keyboard_alone(office: Office) -> None:
    author = begun(office)
    page = author.page

    page.get_by_role("button", name="Chạy đến hết với kết quả đầu tiên").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Đang ở đâu")).to_contain_text("Đã hoàn thành")
    author.check()
    page.get_by_role("button", name="Lưu thành bài kiểm tra").focus()
    page.keyboard.press("Enter")
    heading(author, "Lưu thành bài kiểm tra")
    expect(page.get_by_label("Các sự kiện kết thúc đạt tới")).to_have_value("end_recognised")
    assert_accessible(page)
    page.get_by_label("Tên bài kiểm tra").focus()
    page.keyboard.type("Được công nhận ngay")
    page.keyboard.press("Enter")

    heading(author, "Bài kiểm tra đã lưu")
    tests = page.url.removeprefix(author.base_url)
    checked(office, author, tests.removesuffix("bai-kiem-tra"))
    author.open(tests)
    expect(page.get_by_role("row", name=re.compile("Được công nhận ngay"))).to_contain_text("đạt")
    expect(page.get_by_text("Tất cả đều đạt.")).to_be_visible()
    assert_accessible(page)
    picture(page, "saved-tests")
    assert_fits(page)


def test_a_saved_test_is_removed_after_a_question(office: Office) -> None:
    author = enrolled(office, ADMINISTRATOR)
    draft = copied(author)
    checked(office, author, draft)
    page = author.open(f"{draft}bai-kiem-tra")
    rows = page.get_by_role("row").count()

    page.get_by_role("row").last.get_by_role("link", name=re.compile("^Bỏ")).click()
    page.get_by_role("button", name="Bỏ tệp").click()
    checked(office, author, draft)
    author.open(f"{draft}bai-kiem-tra")

    expect(page.get_by_role("row")).to_have_count(rows - 1)
