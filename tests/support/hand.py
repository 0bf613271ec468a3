"""What one person's hands do at a page, counted: every act is a real input event, and only the first address is typed."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

ROUND_THE_HANDS = re.compile(r"\.(evaluate|fill|goto|dispatch_event|eval_on_selector)\(")
"""What does a person's work without a person's hands."""


@dataclass
class Hand:
    """`acts`: clicks, keys, texts and files so far; `documents`: the pages that the browser loaded meanwhile."""

    page: Page
    acts: int = 0
    documents: int = 0

    def __post_init__(self) -> None:
        self.page.on("domcontentloaded", self._note)

    def _note(self, _page: Page) -> None:
        self.documents += 1

    def click(self, what: Locator) -> None:
        self.acts += 1
        what.click()

    def press(self, key: str) -> None:
        self.acts += 1
        self.page.keyboard.press(key)

    def write(self, where: Locator, text: str) -> None:
        """Into a field that can be seen."""
        self.acts += 1
        where.click()
        self.page.keyboard.type(text)

    def choose(self, where: Locator, file: Path) -> None:
        """A file in the window that the field opens."""
        self.acts += 1
        where.set_input_files(file)

    def reach(self, name: str, key: str) -> None:
        """By Tab alone to what is called so; then the key, if any."""
        for _ in range(120):
            focused = self.page.locator(":focus")
            if focused.count() and self._said(focused).startswith(name):
                break
            self.press("Tab")
        else:
            raise AssertionError(f"the keyboard does not come to {name}")
        if key:
            self.press(key)

    def _said(self, what: Locator) -> str:
        """How a link or a button, or the label of a field, is called."""
        identity = what.get_attribute("id")
        label = self.page.locator(f"label[for='{identity}']") if identity else what
        return (label if label.count() else what).first.inner_text().strip()

    def say(self, what: str, before: tuple[int, int]) -> None:
        """`before`: acts and documents that the same took with a page an entry."""
        print(f"{what}: {self.acts} acts, {self.documents} documents (before: {before[0]}, {before[1]})")


def assert_by_hand(test_file: str, walks: int) -> None:
    """Assert that no walk of that file, given by `__file__`, goes round the hands, and that each types one address alone."""
    source = Path(test_file).read_text(encoding="utf-8")
    assert not ROUND_THE_HANDS.findall(source), f"{test_file} goes round a person's hands"
    assert len(re.findall(r"\.open\(", source)) == walks, "only the first address of each walk is typed"
