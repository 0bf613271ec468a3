"""The first page by role, and a campaign's roster, as they are seen, read aloud and walked by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.chromium import assert_accessible, assert_fits, assert_looks
from tests.support.house import House
from tests.support.office import Office, heading
from tests.support.pictures import picture
from tests.support.second_factor import enrolled

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]

WIDE = {"width": 1366, "height": 768}
HEADINGS = {
    "thuongtruc.tinh": [
        "Chờ tôi",
        "Muộn trong địa bàn",
        "Đợt đang mở",
        "Bị trả lại, tin báo, ủy quyền",
        "Phiên họp sắp tới",
    ],
    "quanly.tinh": ["Muộn trong địa bàn", "Đợt đang mở", "Phiên họp sắp tới"],
    "kiemsoat.tinh": ["Tìm hồ sơ", "Muộn trong địa bàn", "Đợt đang mở", "Chuỗi cần xem", "Việc làm cần xem lại"],
    "quantri.tinh": ["Điều đang đứng lại", "Bản nháp có lỗi", "Phiên bản chờ duyệt", "Đợt đang mở"],
}
"""Login → the headings of the blocks, in the order in which they are read."""


def busy(house: House) -> None:
    """Four units have registered, the others have not, and the day for both has passed."""
    for unit in ("xa-minh-hoa", "tho-thanh", "dien-bien", "rung-thong"):
        house.register(unit)
    house.move_to(4, 20)


def test_the_first_page_has_the_blocks_of_the_role(office: Office) -> None:
    busy(office.house)
    for login, headings in HEADINGS.items():
        visitor = enrolled(office, login) if login in ("quantri.tinh", "kiemsoat.tinh") else office.person(login)
        page = visitor.page
        page.set_viewport_size(WIDE)
        visitor.open("/trang-dau")
        assert page.get_by_role("heading", level=2).all_inner_texts() == headings
        assert len(page.get_by_role("heading", level=1).all_inner_texts()) == 1
        first = page.locator(".home .card").first.bounding_box()
        assert first is not None
        assert first["y"] <= 240, "the first block of work"
        assert_accessible(page)
        assert_looks(page)
        assert_fits(page)
        if login == "thuongtruc.tinh":
            picture(page, "home", height=768)


def test_the_keyboard_and_the_ear_find_the_next_act_first(office: Office) -> None:
    busy(office.house)
    visitor = office.person("thuongtruc.tinh")
    page = visitor.open("/trang-dau")

    told = page.get_by_role("main").aria_snapshot()
    for part in (
        '- heading "Hôm nay, thứ Năm 20/04" [level=1]',
        'button "Nhận và làm: ',
        '- heading "Chờ tôi" [level=2]',
        'img "Xét công nhận đơn vị điển hình năm 2023 – tỉnh Thanh Hóa: 8 đơn vị, Xét quá hạn 4, Chưa gửi 4"',
    ):
        assert part in told, f"{part} is not in:\n{told[:3000]}"
    page.get_by_role("main").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Nhận và làm:")).to_be_focused()
    page.keyboard.press("Enter")
    heading(visitor, "danh sách")


def test_every_number_of_a_roster_opens_as_many_names(office: Office) -> None:
    busy(office.house)
    visitor = office.person("quanly.tinh")
    page = visitor.page
    page.set_viewport_size(WIDE)
    visitor.open(f"/quan-tri/dot-xet/{office.house.campaign_id}/")
    picture(page, "campaign", height=768)
    assert_accessible(page)
    assert_bars_are_drawn(page)
    table = page.get_by_role("table", name="Danh sách theo địa bàn")
    sums = [int(text) for text in table.locator("tfoot td.number").all_inner_texts()]
    assert sums[0] == sum(sums[1:]) == 8, "the parts sum up to the roster"
    times = page.get_by_role("table", name="Số ngày làm việc từ lúc việc đến cho đến khi xong")
    expect(times.get_by_role("img", name="trung vị").first).to_be_visible()
    expect(times.get_by_text("quá ít để suy ra").first).to_be_visible()
    with page.expect_download() as sheet:
        page.get_by_role("button", name="XLSX").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    links = [(one.get_attribute("href"), int(one.inner_text().split()[0])) for one in table.locator("td a").all()]
    assert links
    for address, number in links:
        visitor.open(str(address))
        assert page.locator("tbody tr").count() == number, address
    visitor.open(f"/quan-tri/dot-xet/{office.house.campaign_id}/")
    assert_looks(page)
    assert_fits(page)


def assert_bars_are_drawn(page: Page) -> None:
    """Each bar says what it shows, and its patterns are those of the page."""
    bars = page.locator("svg.stacked-bar")
    assert bars.count() == 3
    for bar in bars.all():
        assert "đơn vị" in str(bar.get_attribute("aria-label"))
        for fill in {one.get_attribute("fill") for one in bar.locator("rect[fill]").all()}:
            assert page.locator(f"pattern{str(fill).removeprefix('url(').removesuffix(')')}").count() == 1


def test_who_has_not_sent_is_reminded_from_the_campaigns_page(office: Office) -> None:
    busy(office.house)
    visitor = office.person("quanly.tinh")
    page = visitor.open(f"/quan-tri/dot-xet/{office.house.campaign_id}/")

    page.get_by_role("link", name="Nhắc 4 đơn vị chưa gửi…").click()
    heading(visitor, "Nhắc đơn vị chưa gửi")
    assert_accessible(page)
    assert page.locator("tbody tr").count() == 4
    page.get_by_role("button", name="Nhắc 4 đơn vị").click()

    heading(visitor, "năm 2023")
    expect(page.get_by_role("status").first).to_contain_text("Đã nhắc 4 đơn vị.")
    expect(page.get_by_text("nhắc 09:00 20/04/2023").first).to_be_visible()


def test_a_deadline_is_tried_with_names_before_it_is_moved(office: Office) -> None:
    """Given registrations past their day, when a later day is tried, then those it is about are named; with a reason it counts."""
    busy(office.house)
    visitor = office.person("quanly.tinh")
    page = visitor.open(f"/quan-tri/dot-xet/{office.house.campaign_id}/")

    page.get_by_role("link", name="Thử dời hạn…").click()
    heading(visitor, "Thử dời hạn")
    page.get_by_label("Thời hạn").select_option("Đơn vị gửi đăng ký")
    page.get_by_label("Ngày cuối khác").fill("2023-05-12")
    page.get_by_role("button", name="Xem sẽ ra sao").click()
    relieved = page.get_by_role("table", name="Hết quá hạn")
    expect(relieved.locator("tbody tr")).to_have_count(4)
    assert_accessible(page)
    assert_looks(page)
    assert_fits(page)
    picture(page, "deadline-trial", height=860)

    page.get_by_label("Lý do").fill("Minh họa: theo công văn.")
    page.get_by_role("button", name="Dời hạn đến").click()
    heading(visitor, "năm 2023")
    expect(page.get_by_role("status").first).to_contain_text("thời hạn")
    office.house.settle()
    page.reload()
    expect(page.get_by_role("link", name="Nhắc 4 đơn vị chưa gửi…")).to_be_visible()
    expect(page.locator("ul.lines").get_by_text("thứ Sáu 12/05").first).to_be_visible()
