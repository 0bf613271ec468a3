"""The web base in a real browser: every macro is accessible, fits 320 px, prints, and breaks no security policy."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.support.chromium import Visitor, assert_accessible, assert_fits
from tests.support.gallery import gallery_app
from tests.support.live_server import serving
from tests.support.web import choose_language

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def app() -> Flask:
    return gallery_app()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    yield Visitor(page=context.new_page(), base_url=address)
    context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_macro_is_accessible_and_fits_a_narrow_window(visitor: Visitor, language: str) -> None:
    page = visitor.open("/gallery")
    choose_language(page, language)

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


def test_a_draft_is_saved_while_one_writes(visitor: Visitor, app: Flask) -> None:
    page = visitor.open("/gallery")

    page.get_by_label("Ghi chú").press_sequentially("Đã họp")

    expect(page.locator("[data-autosave-status]")).to_have_text("Đã lưu bản nháp.")
    assert app.extensions["draft"]["note"] == "Đã họp"
    assert "paper" not in app.extensions["draft"]
    visitor.check()


def test_a_draft_that_cannot_be_saved_is_said_to_be_unsaved(visitor: Visitor) -> None:
    page = visitor.open("/gallery")
    page.route("**/gallery/autosave", lambda route: route.abort())

    page.get_by_label("Ghi chú").press_sequentially("Đã họp")

    expect(page.locator("[data-autosave-status]")).to_contain_text("Không lưu được bản nháp")


def test_progress_replaces_itself_under_the_policy(visitor: Visitor) -> None:
    page = visitor.open("/gallery")

    expect(page.locator("#progress")).to_have_text("xong 8 / 8")
    visitor.check()


def test_the_first_key_leads_past_the_navigation(visitor: Visitor) -> None:
    page = visitor.open("/gallery")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_on_paper_there_is_the_content_alone(visitor: Visitor) -> None:
    page = visitor.open("/gallery")

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".site-tools")).to_be_hidden()
    expect(page.get_by_role("button", name="Kiểm tra và gửi")).to_be_hidden()


def test_the_typeface_comes_from_us(visitor: Visitor) -> None:
    page = visitor.open("/gallery")

    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Be Vietnam Pro\"', 'Đạt'))")


@pytest.mark.parametrize(("kind", "status"), [("missing", 404), ("refused", 403), ("conflict", 409), ("crash", 500)])
def test_error_pages_are_pages_like_others(visitor: Visitor, kind: str, status: int) -> None:
    page = visitor.open(f"/gallery/error/{kind}", status=status)

    assert_accessible(page)
    assert_fits(page)
