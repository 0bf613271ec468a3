"""Pages as a screen reader gives them, and in the order in which the keyboard walks them: a case's timeline, a campaign, the installation's state,
accounts, procedures.

The queue, the first page, the table of criteria and the sitting have tests beside their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_look import next_stop
from tests.support.chromium import Visitor
from tests.support.office import Office, opened_office
from tests.support.second_factor import enrolled
from tests.support.stages import Stages

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(180)]


@dataclass(frozen=True, kw_only=True)
class Read:
    """Who reads which page. `told`: parts in the order in which they are read; `walked`: stops in the order in which Tab comes to them."""

    login: str
    address: str
    told: tuple[str, ...]
    walked: tuple[str, ...]


PAGES = {
    "a case's timeline": Read(
        login="kiemsoat.tinh",
        address="/kiem-toan/ho-so/{case}",
        told=(
            'heading "DH-2023-0008" [level=1]',
            "paragraph: Đã hoàn thành Chuỗi nguyên vẹn",
            "sự kiện · tính lại bằng nhau lúc 09:00",
            'navigation "Các trang của hồ sơ này"',
            'navigation "Loại sự kiện"',
            'table "Diễn biến, mới nhất ở trên"',
            'columnheader "Những việc đã làm"',
            'rowheader "thứ Ba 26/12/2023"',
            'rowheader "Đã ghi kết quả: Công nhận (quyết định số: Minh họa 03/QĐ-BCĐ; ngày: 26/12/2023)."',
            'heading "Sự kiện ',
            'heading "Hệ quả tức thì" [level=3]',
            'link "Hồ sơ tại thời điểm này"',
        ),
        walked=(
            "Diễn biến",
            "Xuất gói kiểm chứng…",
            "Tất cả",
            "Diễn biến, mới nhất ở trên",
            "Đã ghi kết quả: Công nhận",
        ),
    ),
    "a campaign": Read(
        login="quanly.tinh",
        address="/quan-tri/dot-xet/{campaign}/",
        told=(
            'heading "Xét công nhận đơn vị điển hình năm 2023 – tỉnh Thanh Hóa" [level=1]',
            'link "Nhắc 7 đơn vị chưa gửi…"',
            'list "Danh sách phải thực hiện và các phần"',
            'listitem: - link "8 Phải thực hiện"',
            "listitem: Chưa công nhận 0",
            'table "Danh sách theo địa bàn"',
            'columnheader "Chưa công nhận"',
            'img "Huyện Đông Sơn: 1 đơn vị, Chưa gửi 1"',
            'heading "Thời hạn" [level=2]',
        ),
        walked=("Đóng đợt…", "Nhắc 7 đơn vị chưa gửi…", "8 Phải thực hiện", "Danh sách theo địa bàn", "Huyện Đông Sơn"),
    ),
    "the installation": Read(
        login="quantri.tinh",
        address="/quan-tri/he-thong/",
        told=(
            'heading "Tình trạng hệ thống" [level=1]',
            "paragraph: 1 bộ phận đang đứng lại",
            'table "Các bộ phận của hệ thống"',
            'columnheader "Hệ quả"',
            'rowheader "Tiến trình nền: thời hạn, nhắc việc, thư"',
            'cell "đứng lại"',
            'rowheader "Thư điện tử"',
            'heading "Cảnh báo" [level=2]',
            'heading "Tác vụ hệ thống bị lỗi" [level=2]',
        ),
        walked=("Ký điểm chốt ngay", "Các bộ phận của hệ thống", "Gửi thư thử…", "Người nhận cảnh báo"),
    ),
    "accounts": Read(
        login="quantri.tinh",
        address="/quan-tri/tai-khoan/",
        told=(
            'heading "Tài khoản" [level=1]',
            'link "Tạo tài khoản"',
            "group: Bộ lọc",
            'table "Tài khoản"',
            'columnheader "Vai trò hôm nay"',
            'rowheader "Bùi Minh Họa donvi.langgieng"',
            'cell "Cán bộ đơn vị, Xã Láng Giềng (đơn vị minh họa)"',
        ),
        walked=("Chờ xác nhận", "Tạo tài khoản", "Bộ lọc", "Tài khoản", "Bùi Minh Họa"),
    ),
    "procedures": Read(
        login="quantri.tinh",
        address="/quy-trinh/",
        told=(
            'heading "Bộ quy trình" [level=1]',
            'link "Tải lên bộ quy trình"',
            'region "Công nhận đơn vị điển hình về phong trào toàn dân bảo vệ an ninh Tổ quốc dien-hinh"',
            'table "Các phiên bản của dien-hinh"',
            'columnheader "Bước gần nhất"',
            'rowheader "2 (2025) – dien-hinh"',
            'cell "7 đang chạy, 1 đã xong"',
        ),
        walked=(
            "Tải lên bộ quy trình",
            "Chuyển hồ sơ đang chạy",
            "Các phiên bản của",
            "2 (2025)",
            "So sánh hai phiên bản",
        ),
    ),
}


@pytest.fixture(scope="module")
def office(browser: Browser, stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with opened_office(stages.at("decided"), tmp_path_factory.mktemp("aloud") / "data", browser) as office:
        yield office


@pytest.fixture(scope="module")
def visitors(office: Office) -> dict[str, Visitor]:
    return {login: enrolled(office, login) for login in ("quantri.tinh",)} | {
        login: office.person(login) for login in ("kiemsoat.tinh", "quanly.tinh")
    }


@pytest.mark.parametrize("read", PAGES.values(), ids=PAGES)
def test_a_page_is_read_and_walked_in_the_order_of_the_work(
    office: Office, visitors: dict[str, Visitor], read: Read
) -> None:
    address = read.address.format(case=office.house.case().id, campaign=office.house.campaign_id)
    page = visitors[read.login].open(address)

    assert_in_order(" ".join(page.get_by_role("main").aria_snapshot().split()), read.told)
    assert_in_order(" | ".join(walk(page)), read.walked)


def walk(page: Page) -> list[str]:
    """What has the focus, from the beginning of the work on."""
    page.get_by_role("main").focus()
    return [next_stop(page) for _stop in range(30)]


def assert_in_order(whole: str, parts: tuple[str, ...]) -> None:
    at = 0
    for part in (" ".join(one.split()) for one in parts):
        found = whole.find(part, at)
        assert found >= 0, f"{part} does not come where it should, in:\n{whole[at : at + 3000]}"
        at = found + len(part)
