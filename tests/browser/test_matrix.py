"""The table of criteria with its script: what is refused stands at its row, and what is open is led to."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import Visitor, assert_accessible, assert_fits
from tests.support.house import CASTS, COMMUNE_UNIT
from tests.support.office import Office, OfficeAt, leave_unsent
from workflow.demo.player import pdf
from workflow.services.casework.evidence import MAX_SIZE, AddEvidence

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

UNIT, REVIEWER = "donvi.minhhoa", "danhgia.minhhoa"
LEADER = CASTS[COMMUNE_UNIT].inspectors[0]
NOT_A_PDF = {"name": "fake.pdf", "mimeType": "application/pdf", "buffer": b"<html>no</html>"}
OFFICE_WINDOW = {"width": 1366, "height": 768}


def table_of(office: Office, login: str, task: str, key: str = "", **options: object) -> Visitor:
    """Somebody before the table of a task that they have taken."""
    office.house.take(login, task)
    visitor = office.person(login, **{"viewport": OFFICE_WINDOW, **options})
    visitor.open(f"/nhiem-vu/{office.house.task(task).id}/tieu-chi{key}")
    return visitor


def row(page: Page, key: str) -> Locator:
    return page.locator(f"tbody[data-row='{key}']")


def test_a_refused_file_is_said_at_its_row_and_nothing_else_is_lost(office_at: OfficeAt, tmp_path: Path) -> None:
    """Given words being typed, when files are refused in the open row, in another, too large, and for a paper, then each row says why."""
    page = table_of(office_at("self-assessment"), UNIT, "self_assessment", "/I.1").page
    page.get_by_label("Việc đã làm, kết quả ghi nhận").fill("Đang viết dở")
    row(page, "I.1").locator("input[type=file]").set_input_files(NOT_A_PDF)
    expect(row(page, "I.1").get_by_role("alert")).to_contain_text("fake.pdf: ")

    known, large = tmp_path / "mot.pdf", tmp_path / "lon.pdf"
    known.write_bytes(pdf("mot"))
    large.write_bytes(b"%PDF-" + bytes(MAX_SIZE + 2_000_000))
    row(page, "I.2").locator("input[type=file]").set_input_files(known)
    expect(row(page, "I.2").get_by_role("link", name="1 tệp minh chứng của I.2")).to_be_visible()
    row(page, "I.3").locator("input[type=file]").set_input_files(large)
    expect(row(page, "I.3").get_by_role("alert")).to_contain_text("lon.pdf: Chưa lưu gì. Mỗi tệp tối đa 20 MB")
    page.locator("#papers input[type=file]").first.set_input_files(NOT_A_PDF)
    expect(page.locator("#papers").get_by_role("alert")).to_contain_text("fake.pdf: ")
    expect(row(page, "I.1").get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Việc đã làm, kết quả ghi nhận")).to_have_value("Đang viết dở")

    fake = tmp_path / "fake.pdf"
    fake.write_bytes(NOT_A_PDF["buffer"])  # type: ignore[arg-type] # bytes, as above
    row(page, "I.3").locator("input[type=file]").set_input_files([fake, known])
    refused = row(page, "I.3").get_by_role("alert")
    expect(refused).to_contain_text("fake.pdf: ")
    expect(refused).not_to_contain_text("lon.pdf")
    refused.get_by_role("link", name="Trong số này có tệp đã có trong hồ sơ").click()
    expect(page.get_by_role("main")).to_contain_text("“mot.pdf”")


def test_files_are_dropped_on_a_row(office_at: OfficeAt) -> None:
    page = table_of(office_at("self-assessment"), UNIT, "self_assessment").page
    files = page.evaluate_handle(
        """() => { const all = new DataTransfer();
        for (const name of ['a.txt', 'b.txt']) all.items.add(new File(['x'], name)); return all; }"""
    )
    text = row(page, "I.2").locator(".criterion-text")
    text.dispatch_event("dragover", {"dataTransfer": files})
    expect(row(page, "I.2").locator(".is-over")).to_be_visible()
    text.dispatch_event("drop", {"dataTransfer": files})

    expect(row(page, "I.2").get_by_role("alert")).to_contain_text("a.txt: ")
    expect(row(page, "I.2").get_by_role("alert")).to_contain_text("b.txt: ")
    expect(page.locator(".is-over")).to_have_count(0)


@pytest.mark.parametrize("width", [1000, 320])
def test_where_the_pane_lies_under_the_table_an_opened_row_leads_to_it_and_back(
    office_at: OfficeAt, width: int
) -> None:
    window = {"width": width, "height": 640}
    page = table_of(office_at("evaluation"), REVIEWER, "evaluation", viewport=window).page
    row(page, "I.5").get_by_role("link", name="I.5", exact=True).click()

    expect(page.locator("#pane")).to_be_focused()
    expect(page.locator("#pane-title")).to_contain_text("I.5")
    expect(page.locator("#pane-title")).to_be_in_viewport()
    page.get_by_role("link", name="Về dòng I.5").first.click()
    agree = row(page, "I.5").get_by_role("button", name="Đồng ý")
    expect(agree).to_be_in_viewport(ratio=1)
    agree.click()  # nothing lies over it
    expect(row(page, "I.5")).to_have_class("state-agreed")
    expect(page.locator("#pane-title")).to_contain_text("I.6")
    expect(page.locator("#pane-title")).to_be_in_viewport()
    page.reload()
    expect(page.locator("#pane-title")).to_be_in_viewport()


def test_a_low_window_shows_eight_rows(office_at: OfficeAt) -> None:
    page = table_of(office_at("conclusion"), LEADER, "conclusion", viewport={"width": 1366, "height": 650}).page
    region = page.locator(".matrix-region").bounding_box() or {"y": 0, "height": 0}
    edge = min(650, region["y"] + region["height"])
    boxes = [one.bounding_box() or {"y": edge, "height": 1} for one in page.locator(".criterion-row").all()[:12]]
    assert sum(box["y"] + box["height"] <= edge for box in boxes) >= 8


def test_what_is_said_above_the_rows_takes_nothing_of_their_place(office_at: OfficeAt) -> None:
    """Given a notice and another, then the rows begin where they would without them, the keys stay in sight, and the pane is the lower."""
    visitor = table_of(office_at("evaluation"), REVIEWER, "evaluation", "/I.1")
    page = visitor.page
    leave_unsent(visitor, page.url.removeprefix(visitor.base_url))
    page.get_by_role("link", name="Đồng ý cả mục (1 dòng)").click()
    page.get_by_role("button", name="Đồng ý", exact=False).click()
    expect(page.get_by_role("status").filter(has_text="Đã đồng ý 1 tiêu chí.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Có nội dung bạn đã nhập")).to_be_visible()
    first = page.locator(".criterion-row").first.bounding_box() or {"y": 999}
    assert first["y"] <= 240
    for part in (".matrix-keys", "#pane"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert_accessible(page)
    assert_fits(page)

    page.set_viewport_size(OFFICE_WINDOW)
    visitor.open("/nhiem-vu")
    expect(page.get_by_role("status").filter(has_text="Có nội dung bạn đã nhập")).to_be_visible()
    assert (page.locator("tbody tr:not(.group)").first.bounding_box() or {"y": 999})["y"] <= 240


def test_a_question_that_was_begun_beside_one_row_is_kept_when_another_is_opened(office_at: OfficeAt) -> None:
    visitor = table_of(office_at("evaluation"), REVIEWER, "evaluation", "/I.10")
    page = visitor.page
    page.get_by_text("Yêu cầu giải trình…").click()
    page.get_by_label("Nội dung cần giải trình").fill("Ai ký biên bản?")
    row(page, "I.11").get_by_role("link", name="I.11", exact=True).click()

    expect(page.locator("#pane-title")).to_contain_text("I.11")
    said = page.get_by_role("status").filter(has_text="Có nội dung bạn đã nhập mà chưa được gửi.")
    said.get_by_role("link", name="Xem").click()
    expect(page.get_by_role("main")).to_contain_text("Ai ký biên bản?")
    visitor.check()


def test_a_page_of_evidence_is_seen_without_scrolling(office_at: OfficeAt) -> None:
    """Given a long criterion with figures and files, then half a page of the file is in sight beside the table, and the whole text is a key away."""
    office = office_at("evaluation")
    task = office.house.take(REVIEWER, "evaluation")
    for key in ("I.14", "I.18"):
        add = AddEvidence(task_id=task.id, filename=f"{key}.pdf", content=pdf(key), criterion_id=key)
        office.house.container.evidence.add(office.house.actor(REVIEWER), add)
    page = office.person(REVIEWER, viewport=OFFICE_WINDOW).open(f"/nhiem-vu/{task.id}/tieu-chi")
    for key in ("I.14", "I.18"):
        row(page, key).get_by_role("link", name=key, exact=True).click()
        expect(page.locator("#pane-title")).to_contain_text(key)
        picture, pane = (page.locator(one).bounding_box() for one in ("#pane .file-view img", "#pane"))
        assert picture
        assert pane
        assert pane["y"] + pane["height"] - picture["y"] >= 240, key
        below = page.evaluate(
            "document.documentElement.scrollHeight - document.querySelector('footer').getBoundingClientRect().bottom"
        )
        assert below <= 1, "the pane scrolls by itself, and makes the page no longer than its foot"
    page.locator("#pane .pane-text summary").press("Enter")
    expect(page.get_by_text("Văn bản không định nghĩa “kiềm chế”.")).to_be_visible()


def test_figures_of_a_row_are_told_apart(office_at: OfficeAt) -> None:
    page = table_of(office_at("self-assessment"), UNIT, "self_assessment").page
    figures = row(page, "I.14").locator(".row-figure")
    assert figures.count() == 3
    cut = figures.locator("span").evaluate_all(
        "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert cut == 0
    assert len({(box or {"x": 0})["x"] for box in (one.bounding_box() for one in figures.locator("input").all())}) == 1


def test_at_twice_the_size_a_criterion_can_be_read(office_at: OfficeAt) -> None:
    """Given 1366×768 at 200 %, and a telephone, then the criterion has room and nothing stands there that is for paper."""
    page = table_of(office_at("conclusion"), LEADER, "conclusion", viewport={"width": 683, "height": 384}).page
    assert (row(page, "I.5").locator(".criterion-text").bounding_box() or {"width": 0})["width"] >= 400
    assert_fits(page)
    expect(page.locator(".printed-words:visible")).to_have_count(0)


def test_keys_are_switched_off_and_on_beside_the_open_row(office_at: OfficeAt) -> None:
    page = table_of(office_at("evaluation"), REVIEWER, "evaluation").page
    page.keyboard.press("j")
    expect(page.locator("#pane-title")).to_contain_text("I.1")
    page.keyboard.press("?")
    expect(page.get_by_role("button", name="Đóng")).to_be_focused()
    page.get_by_role("button", name="Tắt phím tắt").click()
    expect(page.locator("#pane-title")).to_contain_text("I.1")
    expect(page.locator(".matrix-keys kbd")).to_have_count(0)

    page.get_by_role("button", name="Phím tắt đang tắt…").click()
    page.get_by_role("button", name="Bật phím tắt").click()
    expect(page.locator("#pane-title")).to_contain_text("I.1")
    page.keyboard.press("j")
    expect(page.locator("#pane-title")).to_contain_text("I.2")


def test_the_key_for_evidence_goes_through_all_files(office_at: OfficeAt, tmp_path: Path) -> None:
    visitor = table_of(office_at("self-assessment"), UNIT, "self_assessment", "/I.1")
    page = visitor.page
    files = [tmp_path / f"{number}.pdf" for number in range(3)]
    for file in files:
        file.write_bytes(pdf(file.stem))
    row(page, "I.1").locator("input[type=file]").set_input_files(files)
    shown = page.locator(".file-tabs [aria-current]")
    expect(page.locator(".file-tabs a")).to_have_count(3)
    expect(page.locator(".matrix-keys")).not_to_contain_text("đồng ý")
    for name in ("1.pdf", "2.pdf", "0.pdf", "1.pdf"):
        page.keyboard.press("e")
        expect(shown).to_contain_text(name)
    page.reload()
    expect(shown).to_contain_text("1.pdf")
    visitor.check()


def test_what_is_wrong_with_an_entry_stands_at_its_field_and_stays_with_it(office_at: OfficeAt) -> None:
    """Given a figure that is no number, when another row is opened, then both the text and what is said of it are still there."""
    page = table_of(office_at("self-assessment"), UNIT, "self_assessment", "/I.1").page
    figure = row(page, "I.5").locator("[name^='I.5-figure-']").first
    figure.fill("abc")
    said = row(page, "I.5").locator(".field-error")
    expect(said).to_be_visible()
    expect(figure).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".workbar")).to_contain_text("Chưa lưu: hãy sửa ô được đánh dấu.")

    row(page, "I.5").get_by_role("link", name="I.5", exact=True).click()
    expect(page.locator("#pane-title")).to_contain_text("I.5")
    expect(figure).to_have_value("abc")
    expect(said).to_be_visible()
    figure.fill("3")
    expect(said).to_have_count(0)
    expect(figure).not_to_have_attribute("aria-invalid", "true")


def test_done_without_the_compulsory_reason_says_so_at_the_reason(office_at: OfficeAt) -> None:
    visitor = table_of(office_at("evaluation"), REVIEWER, "evaluation", "/I.1")
    page = visitor.page
    page.keyboard.press("d")
    page.get_by_label("Chưa đạt", exact=True).click()
    page.get_by_role("button", name="Xong, sang tiêu chí sau").click()

    reason = page.locator("[name='I.1-reason']")
    expect(reason).to_be_focused()
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".workbar")).to_contain_text("Đã lưu, nhưng còn thiếu ở ô được đánh dấu.")
    page.keyboard.type("Chưa có quyết định")
    page.get_by_role("button", name="Xong, sang tiêu chí sau").click()
    expect(page.locator("#pane-title")).to_contain_text("I.2")
    visitor.check()
