"""An administrator changes a procedure and the organisation around it, without a programmer, while cases run."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.chromium import Visitor, assert_accessible
from tests.support.office import Office, heading, sign_in
from tests.support.pictures import picture
from tests.support.second_factor import enrolled
from workflow.services.accounts.requests import ConfirmRequest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ADMINISTRATOR, PUBLISHER, MANAGER = "quantri.tinh", "duyet.tinh", "quanly.tinh"
READY = "[data-bpmn-modeler][data-ready]"


def copied(person: Visitor) -> str:
    """Copy the version of 2023 to a draft; return the address of the draft's page."""
    page = person.open("/quy-trinh/")
    page.get_by_role("link", name=re.compile("2023")).first.click()
    page.get_by_role("link", name="Sao thành bản nháp mới").click()
    page.get_by_label("Ghi chú").fill("Rút ngắn hạn đánh giá")
    page.get_by_role("button", name="Tạo bản nháp").click()
    expect(page.get_by_text("Đã tạo bản nháp.")).to_be_visible()
    person.check()
    return page.url.removeprefix(person.base_url)


def checked(office: Office, person: Visitor, draft: str) -> None:
    """The draft's page says that it is being checked; the worker does so, and the page shows by itself what was found."""
    page = person.open(draft)
    expect(page.get_by_text("Đang kiểm tra")).to_be_visible()
    assert_accessible(page)
    office.house.settle()
    expect(page.get_by_text("Đang kiểm tra")).to_have_count(0)
    expect(page.locator("#check .inset")).to_be_visible()
    person.check()


def edit_task(person: Visitor, task: str, field: str, value: str) -> None:
    """Select a user task in the editor and change one of its properties in the form beside it; store it."""
    page = person.page
    page.get_by_role("link", name="Sửa sơ đồ").click()
    page.locator(READY).wait_for()
    page.get_by_label("Đến nhiệm vụ").select_option(task)
    page.get_by_label(field, exact=True).fill(value)
    page.get_by_label(field, exact=True).press("Tab")
    page.get_by_role("button", name="Lưu bản nháp").click()
    expect(page.get_by_text("Đã lưu sơ đồ.")).to_be_visible()
    page.locator(READY).wait_for()
    person.check()


def test_a_procedure_is_changed_and_published_by_a_second_person(office: Office) -> None:
    author = enrolled(office, ADMINISTRATOR)
    draft = copied(author)
    page = author.page
    edit_task(author, "evaluation", "Hạn xử lý", "WT10D")
    page.get_by_label("Đến nhiệm vụ").select_option("evaluation")
    expect(page.get_by_label("Hạn xử lý", exact=True)).to_have_value("WT10D")
    picture(page, "editor", at=page.get_by_role("heading", level=1))
    assert_accessible(page)

    checked(office, author, draft)
    page.get_by_role("link", name=re.compile("So sánh với phiên bản")).click()
    heading(author, "Thay đổi giữa hai phiên bản")
    expect(page.get_by_role("main")).to_contain_text("WT10D")
    page = author.open(draft)
    page.get_by_role("link", name="Trình thẩm định").click()
    page.get_by_role("button", name="Trình thẩm định").click()
    expect(page.get_by_text("Phiên bản đang chờ người thẩm định.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Đặng Minh Họa Bốn")
    expect(page.get_by_role("link", name="Ban hành", exact=True)).to_have_count(0)
    author.check()

    publisher = office.person(PUBLISHER)
    page = publisher.open(draft)
    page.get_by_role("link", name="Ban hành", exact=True).click()
    page.get_by_role("button", name="Ban hành").click()
    expect(page.get_by_text("Đã ban hành phiên bản.")).to_be_visible()
    publisher.check()
    page = publisher.open("/quy-trinh/")
    expect(page.get_by_role("row", name=re.compile("^1 .*8 đang chạy"))).to_have_count(1)
    expect(page.get_by_role("row", name="Rút ngắn hạn đánh giá")).to_contain_text("Đã ban hành")


def test_a_broken_draft_shows_its_fault_at_the_element_and_cannot_be_submitted(office: Office) -> None:
    author = enrolled(office, ADMINISTRATOR)
    draft = copied(author)
    page = author.page
    edit_task(author, "evaluation", "Vai trò", "vai-tro-khong-co")
    checked(office, author, draft)
    page.get_by_role("link", name="Sửa sơ đồ").click()
    page.locator(READY).wait_for()

    expect(page.locator(".finding-marker")).to_have_count(1)
    finding = page.locator("[data-finding=evaluation]")
    expect(finding).to_contain_text("vai-tro-khong-co")
    finding.click()
    expect(page.get_by_label("Vai trò", exact=True)).to_have_value("vai-tro-khong-co")
    author.check()
    page = author.open(draft)
    expect(page.get_by_role("heading", name="Phải sửa 1 lỗi trước khi ban hành")).to_be_visible()


def test_a_campaign_is_started_for_many_units_with_its_progress_shown(office: Office) -> None:
    manager = office.person(MANAGER)
    page = manager.open("/quan-tri/dot-xet/")
    page.get_by_role("link", name="Lập đợt xét").click()
    page.get_by_label("Năm", exact=True).fill("2024")
    page.get_by_label("Tên tiếng Việt").fill("Xét công nhận đơn vị điển hình năm 2024")
    page.get_by_label("Tên tiếng Anh").fill("Recognition of model units 2024")
    page.get_by_role("checkbox", name="Minh họa").check()
    page.get_by_role("button", name="Lập đợt này").click()
    heading(manager, "năm 2024")

    page.get_by_role("table", name="Thời hạn của đợt này").get_by_role("link").first.click()
    heading(manager, "Đơn vị gửi đăng ký")
    page.get_by_label("Ngày cuối").fill("2024-04-12")
    page.get_by_label("Lý do").fill("Công văn minh họa 01")
    page.get_by_role("button", name="Đổi thời hạn").click()
    expect(page.get_by_role("main")).to_contain_text("12/04/2024")
    manager.check()

    page.get_by_role("link", name="Thêm đơn vị…").click()
    page.get_by_role("button", name=re.compile("Thêm (cả|tất cả) .* đơn vị")).click()
    expect(page.get_by_role("status").first).to_contain_text("Đã thêm")
    page.get_by_role("link", name="Mở đợt…").click()
    page.get_by_role("button", name="Mở đợt").click()
    page.get_by_role("link", name=re.compile("^Bắt đầu .* đơn vị$")).click()
    page.get_by_role("button", name=re.compile("^Bắt đầu .* đơn vị$")).click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("checkbox", name="Tôi đã xem danh sách còn thiếu người và vẫn bắt đầu").check()
    page.get_by_role("button", name=re.compile("^Bắt đầu .* đơn vị$")).click()
    heading(manager, "Tiến độ bắt đầu")
    expect(page.get_by_text("đơn vị còn đang chờ")).to_be_visible()
    assert_accessible(page)
    office.house.settle()
    expect(page.get_by_text("Tất cả đơn vị đã bắt đầu.")).to_be_visible()
    manager.check()
    page.get_by_role("link", name="Về trang đợt xét").click()
    heading(manager, "năm 2024")


def test_accounts_roles_and_deputies(office: Office) -> None:
    administrator = enrolled(office, ADMINISTRATOR)
    page = administrator.open("/quan-tri/tai-khoan/")
    page.get_by_role("link", name="Tạo tài khoản").click()
    page.get_by_label("Tên đăng nhập").fill("danhgia2.minhhoa")
    page.get_by_label("Họ và tên").fill("Người Minh Họa")
    page.get_by_label("Vai trò", exact=True).select_option("board-member")
    page.get_by_label("Cơ quan, đơn vị").fill("bcd-antt-xa-minh-hoa")
    page.get_by_label("Ngày đầu").fill("2023-03-01")
    page.get_by_role("button", name="Tạo tài khoản này").click()
    confirmed_at_the_server(office, administrator)
    page.get_by_role("button", name="Hiện liên kết để in").click()
    heading(administrator, "Liên kết dùng một lần")
    link = page.locator("p.font-monospace").inner_text().strip()
    assert_accessible(page)

    page = administrator.open("/quan-tri/tai-khoan/?text=danhgia.minhhoa")
    page.get_by_role("link", name="Phạm Minh Họa Hai").click()
    page.get_by_role("link", name="Ủy quyền").click()
    page.get_by_label("Tên hoặc tên đăng nhập").fill("danhgia2")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name="Người Minh Họa", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Phạm Minh Họa Hai (danhgia.minhhoa)")
    expect(page.get_by_role("main")).to_contain_text("Người Minh Họa (danhgia2.minhhoa)")
    page.get_by_label("Ngày đầu").fill("2023-03-20")
    page.get_by_label("Ngày cuối").fill("2023-04-20")
    page.get_by_role("button", name="Ủy quyền cho người này").click()
    confirmed_at_the_server(office, administrator)

    newcomer = office.stranger()
    page = newcomer.page
    page.goto(link)
    heading(newcomer, "Đặt mật khẩu của bạn")
    page.get_by_label("Mật khẩu mới", exact=True).fill("ba con mèo trên mái nhà")
    page.get_by_label("Nhập lại mật khẩu mới").fill("ba con mèo trên mái nhà")
    page.get_by_role("button", name="Đặt mật khẩu").click()
    expect(page.get_by_text("Đã đặt mật khẩu. Hãy đăng nhập bằng mật khẩu ấy.")).to_be_visible()
    newcomer.check()
    sign_in(newcomer, "danhgia2.minhhoa", "ba con mèo trên mái nhà")
    heading(newcomer, "Hôm nay")  # nothing waits for them yet
    page = newcomer.open("/tai-khoan")
    expect(page.get_by_role("table", name="Vai trò của tôi")).to_contain_text("Phạm Minh Họa Hai")


def confirmed_at_the_server(office: Office, administrator: Visitor) -> None:
    """What was asked for waits; the only administrator cannot confirm it, the server's command line does."""
    page = administrator.page
    expect(page.get_by_text("Chờ người thứ hai", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Xác nhận với tư cách người thứ hai")).to_have_count(0)
    assert_accessible(page)
    request = page.url.rstrip("/").rpartition("/")[2]
    office.house.container.account_requests.confirm(None, ConfirmRequest(request_id=request))
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("dòng lệnh của máy chủ")
    administrator.check()


def test_a_day_off_moves_what_is_due(office: Office) -> None:
    administrator = enrolled(office, ADMINISTRATOR)
    page = administrator.open("/quan-tri/lich/?year=2023")
    page.get_by_role("link", name="Đặt một ngày").click()
    page.get_by_label("Ngày", exact=True).fill("2023-03-27")
    page.get_by_label("Ngày nghỉ").check()
    page.get_by_label("Tên tiếng Việt").or_(page.get_by_label("Tên", exact=True)).fill("Ngày nghỉ minh họa")
    page.get_by_role("button", name="Đặt ngày này").click()
    expect(page.get_by_text("Đã đặt ngày 27/03/2023.")).to_be_visible()
    expect(page.get_by_role("row", name="thứ Hai 27/03/2023")).to_contain_text("Ngày nghỉ minh họa")
    administrator.check()

    clerk = office.person("donvi.minhhoa")
    page = clerk.open("/nhiem-vu?tab=group")
    expect(page.get_by_role("row", name="Đăng ký xây dựng")).to_contain_text("30/03")
    expect(page.get_by_role("rowheader", name="Thứ Năm 30/03")).to_contain_text("còn 7 ngày làm việc")
