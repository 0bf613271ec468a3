"""A dossier that comes again and again, and a single row that is asked about, at the pages of both sides."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.office import OfficeAt
from tests.support.turns import BOARD, FIRST, UNIT, WHY, Desk, answered
from workflow.demo.player import pdf

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

WINDOW = {"width": 1366, "height": 768}


def row(page: Page, key: str) -> Locator:
    return page.locator(f"tbody[data-row='{key}']")


def test_the_fourth_turn_shows_what_was_asked_and_folds_the_row_that_nobody_asked_about(office_at: OfficeAt) -> None:
    """Two returns are played; the third, its answer and the review after it are done at the pages."""
    office = office_at("evaluation")
    desk = Desk(office.house)
    desk.give_back(FIRST)
    answered(desk)
    desk.send()
    desk.give_back({"I.1": "Vẫn thiếu quyết định"})
    desk.look(UNIT, "self_assessment", "I.1")
    desk.keep("I.1", "Đang trình ký")
    desk.send()
    desk.give_back({"I.1": "Bổ sung ngay", "I.3": "Nêu rõ số cuộc họp"})

    officer = office.person(UNIT, viewport=WINDOW)
    page = officer.open(f"/nhiem-vu/{office.house.task('self_assessment').id}/tieu-chi")
    expect(page.locator("tbody[data-row]")).to_have_count(2)
    expect(row(page, "I.1").locator(".asked")).to_contain_text("Bổ sung ngay")
    assert (row(page, "I.1").bounding_box() or {"y": 999})["y"] <= 240, "the first row of work"
    row(page, "I.1").get_by_role("link", name="I.1", exact=True).click()
    page.get_by_label("Vì sao giữ nguyên").fill(WHY)
    page.get_by_role("button", name="Gửi lại không đổi").click()
    expect(row(page, "I.1")).to_have_class("state-agreed")
    row(page, "I.3").get_by_label("files", exact=False).or_(
        row(page, "I.3").locator("input[type=file]")
    ).set_input_files({"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": pdf("bien ban")})
    expect(row(page, "I.3").locator(".compared")).to_contain_text("Thêm 1 tệp")
    expect(row(page, "I.3")).to_have_class("state-agreed")
    expect(page.get_by_role("link", name="Kiểm tra và gửi")).to_be_visible()
    officer.check()
    desk.send()

    reviewer = office.person(BOARD, viewport=WINDOW)
    page = reviewer.open(f"/nhiem-vu/{office.house.task('evaluation').id}/tieu-chi")
    expect(page.locator(".chip[aria-current]")).to_have_text("Đã yêu cầu 2")
    expect(page.locator("tbody[data-row]")).to_have_count(2)
    expect(row(page, "I.1")).to_contain_text("Gửi lại không đổi")
    expect(row(page, "I.1")).to_contain_text(WHY)
    expect(row(page, "I.3").locator("ins")).to_have_text("1 tệp")
    page.emulate_media(media="print")
    expect(page.locator("tbody[data-row]:visible, .printed-row:visible")).to_have_count(34)
    expect(page.locator(".matrix").get_by_role("button")).to_have_count(0)
    expect(page.locator(".matrix").get_by_role("link", name="Sửa")).to_have_count(0)
    page.emulate_media(media="screen")
    row(page, "I.3").get_by_role("link", name="I.3", exact=True).click()
    expect(page.locator(".history thead th")).to_have_text(["Cấp", "Vòng 1", "Vòng 2", "Vòng 3", "Vòng 4"])
    expect(page.locator(".file-tabs").get_by_text("mới")).to_be_visible()
    picture = page.get_by_role("img", name="Trang 1 của tệp").bounding_box() or {"y": 999}
    assert picture["y"] <= 620, "beside what was and what is, the file is in sight"
    page.keyboard.press("a")
    expect(row(page, "I.3")).to_have_class("state-agreed")
    reviewer.check()
    page.get_by_role("link", name="32 tiêu chí không đổi từ vòng 3").click()
    expect(page.locator("tbody[data-row]")).to_have_count(34)
    expect(row(page, "I.5").locator(".asked")).to_have_text("–")
    page.get_by_role("link", name="Đã yêu cầu 2").click()
    expect(page.locator("tbody[data-row]")).to_have_count(2)


def test_a_reviewer_asks_about_one_row_and_the_unit_answers_from_its_list(office_at: OfficeAt) -> None:
    office = office_at("evaluation")
    desk = Desk(office.house)
    desk.take(BOARD, "evaluation")
    reviewer = office.person(BOARD, viewport=WINDOW)
    address = f"/nhiem-vu/{office.house.task('evaluation').id}/tieu-chi/I.5"
    page = reviewer.open(address)
    page.get_by_text("Yêu cầu giải trình…").click()
    page.get_by_label("Nội dung cần giải trình").fill("Ai ký biên bản?")
    expect(page.get_by_label("Số ngày làm việc để trả lời")).to_have_value("3")
    page.get_by_role("button", name="Gửi yêu cầu giải trình").click()
    expect(row(page, "I.5")).to_contain_text("Đã hỏi (14/11)")
    reviewer.check()
    office.house.settle()

    officer = office.person(UNIT, viewport=WINDOW)
    theirs = officer.open("/nhiem-vu")
    expect(theirs.get_by_role("heading", name="1 yêu cầu giải trình chờ trả lời")).to_be_visible()
    officer.check()
    theirs.get_by_role("link", name="Tiêu chí I.5: Ai ký biên bản?").click()
    theirs.get_by_role("button", name="Gửi giải trình").click()
    expect(theirs.get_by_text("Hãy viết trả lời hoặc thêm tệp.").first).to_be_visible()
    theirs.get_by_label("Giải trình", exact=True).fill("Chủ tịch xã ký.")
    officer.check()
    theirs.get_by_role("button", name="Gửi giải trình").click()
    expect(theirs.get_by_text("Đã gửi giải trình.")).to_be_visible()

    page = reviewer.open(address)
    expect(page.locator("#pane")).to_contain_text("Chủ tịch xã ký.")
    page.keyboard.press("a")
    expect(row(page, "I.5")).to_have_class("state-agreed")
