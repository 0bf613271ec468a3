"""The web base in a real browser: every macro is accessible, fits 320 px, prints, and breaks no security policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.chromium import Visitor, assert_accessible, assert_fits
from tests.support.gallery import gallery_app
from tests.support.live_server import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(gallery_app()) as url:
        yield url


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    yield Visitor(page=context.new_page(), base_url=address)
    context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_macro_is_accessible_and_fits_a_narrow_window(visitor: Visitor, language: str) -> None:
    visitor.page.goto(f"{visitor.base_url}/ngon-ngu/{language}?next=/gallery")
    page = visitor.open("/gallery")

    assert page.locator("html").get_attribute("lang") == language
    assert_accessible(page)
    assert_fits(page)


def test_a_refused_form_takes_the_keyboard_to_its_error_summary(visitor: Visitor) -> None:
    page = visitor.open("/gallery")

    page.get_by_role("button", name="Kiểm tra và gửi").click()

    visitor.check()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_accessible(page)
    page.locator("[data-error-summary] a").last.click()
    expect(page.get_by_label("Đạt", exact=True)).to_be_focused()


def test_without_scripts_the_form_says_the_same(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/gallery")

    page.get_by_role("button", name="Kiểm tra và gửi").click()

    expect(page.get_by_role("alert")).to_contain_text("Cần nhập mục này.")
    context.close()


def test_a_confirmation_can_be_declined(visitor: Visitor) -> None:
    page = visitor.open("/gallery")

    page.get_by_role("button", name="Nhận nhiệm vụ").click()
    expect(page.get_by_role("dialog")).to_contain_text("Nhận nhiệm vụ này?")
    page.get_by_role("dialog").get_by_role("button", name="Không").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    visitor.check()


def test_the_typeface_comes_from_us(visitor: Visitor) -> None:
    page = visitor.open("/gallery")

    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Be Vietnam Pro\"', 'Đạt'))")


@pytest.mark.parametrize(("kind", "status"), [("missing", 404), ("refused", 403), ("conflict", 409), ("crash", 500)])
def test_error_pages_are_pages_like_others(visitor: Visitor, kind: str, status: int) -> None:
    page = visitor.open(f"/gallery/error/{kind}", status=status)

    assert_accessible(page)
    assert_fits(page)
