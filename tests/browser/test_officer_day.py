"""An officer's day, counted: every act is a real input event, and only the first address is typed."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.hand import Hand, assert_by_hand
from tests.support.office import OfficeAt
from workflow.demo.player import pdf
from workflow.services.casework.evidence import AddEvidence

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

UNIT, REVIEWER = "donvi.minhhoa", "danhgia.minhhoa"
BEFORE = {"review": (34 * 4, 68), "self-assessment": (34 * 4, 72)}
"""What the same took with a page a criterion: acts and documents."""


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


def test_no_act_of_these_walks_goes_round_a_persons_hands() -> None:
    assert_by_hand(__file__, walks=2)
