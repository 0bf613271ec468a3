"""Ten questions of an auditor, each answered by real clicks and keys from the page on which they come in; how many acts each takes.

An act is a click, a choice from a list, or a text typed into a field. Reading and scrolling are none.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import Visitor
from tests.support.office import Office, OfficeAt

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

AUDITOR = "kiemsoat.tinh"
WINDOW = {"width": 1366, "height": 768}
MOST = 6
"""Acts that a question may take."""


@dataclass
class Asking:
    """An auditor at work, and what each question took. `folder`: where pictures go, if anybody wants to look."""

    visitor: Visitor
    key: str
    key_id: str
    folder: str | None = field(default_factory=lambda: os.environ.get("WALK_PICTURES"))
    acts: dict[str, int] = field(default_factory=dict)
    _now: str = ""

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def begin(self, question: str) -> None:
        """From the page on which the auditor comes in."""
        self._now = question
        self.acts[question] = 0
        self.visitor.open("/kiem-toan/")

    def click(self, what: Locator) -> None:
        self.acts[self._now] += 1
        what.click()

    def type(self, what: Locator, text: str) -> None:
        """Click into the field and press the keys."""
        self.acts[self._now] += 1
        what.click()
        what.press_sequentially(text)

    def choose(self, what: Locator, label: str) -> None:
        self.acts[self._now] += 1
        what.select_option(label=label)

    def link(self, name: str) -> None:
        self.click(self.main.get_by_role("link", name=name, exact=True).first)

    def button(self, name: str) -> None:
        self.click(self.main.get_by_role("button", name=name, exact=True).first)

    def report(self, name: str) -> None:
        self.link("Báo cáo")
        self.link(name)

    def filters(self) -> None:
        self.click(self.page.locator("summary", has_text="Bộ lọc").first)

    def answered(self) -> None:
        """The page holds no fault, and is looked at."""
        self.visitor.check()
        print(f"{self.acts[self._now]} acts: {self._now}")
        if self.folder:
            name = f"{len(self.acts):02}-{self._now.replace(' ', '-')}"
            self.page.screenshot(path=Path(self.folder) / f"{name}.png", animations="disabled")


@pytest.fixture
def office(office_at: OfficeAt) -> Office:
    return office_at("decided")


@pytest.fixture
def asking(office: Office) -> Asking:
    key_id = office.house.container.checkpoints.published_keys()[0]
    visitor = office.person(AUDITOR, viewport=WINDOW, locale="vi-VN")
    return Asking(visitor, key=office.house.case().business_key, key_id=key_id)


def who_decided_and_why(asking: Asking) -> None:
    asking.link(asking.key)  # a case opens with its decisions
    expect(asking.main).to_contain_text("Minh họa 03/QĐ-BCĐ")
    expect(asking.main).to_contain_text("Biểu quyết")


def which_steps_are_late(asking: Asking) -> None:
    asking.report("Bước trễ hạn")
    expect(asking.main.get_by_role("table")).to_contain_text("Đăng ký")


def what_should_not_have_been_done(asking: Asking) -> None:
    asking.report("Việc làm cần xem lại")
    expect(asking.main.get_by_role("heading", level=1)).to_have_text("Việc làm cần xem lại")


def what_changed_between_the_levels(asking: Asking) -> None:
    asking.report("Đối chiếu các cấp")
    asking.filters()
    asking.click(asking.page.get_by_label("Chỉ nơi kết quả khác nhau"))
    asking.button("Lọc")
    expect(asking.page).to_have_url(re.compile("differing"))
    expect(asking.main).to_contain_text("Không có gì khớp với bộ lọc.")  # in this year nobody found otherwise


def one_criterion_at_every_level(asking: Asking) -> None:
    asking.report("Đối chiếu các cấp")
    asking.filters()
    asking.type(asking.page.get_by_label("Tiêu chí", exact=True), "I.14")
    asking.button("Lọc")
    expect(asking.main.get_by_role("table")).to_contain_text("I.14")


def a_case_as_of_a_day(asking: Asking) -> None:
    asking.link(asking.key)
    asking.link("Hồ sơ tại thời điểm …")
    asking.type(asking.page.get_by_label("Ngày", exact=True), "11112023")
    asking.button("Xem hồ sơ tại thời điểm đó")
    expect(asking.page.get_by_role("table", name="Nhiệm vụ đang mở")).to_contain_text("Tự đánh giá")


def what_differs_between_two_days(asking: Asking) -> None:
    asking.link(asking.key)
    asking.link("Hai thời điểm")
    asking.type(asking.page.get_by_label("Lần đầu: ngày"), "11112023")
    asking.type(asking.page.get_by_label("Lần sau: ngày"), "12122023")
    asking.button("So sánh")
    expect(asking.main.get_by_role("table")).to_contain_text("I.14")


def a_sample_that_can_be_drawn_again(asking: Asking) -> None:
    asking.link("Mẫu")
    asking.type(asking.page.get_by_label("Số hồ sơ"), "3")
    asking.button("Rút mẫu")
    expect(asking.main).to_contain_text("Mã hạt giống")
    expect(asking.main.get_by_role("table").get_by_role("row")).to_have_count(4)


def who_read_and_took_out_what(asking: Asking) -> None:
    asking.report("Đã đọc và đã xuất những gì")
    expect(asking.main.get_by_role("table")).to_contain_text(asking.key)
    expect(asking.main.get_by_role("table")).to_contain_text("Người kiểm tra, truy vết")


def a_bundle_with_its_proof(asking: Asking) -> None:
    asking.link(asking.key)
    asking.link("Xuất gói kiểm chứng…")
    with asking.page.expect_download() as verifier:
        asking.link("Tải verify.py")
    with asking.page.expect_download() as bundle:
        asking.button("Xuất và tải gói về")
    verify = [sys.executable, str(verifier.value.path()), str(bundle.value.path()), "--key-id", asking.key_id]
    found = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


QUESTIONS: dict[str, Callable[[Asking], None]] = {
    "Ai quyết định và vì sao": who_decided_and_why,
    "Bước nào trễ hạn": which_steps_are_late,
    "Việc gì cần xem lại": what_should_not_have_been_done,
    "Các cấp đổi gì của nhau": what_changed_between_the_levels,
    "Một tiêu chí ở mọi cấp": one_criterion_at_every_level,
    "Hồ sơ vào một ngày": a_case_as_of_a_day,
    "Hai ngày khác nhau gì": what_differs_between_two_days,
    "Mẫu rút lại được": a_sample_that_can_be_drawn_again,
    "Ai đã đọc và xuất gì": who_read_and_took_out_what,
    "Gói kèm chứng minh, kiểm tra ở nơi khác": a_bundle_with_its_proof,
}
"""In the order in which they are asked."""


def test_ten_questions_are_answered_in_few_acts(asking: Asking) -> None:
    for question, ask in QUESTIONS.items():
        asking.begin(question)
        ask(asking)
        asking.answered()

    assert max(asking.acts.values()) <= MOST
    assert {question: str(acts) for question, acts in asking.acts.items()} == told_in_the_guide()


def told_in_the_guide() -> dict[str, str]:
    """Question → how many acts the auditors' guide says it takes."""
    text = (Path(__file__).parents[2] / "docs" / "vi" / "kiem-toan.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d+) \|$", text, re.MULTILINE))
