"""A unit's officer and the reviewers of its commune at work: from the registration to the approval, with a return in between."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.house import House
from tests.support.office import Office, OfficeAt, heading
from tests.support.pictures import picture
from tests.support.reviewing import FORM, answer, claim_and_begin, submit, to_the_check
from workflow.services.casework.criteria.judgements import AgreeCriterion

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

UNIT, REVIEWER = "donvi.minhhoa", "danhgia.minhhoa"
STATEMENT = "Dữ liệu minh họa: đã thực hiện, có hồ sơ kèm theo."
SAVED = "Đã lưu bản nháp."


def test_a_unit_registers(office: Office) -> None:
    officer = office.person(UNIT)
    page = claim_and_begin(officer, "Đăng ký xây dựng đơn vị điển hình")

    page.get_by_role("button", name="Tiếp tục: kiểm tra trước khi gửi").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    officer.check()
    summary.get_by_role("link").first.click()
    answer(page, "Năm liền kề trước được công nhận", "Có")
    page.get_by_label("Số, ngày quyết định công nhận").fill("Minh họa 01/QĐ")
    answer(page, "Kết quả phân loại phong trào năm liền kề trước", "Khá")
    answer(page, "Được lựa chọn làm điểm", "Điểm cấp huyện")
    expect(page.get_by_text(SAVED)).to_be_visible()
    to_the_check(officer)
    expect(page.get_by_role("main")).to_contain_text("Điểm cấp huyện")
    submit(officer)

    expect(page.get_by_role("main")).to_contain_text(office.house.case().business_key)
    expect(page.get_by_role("main")).to_contain_text("Công an huyện Thường Xuân")
    assert office.house.task("pilot_list").state == "ready"


def test_a_reviewer_returns_a_dossier_and_then_approves_it(office_at: OfficeAt) -> None:
    office = office_at("evaluation")
    house = office.house
    reviewer = office.person(REVIEWER)
    page = claim_and_begin(reviewer, "Ban Chỉ đạo đánh giá")
    task = page.url
    picture(page, "task", height=1000)

    page.get_by_role("link", name="Mở bảng tiêu chí").click()
    row_link(page, "I.18").click()
    expect(page.get_by_role("heading", name="I.18 ")).to_be_visible()
    picture(page, "criterion", height=768)
    reviewer.check()
    row_link(page, "I.14").click()
    expect(page.get_by_role("heading", name="I.14 ")).to_be_visible()
    expect(page.locator("#pane")).to_contain_text(STATEMENT)
    page.keyboard.press("d")
    expect(page.locator("[data-editor]").get_by_label("Đạt", exact=True)).to_be_focused()
    answer(page, "Kết quả của tôi", "Chưa đạt")
    expect(page.get_by_text("Kết quả của bạn khác với cấp trước: hãy nêu lý do.")).to_be_visible()
    reviewer.check()
    page.get_by_label("Lý do").fill("Minh họa: thiếu quyết định khen thưởng.")
    page.get_by_role("button", name="Xong, sang tiêu chí sau").click()
    expect(page.get_by_role("heading", name="I.15 ")).to_be_visible()
    expect(page.locator("[data-row='I.14']")).to_contain_text("Khác: chưa đạt")
    reviewer.check()
    page.get_by_role("link", name=FORM).click()

    heading(reviewer, "Ban Chỉ đạo đánh giá")
    expect(page.get_by_role("group", name="Kết quả xử lý")).to_contain_text(
        "Chỉ đơn vị đạt đủ tiêu chí mới được trình."
    )
    page.get_by_label("Trả lại để bổ sung").check()
    page.get_by_label("Lý do", exact=True).fill("Minh họa: đề nghị bổ sung minh chứng.")
    reasons = page.locator("details", has_text="Tiêu chí cần bổ sung")
    reasons.locator("summary").click()
    reasons.get_by_label("Tiêu chí I.14").fill("Minh họa: bổ sung quyết định khen thưởng.")
    to_the_check(reviewer)
    expect(page.get_by_role("main")).to_contain_text("bổ sung quyết định khen thưởng")
    picture(page, "check-answers", height=1000)
    submit(reviewer)
    expect(page.get_by_role("main")).to_contain_text("Tự đánh giá theo bộ tiêu chí")

    correct(office)
    page = claim_and_begin(reviewer, "Ban Chỉ đạo đánh giá")
    assert page.url != task
    agree_to_the_rest(house)
    page.get_by_label("Đạt đủ tiêu chí, trình cấp trên").check()
    to_the_check(reviewer)
    submit(reviewer)
    expect(page.get_by_role("main")).to_contain_text(house.case().business_key)
    assert house.task("team_forming").state == "ready"


def row_link(page: Page, key: str) -> Locator:
    """The link by which a row of the table opens."""
    return page.locator(f"[data-row='{key}']").get_by_role("link", name=key, exact=True)


def agree_to_the_rest(house: House) -> None:
    """Every other criterion looked at and agreed to."""
    actor, task = house.actor(REVIEWER), house.task("evaluation")
    sheet = house.container.task_views.view(actor, task.id).sheet
    assert sheet is not None
    for key in sheet.open:
        house.look(actor, task.id, key)
        house.container.judgements.agree(actor, AgreeCriterion(task_id=task.id, criterion_id=key))


def correct(office: Office) -> None:
    """The unit's officer finds the reasons at the criteria and hands in again what stands there from before."""
    officer = office.person(UNIT)
    page = claim_and_begin(officer, "Tự đánh giá theo bộ tiêu chí")
    expect(page.get_by_role("main")).to_contain_text("Minh họa: đề nghị bổ sung minh chứng.")
    page.get_by_role("link", name="Tiêu chí I.14").click()
    expect(page.get_by_role("heading", name="I.14 ")).to_be_visible()
    expect(page.locator("#pane")).to_contain_text("bổ sung quyết định khen thưởng")
    page.get_by_label("Việc đã làm, kết quả ghi nhận").fill("Dữ liệu minh họa: đã bổ sung quyết định.")
    page.get_by_role("button", name="Lưu và sang tiêu chí sau").click()
    expect(page.get_by_role("link", name="Kiểm tra và gửi")).to_be_visible()  # it was the only one asked about
    officer.check()
    page.get_by_role("link", name=FORM).click()
    to_the_check(officer)
    submit(officer)
