"""An officer's day, counted: every act is a real input event, and only the first address is typed."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import assert_accessible, assert_fits
from tests.support.hand import Hand, assert_by_hand
from tests.support.office import Office, OfficeAt
from tests.support.queues import OFFICE, agencies
from workflow.demo.player import pdf
from workflow.services.casework.evidence import AddEvidence

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

UNIT, REVIEWER = "donvi.minhhoa", "danhgia.minhhoa"
BEFORE = {
    "review": (34 * 4, 68),
    "self-assessment": (34 * 4, 72),
    "queue": (40 * 5, 40 * 5),
}
"""What the same took with a page a criterion, or a page a step of each task: acts and documents."""


def open_row(page: Page) -> Locator:
    """The row that is open beside the table."""
    return page.locator("tbody[data-row]:has(tr.is-selected)")


def test_one_file_is_reviewed_with_every_piece_of_evidence_opened(office_at: OfficeAt) -> None:
    office = office_at("self-assessment")
    house = office.house
    unit, task = house.actor(UNIT), house.take(UNIT, "self_assessment")
    sheet = house.container.task_views.view(unit, task.id).sheet
    assert sheet is not None
    keys = list(sheet.criteria)
    for key in keys:
        add = AddEvidence(task_id=task.id, filename=f"{key}.pdf", content=pdf(f"Minh chung {key}"), criterion_id=key)
        house.container.evidence.add(unit, add)
    house.do("xa-minh-hoa", UNIT, "self_assessment", "submit")
    page = office.person(REVIEWER, viewport={"width": 1366, "height": 768}).open("/nhiem-vu")
    hand = Hand(page)

    hand.click(page.get_by_role("button", name="Nhận và làm").first)
    hand.click(page.get_by_role("link", name="Tiêu chí chưa xem (34)"))
    expect(open_row(page)).to_have_attribute("data-row", keys[0])
    for at, key in enumerate(keys):
        expect(page.locator("#pane img")).to_be_visible()
        expect(open_row(page).get_by_role("button", name="Đồng ý")).to_be_visible()
        hand.press("a")
        following = keys[at + 1] if at + 1 < len(keys) else key
        expect(open_row(page)).to_have_attribute("data-row", following)
        expect(page.locator(f"tbody[data-row='{key}']")).to_have_class("state-agreed")
    hand.click(page.get_by_role("link", name="Kiểm tra và gửi"))
    hand.click(page.get_by_label("Đạt đủ tiêu chí, trình cấp trên"))
    hand.click(page.get_by_role("button", name="Gửi", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã gửi")

    hand.say("review", BEFORE["review"])
    assert hand.documents <= 3
    assert hand.acts <= 85
    told = house.events("xa-minh-hoa", "TaskCompleted")[-1].payload["results"]
    assert {one["state"] for one in told.values()} == {"agreed"}
    assert all(one["opened"] == one["evidence"] and len(one["opened"]) == 1 for one in told.values())


def test_a_unit_assesses_itself_with_a_file_for_each_criterion(office_at: OfficeAt, tmp_path: Path) -> None:
    office = office_at("self-assessment")
    house = office.house
    figures = house.figures["xa-phuong-thi-tran"]
    page = office.person(UNIT, viewport={"width": 1366, "height": 768}).open("/nhiem-vu")
    hand = Hand(page)

    hand.click(page.get_by_role("button", name="Nhận và làm").first)
    rows = page.locator("tbody[data-row]")
    expect(rows).to_have_count(34)
    for row in rows.all():
        key = str(row.get_attribute("data-row"))
        for name, value in figures.get(key, {}).items():
            hand.write(row.locator(f"[name='{key}-figure-{name}']"), value)
        hand.click(row.get_by_label("Đạt", exact=True))
        file = tmp_path / f"{key}.pdf"
        file.write_bytes(pdf(f"Minh chung {key}"))
        hand.choose(row.locator("input[type=file]"), file)
        expect(row.get_by_role("link", name=f"1 tệp minh chứng của {key}")).to_be_visible()
    for number, upload in enumerate(page.locator("#papers input[type=file]").all()):
        paper = tmp_path / f"van-ban-{number}.pdf"
        paper.write_bytes(pdf(f"Van ban {number}"))
        hand.choose(upload, paper)
        expect(page.locator("#papers").get_by_text(paper.name)).to_be_visible()
    hand.click(page.get_by_role("link", name="Kiểm tra và gửi"))
    hand.click(page.get_by_role("button", name="Gửi", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã gửi")

    hand.say("self-assessment", BEFORE["self-assessment"])
    assert hand.documents <= 4
    assert hand.acts <= 120
    assert house.task("evaluation").state == "ready"


def test_forty_tasks_without_criteria_are_decided(office: Office) -> None:
    house = office.house
    units = agencies(house, 40)
    page = office.person(OFFICE, viewport={"width": 1366, "height": 768}).open("/nhiem-vu")
    hand = Hand(page)
    expect(page.get_by_role("checkbox")).to_have_count(40)

    hand.click(page.get_by_role("link", name="Đánh dấu cả 40"))
    hand.click(page.get_by_role("button", name="Xử lý hàng loạt…"))
    hand.click(page.get_by_label("Đưa vào danh sách"))
    hand.click(page.get_by_role("button", name="Tiếp tục: nêu tên từng nhiệm vụ"))
    expect(page.get_by_role("rowheader", name="Cơ quan Minh Họa")).to_have_count(40)
    hand.click(page.get_by_role("button", name="Gửi 40 nhiệm vụ này"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("40 nhiệm vụ")

    hand.say("queue", BEFORE["queue"])
    assert hand.documents <= 4
    assert hand.acts <= 15
    for unit in units:
        assert len(house.events(unit, "TaskCompleted")) == 2, "the registration, and this one: each an event of its own"
        assert house.task("self_assessment", unit).state == "ready"


def test_a_queue_is_emptied_by_keyboard_on_a_narrow_screen(office: Office) -> None:
    house = office.house
    units = agencies(house, 3)
    page = office.person(OFFICE, viewport={"width": 320, "height": 640}).open("/nhiem-vu")
    hand = Hand(page)

    hand.reach("Đánh dấu cả 3", "Enter")
    hand.reach("Xử lý hàng loạt…", "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("xử lý 3 nhiệm vụ")
    assert_fits(page)
    hand.reach("Tiếp tục: nêu tên từng nhiệm vụ", "")
    hand.reach("Đưa vào danh sách", "Space")
    hand.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Xác nhận")
    assert_fits(page)
    hand.reach("Gửi 3 nhiệm vụ này", "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 nhiệm vụ")
    assert_accessible(page)

    hand.say("queue by keyboard", BEFORE["queue"])
    assert [house.open_tasks(unit)[0].node_id for unit in units] == ["self_assessment"] * 3


def test_no_act_of_these_walks_goes_round_a_persons_hands() -> None:
    assert_by_hand(__file__, walks=4)
