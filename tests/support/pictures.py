"""Pictures of the pages for the documentation, taken where a test stands before one; only when SCREENSHOTS is set.

Those that a guide of `docs/vi` shows lie beside it, too, small enough to be shipped.
"""

import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

DOCS = Path(__file__).parents[2] / "docs"
IMAGES, GUIDES = DOCS / "images", DOCS / "vi"
COLOURS, IN_GUIDES = 128, 32
"""Enough for pages whose only pictures are marks: files of some 40 kB, and less for those that are shipped."""


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
    taken = IMAGES / f"{name}.png"
    if any(f"(images/{name}.png)" in guide.read_text(encoding="utf-8") for guide in GUIDES.glob("*.md")):
        (GUIDES / "images").mkdir(exist_ok=True)
        _save_small(taken, GUIDES / "images" / taken.name, IN_GUIDES)
    _save_small(taken, taken, COLOURS)
    if before is not None:
        page.set_viewport_size(before)


def _save_small(taken: Path, path: Path, colours: int) -> None:
    with Image.open(taken) as picture:
        small = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
