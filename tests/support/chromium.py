"""A real browser for tests: Debian's Chromium without a window, through Playwright, and checks that hold for every page."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Response, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell"))
MISSING = f"Chromium is not installed ({CHROMIUM}). On Debian: apt-get install chromium-headless-shell"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a window. Raises RuntimeError with a sentence for people where it is missing."""
    if not CHROMIUM.exists():
        raise RuntimeError(MISSING)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    return playwright.chromium.launch(executable_path=str(CHROMIUM), headless=True, args=flags)


@dataclass(kw_only=True)
class Visitor:
    """One person's browser window, which notes everything that no page of ours may do.

    `page` is Playwright's page. Use `open` to go to a page and check it; `check` after a click that led to another page.
    """

    page: Page
    base_url: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("request", self._on_request)
        self.page.on("response", self._on_response)

    def open(self, path: str, *, status: int = 200) -> Page:
        """Go to `path` and check the page, whose HTTP status must be `status`."""
        response = self.page.goto(self.base_url + path)
        assert response is not None
        assert response.status == status, f"{path}: expected {status}, got {response.status}"
        self.check()
        return self.page

    def check(self) -> None:
        """Check what holds for every page: language, title, one heading, a main part, labelled forms, no problem noted."""
        page = self.page
        page.wait_for_load_state("domcontentloaded")
        where = page.url
        assert page.locator("html").get_attribute("lang") in {"vi", "en"}, f"{where}: no language"
        assert " – Công nhận" in page.title(), f"{where}: the title is {page.title()!r}"
        assert page.locator("h1").count() == 1, f"{where}: {page.locator('h1').count()} main headings"
        assert page.locator("main#main").count() == 1, f"{where}: no main part"
        assert not self.problems, f"{where}: {self.problems}"

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium reports every answer of 400 and more here; those that matter are looked at in _on_response.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https"} and not request.url.startswith(self.base_url):
            self.problems.append(f"external request: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.request.resource_type == "document":
            policy = response.headers.get("content-security-policy", "")
            if "text/html" in response.headers.get("content-type", ""):
                for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
                    if part not in policy:
                        self.problems.append(f"{response.url}: the content security policy lacks {part}")
                if "unsafe-" in policy:
                    self.problems.append(f"{response.url}: the content security policy is loosened: {policy}")
        elif response.status >= 400 and not _shown_in_place(response):
            self.problems.append(f"{response.status}: {response.url}")


def _shown_in_place(response: Response) -> bool:
    """A form of the criteria's table that was refused: its script puts the answer, a page, in the place of what was there."""
    return response.status in (409, 422) and "x-rows" in response.request.headers


VIOLATIONS = """async (options) => (await axe.run(document, options)).violations.map(({ id, impact, nodes }) => (
  { id, impact, nodes: nodes.map(({ target, html }) => ({ target, html })) }
))"""
"""Only these leave the page: to take over what axe says of all that is right took longer than many a page."""


def accessibility_violations(page: Page, *, contrast: bool = True) -> list[str]:
    """Run axe on the page as it is shown and return its violations, one line each.

    `contrast` false leaves out the colours, which take most of the time: for a page whose colours were looked at before.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT + "\n;0")
    options = {
        "resultTypes": ["violations"],
        "rules": {"color-contrast": {"enabled": contrast}, "target-size": {"enabled": True}},
    }
    return [
        f"{violation['id']} ({violation['impact']}): {json.dumps(node['target'])} {node['html'][:160]}"
        for violation in page.evaluate(VIOLATIONS, options)
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page, *, contrast: bool = True) -> None:
    """Assert that axe finds no violation on the page as it is shown."""
    violations = accessibility_violations(page, contrast=contrast)
    assert not violations, f"{page.url}:\n" + "\n".join(violations)


def assert_fits(page: Page, *, width: int = 320) -> None:
    """Assert that the page needs no sideways scrolling at `width` CSS pixels; the window keeps that width."""
    page.set_viewport_size({"width": width, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{page.url}: {wide} px wide in a window of {width} px"


LOOK = """() => {
  const faults = [];
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && !element.closest('.visually-hidden, .skip-link');
  };
  const name = (element) => element.outerHTML.slice(0, 120);
  const primaries = [...document.querySelectorAll('main .btn-primary')].filter(shown);
  if (primaries.length > 1) faults.push(`${primaries.length} filled buttons: ${primaries.map((one) => one.textContent.trim())}`);
  document.querySelectorAll('main [style]:not(.djs-container *, .bjs-container *, .bjs-container)').forEach((one) => faults.push(`inline style: ${name(one)}`));
  document.querySelectorAll('script:not([src])').forEach((one) => faults.push(`inline script: ${name(one)}`));
  document.querySelectorAll('[onclick], [onchange], [onsubmit]').forEach((one) => faults.push(`inline handler: ${name(one)}`));
  document.querySelectorAll('[name=user_id]:checked, [name=deputy]:checked, [name=people]:checked').forEach((one) => faults.push(`chosen for a person: ${name(one)}`));
  document.querySelectorAll('a[href], button, input, select, textarea, summary').forEach((one) => {
    if (!shown(one) || one.closest('.bjs-container, .djs-container')) return;
    const style = getComputedStyle(one);
    if (style.display === 'inline') return; // a link within a text
    const box = (one.matches('input') && one.closest('label') || one).getBoundingClientRect(); // who presses the label presses the field
    if (box.height < 23.5 || box.width < 23.5) faults.push(`${Math.round(box.width)}×${Math.round(box.height)}: ${name(one)}`);
  });
  return faults;
}"""
"""What no page of ours does: two filled buttons, styles or scripts within the page, a person chosen beforehand, targets under 24 px."""


def assert_looks(page: Page) -> None:
    """Assert that the page keeps to the look, and needs no sideways scrolling at a zoom of 200 %."""
    faults = page.evaluate(LOOK)
    assert not faults, f"{page.url}:\n" + "\n".join(faults)
    page.set_viewport_size({"width": 683, "height": 384})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 683, f"{page.url}: {wide} px wide in a window of 1366 px at 200 %"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once a worker."""
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except RuntimeError as error:
            pytest.fail(str(error), pytrace=False)
        yield chromium
        chromium.close()
