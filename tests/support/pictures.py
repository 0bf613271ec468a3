"""Pictures of the pages for the documentation, taken where a test stands before one; only when SCREENSHOTS is set."""

import os
from pathlib import Path

from playwright.sync_api import Locator, Page

IMAGES = Path(__file__).parents[2] / "docs" / "images"


def picture(page: Page, name: str, *, at: Locator | None = None, height: int = 800) -> None:
    """Save what the window shows, 1280 pixels wide, as `docs/images/NAME.png`; `at` then stands at its top."""
    if not os.environ.get("SCREENSHOTS"):
        return
    before = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": height})
    page.evaluate("document.fonts.ready")
    if at is not None:
        at.evaluate("element => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 24)")
    IMAGES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled", caret="hide")
    if before is not None:
        page.set_viewport_size(before)
