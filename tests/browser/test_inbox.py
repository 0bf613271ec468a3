"""The reviewer's inbox, and what happens when two windows or two people meet in one task."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.support.chromium import assert_accessible
from tests.support.house import COMMUNE_UNIT, PASSWORD, House
from tests.support.office import Office, OfficeAt, heading
from tests.support.pictures import picture
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.directory import NewRole

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROVINCIAL = ("tho-thanh", "rung-thong", "dien-bien", "htx-tan-son", "dai-hoc-hong-duc", "hoi-lhpn-tinh")
STANDING = "thuongtruc.tinh"
ROWS = "tbody tr:not(.group)"


def waiting_for_the_standing_office(house: House) -> None:
    for unit in PROVINCIAL:
        house.register(unit)


def test_the_inbox_keeps_its_filters_in_the_address(office: Office) -> None:
    waiting_for_the_standing_office(office.house)
    clerk = office.person(STANDING)
    page = clerk.open("/nhiem-vu?tab=group")
    rows = page.locator(ROWS)
    expect(rows).to_have_count(len(PROVINCIAL))
    expect(page.get_by_role("link", name="Chờ nhận 6")).to_be_visible()
    expect(page.get_by_role("row", name="Thứ Ba 04/04 6 còn 11 ngày làm việc")).to_be_visible()
    picture(page, "inbox")
    expect(rows.first).to_contain_text("04/04")

    page.get_by_label("Mã hồ sơ hoặc tên đơn vị").fill("Hồng Đức")
    page.get_by_role("button", name="Lọc", exact=True).click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Đại học Hồng Đức")
    clerk.check()
    page.reload()
    expect(rows).to_have_count(1)
    expect(page.get_by_label("Mã hồ sơ hoặc tên đơn vị")).to_have_value("Hồng Đức")

    page.get_by_label("Hạn xử lý").select_option("overdue")
    page.get_by_role("button", name="Lọc", exact=True).click()
    expect(page.get_by_text("Không có nhiệm vụ nào khớp bộ lọc.")).to_be_visible()
    page.get_by_role("link", name="Bỏ lọc").last.click()
    expect(rows).to_have_count(len(PROVINCIAL))
    assert "tab=group" in page.url
    clerk.check()


def test_overdue_tasks_are_marked_and_found(office: Office) -> None:
    waiting_for_the_standing_office(office.house)
    office.house.move_to(4, 7)
    clerk = office.person(STANDING)
    page = clerk.open("/nhiem-vu?tab=group")

    page.get_by_role("link", name="Quá hạn 6", exact=True).click()

    expect(page.get_by_role("row", name="Quá hạn 6")).to_be_visible()
    expect(page.locator(ROWS).first).to_contain_text("04/04 quá 3 ngày")
    assert "due=overdue" in page.url
    clerk.check()


def test_a_long_inbox_has_pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.casework.inbox.PAGE_SIZE", 4)
    waiting_for_the_standing_office(office.house)
    clerk = office.person(STANDING)
    page = clerk.open("/nhiem-vu?tab=group")
    rows = page.locator(ROWS)
    first = rows.get_by_role("link").all_inner_texts()

    page.get_by_role("link", name="Sau", exact=True).click()
    expect(rows).to_have_count(2)
    clerk.check()
    page.get_by_role("link", name="Trước", exact=True).click()
    expect(rows).to_have_count(4)

    assert rows.get_by_role("link").all_inner_texts() == first
    page.get_by_role("columnheader", name="Hạn xử lý").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Hạn xử lý")).to_have_attribute("aria-sort", "descending")
    clerk.check()


def test_one_person_in_two_windows_loses_nothing(office_at: OfficeAt) -> None:
    office = office_at("self-assessment")
    task = office.house.take("donvi.minhhoa", "self_assessment", COMMUNE_UNIT).id
    one = office.person("donvi.minhhoa")
    page = one.open(f"/nhiem-vu/{task}/tieu-chi/I.1")
    other = page.context.new_page()
    other.goto(f"/nhiem-vu/{task}/tieu-chi/I.1")

    other.get_by_label("Việc đã làm, kết quả ghi nhận").fill("Cửa sổ thứ hai")
    other.get_by_role("button", name="Lưu", exact=True).click()
    expect(other.locator("[data-autosave-status]")).to_contain_text("Đã lưu")
    page.get_by_label("Việc đã làm, kết quả ghi nhận").fill("Cửa sổ thứ nhất")
    page.get_by_role("button", name="Lưu", exact=True).click()

    expect(page.get_by_text("Bạn vừa lưu tiêu chí này ở một cửa sổ khác.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Cửa sổ thứ hai")
    expect(page.get_by_label("Việc đã làm, kết quả ghi nhận")).to_have_value("Cửa sổ thứ nhất")
    one.check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Bạn vừa lưu tiêu chí này ở một cửa sổ khác.")).to_have_count(0)
    other.reload()
    expect(other.get_by_label("Việc đã làm, kết quả ghi nhận")).to_have_value("Cửa sổ thứ nhất")


def test_what_was_sent_is_taken_back_before_anybody_begins(office_at: OfficeAt) -> None:
    office = office_at("evaluation")
    officer = office.person("donvi.minhhoa")
    page = officer.open("/nhiem-vu?due=overdue")

    page.get_by_role("link", name="Tôi đã gửi 1").click()
    expect(page.get_by_role("row", name="Xã Minh Họa")).to_contain_text("Ban Chỉ đạo đánh giá")
    officer.check()
    page.get_by_role("link", name="Rút lại…").click()
    heading(officer, "Rút lại: Tự đánh giá")
    assert_accessible(page)
    page.get_by_role("button", name="Rút lại").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Lý do").fill("Minh họa: gửi nhầm tệp")
    page.get_by_role("button", name="Rút lại").click()

    heading(officer, "Tự đánh giá theo bộ tiêu chí")
    expect(page.get_by_text("Bạn đã rút lại.")).to_be_visible()
    office.house.settle()
    told = office.person("danhgia.minhhoa").open("/thong-bao")
    expect(told.get_by_text("đã rút lại việc đã gửi").first).to_be_visible()


def test_of_two_people_one_gets_the_task_and_the_other_is_told_who(office_at: OfficeAt) -> None:
    office = office_at("registered")
    colleague(office.house, "thuongtruc2.thuongxuan", "standing-officer", "cong-an-thuong-xuan")
    first, second = office.person("thuongtruc.thuongxuan"), office.person("thuongtruc2.thuongxuan")
    for person in (first, second):
        person.open("/nhiem-vu?tab=group")

    take = 'tbody button:has-text("Nhận và làm")'
    first.page.locator(take).click()
    heading(first, "Đưa vào danh sách điểm")
    second.page.locator(take).click()

    heading(second, "Đưa vào danh sách điểm")
    expect(second.page.get_by_role("main")).to_contain_text("Ngô Minh Họa Hai")
    expect(second.page.get_by_role("button", name="Bắt đầu làm")).to_have_count(0)


def test_a_refusal_says_who_can_act(office_at: OfficeAt) -> None:
    office = office_at("evaluation")
    task = office.house.task("evaluation")
    manager = office.person("quanly.tinh")

    page = manager.open(f"/nhiem-vu/{task.id}")

    expect(page.get_by_role("main")).to_contain_text("Phạm Minh Họa Hai")
    expect(page.get_by_role("button", name="Nhận nhiệm vụ này")).to_have_count(0)
    neighbour = office.person("danhgia.langgieng")
    neighbour.open(f"/nhiem-vu/{task.id}", status=404)


def colleague(house: House, login: str, role: str, organisation: str) -> None:
    """A second person with the same role."""
    changes = house.container.account_changes
    by = Provenance(actor=SYSTEM, at=house.clock.now())
    role_held = NewRole(role=role, organisation_id=organisation, valid_from=date(2022, 1, 1))
    house.users[login] = changes.set_up(
        by, NewUser(login=login, name="Người Minh Họa"), changes.hashed(PASSWORD), [role_held]
    )


def test_what_was_typed_is_kept_when_one_leaves_at_once(office: Office) -> None:
    task = office.house.take("donvi.minhhoa", "registration").id
    officer = office.person("donvi.minhhoa")
    page = officer.open(f"/nhiem-vu/{task}")
    decision = page.get_by_label("Số, ngày quyết định công nhận")

    decision.fill("Minh họa 07/QĐ")
    page.get_by_role("link", name="DH-2023-0008").click()
    heading(officer, "Xã Minh Họa")
    for _ in range(10):  # the draft is on its way while the next page comes
        officer.open(f"/nhiem-vu/{task}")
        if decision.input_value():
            break

    assert decision.input_value() == "Minh họa 07/QĐ"
