"""An officer's day without a mouse, on a screen as narrow as a telephone: every act is a key."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.office import OfficeAt
from workflow.demo.player import pdf

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

UNIT, REVIEWER = "donvi.minhhoa", "danhgia.minhhoa"
NARROW = {"width": 320, "height": 640}
FARTHEST = 120
"""So many times somebody presses Tab before they say that a thing cannot be reached."""


@dataclass
class Keyboard:
    """What somebody does who has nothing else."""

    page: Page

    def __post_init__(self) -> None:
        # From now on every window of files is caught: one that opens as somebody begins to wait for it would be missed.
        self.page.on("filechooser", lambda _: None)

    def reach(self, what: Locator) -> None:
        """Tab until the thing has the focus; it must be seen then."""
        for _ in range(FARTHEST):
            if what.evaluate("one => one === document.activeElement"):
                expect(what).to_be_in_viewport()
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{what} cannot be reached by keyboard")

    def press(self, what: Locator, key: str = "Enter") -> None:
        self.reach(what)
        self.page.keyboard.press(key)

    def write(self, where: Locator, text: str) -> None:
        self.reach(where)
        self.page.keyboard.type(text)

    def choose(self, where: Locator, file: Path) -> None:
        """A file in the window that the field opens."""
        self.reach(where)
        with self.page.expect_file_chooser() as asked:
            self.page.keyboard.press("Enter")
        asked.value.set_files(file)


def test_a_file_is_reviewed_by_keys_alone(office_at: OfficeAt) -> None:
    """Given a file of 34, when its reviewer opens and agrees with each, then it goes up."""
    office = office_at("evaluation")
    page = office.person(REVIEWER, viewport=NARROW).open("/nhiem-vu")
    keyboard = Keyboard(page)
    row = page.locator("tbody[data-row]:has(tr.is-selected)")

    keyboard.press(page.get_by_role("button", name="Nhận và làm").first)
    keyboard.press(page.get_by_role("link", name="Tiêu chí chưa xem (34)"))
    keys = [str(one.get_attribute("data-row")) for one in page.locator("tbody[data-row]").all()]
    for key in keys:
        expect(row).to_have_attribute("data-row", key)
        page.keyboard.press("a")
        expect(page.locator(f"tbody[data-row='{key}']")).to_have_class("state-agreed")
    keyboard.press(page.get_by_role("link", name="Kiểm tra và gửi"))
    keyboard.press(page.get_by_label("Đạt đủ tiêu chí, trình cấp trên"), "Space")
    keyboard.press(page.get_by_role("button", name="Gửi", exact=True))

    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã gửi")


def test_a_unit_assesses_itself_by_keys_alone(office_at: OfficeAt, tmp_path: Path) -> None:
    """Given the figures and a file, when the unit enters its 34 criteria, then they are sent."""
    office = office_at("self-assessment")
    figures = office.house.figures["xa-phuong-thi-tran"]
    page = office.person(UNIT, viewport=NARROW).open("/nhiem-vu")
    keyboard = Keyboard(page)

    keyboard.press(page.get_by_role("button", name="Nhận và làm").first)
    rows = page.locator("tbody[data-row]")
    expect(rows).to_have_count(34)
    for row in rows.all():
        key = str(row.get_attribute("data-row"))
        file = tmp_path / f"{key}.pdf"
        file.write_bytes(pdf(f"Minh chung {key}"))
        keyboard.choose(row.locator("input[type=file]"), file)
        expect(row.get_by_role("link", name=f"1 tệp minh chứng của {key}")).to_be_visible()
        for name, value in figures.get(key, {}).items():
            keyboard.write(row.locator(f"[name='{key}-figure-{name}']"), value)
        keyboard.press(row.get_by_label("Đạt", exact=True), "Space")
    for number, upload in enumerate(page.locator("#papers input[type=file]").all()):
        paper = tmp_path / f"van-ban-{number}.pdf"
        paper.write_bytes(pdf(f"Van ban {number}"))
        keyboard.choose(upload, paper)
        expect(page.locator("#papers").get_by_text(paper.name)).to_be_visible()
    keyboard.press(page.get_by_role("link", name="Kiểm tra và gửi"))
    keyboard.press(page.get_by_role("button", name="Gửi", exact=True))

    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã gửi")
