"""A unit's officer and the reviewers of its commune at work: from the registration to the approval, with a return in between."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.chromium import Visitor
from tests.support.house import House
from tests.support.office import Office, OfficeAt, heading
from tests.support.pictures import picture
from tests.support.reviewing import answer, claim_and_begin, submit, to_the_check
from workflow.demo.player import pdf
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


def test_a_unit_assesses_itself_by_34_criteria(office_at: OfficeAt, tmp_path: Path) -> None:
    office = office_at("self-assessment")
    officer = office.person(UNIT)
    page = claim_and_begin(officer, "Tự đánh giá theo bộ tiêu chí")
    expect(page.get_by_text("Số tiêu chí đã xong: 0 / 34")).to_be_visible()
    task = page.url

    page.get_by_role("link", name="I.18", exact=True).click()
    heading(officer, "Tiêu chí I.18")
    page.get_by_label("Số vụ phạm tội về trật tự xã hội năm trước").fill("20")
    page.get_by_label("Số vụ phạm tội về trật tự xã hội năm nay").fill("17")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Theo số liệu:")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("15")
    officer.check()
    answer(page, "Kết quả", "Đạt")
    evidence = tmp_path / "so-lieu.pdf"
    evidence.write_bytes(pdf("So lieu minh hoa"))
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(
        page.get_by_text("Đã lưu tiêu chí I.18; còn thiếu số liệu, phần ghi kết quả hoặc tệp minh chứng.")
    ).to_be_visible()
    page.get_by_label("Thêm tệp").or_(page.locator("input[type=file]")).first.set_input_files(evidence)
    page.get_by_role("button", name="Thêm tệp").click()
    officer.check()
    page.get_by_role("link", name="so-lieu.pdf", exact=True).click()
    picture = page.get_by_role("img", name="Trang 1 của tệp “so-lieu.pdf”")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 960
    officer.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Mở tệp gốc").click()
    page.get_by_role("link", name="Quay lại").click()
    assert download.value.path().read_bytes() == evidence.read_bytes()

    fill_in_everything(office, officer, task)
    attach_papers(officer, tmp_path)
    to_the_check(officer)
    submit(officer)

    assert office.house.task("evaluation").state == "ready"


def fill_in_everything(office: Office, officer: Visitor, task: str) -> None:
    """All criteria on one page, each saved by itself while one goes on to the next."""
    page = officer.open(task.removeprefix(office.address) + "/tieu-chi")
    figures = office.house.figures["xa-phuong-thi-tran"]
    blocks = page.locator("section.criterion-block")
    expect(blocks).to_have_count(34)
    for block in blocks.all():
        number = str(block.get_attribute("id")).removeprefix("criterion-")
        if number == "I.18":
            continue
        for name, value in figures.get(number, {}).items():
            block.locator(f"[name='{number}-figure-{name}']").fill(value)
        block.get_by_label("Đạt", exact=True).check()
        block.get_by_label("Việc đã làm, kết quả ghi nhận").fill(STATEMENT)
    expect(page.get_by_text("Đã lưu; tiêu chí này đã xong.")).to_have_count(33)
    officer.check()
    page.get_by_role("link", name="Về nhiệm vụ").click()
    expect(page.get_by_text("Số tiêu chí đã xong: 34 / 34")).to_be_visible()
    officer.check()


def attach_papers(officer: Visitor, folder: Path) -> None:
    page = officer.page
    for number, paper in enumerate(("Tờ trình", "Báo cáo kết quả", "Biên bản họp xét"), 1):
        file = folder / f"van-ban-{number}.pdf"
        file.write_bytes(pdf(f"Van ban {number}"))
        section = page.locator("section", has=page.get_by_role("heading", name=paper))
        section.locator("input[type=file]").set_input_files(file)
        section.get_by_role("button", name="Đính kèm tệp").click()
        expect(section.get_by_text("Đã đính kèm")).to_be_visible()
        officer.check()


def test_a_reviewer_returns_a_dossier_and_then_approves_it(office_at: OfficeAt) -> None:
    office = office_at("evaluation")
    house = office.house
    reviewer = office.person(REVIEWER)
    page = claim_and_begin(reviewer, "Ban Chỉ đạo đánh giá")
    task = page.url
    picture(page, "task", height=1000)

    page.get_by_role("link", name="I.18", exact=True).click()
    heading(reviewer, "Tiêu chí I.18")
    picture(page, "criterion", at=page.get_by_role("heading", level=1), height=1000)
    page.get_by_role("link", name="Về nhiệm vụ").click()
    page.get_by_role("link", name="I.14", exact=True).click()
    heading(reviewer, "Tiêu chí I.14")
    expect(page.get_by_role("heading", name="Kết quả của các cấp trước")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(STATEMENT)
    answer(page, "Kết quả", "Chưa đạt")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Kết quả của bạn khác với cấp trước: hãy nêu lý do.")).to_be_visible()
    reviewer.check()
    page.get_by_label("Lý do").fill("Minh họa: thiếu quyết định khen thưởng.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu tiêu chí I.14.")).to_be_visible()
    page.get_by_role("link", name="Về nhiệm vụ").click()

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
    page.get_by_role("link", name="I.14", exact=True).click()
    answer(page, "Kết quả", "Đạt")
    page.get_by_label("Lý do").fill("")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("link", name="Về nhiệm vụ").click()
    agree_to_the_rest(house)
    page.get_by_label("Đạt đủ tiêu chí, trình cấp trên").check()
    to_the_check(reviewer)
    submit(reviewer)
    expect(page.get_by_role("main")).to_contain_text(house.case().business_key)
    assert house.task("team_forming").state == "ready"


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
    heading(officer, "Tiêu chí I.14")
    expect(page.get_by_role("main")).to_contain_text("bổ sung quyết định khen thưởng")
    page.get_by_label("Việc đã làm, kết quả ghi nhận").fill("Dữ liệu minh họa: đã bổ sung quyết định.")
    page.get_by_role("button", name="Lưu và sang tiêu chí sau").click()
    heading(officer, "Tiêu chí I.15")
    page.get_by_role("link", name="Về nhiệm vụ").click()
    to_the_check(officer)
    submit(officer)
