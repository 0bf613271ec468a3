"""An administrator changes a procedure, moves its running cases by pointing in the diagrams, follows the worker, and takes all back."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.test_administrator import checked
from tests.support.chromium import Visitor, assert_accessible, assert_fits
from tests.support.office import Office, heading
from tests.support.pictures import picture
from tests.support.second_factor import enrolled
from tests.support.versions import renamed
from tests.support.world import shipped_package

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ADMINISTRATOR, PUBLISHER = "quantri.tinh", "duyet.tinh"
STEP = "1. Đăng ký xây dựng đơn vị điển hình"


def packed() -> bytes:
    """The procedure with its first task under another id."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in renamed(shipped_package()).items():
            archive.writestr(name, content)
    return target.getvalue()


def published(office: Office, author: Visitor) -> None:
    """Upload the changed package, hand it in, and let the second person publish it."""
    page = author.open("/quy-trinh/moi")
    page.get_by_label("Bộ quy trình (tệp zip)").or_(page.locator("input[type=file]")).first.set_input_files(
        {"name": "dien-hinh.zip", "mimeType": "application/zip", "buffer": packed()}
    )
    page.get_by_role("button", name="Tạo bản nháp").or_(page.get_by_role("button", name="Tải lên")).first.click()
    expect(page.get_by_text("Đã tạo bản nháp.")).to_be_visible()
    draft = page.url.removeprefix(author.base_url)
    checked(office, author, draft)
    page.get_by_role("link", name="Trình thẩm định").click()
    page.get_by_role("button", name="Trình thẩm định").click()
    publisher = office.person(PUBLISHER)
    page = publisher.open(draft)
    page.get_by_role("link", name="Ban hành", exact=True).click()
    page.get_by_role("button", name="Ban hành").click()
    page.get_by_role("checkbox", name=re.compile("vai trò dùng chung với quy trình khác.*Đúng như vậy")).check()
    page.get_by_role("button", name="Ban hành").click()
    expect(page.get_by_text("Đã ban hành phiên bản.")).to_be_visible()


def shape(visitor: Visitor, side: str, node: str) -> Locator:
    return visitor.page.locator(f"[data-map-side={side}] [data-element-id={node}]")


def to_the_preview(person: Visitor) -> None:
    """From the procedures' page to the preview of all running cases."""
    page = person.open("/quy-trinh/")
    page.get_by_role("link", name=re.compile("Chuyển hồ sơ đang chạy.*dien-hinh")).click()
    heading(person, "Chuyển hồ sơ đang chạy")
    page.get_by_role("link", name=re.compile("^Chọn hồ sơ")).click()
    heading(person, "Chọn hồ sơ cần chuyển")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name=re.compile("^Xem trước cả")).click()
    heading(person, "Xem trước việc chuyển")


def test_cases_are_moved_by_pointing_and_taken_back(office: Office) -> None:
    person = enrolled(office, ADMINISTRATOR)
    published(office, person)
    to_the_preview(person)
    page = person.page
    page.locator("[data-map][data-ready]").wait_for()
    field = page.get_by_label(STEP)
    expect(field).to_have_value("sign_up")
    field.select_option("")

    shape(person, "old", "registration").click()
    expect(page.locator("[data-map-says]")).to_contain_text("Đã chọn bước")
    expect(shape(person, "new", "sign_up")).to_have_class(re.compile("is-possible"))
    shape(person, "new", "sign_up").click()
    expect(field).to_have_value("sign_up")
    expect(page.locator("[data-map-says]")).to_contain_text("Đăng ký xây dựng đơn vị điển hình")
    expect(page.locator("[data-map-side=new] .finding-marker")).to_have_text("1")
    picture(page, "moving-cases", at=page.get_by_role("heading", name="Nơi các bước đi tiếp"), height=1000)
    assert_accessible(page)
    person.check()

    page.get_by_role("button", name="Cập nhật bản xem trước").click()
    page.locator("[data-map][data-ready]").wait_for()
    expect(page.get_by_label(STEP)).to_have_value("sign_up")
    expect(page.get_by_role("main")).to_contain_text("Sẵn sàng chuyển")
    page.get_by_role("button", name="Tiếp tục: chạy thử").click()
    heading(person, "Chạy thử 8 hồ sơ")
    assert_accessible(page)
    page.get_by_role("button", name="Chuyển 8 hồ sơ").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Lý do").fill("Minh họa: đổi tên bước")
    page.get_by_role("button", name="Chuyển 8 hồ sơ").click()

    heading(person, "Lần chuyển hồ sơ")
    expect(page.get_by_text("8 hồ sơ còn chờ tiến trình nền.")).to_be_visible()
    assert_accessible(page)
    office.house.settle()
    expect(page.get_by_text("Không còn hồ sơ nào chờ.")).to_be_visible()
    expect(page.get_by_text("Đã chuyển: 8")).to_be_visible()
    page.get_by_role("link", name="Hoàn tác mọi hồ sơ đã chuyển").wait_for()
    picture(page, "moved-cases", height=1000)
    assert_accessible(page)
    assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert office.house.task("sign_up").state == "ready"

    page.get_by_role("link", name="Hoàn tác mọi hồ sơ đã chuyển").click()
    page.get_by_label("Lý do").fill("Minh họa: nhầm phiên bản")
    page.get_by_role("button", name="Hoàn tác mọi hồ sơ đã chuyển").click()
    heading(person, "Lần chuyển hồ sơ")
    office.house.settle()
    expect(page.get_by_text("Đã hoàn tác: 8")).to_be_visible()
    person.check()
    assert office.house.task("registration").state == "ready"
    office.house.verify()


def test_without_scripts_the_fields_do_the_same(office: Office) -> None:
    author = enrolled(office, ADMINISTRATOR)
    published(office, author)
    person = office.stranger(java_script_enabled=False, storage_state=author.page.context.storage_state())
    to_the_preview(person)
    page = person.page
    expect(page.locator("[data-map]")).to_be_hidden()
    page.get_by_label(STEP).select_option("")
    page.get_by_role("button", name="Tiếp tục: chạy thử").click()
    expect(page.get_by_role("alert")).to_contain_text("Đăng ký xây dựng đơn vị điển hình")
    page.get_by_label(STEP).select_option("sign_up")
    page.get_by_role("button", name="Tiếp tục: chạy thử").click()
    heading(person, "Chạy thử 8 hồ sơ")
    page.get_by_label("Lý do").fill("Minh họa: đổi tên bước")
    page.get_by_role("button", name="Chuyển 8 hồ sơ").click()
    heading(person, "Lần chuyển hồ sơ")
    office.house.settle()
    page.get_by_role("link", name="Tải lại trang").click()
    expect(page.get_by_text("Đã chuyển: 8")).to_be_visible()
    person.check()
